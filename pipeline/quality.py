"""PROFILE: tell how good the data of a channel or a file is, before it goes live.

Counted column by column in SQL: how full, how many distinct, which formats, junk, broken letters;
then duplicates inside, and how much of it the hub knows already. What is counted of a channel is
what it answers now; nothing is landed.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pyarrow as pa

from hub.config import Settings
from hub.model import Payload
from pipeline.rowset import TABLE, Rowset, from_file, from_payloads, identifier, open_table
from pipeline.wiring import connect
from store.database import Store

_SHAPES = 5
_EXAMPLES = 3
_CODE, _OFTEN = 12, 10
"""A column of codes has at most so many, of at most so many letters, each one often."""
_SIGNS = ((r"\p{Han}+", "文"), (r"\p{Lu}+", "A"), (r"[\p{Ll}\p{Lo}]+", "a"), ("[0-9]+", "9"))
_MOSTLY = 0.8
"""A column is what so many of its values look like."""
_JUNK = (
    *("n/a", "na", "none", "null", "nil", "nan", "unknown", "unbekannt", "keine", "kein", "leer"),
    *("-", "--", "---", ".", "..", "...", "?", "??", "???", "x", "xx", "xxx", "xxxx", "0", "00"),
    *("test", "test test", "tester", "asdf", "qwertz", "qwerty", "dummy", "tbd", "todo", "no name"),
    *("foo", "bar", "example@example.com", "test@test.com", "test@test.de", "a@a.de", "no@no.com"),
    *("noreply@example.com", "1900-01-01", "0001-01-01", "01.01.1900", "0000-00-00", "9999-12-31"),
)
_SAME_LETTER = "length(v) > 3 AND replace(v, left(v, 1), '') = ''"
_MOJIBAKE = r"\x{FFFD}|Ã[\x{80}-\x{BF}]|Â[\x{A0}-\x{BF}]|â€|ï¿½|[\x01-\x08\x0B\x0C\x0E-\x1F\x7F]"
_LOOKS = {
    "e-mail": r"regexp_full_match(v, '[^@\s]+@[^@\s]+\.[^@\s.]+')",
    "date": r"regexp_full_match(v, '(\d{4}-\d\d?-\d\d?|\d\d?[./]\d\d?[./]\d{2,4})([ T].*)?')",
    "phone": (
        r"regexp_full_match(v, '[+(]*\d[\d ()/.\-]*[ ()/+.\-]*\d') AND "
        r"length(regexp_replace(v, '\D', '', 'g')) BETWEEN 7 AND 15 "
        r"AND (v LIKE '+%' OR v LIKE '0%' OR v LIKE '(%' OR v LIKE '% %' OR v LIKE '%-%')"
    ),
    "number": r"regexp_full_match(v, '[+\-]?\d+([.,]\d+)?')",
}
_KEYS = {"e-mail": "lower(v)", "phone": r"right(regexp_replace(v, '\D', '', 'g'), 8)"}
"""What makes two contact points the same, as far as a count needs it."""


class Column(NamedTuple):
    """What was counted of one column."""

    name: str
    looks_like: str
    filled: int
    null: int
    absent: int
    """Of ``null``: the source did not even show the column."""
    blank: int
    distinct: int
    shortest: int
    longest: int
    padded: int
    """Values with blanks before or after."""
    formats: tuple[tuple[str, int], ...]
    """The most frequent shapes: A and a for letters, 9 for digits, 文 for Chinese. Of a column of
    codes, the codes themselves: a map must name them."""
    junk: int
    junk_examples: tuple[str, ...]
    broken: int
    """Values with letters that were read in a wrong encoding, or control characters."""
    broken_examples: tuple[str, ...]
    shared: int
    """Of contact points: rows whose value stands in another row, too."""
    known: int | None
    """Of contact points: rows whose value the hub knows; None: the hub knows nobody yet."""


class QualityReport(NamedTuple):
    """What was counted of one source."""

    source: str
    rows: int
    columns: tuple[Column, ...]
    identical: int
    """Rows that repeat another one, but for columns in which each row is unique."""
    known: int | None
    """Rows with a contact point that the hub knows."""
    broken_bytes: int


def profile_file(store: Store, file: Path) -> QualityReport:
    """Count a file: CSV, JSON, JSON lines or Parquet. Raises ConfigError if it can't be read."""
    with tempfile.TemporaryDirectory(prefix="goldenrod-") as name:
        folder = Path(name)
        with open_table(folder) as connection:
            return _profile(store, connection, from_file(connection, file, folder), file.name)


def profile_channel(settings: Settings, store: Store, channel: str, stream: str) -> QualityReport:
    """Count what a channel answers now. Raises ConfigError and TransientError."""
    with tempfile.TemporaryDirectory(prefix="goldenrod-") as name:
        folder = Path(name)
        with open_table(folder) as connection:
            rows = from_payloads(connection, _pulled(settings, store, channel, stream), folder)
            return _profile(store, connection, rows, f"{channel} {stream}")


def _pulled(settings: Settings, store: Store, channel: str, stream: str) -> Iterator[Payload]:
    with connect(settings.channel(channel)) as source:
        source.share(store.allowance(channel))
        for page in source.pull(None, stream):
            yield from (record.payload for record in page.records)
            yield from (row.payload for row in page.rejected)


def _profile(
    store: Store, connection: duckdb.DuckDBPyConnection, given: Rowset, source: str
) -> QualityReport:
    (number,) = _one(connection, f"SELECT count(*) FROM {TABLE}") if given.columns else (0,)
    known = _load_hub(store, connection)
    columns = tuple(
        _column(connection, name, given.absent.get(name, 0), hub=known) for name in given.columns
    )
    return QualityReport(
        *(source, number, columns, _identical(connection, columns, number)),
        _known(connection, columns) if known else None,
        given.broken,
    )


def _column(connection: duckdb.DuckDBPyConnection, name: str, absent: int, *, hub: bool) -> Column:
    values = f"(SELECT trim({identifier(name)}) AS v, {identifier(name)} AS raw FROM {TABLE})"
    filled = f"(SELECT * FROM {values} WHERE v <> '')"
    junk = f"list_contains($junk, lower(v)) OR ({_SAME_LETTER})"
    broken = "regexp_matches(raw, $mojibake)"
    told = {"junk": list(_JUNK), "mojibake": _MOJIBAKE}
    looks = ", ".join(f"count(*) FILTER ({test})" for test in _LOOKS.values())
    null, blank = _one(
        connection,
        f"SELECT count(*) FILTER (raw IS NULL), count(*) FILTER (v = '') FROM {values}",
    )
    number, distinct, shortest, longest, padded, bad, wrong, *alike = _one(
        connection,
        f"SELECT count(*), count(DISTINCT v), coalesce(min(length(v)), 0), "
        f"coalesce(max(length(v)), 0), count(*) FILTER (v <> raw), count(*) FILTER ({junk}), "
        f"count(*) FILTER ({broken}), {looks} FROM {filled}",
        told,
    )
    kind = _kind(dict(zip(_LOOKS, alike, strict=True)), number)
    shared, known = 0, None
    if kind in _KEYS:
        shared, known = _shared(connection, filled, kind), _in_hub(connection, filled, kind, hub)
    return Column(
        *(name, kind, number, null, absent, blank, distinct, shortest, longest, padded),
        formats=_shapes(connection, filled, codes=_are_codes(number, distinct, longest)),
        junk=bad,
        junk_examples=_examples(connection, filled, junk, {"junk": told["junk"]}),
        broken=wrong,
        broken_examples=_examples(connection, filled, broken, {"mojibake": _MOJIBAKE}),
        shared=shared,
        known=known,
    )


def _kind(alike: dict[str, int], number: int) -> str:
    return next((kind for kind, n in alike.items() if number and n >= number * _MOSTLY), "text")


def _are_codes(number: int, distinct: int, longest: int) -> bool:
    return 0 < distinct <= _CODE >= longest and number >= _OFTEN * distinct


def _shapes(
    connection: duckdb.DuckDBPyConnection, filled: str, *, codes: bool
) -> tuple[tuple[str, int], ...]:
    shape = "left(v, 60)"
    for letters, sign in () if codes else _SIGNS:
        keep = f"'{sign}'"
        shape = f"regexp_replace({shape}, '{letters}', {keep}, 'g')"
    rows = connection.execute(
        f"SELECT {shape} AS shape, count(*) AS n FROM {filled} "
        f"GROUP BY shape ORDER BY n DESC, shape LIMIT {_SHAPES}"
    ).fetchall()
    return tuple((shape, number) for shape, number in rows)


def _examples(
    connection: duckdb.DuckDBPyConnection, filled: str, test: str, told: dict[str, Any]
) -> tuple[str, ...]:
    rows = connection.execute(
        f"SELECT left(v, 60) AS v, count(*) AS n FROM {filled} WHERE {test} "
        f"GROUP BY 1 ORDER BY n DESC, 1 LIMIT {_EXAMPLES}",
        told,
    ).fetchall()
    return tuple(row[0] for row in rows)


def _shared(connection: duckdb.DuckDBPyConnection, filled: str, kind: str) -> int:
    (number,) = _one(
        connection,
        f"SELECT coalesce(sum(n), 0)::BIGINT FROM "
        f"(SELECT count(*) AS n FROM {filled} GROUP BY {_KEYS[kind]} HAVING count(*) > 1)",
    )
    return int(number)


def _in_hub(
    connection: duckdb.DuckDBPyConnection,
    filled: str,
    kind: str,
    hub: bool,  # noqa: FBT001 - passed on
) -> int | None:
    if not hub:
        return None
    (number,) = _one(
        connection,
        f"SELECT count(*) FROM {filled} WHERE {_KEYS[kind]} IN "
        f"(SELECT key FROM hub WHERE kind = '{kind}')",
    )
    return int(number)


def _identical(
    connection: duckdb.DuckDBPyConnection, columns: tuple[Column, ...], number: int
) -> int:
    telling = [identifier(it.name) for it in columns if it.distinct < number]
    if not telling:
        return 0
    names = ", ".join(telling)
    (distinct,) = _one(connection, f"SELECT count(*) FROM (SELECT DISTINCT {names} FROM {TABLE})")
    return number - int(distinct)


def _known(connection: duckdb.DuckDBPyConnection, columns: tuple[Column, ...]) -> int:
    tests = []
    for column in columns:
        if column.looks_like in _KEYS:
            key = _KEYS[column.looks_like].replace("(v", f"(trim({identifier(column.name)})")
            kind = column.looks_like
            tests.append(f"{key} IN (SELECT key FROM hub WHERE kind = '{kind}')")
    if not tests:
        return 0
    (number,) = _one(connection, f"SELECT count(*) FROM {TABLE} WHERE {' OR '.join(tests)}")
    return int(number)


def _load_hub(store: Store, connection: duckdb.DuckDBPyConnection) -> bool:
    """Lay the contact points of all golden customers beside the rows; False: there are none."""
    connection.execute("CREATE TABLE hub (kind VARCHAR, key VARCHAR)")
    with store.read() as unit:
        for some in unit.known.attributes():
            given = pa.table({"attributes": pa.array(some, pa.string())})
            connection.register("attributes", given)
            for kind, path in (("e-mail", "emails"), ("phone", "phones")):
                connection.execute(
                    f"INSERT INTO hub SELECT '{kind}', {_KEYS[kind]} FROM (SELECT "
                    f"unnest(json_extract_string(attributes, '$.{path}[*]')) AS v FROM attributes)"
                )
            connection.unregister("attributes")
    (number,) = _one(connection, "SELECT count(*) FROM hub")
    return bool(number)


def _one(
    connection: duckdb.DuckDBPyConnection, sql: str, told: dict[str, Any] | None = None
) -> tuple[Any, ...]:
    return connection.execute(sql, told or {}).fetchone() or ()
