"""What only real databases show: their own types, wrong times, refusals, and who was faster."""

import socket
from datetime import UTC, datetime
from uuid import UUID

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from connectors.registry import connect
from hub.config import Channel
from hub.errors import ConfigError, TransientError
from hub.model import Change, Operation, Outcome
from tests.real.worlds.sql import SqlWorld

PROFILE = """
vendor: Typed
source: the schema
engine: sql
limits: {page: 2}
customers:
  table: typed
  id: id
  version: changed
  changed: {fields: [changed], resolution: microsecond}
  stamps: [changed]
"""
NOON = datetime(2026, 3, 1, 12, 0, 0, 123_456, tzinfo=UTC)


@pytest.fixture
def opened(tmp_path):
    def one(url, text=PROFILE, **facts):
        file = tmp_path / "vendor.yaml"
        file.write_text(text)
        login = {"username": url.username, "password": SecretStr(url.password), **facts}
        bare = url.set(username=None, password=None).render_as_string()
        return connect(Channel(name="crm", profile=str(file), map="none", url=bare, **login))

    return one


def execute(url, *statements):
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        rows = [connection.exec_driver_sql(one) for one in statements][-1]
        found = rows.fetchall() if rows.returns_rows else []
    engine.dispose()
    return found


def pulled(connector, cursor=None):
    pages = list(connector.pull(cursor))
    return [it for page in pages for it in page.records], pages[-1].cursor


def test_times_with_a_zone_and_ids_without_order_are_followed(postgresql, opened):
    execute(
        postgresql,
        "drop table if exists typed",
        "create table typed (id uuid primary key, name text, due numeric(8,2), ok boolean,"
        " changed timestamptz)",
        *(
            f"insert into typed values ('{UUID(int=n)}', 'P{n}', 1.50, true,"  # noqa: S608
            " '2026-03-01 13:00:00.123456+01')"
            for n in range(5)
        ),
    )
    with opened(postgresql) as connector:
        records, cursor = pulled(connector)
        assert sorted(it.key.id for it in records) == [str(UUID(int=n)) for n in range(5)]
        assert {it.changed_at for it in records} == {NOON}
        assert records[0].payload["due"] == "1.50"
        one = str(UUID(int=3))
        fields = {"name": "New", "due": "2.25", "ok": False}
        change = Change("c1", Operation.UPDATE, one, fields, records[3].payload, "cus_1")
        (receipt,) = connector.push([change])
        assert receipt.outcome is Outcome.SENT
        assert connector.push([change])[0].outcome is Outcome.STALE
        assert one in {it.key.id for it in pulled(connector, cursor)[0]}
        assert connector.read_back([one, "no uuid"])[0].payload["name"] == "New"
    [(name, recent)] = execute(
        postgresql,
        f"select name, changed > now() - interval '1 hour' from typed where id = '{one}'",  # noqa: S608
    )
    assert (name, recent) == ("New", True)


def test_local_times_are_written_as_local_times(postgresql, mariadb, opened):
    zoned = PROFILE.replace("fields: [changed]", "fields: [changed], zone: Asia/Tokyo")
    for url in (postgresql, mariadb):
        kind = "timestamp" if url is postgresql else "datetime(6)"
        execute(
            url,
            "drop table if exists typed",
            f"create table typed (id integer primary key, name varchar(20), changed {kind})",
            "insert into typed values (1, 'Old', '2026-03-01 21:00:00')",
        )
        with opened(url, zoned) as connector:
            ((record,), _) = pulled(connector)
            assert record.changed_at == datetime(2026, 3, 1, 12, tzinfo=UTC)
            change = Change("c", Operation.UPDATE, "1", {"name": "New"}, record.payload, "cus_1")
            (receipt,) = connector.push([change])
        elsewhere = receipt.record.payload["changed"]
        apart = datetime.fromisoformat(elsewhere) - receipt.record.changed_at.replace(tzinfo=None)
        assert apart.total_seconds() == 9 * 3600
        assert "+" not in elsewhere


def test_times_that_are_none_are_read_and_passed_over(mariadb, opened):
    execute(
        mariadb,
        "drop table if exists typed",
        "create table typed (id integer primary key, name varchar(20), changed datetime)",
        "set sql_mode = ''",
        *(f"insert into typed values ({n}, 'P', '0000-00-00 00:00:00')" for n in range(1, 6)),  # noqa: S608
        "insert into typed values (6, 'Müller', '2026-03-01 12:00:00')",
    )
    with opened(mariadb) as connector:
        records, _ = pulled(connector)
    assert [it.key.id for it in records] == ["1", "2", "3", "4", "5", "6"]
    assert records[0].changed_at is None
    assert records[5].payload["name"] == "Müller"


@pytest.mark.parametrize("server", ["postgresql", "mariadb"])
def test_what_a_person_must_mend_is_told_without_the_password(request, server, opened):
    url = request.getfixturevalue(server)
    wrong = {
        "login was refused": opened(url, password=SecretStr("wr0ng-planted")),
        "no such database|a right is missing|login was refused": opened(
            url.set(database="nowhere")
        ),
        "there is no table": opened(url, PROFILE.replace("table: typed", "table: nobody")),
    }
    for reason, connector in wrong.items():
        with connector, pytest.raises(ConfigError, match=reason) as caught:
            connector.check()
        assert "wr0ng" not in str(caught.value)
        assert "crm-Pass1" not in str(caught.value)


@pytest.mark.parametrize("server", ["postgresql", "mariadb"])
def test_a_value_that_is_too_long_is_refused_alone(request, server, opened):
    world = SqlWorld(request.getfixturevalue(server))
    with opened(world.engine.url, world.files["people"]) as connector:
        changes = [
            Change(str(n), Operation.CREATE, None, {"first": name}, None, f"cus_{n}")
            for n, name in enumerate(["x" * 81, "Anna"])
        ]
        receipts = connector.push(changes)
    world.close()
    assert [it.outcome for it in receipts] == [Outcome.REJECTED, Outcome.SENT]
    assert "xxx" not in receipts[0].reason


@pytest.mark.parametrize("driver", ["postgresql+psycopg", "mariadb+pymysql"])
def test_a_server_that_takes_the_connection_and_says_nothing_is_given_up(driver, opened):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = sa.make_url(f"{driver}://hub:secret@127.0.0.1:{silent.getsockname()[1]}/crm")
        connector = opened(url, PROFILE.replace("{page: 2}", "{page: 2, connect: 2, answer: 2}"))
        with pytest.raises(TransientError, match="the database does not answer"):
            connector.check()
