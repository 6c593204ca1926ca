"""Contact points: which records have an e-mail address or a phone number, looked up by its hash.

That a record belongs to another one is a point as well, so that children are found.
"""

from collections.abc import Collection, Iterable, Mapping
from hashlib import blake2b

from sqlalchemy import Connection, select

from hub.model import Key
from store.bulk import among, delete, insert
from store.tables import contact_point

_NAMES = ("contact", "record_id")
Rows = list[tuple[int, int]]
"""Hash and record."""


class ContactPoints:
    """An index that can be computed again at any time from the records."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def replace(self, contacts: Mapping[int, Iterable[str]]) -> None:
        """Let each record have these contact points (casefolded) and no others."""
        self.change(*self.changes(contacts))

    def changes(self, contacts: Mapping[int, Iterable[str]]) -> tuple[Rows, Rows]:
        """Return which rows must go and which come, so that each record has these and no others."""
        rows = {(hashed(one), record) for record, found in contacts.items() for one in found}
        query = select(contact_point.c.contact, contact_point.c.record_id).where(
            among(self._connection, contact_point.c.record_id, contacts)
        )
        known = {(row.contact, row.record_id) for row in self._connection.execute(query)}
        # Most stay as they are, and to look is cheaper than to write.
        return sorted(known - rows), sorted(rows - known)

    def change(self, gone: Rows, new: Rows) -> None:
        """Write what `changes` returned."""
        delete(self._connection, contact_point, _NAMES, gone)
        insert(self._connection, contact_point, _NAMES, new)

    def holders(self, contacts: Collection[str]) -> set[int]:
        """Return the records that have any of these.

        By hash: once in a very long while one too many.
        """
        wanted = among(self._connection, contact_point.c.contact, [hashed(c) for c in contacts])
        query = select(contact_point.c.record_id).where(wanted)
        return set(self._connection.execute(query).scalars())


def child_of(parent: Key) -> str:
    """Return the point that all records have in common which belong to this one."""
    return f"\0child of {parent}"


def hashed(contact: str) -> int:
    """Return the contact point as a number that both databases can index."""
    text = contact.encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "big", signed=True)
