"""Golden customers: the living ones, their versions, and where retired ids lead."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Text,
    and_,
    case,
    delete,
    func,
    insert,
    literal,
    select,
    update,
)

from hub.model import Attributes, GoldenCustomer, Key
from store import bulk
from store.aliases import forward, lead, successors
from store.bulk import among, chunks
from store.contacts import hashed
from store.encoding import dump, load
from store.golden_text import GoldenText, Provenance, read_attributes, read_provenance
from store.tables import contact_point, golden, golden_alias, golden_history, source_record
from store.types import Moment

_NO_DIGIT = re.compile(r"\D")
_CHUNK = 10_000  # rows fetched at a time
_AN_ID = "cus_"  # so begins every id, and no key, contact or name that anybody would look for
_SHOWN = (
    *("id", "version", "kind", "display_name", "search_name", "status", "attributes"),
    "provenance",
)
AS_NOW = ""
"""The values of a customer's last version: they stand in the customer itself, not once more."""
_HISTORY = ("golden_id", "version", "at", "run_id", "attributes", "provenance", "members")


class GoldenVersion(NamedTuple):
    """A golden customer as it was from ``at`` until the next version; no members: retired."""

    version: int
    at: datetime
    run_id: str | None
    attributes: Attributes
    provenance: Provenance
    members: tuple[Key, ...]


class GoldenCustomers:
    """The merged customers; only living ones are returned, unless said otherwise."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, ids: Iterable[str]) -> dict[str, GoldenCustomer]:
        """Return the living golden customers of these ids."""
        return {
            customer.id: customer
            for chunk in chunks(sorted(ids), _CHUNK)
            for customer in self._fetch(
                _living().where(among(self._connection, golden.c.id, chunk))
            )
        }

    def texts(self, ids: Iterable[str]) -> dict[str, GoldenText]:
        """Return the living golden customers of these ids as they were written."""
        table = golden.c
        found = {}
        for chunk in chunks(sorted(ids), _CHUNK):
            query = select(*(table[name] for name in GoldenText._fields[:7])).where(
                table.retired.is_(False), among(self._connection, table.id, chunk)
            )
            members = self._crosswalk(chunk)
            for row in self._connection.execute(query):
                found[row.id] = GoldenText.stored(row, members.get(row.id, ()))
        return found

    def members(self, ids: Iterable[str]) -> dict[str, list[int]]:
        """Return the record ids behind each golden customer, smallest first."""
        found: dict[str, list[int]] = {golden_id: [] for golden_id in ids}
        query = (
            select(source_record.c.golden_id, source_record.c.id)
            .where(among(self._connection, source_record.c.golden_id, found))
            .order_by(source_record.c.id)
        )
        for golden_id, number in self._connection.execute(query):
            found[golden_id].append(number)
        return found

    def save(
        self, customers: Sequence[GoldenCustomer | GoldenText], at: datetime, run_id: str | None
    ) -> None:
        """Write these customers, new or changed, and a row of history for each.

        A first version is a new row, so two first versions of one id are a defect of the caller.
        A retired id that is saved lives again. Members are not assigned by this, but by
        ``records.assign``.
        """
        for chunk in chunks(customers, _CHUNK):
            texts = [
                GoldenText.of(one) if isinstance(one, GoldenCustomer) else one for one in chunk
            ]
            self._save(texts, at, run_id)

    def retire(
        self, forwards: Mapping[str, Sequence[str]], at: datetime, run_id: str | None = None
    ) -> None:
        """Retire these ids; each forwards to its successors, for ever.

        Chains are flattened, so an id always forwards to living ones. The history gets a version
        without members. Raises ValueError for a circle.
        """
        self._keep(forwards)
        here = among(self._connection, golden.c.id, forwards)
        self._connection.execute(
            update(golden)
            .where(here, golden.c.retired.is_(False))
            .values(retired=True, changed_at=at, version=golden.c.version + 1)
        )
        last = select(
            golden.c.id, golden.c.version, literal(at, Moment), literal(run_id, Text),
            literal("{}"), literal("{}"), literal("[]"),
        ).where(here, golden.c.changed_at == at)  # fmt: skip
        self._connection.execute(insert(golden_history).from_select(_HISTORY, last))
        forward(self._connection, forwards, at)

    def retired_into(self, ids: Collection[str]) -> dict[str, tuple[datetime, frozenset[Key]]]:
        """Return the retired ids that forward to these: when they were, and their last members."""
        query = (
            select(golden.c.id, golden.c.changed_at, golden_history.c.members)
            .join(golden_alias, golden_alias.c.old_id == golden.c.id)
            .join(golden_history, golden_history.c.golden_id == golden.c.id)
            .where(
                among(self._connection, golden_alias.c.new_id, ids),
                golden_history.c.members != "[]",
            )
            .order_by(golden_history.c.version)
        )
        return {
            row.id: (row.changed_at, frozenset(Key(*key) for key in load(row.members)))
            for row in self._connection.execute(query)
        }

    def lead(self, led: Mapping[str, Sequence[str]], within: Collection[str], at: datetime) -> None:
        """Let these retired ids lead to the given successors, in place of those ``within``."""
        lead(self._connection, led, within, at)

    def versions(self, ids: Iterable[str]) -> dict[str, int]:
        """Return the last version of each of these ids, retired ones too."""
        query = select(golden.c.id, golden.c.version).where(
            among(self._connection, golden.c.id, ids)
        )
        return {row.id: row.version for row in self._connection.execute(query)}

    def resolve(self, golden_id: str) -> tuple[str, ...]:
        """Return the living ids that this one means now: itself, its successors, or none."""
        query = select(golden.c.retired).where(golden.c.id == golden_id)
        if self._connection.execute(query).scalar() is False:
            return (golden_id,)
        return successors(self._connection, golden_id)

    def born(self, ids: Iterable[str]) -> dict[str, datetime]:
        """Return when each of these ids was made, retired ones too."""
        query = select(golden.c.id, golden.c.born_at).where(
            among(self._connection, golden.c.id, ids)
        )
        return {row.id: row.born_at for row in self._connection.execute(query)}

    def find(self, text: str, limit: int = 20) -> list[GoldenCustomer]:
        """Return customers by id (a retired one finds its successors), key, contact or name.

        A contact is a whole e-mail address or phone number; of a name, the beginning is enough.
        Only if there is none of these, any part of a name is looked for: that reads all names.
        """
        if found := self._by_id(text):
            return found[:limit]
        exact = self._by_key(text) or self._by_contact(text)
        if exact:
            return [*self.get(exact[:limit]).values()]
        named = text.casefold().strip()
        for where in (self._begins(named), golden.c.search_name.contains(named, autoescape=True)):
            query = _living().where(where).order_by(golden.c.search_name, golden.c.id)
            if found := list(self._fetch(query.limit(limit))):
                return found
        return []

    def page(self, limit: int, after: str = "") -> list[GoldenCustomer]:
        """Return the next ``limit`` customers whose id is greater than ``after``."""
        query = _living().where(golden.c.id > after).order_by(golden.c.id).limit(limit)
        return list(self._fetch(query))

    def history(self, golden_id: str) -> list[GoldenVersion]:
        """Return all versions of one golden customer, oldest first; also of a retired one."""
        query = versions_of(golden_id).order_by(golden_history.c.version)
        return [version_of(row) for row in self._connection.execute(query)]

    def changed_by(self, run_id: str) -> list[str]:
        """Return the golden customers that have a version of this run; reads the whole history."""
        query = select(golden_history.c.golden_id).where(golden_history.c.run_id == run_id)
        ids = self._connection.execute(query.distinct().order_by(golden_history.c.golden_id))
        return list(ids.scalars())

    def count(self) -> int:
        """Count the living."""
        query = select(func.count()).select_from(golden).where(golden.c.retired.is_(False))
        return self._connection.execute(query).scalar_one()

    def _save(self, texts: Sequence[GoldenText], at: datetime, run_id: str | None) -> None:
        ids = [one.id for one in texts if one.version > 1]
        self._keep(ids)
        known = self._known(ids)
        names = (*_SHOWN, "changed_at", "retired")
        changed = [(*_rows(one), at, False) for one in texts if one.id in known]
        bulk.update(self._connection, golden, names, changed)
        born = [(*_rows(one), at, False, at) for one in texts if one.id not in known]
        bulk.insert(self._connection, golden, (*names, "born_at"), born)
        history = [
            (one.id, one.version, at, run_id, AS_NOW, AS_NOW, dump(one.members)) for one in texts
        ]
        bulk.insert(self._connection, golden_history, _HISTORY, history)
        self._connection.execute(
            delete(golden_alias).where(among(self._connection, golden_alias.c.old_id, ids))
        )

    def _keep(self, ids: Collection[str]) -> None:
        """Let the versions that stand in these customers stand by themselves: others follow."""
        if not ids:
            return
        version = golden_history.c
        self._connection.execute(
            update(golden_history)
            .where(
                among(self._connection, version.golden_id, ids),
                version.attributes == AS_NOW,
                golden.c.id == version.golden_id,
            )
            .values(attributes=golden.c.attributes, provenance=golden.c.provenance)
        )

    def _known(self, ids: Sequence[str]) -> set[str]:
        query = select(golden.c.id).where(among(self._connection, golden.c.id, ids))
        return set(self._connection.execute(query).scalars())

    def _by_id(self, text: str) -> list[GoldenCustomer]:
        """Return the customer of this id, or the successors of a retired one: mostly it lives."""
        if not text.startswith(_AN_ID):
            return []
        return [*(self.get([text]) or self.get(self.resolve(text))).values()]

    def _by_key(self, text: str) -> list[str]:
        channel, _, remote_id = text.partition(":")
        query = select(source_record.c.golden_id).where(
            source_record.c.channel == channel,
            source_record.c.remote_id == remote_id,
            source_record.c.golden_id.is_not(None),
        )
        return list(self._connection.execute(query).scalars())

    def _by_contact(self, text: str) -> list[str]:
        """Return the customers whose records have this e-mail address or phone number."""
        contacts = {text.casefold().strip(), *_as_numbers(text)}
        holds = select(contact_point.c.record_id).where(
            among(self._connection, contact_point.c.contact, [hashed(one) for one in contacts])
        )
        query = select(source_record.c.golden_id).where(
            source_record.c.id.in_(holds), source_record.c.golden_id.is_not(None)
        )
        return sorted(set(self._connection.execute(query).scalars()))

    def _begins(self, named: str) -> ColumnElement[bool]:
        """Return the condition that a name begins so, in the words that each index serves."""
        if self._connection.dialect.name == "sqlite":
            return and_(golden.c.search_name >= named, golden.c.search_name < named + "\U0010ffff")
        return golden.c.search_name.startswith(named, autoescape=True)

    def _fetch(self, query: Select[Any]) -> Iterator[GoldenCustomer]:
        rows = self._connection.execute(query).all()
        members = self._crosswalk([row.id for row in rows])
        for row in rows:
            yield GoldenCustomer(
                id=row.id,
                version=row.version,
                attributes=read_attributes(row.attributes),
                provenance=read_provenance(row.provenance),
                members=tuple(sorted(key for key, _ in members.get(row.id, ()))),
                gone=tuple(sorted(key for key, deleted in members.get(row.id, ()) if deleted)),
            )

    def _crosswalk(self, ids: Collection[str]) -> dict[str, list[tuple[Key, bool]]]:
        """Return each customer's records, and which of them are deleted in their channel."""
        table = source_record.c
        query = select(table.golden_id, table.channel, table.remote_id, table.deleted).where(
            among(self._connection, table.golden_id, ids)
        )
        found: dict[str, list[tuple[Key, bool]]] = {}
        for golden_id, channel, remote_id, deleted in self._connection.execute(query):
            found.setdefault(golden_id, []).append((Key(channel, remote_id), deleted))
        return found


def _as_numbers(text: str) -> list[str]:
    """Return how a phone number that somebody typed may have been kept."""
    number = _NO_DIGIT.sub("", text)
    if not number or any(map(str.isalpha, text)):
        return []
    return [number, f"+{number}", f"+{number.removeprefix('00')}"]


def _living() -> Select[Any]:
    columns = golden.c
    return select(columns.id, columns.version, columns.attributes, columns.provenance).where(
        columns.retired.is_(False)
    )


def _rows(golden_text: GoldenText) -> tuple[Any, ...]:
    """Return the values of the columns ``_SHOWN``."""
    name = golden_text.display_name
    return (*golden_text[:4], name.casefold(), *golden_text[4:7])


def versions_of(golden_id: str) -> Select[Any]:
    """Return the query for all versions of a golden customer."""
    columns = [
        case(
            (golden_history.c[name] == AS_NOW, golden.c[name]), else_=golden_history.c[name]
        ).label(name)
        for name in ("attributes", "provenance")
    ]
    others = [golden_history.c[name] for name in ("version", "at", "run_id", "members")]
    joined = golden_history.join(golden, golden.c.id == golden_history.c.golden_id)
    query = select(*others, *columns).select_from(joined)
    return query.where(golden_history.c.golden_id == golden_id)


def version_of(row: Row[Any]) -> GoldenVersion:
    """Read a row of the history."""
    return GoldenVersion(
        row.version,
        row.at,
        row.run_id,
        read_attributes(row.attributes),
        read_provenance(row.provenance),
        tuple(Key(*key) for key in load(row.members)),
    )
