"""The SQL engine on a table of its own, in a file."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest

from connectors.registry import connect
from hub.errors import ConfigError, TransientError
from hub.model import Change, Operation, Outcome

PROFILE = """
vendor: Acme
source: the schema
engine: sql
limits: {page: 3}
customers:
  table: People
  id: No
  version: Changed
  reference: Ours
  changed: {fields: [Changed, Made], format: "%Y-%m-%d %H:%M:%S", zone: Europe/Berlin}
  deleted: {field: Gone, values: [Y]}
  stamps: [Changed]
  created: [Made]
  defaults: {Gone: "N"}
"""
SCHEMA = """
CREATE TABLE People (No INTEGER PRIMARY KEY, Name TEXT, Gone TEXT, Ours TEXT, Made TEXT,
  Changed TEXT, "Odd Name" TEXT, Photo BLOB, Code TEXT UNIQUE);
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "people.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(SCHEMA)
    return path


@pytest.fixture
def execute(file):
    def run(statement: str, *values: object) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(file)) as connection, connection:
            return connection.execute(statement, values).fetchall()

    return run


@pytest.fixture
def add(execute):
    def row(number: int, changed: str | None, **facts: object) -> None:
        facts = {"No": number, "Changed": changed, **facts}
        names = ", ".join(f'"{name}"' for name in facts)
        marks = ", ".join("?" * len(facts))
        execute(f"INSERT INTO People ({names}) VALUES ({marks})", *facts.values())  # noqa: S608

    return row


@pytest.fixture
def acme(open_profile, file):
    with open_profile(PROFILE, f"sqlite:///{file}", username="") as connector:
        yield connector


def pulled(connector, cursor=None):
    return [record for page in connector.pull(cursor) for record in page.records]


def update(**facts: object) -> Change:
    given = {"fields": {"Name": "New"}, "base": {"Changed": "2026-07-01 12:00:00"}, **facts}
    return Change("chg_1", Operation.UPDATE, "1", reference="cus_1", **given)


def create(**facts: object) -> Change:
    given = {"fields": {"Name": "New"}, **facts}
    return Change("chg_1", Operation.CREATE, None, base=None, reference="cus_1", **given)


def test_rows_are_read_by_time_and_id_with_ties_across_page_edges(acme, add):
    for number in range(8):
        add(number, "2026-07-01 12:00:00", Name="x")
    add(8, "2026-06-01 12:00:00", Gone="Y", Ours="cus_8")
    records = pulled(acme)
    assert [record.key.id for record in records] == ["8", *"01234567"]
    assert records[0].deleted
    assert records[0].reference == "cus_8"
    assert records[0].changed_at == datetime(2026, 6, 1, 10, tzinfo=UTC)
    assert records[1].payload == {
        "No": 0, "Name": "x", "Gone": None, "Ours": None, "Made": None,
        "Changed": "2026-07-01 12:00:00", "Odd Name": None, "Photo": None, "Code": None,
    }  # fmt: skip


def test_rows_that_bear_no_time_are_never_overlooked(acme, add):
    add(1, "2026-07-01 12:00:00")
    for number in (2, 3, 4, 5):
        add(number, None, Made="2026-01-01 00:00:00")
    pages = list(acme.pull(None))
    assert sorted(r.key.id for page in pages for r in page.records) == list("12345")
    add(6, None)
    assert "6" in {record.key.id for record in pulled(acme, pages[-1].cursor)}


def test_the_next_pull_reads_what_changed_since_and_the_last_second_again(acme, add):
    for number in (1, 2):
        add(number, f"2026-07-0{number} 12:00:00")
    cursor = list(acme.pull(None))[-1].cursor
    add(3, "2026-07-02 12:00:00")
    assert [record.key.id for record in pulled(acme, cursor)] == ["2", "3"]


def test_a_pull_that_broke_off_resumes_in_the_middle_of_a_tie(acme, add):
    for number in range(8):
        add(number, "2026-07-01 12:00:00")
    first = next(acme.pull(None))
    assert [record.key.id for record in pulled(acme, first.cursor)] == list("34567")


def test_values_of_other_types_become_plain_json_and_broken_text_is_shown_as_such(
    acme, add, execute
):
    add(1, "2026-07-01 12:00:00", Photo=b"\x01\xff")
    execute("UPDATE People SET Name = CAST(x'4dfc' AS TEXT)")
    (record,) = pulled(acme)
    assert record.payload["Photo"] == "01ff"
    assert record.payload["Name"] == "M\ufffd"


def test_an_update_writes_only_its_fields_and_stamps_them_in_local_time(acme, add, execute):
    add(1, "2026-07-01 12:00:00", Name="Old", Code="c")
    (receipt,) = acme.push([update(fields={"Odd Name": "x'); DROP TABLE People; --"})])
    assert receipt.outcome is Outcome.SENT
    assert receipt.record.payload["Odd Name"].startswith("x')")
    assert execute("SELECT Name, Code FROM People") == [("Old", "c")]
    assert receipt.record.changed_at is not None
    (again,) = pulled(acme)
    assert again.fingerprint() == receipt.record.fingerprint()


def test_an_update_of_a_row_that_somebody_changed_writes_nothing(acme, add, execute):
    add(1, "2026-07-01 12:00:05", Name="Theirs")
    (receipt,) = acme.push([update()])
    assert receipt.outcome is Outcome.STALE
    assert receipt.record.payload["Name"] == "Theirs"
    assert execute("SELECT Name FROM People") == [("Theirs",)]


def test_an_empty_version_is_compared_too(acme, add):
    add(1, None)
    assert acme.push([update(base={"Changed": None})])[0].outcome is Outcome.SENT


@pytest.mark.parametrize("remote_id", ["1", "not a number"])
def test_an_update_of_a_row_that_is_gone_is_refused(acme, remote_id):
    (receipt,) = acme.push([update()._replace(remote_id=remote_id)])
    assert receipt.outcome is Outcome.REJECTED


def test_a_create_bears_our_reference_defaults_and_stamps(acme, execute):
    (receipt,) = acme.push([create()])
    assert receipt.outcome is Outcome.SENT
    ((name, gone, ours, made, changed),) = execute(
        "SELECT Name, Gone, Ours, Made, Changed FROM People"
    )
    assert (name, gone, ours) == ("New", "N", "cus_1")
    assert made == changed is not None
    assert receipt.record.reference == "cus_1"


def test_a_doubtful_create_is_looked_up_by_reference(acme, add):
    add(5, "2026-07-01 12:00:00", Ours="cus_1")
    assert acme.push([create(doubtful=True)])[0].record.key.id == "5"
    assert len(pulled(acme)) == 1


def test_a_doubtful_create_that_was_never_done_is_done(acme):
    assert acme.push([create(doubtful=True)])[0].record.key.id == "1"


def test_values_that_the_database_refuses_are_a_refusal_without_the_values(acme, add):
    add(1, "2026-07-01 12:00:00", Code="anna@private.example")
    changes = [create(fields={"Code": "anna@private.example"}), create(fields={"Nope": 1})]
    receipts = acme.push([*changes, create(fields={"Name": ["a", "list"]})])
    assert {it.outcome for it in receipts} == {Outcome.REJECTED}
    assert "private" not in str(receipts)
    assert "'Nope'" in receipts[1].reason


def test_a_number_that_is_none_is_refused(acme):
    (receipt,) = acme.push([create(fields={"No": "seven"})])
    assert receipt.outcome is Outcome.REJECTED


def test_a_database_that_somebody_holds_is_trouble_that_may_pass(
    acme, file, add, monkeypatch, open_profile
):
    monkeypatch.setattr("connectors.sql.database.LOCK_PATIENCE", 0)
    add(1, "2026-07-01 12:00:00")
    connector = open_profile(PROFILE, f"sqlite:///{file}", username="")
    pulled(connector)
    with closing(sqlite3.connect(file)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        (receipt,) = connector.push([update()])
        assert receipt.outcome is Outcome.FAILED
        with pytest.raises(TransientError, match="does not answer"):
            pulled(connector)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("table: People", "table: Persons", "there is no table Persons"),
        ("id: No", "id: Number", "no column 'Number'; it has: No, Name"),
        ("stamps: [Changed]", "stamps: [Touched]", "no column 'Touched'"),
    ],
)
def test_a_table_that_is_not_as_the_profile_says_needs_a_person(
    open_profile, file, old, new, reason
):
    connector = open_profile(PROFILE.replace(old, new), f"sqlite:///{file}", username="")
    with pytest.raises(ConfigError, match=reason):
        connector.check()


@pytest.mark.parametrize(
    "url", ["sqlite:////nowhere/x.db", "no url", "oddbase://host/db", "sqlite://"]
)
def test_an_address_that_is_no_database_needs_a_person_and_makes_no_file(open_profile, url):
    with pytest.raises(ConfigError, match="shop: "):
        open_profile(PROFILE, url)


def test_an_unreachable_server_is_trouble_that_may_pass(open_profile):
    connector = open_profile(PROFILE, "postgresql+psycopg://127.0.0.1:1/x")
    with pytest.raises(TransientError) as caught:
        connector.check()
    assert "s3cret" not in str(caught.value)


def test_a_table_without_times_is_read_whole_by_id(open_profile, file, add):
    text = PROFILE[: PROFILE.index("  changed:")]
    for number in range(5):
        add(number, None)
    connector = open_profile(
        text.replace("  version: Changed\n", ""), f"sqlite:///{file}", username=""
    )
    pages = list(connector.pull(None))
    assert [len(page.records) for page in pages] == [3, 2]
    assert len(pulled(connector, pages[0].cursor)) == 5
    assert not connector.capabilities.incremental


def test_real_time_columns_are_compared_as_times(tmp_path, open_profile):
    file = tmp_path / "typed.db"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(
            "CREATE TABLE T (Id INTEGER PRIMARY KEY, At DATETIME, Born DATE, N NUMERIC(8,2))"
        )
        connection.executemany(
            "INSERT INTO T VALUES (?, ?, ?, ?)",
            [(n, f"2026-07-0{n} 12:00:00.000000", "1980-01-02", 1.5) for n in range(1, 6)],
        )
    connector = open_profile(
        "vendor: A\nsource: s\nengine: sql\nlimits: {page: 2}\n"
        "customers: {table: T, id: Id, changed: {fields: [At]}}",
        f"sqlite:///{file}",
        username="",
    )
    pages = list(connector.pull(None))
    assert pages[0].records[0].payload == {
        "Id": 1, "At": "2026-07-01T12:00:00", "Born": "1980-01-02", "N": "1.50",
    }  # fmt: skip
    assert [len(page.records) for page in pages] == [2, 2, 1]
    assert [record.key.id for record in pulled(connector, pages[-1].cursor)] == ["5"]
    change = Change("c", Operation.UPDATE, "1", {"Born": "1981-03-04"}, None, "r")
    assert connector.push([change])[0].record.payload["Born"] == "1981-03-04"


def test_reading_back_leaves_out_what_is_gone(acme, add):
    add(1, None)
    assert [record.key.id for record in acme.read_back(["1", "2"])] == ["1"]


def test_a_login_given_apart_is_put_into_the_address(channel, tmp_path):
    file = tmp_path / "p.yaml"
    file.write_text(PROFILE)
    made = connect(channel(str(file), "postgresql+psycopg://host/db"))
    assert made.name == "shop"


def test_a_row_is_marked_deleted_and_never_removed(acme, add, execute):
    add(1, "2026-07-01 12:00:00")
    acme.delete("1")
    assert execute('SELECT "Gone" FROM People') == [("Y",)]
    assert acme.capabilities.delete


def test_a_table_without_a_marker_of_deletion_says_so(open_profile, file):
    text = PROFILE.replace("  deleted: {field: Gone, values: [Y]}\n", "")
    with open_profile(text, f"sqlite:///{file}", username="") as connector:
        with pytest.raises(ConfigError, match="how to delete"):
            connector.delete("1")
        assert not connector.capabilities.delete
