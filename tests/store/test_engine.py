import stat

import pytest
from sqlalchemy import text

from hub.errors import ConfigError
from store.database import Store
from store.engine import open_engine


@pytest.mark.parametrize(
    "url",
    ["", "hub.db", "mysql://hub:geheim@host/db", "postgresql://hub:geheim@host:port/db", "sqlite"],
)
def test_a_url_that_can_not_be_used_is_refused_without_its_password(url):
    with pytest.raises(ConfigError, match="expected sqlite:///FILE or postgresql://") as caught:
        open_engine(url)
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_postgresql_is_spoken_to_by_psycopg_however_it_is_named(scheme):
    assert open_engine(f"{scheme}://hub@localhost/hub").driver == "psycopg"


def test_a_new_file_can_be_read_by_its_owner_only(tmp_path):
    file = tmp_path / "new" / "hub.db"
    with Store(f"sqlite:///{file}") as store:
        store.migrate()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_folder_that_can_not_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match=r"hub\.db can't be made"):
        open_engine(f"sqlite:///{tmp_path}/file/hub.db")


def test_sqlite_checks_references_and_lets_readers_pass(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path}/hub.db")
    with engine.connect() as connection:
        found = [
            connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "foreign_keys", "synchronous", "busy_timeout")
        ]
    engine.dispose()
    assert found == ["wal", 1, 1, 30_000]


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("postgresql://hub:geheim@127.0.0.1:1/hub", r"127\.0\.0\.1:1/hub"),
        ("sqlite:///{folder}/text.db", r"text\.db.*not a database"),
        ("sqlite:///{folder}", "unable to open"),
    ],
)
def test_a_database_that_can_not_be_opened_is_named_without_its_password(tmp_path, url, says):
    (tmp_path / "text.db").write_text("long enough to have a header, but no database" * 100)
    with (
        Store(url.format(folder=tmp_path)) as store,
        pytest.raises(ConfigError, match=says) as caught,
    ):
        store.migrate()
    assert "geheim" not in str(caught.value)
