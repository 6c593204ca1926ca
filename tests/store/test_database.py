from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from hub.errors import ConfigError, TransientError
from hub.model import Key, SourceRecord
from store.database import Store
from store.lock import exclusive

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def names(store):
    with store.read() as unit:
        return sorted(unit.records.by_key([Key("erp", "1"), Key("erp", "2")]))


def put(unit, number):
    unit.records.land([SourceRecord(Key("erp", str(number)), {})], NOON)


def test_a_unit_commits_on_a_clean_exit(store):
    with store.begin() as unit:
        put(unit, 1)
    assert names(store) == [("erp", "1")]


def test_a_unit_that_fails_leaves_nothing_behind(store):
    def killed():
        with store.begin() as unit:
            put(unit, 1)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        killed()
    assert names(store) == []


def test_a_reader_sees_one_moment_while_others_write(store):
    key = Key("erp", "1")
    with store.read() as reader:
        assert reader.records.by_key([key]) == {}
        with store.begin() as unit:
            put(unit, 1)
        assert reader.records.by_key([key]) == {}
    assert names(store) == [key]


def test_a_reader_can_not_write(store):
    with pytest.raises((ConfigError, DBAPIError)), store.read() as unit:
        put(unit, 1)
    with store.begin() as unit:  # and the next one can
        put(unit, 2)
    assert names(store) == [("erp", "2")]


def test_writers_in_threads_take_turns_and_lose_nothing(store):
    def write(number):
        with store.begin() as unit:
            put(unit, number)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(40)))
    with store.read() as unit:
        assert sum(unit.records.count_due().values()) == 40


def test_a_locked_file_is_worth_another_try(tmp_path, sqlite_template):
    with Store(f"sqlite:///{sqlite_template}") as store, Store(f"sqlite:///{sqlite_template}") as b:
        with b._engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA busy_timeout = 0")
        with store.begin(), pytest.raises(TransientError, match="locked"), b.begin():
            pass


def test_a_lost_connection_is_worth_another_try(postgres_database):
    def cut_off(store):
        with store.begin() as unit, store.begin() as other:
            own = unit.records._connection.execute(text("SELECT pg_backend_pid()")).scalar()
            other.records._connection.execute(text(f"SELECT pg_terminate_backend({own})"))
            unit.golden.count()

    with Store(postgres_database) as store:
        with pytest.raises(TransientError):
            cut_off(store)
        with store.read() as unit:  # the next unit has a connection that works
            assert unit.golden.count() >= 0


def test_an_error_shows_no_row(store):
    with pytest.raises(DBAPIError) as caught, store.begin() as unit:
        unit.golden._connection.execute(
            text("INSERT INTO golden (id, display_name) VALUES (:id, :name)"),
            {"id": "cus_1", "name": "Anna Geheim"},
        )
    assert "Anna Geheim" not in str(caught.value).split("DETAIL")[0]


def test_what_is_exclusive_is_done_by_one(store, url, monkeypatch):
    impatient = partial(exclusive, patience=0)
    monkeypatch.setattr("store.database.exclusive", impatient)
    with Store(url) as other:
        with (
            store.exclusive("resolve"),
            other.exclusive("pull erp"),
            pytest.raises(TransientError, match="resolve"),
            other.exclusive("resolve"),
        ):
            pass
        with other.exclusive("resolve"):
            pass


def test_a_store_in_memory_is_shared_by_threads():
    with Store("sqlite://") as store:
        store.migrate()

        def write(number):
            with store.begin() as unit:
                put(unit, number)

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(write, range(1, 3)))
        assert names(store) == [("erp", "1"), ("erp", "2")]


def test_a_mistake_in_our_own_sql_is_not_worth_another_try(store):
    with pytest.raises(DBAPIError), store.begin() as unit:
        unit.records._connection.execute(text("SELECT nothing FROM nowhere"))
