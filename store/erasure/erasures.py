"""Erasures: who was forgotten, and which records must not come back.

A key that must stay away is remembered as a hash made with a secret (HMAC, RFC 2104): without the
secret nobody can try out which ids or e-mail addresses are on the list.
"""

import hmac
from collections.abc import Collection, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, insert, select, update

from hub.errors import ConfigError
from hub.model import Key, SourceRecord
from store import bulk
from store.bulk import among
from store.erasure import wipe
from store.erasure.holdings import holdings
from store.tables import (
    IS_ERASURE,
    erasure,
    golden,
    golden_alias,
    outbox,
    source_record,
    suppressed,
)

_LOOK = "bears the reference of an erased customer: look, and delete it there by hand"


class Erasure(NamedTuple):
    """One customer that was forgotten; ``records`` are the hashes of its records' keys."""

    golden_id: str
    at: datetime
    author: str
    records: tuple[str, ...] = ()


class Deletion(NamedTuple):
    """A record that its channel must delete; ``reason`` why the hub can't see to that itself."""

    key: Key
    reason: str | None


class Erasures:
    """The customers that were forgotten."""

    def __init__(self, connection: Connection, secret: str) -> None:
        self._connection = connection
        self._secret = secret.encode()

    def hash(self, key: Key) -> str:
        """Return what stands for a key that must stay away. Raises ConfigError without a secret."""
        if not self._secret:
            raise ConfigError(
                "erasure_secret: is not set; make one (openssl rand -hex 32), keep it in the "
                "environment, and never change it: it recognises records that must stay away"
            )
        return hmac.new(self._secret, "\0".join(key).encode(), sha256).hexdigest()

    def erase(
        self,
        order: Erasure,
        records: Collection[int],
        deletions: Sequence[Deletion],
        contacts: Collection[str],
    ) -> Erasure:
        """Forget a customer and these records of it in every table; its id stays, as erased.

        ``deletions`` go to the outbox, the ones with a reason as dead letters; ``contacts`` find
        what is in quarantine without a key. Hashes that ``order`` names stay away as well.
        """
        keys = self._keys(records)
        self._make(order)
        left = wipe.traces(self._connection, order.golden_id, keys)
        wipe.wipe_golden(self._connection, left, order.golden_id)
        wipe.wipe_deliveries(self._connection, left, keys)
        wipe.wipe_events(self._connection, records, keys)
        alone = wipe.alone(self._connection, records, contacts)
        spoken = wipe.wipe_streams(self._connection, keys, alone)
        wipe.wipe_quarantine(self._connection, keys, contacts)
        wipe.wipe_records(self._connection, records)
        hashes = {self.hash(key) for key in keys | spoken}.union(order.records)
        done = order._replace(records=tuple(sorted(hashes)))
        self._note(done, left.wiped)
        self._order(order.golden_id, deletions)
        return done

    def holdings(self, golden_id: str, records: Collection[int]) -> dict[str, list[dict[str, Any]]]:
        """Return all that is held on a customer with these records, by table, as plain JSON."""
        return holdings(self._connection, golden_id, records)

    def listed(self) -> list[Erasure]:
        """Return all erasures, oldest first."""
        hashes: dict[str, list[str]] = {}
        for row in self._connection.execute(select(suppressed).order_by(suppressed.c.hash)):
            hashes.setdefault(row.golden_id, []).append(row.hash)
        query = select(erasure).order_by(erasure.c.at, erasure.c.golden_id)
        return [
            Erasure(row.golden_id, row.at, row.author, tuple(hashes.get(row.golden_id, ())))
            for row in self._connection.execute(query)
        ]

    def find(self, hashes: Collection[str]) -> list[int]:
        """Return the records whose keys have these hashes; looks at every key there is."""
        table = source_record.c
        rows = self._connection.execute(select(table.id, table.channel, table.remote_id))
        return [row.id for row in rows if self.hash(Key(row.channel, row.remote_id)) in hashes]

    def admit(self, records: Sequence[SourceRecord], at: datetime) -> list[SourceRecord]:
        """Leave out the records of forgotten customers; note which are gone over there.

        A channel that changed a record after it had deleted it knows somebody who came back: such
        a record is let in as new. Raises ConfigError if the secret is not the one of the list.
        """
        if not records or not self._is_needed():
            return list(records)
        created = self._created_for_erased(records)
        hashes = {record.key: self.hash(record.key) for record in records}
        query = select(suppressed.c.hash, suppressed.c.gone_at).where(
            among(self._connection, suppressed.c.hash, hashes.values())
        )
        gone = {row.hash: row.gone_at for row in self._connection.execute(query)}
        known = [record for record in records if hashes[record.key] in gone]
        self.confirm([record.key for record in known if record.deleted], at)
        away = {one.key for one in known if not _came_back(one, gone[hashes[one.key]])} | created
        return [record for record in records if record.key not in away]

    def away(self, keys: Collection[Key]) -> set[Key]:
        """Return those of these customers who were forgotten, and have not come back.

        A consent may name a contact point instead; that one came back with whoever has it now.
        """
        if not keys or not self._is_needed():
            return set()
        hashes = {self.hash(key): key for key in keys}
        query = select(suppressed.c.hash).where(
            among(self._connection, suppressed.c.hash, hashes.keys())
        )
        forgotten = {hashes[found] for found in self._connection.execute(query).scalars()}
        table = source_record.c
        back = select(table.channel, table.remote_id).where(
            among(self._connection, table.remote_id, [key.id for key in forgotten])
        )
        forgotten -= {Key(*row) for row in self._connection.execute(back)}
        return {Key(*key) for key in forgotten if not wipe.holders(self._connection, key.id)}

    def _created_for_erased(self, records: Sequence[SourceRecord]) -> set[Key]:
        """Find records that a push of ours made, cut off before it knew: they stay away as well.

        A person must look: a reference that somebody copied proves nothing.
        """
        claimed = {record.reference for record in records if record.reference is not None}
        query = select(erasure.c.golden_id).where(
            among(self._connection, erasure.c.golden_id, claimed)
        )
        erased = set(self._connection.execute(query).scalars())
        found = {r.key: r.reference for r in records if r.reference in erased and not r.deleted}
        waiting = select(outbox.c.channel, outbox.c.erase).where(IS_ERASURE)
        known = {Key(*row) for row in self._connection.execute(waiting)} if found else set()
        for key, golden_id in found.items():
            if key not in known:
                self._order(str(golden_id), [Deletion(key, _LOOK)])
        return set(found)

    def confirm(self, keys: Collection[Key], at: datetime) -> None:
        """Note that the channels have deleted these records: nothing is left to be delivered."""
        hashes = {self.hash(key) for key in keys}
        self._connection.execute(
            update(suppressed)
            .where(
                among(self._connection, suppressed.c.hash, hashes), suppressed.c.gone_at.is_(None)
            )
            .values(gone_at=at)
        )
        for key in keys:
            mine = (outbox.c.channel == key.channel, outbox.c.erase == key.id)
            self._connection.execute(delete(outbox).where(*mine))

    def _make(self, order: Erasure) -> None:
        """See to it that there is a golden customer of this id: a backup may not know it yet."""
        known = select(golden.c.id).where(golden.c.id == order.golden_id)
        if self._connection.execute(known).scalar() is None:
            blank: dict[str, Any] = {"version": 1, "kind": "person", "status": "closed"}
            times = {"born_at": order.at, "changed_at": order.at, "retired": True}
            values = wipe.BLANKED[golden] | blank | times | {"id": order.golden_id}
            self._connection.execute(insert(golden).values(values))

    def _keys(self, records: Collection[int]) -> frozenset[Key]:
        table = source_record.c
        query = select(table.channel, table.remote_id).where(
            among(self._connection, table.id, records)
        )
        return frozenset(Key(*row) for row in self._connection.execute(query))

    def _note(self, done: Erasure, ids: Collection[str]) -> None:
        forwards = select(golden_alias).where(golden_alias.c.old_id == golden.c.id).exists()
        self._connection.execute(
            update(golden)
            .where(
                among(self._connection, golden.c.id, ids),
                golden.c.erased_at.is_(None),
                ~forwards,  # one of several successors was erased: the id leads to the others
            )
            .values(erased_at=done.at)
        )
        rows = [(done.golden_id, done.at, done.author, self._secret_id())]
        bulk.insert(self._connection, erasure, ("golden_id", "at", "author", "secret_id"), rows)
        # One who came back and is forgotten again is to stay away again.
        again = among(self._connection, suppressed.c.hash, done.records)
        self._connection.execute(delete(suppressed).where(again))
        hashes = [(one, done.golden_id) for one in done.records]
        bulk.insert(self._connection, suppressed, ("hash", "golden_id"), hashes)

    def _order(self, golden_id: str, deletions: Sequence[Deletion]) -> None:
        names = ("golden_id", "channel", "erase", "state", "version", "notified", "attempts")
        rows = [
            (golden_id, *one.key, "dead" if one.reason else "due", 0, 1, 0, one.reason or "")
            for one in deletions
        ]
        bulk.insert(self._connection, outbox, (*names, "reason"), rows)

    def _is_needed(self) -> bool:
        """Tell whether anybody was forgotten at all."""
        found = set(self._connection.execute(select(erasure.c.secret_id).distinct()).scalars())
        if found and found != {self._secret_id()}:
            raise ConfigError(
                "erasure_secret: is not the one that customers were forgotten with; without it "
                "they can't be kept away"
            )
        return bool(found)

    def _secret_id(self) -> str:
        return self.hash(Key("", ""))[:16]


def _came_back(record: SourceRecord, gone_at: datetime | None) -> bool:
    changed = record.changed_at
    return not (record.deleted or gone_at is None or changed is None) and changed > gone_at
