"""A backup holds one moment, and a restore brings exactly that back."""

import stat
import subprocess
from datetime import UTC, datetime

import pytest
from sqlalchemy import create_engine, select, text

from hub.errors import ConfigError, TransientError
from hub.model import Key, SourceRecord
from store.backup import dump
from store.database import Store
from store.integrity import check
from store.tables import metadata

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def content(url):
    """Every row of every table."""
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = {
            name: sorted(map(tuple, connection.execute(select(table))), key=repr)
            for name, table in metadata.tables.items()
        }
    engine.dispose()
    return rows


def add(store, number):
    with store.begin() as unit:
        unit.records.land([SourceRecord(Key("erp", str(number)), {"Name": "Änne\0"})], NOON)
        unit.records.move_cursor("erp", str(number), NOON)


def test_a_restore_brings_every_row_back_and_none_else(store, url, tmp_path, make_golden, land):
    make_golden("cus_1", land(2))
    before = content(url)
    assert before["golden"]
    assert before["golden_history"]
    store.dump(tmp_path / "backup")
    add(store, 9)
    with store.begin() as unit:
        unit.golden.retire({"cus_1": ()}, NOON)
    assert content(url) != before
    store.replace(tmp_path / "backup")
    store.migrate()
    assert content(url) == before
    assert store.broken() == []
    add(store, 10)  # and the numbering goes on


def test_a_backup_is_for_its_owner_only(store, tmp_path):
    store.dump(tmp_path / "backup")
    assert stat.S_IMODE((tmp_path / "backup").stat().st_mode) == 0o600


def test_a_backup_holds_what_was_committed_and_stops_no_writer(store, url, tmp_path):
    add(store, 1)
    with store.begin() as unit:
        unit.records.land([SourceRecord(Key("erp", "2"), {})], NOON)
        store.dump(tmp_path / "backup")
    store.replace(tmp_path / "backup")
    assert [row[2] for row in content(url)["source_record"]] == ["1"]


def test_a_restore_that_fails_changes_nothing(store, url, tmp_path):
    add(store, 1)
    before = content(url)
    (tmp_path / "backup").write_bytes(b"no database at all, but long enough to be read as one" * 99)
    with pytest.raises(Exception, match=r"not a database|failed"):
        store.replace(tmp_path / "backup")
    assert content(url) == before
    assert not (tmp_path / "backup.sql").exists()


def test_a_restore_cut_off_in_the_middle_changes_nothing(postgres_database, tmp_path, monkeypatch):
    with Store(postgres_database) as store:
        add(store, 1)
        store.dump(tmp_path / "backup")
        before = content(postgres_database)
        run = subprocess.run

        def cut_off(command, **more):
            done = run(command, **more)
            if "pg_restore" in command[0]:  # half of the script is there, and then an error
                script = tmp_path / "backup.sql"
                lines = script.read_text().splitlines()
                script.write_text("\n".join([*lines[: len(lines) // 2], "SELECT nonsense;"]))
            return done

        monkeypatch.setattr(subprocess, "run", cut_off)
        with pytest.raises(TransientError, match="psql failed"):
            store.replace(tmp_path / "backup")
        assert content(postgres_database) == before


def test_programs_that_are_missing_are_named(postgres_database, tmp_path, monkeypatch):
    monkeypatch.setattr(dump.shutil, "which", lambda name: None)
    with Store(postgres_database) as store, pytest.raises(ConfigError, match="pg_dump"):
        store.dump(tmp_path / "backup")


BREAKS = {
    "belongs to a living golden": "UPDATE golden SET retired = true",
    "has a source record": "UPDATE source_record SET golden_id = NULL",
    "in its history": "UPDATE golden SET version = 7",
    "stands in the customer itself": "INSERT INTO golden_history "
    "VALUES ('cus_1', 9, '2026-05-04', NULL, '', '', '[]')",
    "leads to living": "INSERT INTO golden_alias VALUES ('cus_2', 'cus_3', '2026-05-04')",
    "only a retired id": "INSERT INTO golden_alias VALUES ('cus_1', 'cus_1', '2026-05-04')",
    "blocking key": "INSERT INTO match_key VALUES (1, 99)",
    "as many blocking keys": "INSERT INTO record_keys VALUES (1, '8 octets')",
    "two source records": "INSERT INTO pair VALUES (1, 99, 0, 0, 'merge', '[]', NULL, '')",
}


@pytest.mark.parametrize("told", BREAKS)
def test_every_broken_promise_is_noticed(store, make_golden, land, told):
    [number] = land(1)
    make_golden("cus_1", [number])
    for gone in ("cus_2", "cus_3"):
        make_golden(gone)
        with store.begin() as unit:
            unit.golden.retire({gone: ("cus_1",)}, NOON)
    assert store.broken() == []
    with store.begin() as unit:
        unit.connection.execute(text(BREAKS[told]))
    expected = told.replace("leads to", "forwards to")
    assert any(expected in one.promise and one.rows for one in store.broken())


def test_a_reference_that_leads_nowhere_is_noticed_in_sqlite(sqlite_template):
    homeless = "INSERT INTO record_history VALUES (1, 77, '2026-05-04', '', '', false)"
    with Store(f"sqlite:///{sqlite_template}") as store, store.begin() as unit:
        unit.connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        unit.connection.execute(text(homeless))
        assert check(unit.connection) == [("every reference leads somewhere", 1)]
        unit.connection.execute(text("DELETE FROM record_history"))
