from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from hub.errors import ConfigError
from store.database import Store
from store.engine import open_engine
from store.migrations.head import HEAD, revision
from store.migrations.upgrade import configuration, downgrade, upgrade
from store.tables import metadata


@pytest.fixture
def engine(empty_url):
    engine = open_engine(empty_url)
    yield engine
    engine.dispose()


def tables(engine):
    with engine.connect() as connection:
        return set(inspect(connection).get_table_names()) - {"alembic_version"}


def indexes(engine):
    """Names with their conditions: what alembic does not compare."""
    with engine.connect() as connection:
        looked = inspect(connection)
        return {
            (index["name"], str(next(iter(index.get("dialect_options", {}).values()), "")))
            for name in metadata.tables
            for index in looked.get_indexes(name)
        }


def test_the_migrations_lead_to_the_tables_that_the_code_knows(engine):
    with engine.begin() as connection:
        upgrade(connection)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, metadata) == []
    migrated = indexes(engine)
    with engine.begin() as connection:
        downgrade(connection)
        metadata.create_all(connection)
    assert migrated == indexes(engine)


def test_every_migration_can_be_taken_back_and_done_again(engine):
    for _ in range(2):
        with engine.begin() as connection:
            upgrade(connection)
        assert tables(engine) == set(metadata.tables)
        with engine.begin() as connection:
            downgrade(connection)
        assert tables(engine) == set()


def test_the_start_looks_for_the_youngest_revision(engine):
    with engine.connect() as connection:
        scripts = ScriptDirectory.from_config(configuration(connection))
        assert scripts.get_current_head() == HEAD
        assert revision(connection) is None


def test_a_second_migrate_finds_nothing_to_do(empty_url):
    with Store(empty_url) as store:
        for _ in range(2):
            store.migrate()
            with store.read() as unit:
                assert unit.golden.count() == 0


def test_several_processes_may_migrate_at_once(empty_url):
    def start(_):
        with Store(empty_url) as store:
            store.migrate()
            with store.read() as unit:
                return unit.golden.count()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(start, range(4))) == [0] * 4


def test_tables_of_a_newer_goldenrod_are_left_alone(empty_url, engine):
    with Store(empty_url) as store:
        store.migrate()
        with engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        with pytest.raises(ConfigError, match="9999"):
            store.migrate()
    assert tables(engine) == set(metadata.tables)


def test_a_migration_that_is_cut_off_leaves_nothing_behind(engine):
    def killed():
        with engine.begin() as connection:
            upgrade(connection)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        killed()
    assert tables(engine) == set()
