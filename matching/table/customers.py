"""The hub's customers as a frame: read from their JSON in one query, however many there are."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from matching.organisations.words import WordCounts
from matching.table.columns import Hashed, Slots, coded
from matching.table.companies import Companies
from matching.table.contacts import SQL, Emails, Numbers
from matching.table.dates import read_dates
from matching.table.duck import numbers_of, table_of
from matching.table.frame import Frame
from matching.table.names import read_names
from matching.table.places import NUMBER_SQL, WAY_SQL, Places, read_places
from matching.table.slices import lanes

_SHAPE = """{
  "kind": "VARCHAR", "organisation": "VARCHAR", "birth_date": "VARCHAR",
  "name": {"given": "VARCHAR", "middle": "VARCHAR", "family": "VARCHAR", "suffix": "VARCHAR"},
  "emails": ["VARCHAR"], "phones": ["VARCHAR"],
  "addresses": [{"street": "VARCHAR", "postcode": "VARCHAR", "locality": "VARCHAR"}],
  "identifiers": [{"kind": "VARCHAR", "value": "VARCHAR"}]
}"""
"""What of a ``hub.model.Customer`` matters here."""

_READ = f"SELECT row, id, from_json(text, '{_SHAPE}') AS c FROM given"
_RECORDS = f"""
SELECT hash(id) AS rank, (c.kind IS NOT DISTINCT FROM 'organisation')::TINYINT AS kind,
       c.organisation AS organisation, c.birth_date AS birth_date, c.name.given AS given,
       c.name.middle AS middle, c.name.family AS family, c.name.suffix AS suffix
FROM ({_READ}) ORDER BY row"""
_PERSONS = ("given", "middle", "family", "suffix")


def read_customers(ids: pa.Array, texts: pa.Array, counts: WordCounts | None = None) -> Frame:
    """Read customers: ``ids`` are their keys as text, ``texts`` their JSON, in the same order.

    ``counts`` is how common words of company names are; None: as these customers show it.
    """
    table = pa.table({"row": np.arange(len(ids)), "id": ids, "text": texts})
    with lanes(len(ids)) as pool:
        emails, phones = pool.submit(_emails, table), pool.submit(_phones, table)
        identifiers = pool.submit(_identifiers, table)
        addresses = pool.submit(_addresses, table)
        records = table_of(_RECORDS, given=table)
        columns = {name: records.column(name).combine_chunks() for name in records.column_names}
        return Frame(
            len(ids),
            columns["rank"].to_numpy(zero_copy_only=False),
            ids,
            kinds=columns["kind"].to_numpy(zero_copy_only=False).astype(np.int8),
            names=read_names({name: columns[name] for name in _PERSONS}, len(ids)),
            births=read_dates(coded(columns["birth_date"])),
            companies=Companies(coded(columns["organisation"]), counts),
            emails=emails.result(),
            phones=phones.result(),
            identifiers={"": identifiers.result()},
            places=addresses.result(),
        )


def kinds_of(texts: pa.Array) -> NDArray[np.int8]:
    """Return the kind of each customer, given as JSON: 1 for an organisation, 0 for a person."""
    kind = "(json_extract_string(text, '$.kind') IS NOT DISTINCT FROM 'organisation')::TINYINT"
    return numbers_of(kind, {"text": texts}).astype(np.int8)


def _elements(
    table: pa.Table,
    field: str,
    wanted: Mapping[str, tuple[str, ...]],
    dropped: str,
    further: str = "NULL AS none",
) -> tuple[dict[str, pa.Array], Slots]:
    """Read the elements of a list, with their steps of normalisation, and whose they are.

    ``further`` is what is computed of the normalised ones.
    """
    query = f"SELECT row, unnest(c.{field}) AS e FROM ({_READ})"
    first = ", ".join(f"{steps[0]} AS {name}" for name, steps in wanted.items())
    query = f"SELECT row, {first} FROM ({query})"
    for layer in range(1, max(map(len, wanted.values()))):
        cleaned = (
            f"{steps[layer].format(name)} AS {name}" if layer < len(steps) else name
            for name, steps in wanted.items()
        )
        query = f"SELECT row, {', '.join(cleaned)} FROM ({query})"
    found = table_of(
        f"SELECT *, {further} FROM ({query}) WHERE {dropped} IS NOT NULL ORDER BY row", given=table
    )
    owners = found.column("row").to_numpy()
    starts = np.searchsorted(owners, np.arange(table.num_rows + 1)).astype(np.int64)
    names = found.column_names[1:]
    return {name: found.column(name).combine_chunks() for name in names}, Slots(starts)


def _emails(table: pa.Table) -> Emails:
    hashes = "hash(email) AS hash, hash(split_part(email, '@', 1)) AS local"
    columns, slots = _elements(table, "emails", {"email": ("e", *SQL["email"])}, "email", hashes)
    return Emails(_hashed(columns, "email"), columns["local"].to_numpy(zero_copy_only=False), slots)


def _phones(table: pa.Table) -> Numbers:
    wanted = {"phone": ("e", *SQL["phone"])}
    columns, slots = _elements(table, "phones", wanted, "phone", "hash(phone) AS hash")
    return Numbers(_hashed(columns, "phone"), slots)


def _identifiers(table: pa.Table) -> Numbers:
    wanted = {"kind": ("e.kind",), "value": ("e.value", *SQL["identifier"])}
    columns, slots = _elements(table, "identifiers", wanted, "value", "hash(value) AS hash")
    return Numbers(_hashed(columns, "value"), slots, coded(columns["kind"]))


def _hashed(columns: Mapping[str, pa.Array], name: str) -> Hashed:
    return Hashed(columns["hash"].to_numpy(zero_copy_only=False), columns[name])


def _addresses(table: pa.Table) -> Places:
    wanted = {
        "way": ("e.street", WAY_SQL),
        "number": ("e.street", NUMBER_SQL),
        "line": ("e.street",),
        "postcode": ("e.postcode",),
        "locality": ("e.locality",),
    }
    columns, slots = _elements(table, "addresses", wanted, "coalesce(way, postcode, locality)")
    return read_places(columns, len(columns["way"]), slots)
