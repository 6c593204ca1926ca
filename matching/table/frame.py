"""The frame: a table of customers in comparable columns, ready for keys and comparisons.

In: anything that DuckDB can read, and which column plays which role. Out: a ``Frame``. Each record
is a row; fields of which a record may have several lie in columns of their own, with slots.
"""

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from matching.table.cells import cell_columns
from matching.table.columns import Column, Hashes, Slots, Words, coded, recoded, together
from matching.table.companies import Companies
from matching.table.contacts import SQL, Emails, Numbers, read_emails, read_numbers
from matching.table.dates import Dates, read_dates
from matching.table.duck import quoted, table_of
from matching.table.folding import folded
from matching.table.names import Names, read_names
from matching.table.order import in_usual_order
from matching.table.places import NUMBER_SQL, WAY_SQL, Places, read_places

_NAMES = ("given", "middle", "family", "suffix")
_PARTS = ("way", "number", "postcode", "locality", "line")
_PLACED = {"street", "number", "postcode", "locality"}
_ADDRESS = {"line", "postcode", "locality"}
_PLACES = {
    "way": "way",
    "number": "number",
    "postcode": "postcode",
    "region": "postcode",
    "locality": "locality",
    "line_way": "lines",
    "line_number": "lines",
}
"""By attribute: the part of an address that shows its value."""


Columns = dict[str, Column]


@dataclass(frozen=True)
class Frame:
    """A table of customers, column by column; a field that nobody has is None."""

    size: int
    ranks: Hashes
    """A number a record that does not depend on where in the table it stands."""
    ids: pa.Array
    """The records' ids as text; without an id column, the numbers of their rows, from 1."""
    sources: Words | None = None
    """Where each record comes from, if records of one source are known to be different."""
    kinds: NDArray[np.int8] | None = None
    """1 for an organisation, 0 for a person; None where the table holds one kind only."""
    names: Names | None = None
    companies: Companies | None = None
    births: Dates | None = None
    emails: Emails | None = None
    phones: Numbers | None = None
    websites: Numbers | None = None
    identifiers: Mapping[str, Numbers] = field(default_factory=dict)
    places: Places | None = None
    attributes: Mapping[str, Words] = field(default_factory=dict)
    """Sex, occupation and the like, by name."""

    def text(self, part: str, record: int) -> str:
        """Return what a record says that a part of a key is made of; empty if nothing."""
        kind, _, which = part.partition(":")
        name = kind if kind in _PLACES else kind.partition("_")[0]
        if self.names and name in {"given", "family", "formal", "names", "sounds"}:
            sides = {"family": (self.names.family,), "names": (self.names.given, self.names.family)}
            words = sides.get(name, (self.names.given,))
            return " ".join(filter(None, (_said(side, record) for side in words)))
        if self.births and name in {"birth", "month"}:
            return _said(self.births.words, record)
        if name == "attribute":
            return _said(self.attributes[which], record)
        return self._element(name, which, record)

    def _element(self, name: str, which: str, record: int) -> str:
        """Return the first value of a field of which a record may have several."""
        if self.emails and name in {"mailbox", "email", "domain"}:
            return _first(self.emails.whole.texts, self.emails.slots, record)
        numbers = {"phone": self.phones, "website": self.websites}.get(name)
        if name == "identifier":
            numbers = self.identifiers.get(which)
        if numbers:
            return _first(numbers.values.texts, numbers.slots, record)
        if self.places and name in _PLACES:
            words = getattr(self.places, _PLACES[name])
            row = record if self.places.slots.starts is None else self.places.slots.starts[record]
            return _said(words, int(row))
        return _said(self.companies.words, record) if self.companies else ""


def _said(words: Words, row: int) -> str:
    code = int(words.codes[row])
    return str(words.values[code]) if code >= 0 else ""


def _first(texts: pa.Array, slots: Slots, record: int) -> str:
    row = record if slots.starts is None else int(slots.starts[record])
    return texts[row].as_py() or ""


def read_frame(
    relation: str,
    roles: Mapping[str, str],
    *,
    linked: bool = False,
    inputs: Mapping[str, pa.Table] | None = None,
    columnar: bool = False,
) -> Frame:
    """Read a flat table: ``relation`` is its SQL, ``roles`` says which expression plays which role.

    Roles: given, middle, family, suffix, name (a person's, whole), organisation, birth_date, email,
    phone, website, street, number, postcode, locality, ``identifier:KIND``, ``attribute:NAME``,
    source, id. Further columns of e-mails and phones are ``email:NAME`` and ``phone:NAME``.
    ``columnar``: reading a few columns costs no more than their share, so they are read apart.
    """
    # Without an id, all that a record says ranks it; and a company's cell may hold its address.
    apart = (
        columnar and "id" in roles and not ("organisation" in roles and _PLACED.isdisjoint(roles))
    )
    lanes = _lanes(roles)
    ask = partial(_asked, relation, inputs or {})
    with ThreadPoolExecutor(2) as pool:
        if apart:
            names = pool.submit(lambda: _names(ask(lanes[0])))
            places = pool.submit(lambda: _places(ask(lanes[1])))
            columns = ask(lanes[2], ranked=True)
        else:
            columns = ask(roles, ranked=True)
            if "organisation" in columns and not columns.keys() & _ADDRESS:
                columns |= cell_columns(columns["organisation"])
            names = pool.submit(_names, _taken(columns, _NAMES))
            places = pool.submit(_places, _taken(columns, _PARTS))
        rows = len(columns["#rank"])
        ranks = columns.pop("#rank").to_numpy()
        reach = _reach(columns)
        return Frame(
            rows,
            ranks,
            _ids(columns, rows),
            sources=coded(columns.pop("source")) if linked else None,
            companies=Companies(coded(columns.pop("organisation")))
            if "organisation" in columns
            else None,
            births=read_dates(coded(columns.pop("birth_date")))
            if "birth_date" in columns
            else None,
            emails=read_emails(reach),
            phones=read_numbers(reach, "phone"),
            websites=read_numbers(reach, "website"),
            identifiers={
                name.partition(":")[2]: numbers
                for name in reach
                if _base(name) == "identifier" and (numbers := read_numbers(reach, name))
            },
            attributes=_attributes(columns),
            names=names.result(),
            places=places.result(),
        )


def _lanes(roles: Mapping[str, str]) -> tuple[dict[str, str], ...]:
    """Part the roles into those of names, those of places, and the rest."""
    groups = ({*_NAMES, "name"}, _PLACED, roles.keys() - {*_NAMES, "name"} - _PLACED)
    return tuple({role: roles[role] for role in roles if role in group} for group in groups)


def _asked(
    relation: str, inputs: Mapping[str, pa.Table], roles: Mapping[str, str], *, ranked: bool = False
) -> Columns:
    """Read and normalise the columns that play these roles, and a rank of each record."""
    if not roles:
        return {}
    table = table_of(_query(relation, roles, ranked=ranked), **inputs)
    columns = dict(zip(table.column_names, table.columns, strict=True))
    if "name" in roles:
        columns["given"] = in_usual_order(columns["given"])
    return columns


def _taken(columns: Columns, names: Iterable[str]) -> Columns:
    """Take some columns out of a table."""
    return {name: columns.pop(name) for name in names if name in columns}


def _copied(columns: Columns, name: str) -> pa.Array:
    """Copy a column that is kept: one that is not would keep all others of its table alive."""
    return together([columns.pop(name)]).combine_chunks()


def _reach(columns: Columns) -> dict[str, pa.Array]:
    """Take out the columns of contacts, with their hashes."""
    wanted = [name for name in columns if name.startswith("#") or _base(name) in SQL]
    return {name: _copied(columns, name) for name in wanted}


def _ids(columns: Columns, rows: int) -> pa.Array:
    if "id" in columns:
        return _copied(columns, "id")
    return pa.array(map(str, range(1, rows + 1)), pa.string())


def _query(relation: str, roles: Mapping[str, str], *, ranked: bool) -> str:
    """Return the query that reads and normalises the columns, one layer a step."""
    names = [quoted(role) for role in roles]
    first = (
        f"({source})::VARCHAR AS {name}" for name, source in zip(names, roles.values(), strict=True)
    )
    query = f"SELECT {', '.join(first)} FROM {relation}"
    steps = {role: SQL.get(_base(role), ()) for role in roles}
    for layer in range(max(map(len, steps.values()))):
        cleaned = (
            f"{step[layer].format(name)} AS {name}" if layer < len(step) else name
            for name, step in zip(names, steps.values(), strict=True)
        )
        query = f"SELECT {', '.join(cleaned)} FROM ({query})"
    return f"SELECT {', '.join(_outputs(roles, ranked=ranked))} FROM ({query})"


def _outputs(roles: Mapping[str, str], *, ranked: bool) -> Iterator[str]:
    # The id ranks a record; without one, all that the record says does.
    if ranked:
        told = "id" if "id" in roles else ", ".join(map(quoted, roles))
        yield f"hash({told}) AS {quoted('#rank')}"
    for role in roles:
        name = quoted(role)
        if role == "street":
            yield f"{name} AS line"
            yield f"{WAY_SQL.format(name)} AS way"
            if "number" not in roles:
                yield f"{NUMBER_SQL.format(name)} AS number"
            continue
        if role == "name":
            yield f"{name} AS given"  # told apart where all names are read
            continue
        yield name
        if _base(role) in SQL:
            yield f"hash({name}) AS {quoted('#' + role)}"
        if _base(role) == "email":
            yield f"hash(split_part({name}, '@', 1)) AS {quoted('#local ' + role)}"


def _base(role: str) -> str:
    return role.partition(":")[0]


def _attributes(columns: Columns) -> dict[str, Words]:
    raw = {
        name.partition(":")[2]: coded(columns.pop(name))
        for name in [*columns]
        if _base(name) == "attribute"
    }
    return {name: recoded(words, folded(words.values)) for name, words in raw.items()}


def _names(parts: Columns) -> Names | None:
    return read_names(parts, _rows(parts)) if parts else None


def _rows(columns: Columns) -> int:
    return len(next(iter(columns.values())))


def _places(parts: Columns) -> Places | None:
    if not parts.keys() - {"number", "line"}:
        return None
    if "line" in parts:
        parts["line"] = _copied(parts, "line")
    return read_places(parts, _rows(parts), Slots())
