"""The legacy CRM of the sandbox: one table in a SQLite file, the way the 1990s made it.

Names squeezed into one column, two columns for phones, dates as text, local time without a zone
(Europe/Berlin), and rows that are only marked as deleted. No trigger keeps ``UPDATED``: whoever
writes a row sets it, as the old client program did.
"""

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

FILE_NAME = "legacy_crm.db"

_SCHEMA = """
CREATE TABLE CUST (
    CUST_NO   INTEGER PRIMARY KEY,
    CUST_TYPE CHAR(1) DEFAULT 'P',
    CUST_NAME VARCHAR(80),
    CONTACT   VARCHAR(60),
    STREET    VARCHAR(60),
    ZIP       VARCHAR(12),
    CITY      VARCHAR(40),
    CTRY      VARCHAR(30),
    TEL1      VARCHAR(30),
    TEL2      VARCHAR(30),
    EMAIL     VARCHAR(80),
    BIRTH     CHAR(10),
    LANG      CHAR(2),
    TAXNO     VARCHAR(20),
    OPTOUT    CHAR(1) DEFAULT 'N',
    DEL_FLAG  CHAR(1) DEFAULT 'N',
    EXT_REF   VARCHAR(40),
    CREATED   CHAR(19),
    UPDATED   CHAR(19),
    NOTES     VARCHAR(255)
);
CREATE INDEX CUST_UPD ON CUST (UPDATED, CUST_NO);
"""
_INSERT = """
INSERT INTO CUST VALUES (
    :CUST_NO, :CUST_TYPE, :CUST_NAME, :CONTACT, :STREET, :ZIP, :CITY, :CTRY, :TEL1, :TEL2,
    :EMAIL, :BIRTH, :LANG, :TAXNO, :OPTOUT, :DEL_FLAG, :EXT_REF, :CREATED, :UPDATED, :NOTES
)
"""


def create_crm(directory: Path, rows: Iterable[Mapping[str, Any]] = ()) -> str:
    """Create the CRM's file anew with these rows; return its address for SQLAlchemy.

    A row has every column of CUST by name. The file is in WAL mode: the old client program may
    read while the hub writes.
    """
    directory.mkdir(parents=True, exist_ok=True)
    path = (directory / FILE_NAME).resolve()
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(_SCHEMA)
        connection.executemany(_INSERT, rows)
    return f"sqlite:///{path}"
