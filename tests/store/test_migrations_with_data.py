"""Every revision, up and down, with rows in every table: what both sides know is kept."""

from datetime import UTC, datetime

import numpy as np
import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, select, text

from store.database import Store
from store.engine import open_engine
from store.migrations.head import HEAD
from store.migrations.upgrade import configuration, downgrade

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
GOLDEN = {"kind": "person", "status": "active", "attributes": '{"kind":"person"}',
          "provenance": "{}", "born_at": NOON, "changed_at": NOON}  # fmt: skip
RECORD = {"channel": "erp", "payload": '{"No":"é"}', "fingerprint": "f", "changed_at": None,
          "reference": None, "held": None, "told": None, "landed_at": NOON}  # fmt: skip
SAID = {"left_id": 1, "right_id": 2, "author": "eva", "at": NOON, "note": ""}
SENT = {"golden_id": "cus_1", "version": 1, "reason": ""}
WORD = '{"key":["erp","1"]}'
FIRST = {  # one row at least in each table of revision 0001, by table and in an order that holds
    "golden": [
        {"id": "cus_1", "version": 1, "display_name": "Änne", "search_name": "änne",
         "retired": False, **GOLDEN},
        {"id": "cus_2", "version": 3, "display_name": "Old", "search_name": "old",
         "retired": True, **GOLDEN},
    ],
    "golden_history": [{"golden_id": "cus_1", "version": 1, "at": NOON, "run_id": None,
                        "attributes": "{}", "provenance": "{}", "members": "[]"}],
    "golden_alias": [{"old_id": "cus_2", "new_id": "cus_1", "at": NOON}],
    "source_record": [
        {"id": 1, "remote_id": "1", "deleted": False, "customer": WORD, "unmapped": False,
         "due": "merge", "golden_id": "cus_1", **RECORD},
        {"id": 2, "remote_id": "2", "deleted": True, "customer": None, "unmapped": True,
         "due": None, "golden_id": None, **RECORD},
    ],
    "record_history": [{"id": 1, "record_id": 1, "replaced_at": NOON, "payload": "{}",
                        "fingerprint": "e", "deleted": False}],
    "cursor": [{"channel": "erp", "stream": "customers", "value": "7", "moved_at": NOON}],
    "quarantine": [{"id": 1, "channel": "erp", "remote_id": "page 1", "stage": "pull",
                    "field": "No", "reason": "empty", "payload": "{}", "first_seen": NOON,
                    "last_seen": NOON, "times": 2}],
    "match_key": [{"key": -5, "record_id": 1}, {"key": -5, "record_id": 2}],
    "pair": [{"left_id": 1, "right_id": 2, "weight": 3.5, "probability": 0.9, "outcome": "review",
              "evidence": "[]", "reason": None, "model": "1"}],
    "decision": [
        {"id": 1, "verdict": "same", "closed_at": NOON, "closed_by": "eva", **SAID},
        {"id": 2, "verdict": "different", "closed_at": None, "closed_by": None, **SAID},
    ],
    "outbox": [
        {"id": 1, "channel": "erp", "record_id": 1, "state": "due", "notified": 1, "told": None,
         "attempts": 0, "next_at": None, **SENT},
        {"id": 2, "channel": "shop", "record_id": None, "state": "dead", "notified": 2,
         "told": "{}", "attempts": 8, "next_at": NOON, **SENT},
    ],
    "receipt": [{"id": 1, "channel": "erp", "remote_id": "1", "operation": "update",
                 "outcome": "sent", "attributes": "[]", "at": NOON, "run_id": None, **SENT}],
    "event": [{"id": 1, "at": NOON, "author": "eva", "act": "undo", "subject": "{}"}],
    "run": [{"id": "run_1", "verb": "run", "started_at": NOON, "ended_at": None, "outcome": None,
             "report": None}],
}  # fmt: skip


@pytest.fixture
def engine(empty_url):
    engine = open_engine(empty_url)
    yield engine
    engine.dispose()


def step(engine, direction, target):
    with engine.begin() as connection:
        getattr(command, direction)(configuration(connection), target)


def fill(engine):
    with engine.begin() as connection:
        known = MetaData()
        known.reflect(connection)
        assert FIRST.keys() == known.tables.keys() - {"alembic_version"}
        for name, rows in FIRST.items():
            for row in rows:
                sqlite = connection.dialect.name == "sqlite"  # which keeps times without a zone
                values = {key: plain(value) if sqlite else value for key, value in row.items()}
                connection.execute(known.tables[name].insert().values(values))
                assert row.keys() == set(known.tables[name].c.keys())


def assert_kept(engine):
    """Every row of revision 0001 is there, in every column that is still there."""
    with engine.connect() as connection:
        known = MetaData()
        known.reflect(connection)
        for name, rows in FIRST.items():
            table = known.tables[name]
            found = [dict(row._mapping) for row in connection.execute(select(table))]
            for row in rows:
                mine = {column: plain(value) for column, value in row.items() if column in table.c}
                assert mine in [
                    {column: plain(value) for column, value in other.items() if column in mine}
                    for other in found
                ], name
            assert len(found) == len(rows), name
        if connection.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


def plain(value):
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value


def revisions(engine):
    with engine.connect() as connection:
        scripts = ScriptDirectory.from_config(configuration(connection)).walk_revisions()
        return [script.revision for script in reversed(list(scripts))]


def test_rows_of_the_first_revision_live_through_all_of_them_up_and_down(engine):
    first, *later = revisions(engine)
    step(engine, "upgrade", first)
    fill(engine)
    for revision in later:
        step(engine, "upgrade", revision)
        assert_kept(engine)
    for revision in reversed([first, *later[:-1]]):
        step(engine, "downgrade", revision)
        assert_kept(engine)
    for revision in later:
        step(engine, "upgrade", revision)
    assert_kept(engine)


def test_what_old_tables_held_is_what_the_code_of_today_reads(engine, empty_url):
    first, *_ = revisions(engine)
    step(engine, "upgrade", first)
    fill(engine)
    with Store(empty_url) as store:
        store.migrate()
        with store.begin() as unit:
            assert unit.golden.find("änne")[0].id == "cus_1"
            assert unit.golden.resolve("cus_2") == ("cus_1",)
            assert [row.channel for row in unit.outbox.dead()] == ["shop"]
            assert unit.outbox.take("erp", 9, NOON)[0].record_id == 1
            assert len(unit.decisions.history(1, 2)) == 2
            assert unit.records.get([1])[0].payload == {"No": "é"}
            assert unit.records.quarantined()[0].times == 2
            unit.index.forget(np.array([1]))
            assert unit.index.find(-5) == [2]
        assert store.broken() == []


def test_an_empty_store_can_go_back_to_nothing_from_the_youngest_revision(engine):
    step(engine, "upgrade", HEAD)
    with engine.begin() as connection:
        downgrade(connection)
        assert connection.execute(text("SELECT count(*) FROM alembic_version")).scalar() == 0
