"""The statements of the SQL engine in the words of every database, and read by somebody else.

Oracle and SQL Server are not here to be asked: SQLAlchemy compiles for them, and sqlglot, which
nobody of either wrote, must read what came out.
"""

import sys
import tomllib
from datetime import UTC, datetime
from unittest.mock import MagicMock
from uuid import UUID

import pytest
import sqlalchemy as sa
import sqlglot
from sqlalchemy.dialects import mssql, mysql, oracle, postgresql, sqlite
from sqlalchemy.dialects.mssql import pymssql
from sqlalchemy.dialects.oracle import oracledb

from connectors.facts.profile import Limits
from connectors.sql import table as tables
from connectors.sql.database import patience
from connectors.sql.profile import SqlStream
from connectors.sql.table import CustomerTable
from hub.errors import ConfigError
from tests.conftest import ROOT

DIALECTS = {
    "oracle": (oracledb.dialect(paramstyle="named"), "oracle"),
    "mssql": (pymssql.dialect(paramstyle="named"), "tsql"),
    "mysql": (mysql.dialect(paramstyle="named"), "mysql"),
    "postgresql": (postgresql.dialect(paramstyle="named"), "postgres"),
    "sqlite": (sqlite.dialect(paramstyle="named"), "sqlite"),
}
"""By name: SQLAlchemy's words, and sqlglot's grammar."""
STREAM = SqlStream(
    table="Contact",
    namespace="crm",
    id="No",
    version="Version",
    reference="Ours",
    changed={"fields": ["Changed"], "zone": "Europe/Berlin"},
    deleted={"field": "Gone", "values": ["1"]},
    stamps=("Changed",),
)
NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.fixture
def opened(monkeypatch):
    """Return a function: types of columns -> the table, as if it had been looked at."""

    def make(**types):
        given = {
            "No": sa.Integer(), "Name": sa.String(40), "Changed": sa.DateTime(),
            "Version": sa.Integer(), "Ours": sa.String(40), "Gone": sa.Integer(),
        } | types  # fmt: skip
        columns = [sa.Column(name, it, primary_key=name == "No") for name, it in given.items()]
        made = sa.Table("Contact", sa.MetaData(), *columns, schema="crm", implicit_returning=False)
        monkeypatch.setattr(tables, "_reflect", lambda *_: made)
        return CustomerTable(None, STREAM)

    return make


def statements(table):
    """Return every statement that the engine ever makes."""
    after = ("2026-07-01T14:00:00", 7)
    write = {"Name": "O'Brien; drop table", "Changed": "2026-07-01T14:00:00"}
    return [
        table.select_undated(None, 500),
        table.select_undated(7, 500),
        table.select_dated(None, None, 500),
        table.select_dated(NOON, None, 500),
        table.select_dated(NOON, after, 500),
        table.select_by("Ours", "cus_1"),
        table.insert(write),
        table.update("7", write).where(table.is_still("Version", 5)),
        table.update("7", write).where(table.is_still("Version", None)),
    ]


@pytest.mark.parametrize("name", DIALECTS)
def test_every_statement_is_one_that_the_database_can_read(opened, name):
    dialect, grammar = DIALECTS[name]
    for statement in statements(opened()):
        compiled = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
        (read,) = sqlglot.parse(str(compiled), read=grammar)
        assert read is not None
        assert "Brien" not in str(compiled)  # a value is bound, never written


@pytest.mark.parametrize("name", DIALECTS)
def test_pages_are_cut_and_sorted_by_the_database_itself(opened, name):
    dialect, grammar = DIALECTS[name]
    for statement in statements(opened())[:5]:
        compiled = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
        (read,) = sqlglot.parse(str(compiled), read=grammar)
        assert isinstance(read.args.get("limit"), sqlglot.exp.Limit | sqlglot.exp.Fetch)
        assert next(read.find_all(sqlglot.exp.Ordered), None)


def bound(table, **values):
    return table.update("7", values).compile(dialect=DIALECTS["mssql"][0]).params


def test_a_number_of_oracle_keeps_its_fraction(opened):
    table = opened(Name=oracle.NUMBER(8, 2), Gone=oracle.NUMBER())
    params = bound(table, Name="2.25", Gone="1")
    assert {str(params["Name"]), str(params["Gone"])} == {"2.25", "1"}


def test_a_time_with_an_offset_is_compared_as_the_moment_that_it_is(opened):
    table = opened(Changed=mssql.DATETIMEOFFSET())
    statement = table.select_dated(None, ("2026-07-01T14:00:00+02:00", 7), 500)
    told = [it for it in statement.compile().params.values() if isinstance(it, datetime)]
    assert told == [NOON, NOON]
    assert table.select_dated(NOON, None, 5).compile().params["Changed_1"] == NOON
    plain = opened().select_dated(NOON, None, 5).compile().params["Changed_1"]
    assert plain == datetime(2026, 7, 1, 14)  # noqa: DTZ001 - local time, as the column holds it


def test_a_row_version_of_sql_server_is_compared_as_the_bytes_that_it_is(opened):
    table = opened(Version=mssql.ROWVERSION(), No=mssql.UNIQUEIDENTIFIER())
    number = UUID(int=5)
    statement = table.update(str(number), {"Name": "x"})
    params = statement.where(table.is_still("Version", "00000000000007d1")).compile().params
    assert b"\0\0\0\0\0\0\x07\xd1" in params.values()
    assert number in params.values()
    with pytest.raises(ValueError, match="hex"):
        table.is_still("Version", "no version")


def test_sql_server_is_not_asked_for_output_which_a_table_with_triggers_refuses(opened):
    insert = opened().insert({"Name": "x"})
    assert "OUTPUT" not in str(insert.compile(dialect=DIALECTS["mssql"][0]))
    insert.table.implicit_returning = True  # so this is what keeps it out
    assert "OUTPUT" in str(insert.compile(dialect=DIALECTS["mssql"][0]))


@pytest.mark.parametrize(("name", "returning"), [("mssql", False), ("oracle", True)])
def test_a_table_is_looked_at_with_its_database_in_mind(monkeypatch, name, returning):
    looked = []
    database = MagicMock()
    database.transaction.return_value.__enter__.return_value.dialect.name = name
    monkeypatch.setattr(sa, "inspect", MagicMock())
    monkeypatch.setattr(sa, "Table", lambda *_, **facts: looked.append(facts))
    tables._reflect(database, STREAM)
    assert looked[0]["implicit_returning"] is returning
    assert looked[0]["schema"] == "crm"


@pytest.mark.parametrize(
    ("url", "extra"),
    [("oracle+oracledb://host/xe", "oracle"), ("mssql+pymssql://host/crm", "sqlserver")],
)
def test_a_driver_that_is_missing_is_named_as_what_pip_installs(
    open_profile, monkeypatch, url, extra
):
    for driver in ("oracledb", "pymssql"):
        monkeypatch.setitem(sys.modules, driver, None)
    text = "vendor: A\nsource: s\nengine: sql\ncustomers: {table: T, id: NO}\n"
    with pytest.raises(ConfigError, match=rf"pip install 'goldenrod\[{extra}\]'"):
        open_profile(text, url)
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert extra in asked["optional-dependencies"]


@pytest.mark.parametrize(
    ("url", "waits"),
    [
        ("postgresql+psycopg://h/d", {"connect_timeout": 5}),
        ("mariadb+pymysql://h/d", {"connect_timeout": 5, "read_timeout": 60}),
        ("mysql+pymysql://h/d?read_timeout=9", {"connect_timeout": 5}),
        ("oracle+oracledb://h/?service_name=d", {"tcp_connect_timeout": 5}),
        ("mssql+pymssql://h/d", {"login_timeout": 5, "timeout": 60}),
        ("sqlite:///file", {}),
    ],
)
def test_no_driver_waits_for_ever(url, waits):
    assert patience(sa.make_url(url), Limits(connect=5, answer=60)) == waits
