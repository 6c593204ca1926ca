import sqlite3
from contextlib import closing

import pytest

from sandbox.crm import FILE_NAME, create_crm


@pytest.fixture
def url(tmp_path, crm_records):
    return create_crm(tmp_path / "new", crm_records)


def rows_of(path):
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute("SELECT * FROM CUST")]


def test_the_file_holds_the_rows_as_given(url, tmp_path, crm_records):
    assert url == f"sqlite:///{tmp_path / 'new' / FILE_NAME}"
    assert rows_of(tmp_path / "new" / FILE_NAME) == crm_records


def test_a_row_is_found_and_written_through_any_sql_client(url, tmp_path):
    path = tmp_path / "new" / FILE_NAME
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT INTO CUST (CUST_NAME) VALUES ('NEU, EVA')")
    made = rows_of(path)[-1]
    assert (made["CUST_NO"], made["CUST_TYPE"]) == (20_002, "P")
    assert (made["DEL_FLAG"], made["OPTOUT"]) == ("N", "N")


def test_reading_goes_on_while_somebody_writes(url, tmp_path):
    path = tmp_path / "new" / FILE_NAME
    with closing(sqlite3.connect(path, timeout=0)) as writer, writer:
        writer.execute("UPDATE CUST SET CITY = 'Bonn'")
        assert rows_of(path)[0]["CITY"] == ""


def test_the_file_is_made_anew_each_time(url, tmp_path, crm_records):
    path = tmp_path / "new" / FILE_NAME
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM CUST")
    create_crm(tmp_path / "new", crm_records)
    assert rows_of(path) == crm_records
