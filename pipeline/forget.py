"""FORGET: a customer leaves every table, every channel is told, and a restore forgets it again.

The golden id stays, as erased. The channels' own records are deleted through the outbox; where a
channel has no way to delete, a dead letter asks a person to. What a channel still shows stays away.
"""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from hub.clock import new_id, now
from hub.config import Channel, Settings
from hub.errors import ConfigError, RecordError
from hub.model import Key
from pipeline.alone import alone
from pipeline.match import match
from pipeline.merge import merge
from pipeline.report import ForgetReport
from pipeline.wiring import connect
from store.backup import manifest
from store.backup.manifest import Erased
from store.database import Store, Unit
from store.erasure.erasures import Deletion, Erasure
from store.records import StoredRecord

log = logging.getLogger(__name__)


class Person(NamedTuple):
    """One customer: a golden id, and all records behind it."""

    golden_id: str
    records: tuple[StoredRecord, ...] = ()


def forget(settings: Settings, store: Store, *names: str, author: str) -> ForgetReport:
    """Erase these customers, each named by its golden id or by the key of one of its records.

    Raises RecordError for a name that means nobody or several customers, ConfigError without a
    secret, TransientError while a verb is at work; nobody was erased then.
    """
    with alone(settings, store):
        with store.begin() as unit:
            targets = {target.golden_id: target for target in (whom(unit, name) for name in names)}
            done = [_erase(unit, settings, one, author, now()) for one in targets.values()]
            waiting = [row for id_ in targets for row in unit.outbox.erasures(id_)]
            # Before the commit: what the manifest says too early, a second attempt makes true.
            _note(settings, done)
        swept = store.sweep()
    by_hand = tuple(f"{row.channel}:{row.erase}" for row in waiting if row.reason)
    records = sum(len(one.records) for one in done)
    log.info("forget: %s customers, %s records", len(done), records)
    return ForgetReport(tuple(targets), records, len(waiting) - len(by_hand), by_hand, swept)


def keys_of(names: Sequence[str]) -> list[Key]:
    """Read keys as a person types them. Raises RecordError for what is none."""
    try:
        return [Key.parse(name) for name in names]
    except ValueError as error:
        raise RecordError("key", str(error)) from error


def confirm(store: Store, key: Key, *, author: str) -> None:
    """Take note that a person has deleted a record of an erased customer in its channel.

    Raises RecordError if no such deletion waits.
    """
    with store.begin() as unit:
        waiting = [row for row in unit.outbox.erasures() if (row.channel, row.erase) == key]
        if not waiting:
            raise RecordError(str(key), "no deletion of such a record waits")
        unit.erasures.confirm([key], now())
        subject = {"golden": waiting[0].golden_id, "channel": key.channel}
        unit.journal.record(author, "confirm deletion", subject, now())


def forget_again(settings: Settings, store: Store) -> int:
    """Erase, in a store that comes from a backup, all who were erased since; return how many.

    Records go by the hash of their key: in the backup they may belong to other golden customers,
    which are merged anew without them.
    """
    known = manifest.load(Path(settings.backups)).erased
    with store.begin() as unit:
        there = {one.golden_id for one in unit.erasures.listed()}
        missing = [one for one in known if one.golden_id not in there]
        for one in missing:
            _erase_again(unit, one)
    if missing:
        match(settings, store)
        merge(settings, store)
        store.sweep()
    return len(missing)


def whom(unit: Unit, name: str) -> Person:
    """Return the one customer that ``name`` means; a record that is nobody's yet counts as one.

    Raises RecordError for a name that means nobody or several.
    """
    found = list(unit.golden.resolve(name))
    if not found and ":" in name:
        [key] = keys_of([name])
        record = unit.records.by_key([key]).get(key)
        if record and record.golden_id is None:
            return Person(new_id("cus"), (record,))
        found = [record.golden_id] if record and record.golden_id else []
    if len(found) != 1:
        why = f"means {len(found)} customers: {', '.join(found)}" if found else "means nobody"
        raise RecordError(name, f"{why}; name one golden id, or a key such as erp:C10001")
    [golden_id] = found
    return Person(golden_id, tuple(unit.records.get(unit.golden.members(found)[golden_id])))


def _erase(unit: Unit, settings: Settings, one: Person, author: str, at: datetime) -> Erasure:
    """Erase a customer, and order the deletion of what the channels still hold."""
    channels = {record.key.channel for record in one.records}
    hindrance = {name: _hindrance(settings, name) for name in channels}
    deletions = [
        Deletion(record.key, hindrance[record.key.channel])
        for record in one.records
        if not record.deleted
    ]
    unit.journal.record(author, "forget", {"golden": one.golden_id}, at)
    return unit.erasures.erase(
        Erasure(one.golden_id, at, author),
        [record.id for record in one.records],
        deletions,
        _contacts(one.records),
    )


def _hindrance(settings: Settings, name: str) -> str | None:
    """Return why the hub can't have a record deleted in this channel; None: it can."""
    channel = settings.channels.get(name)
    if channel is None:
        why = "the channel is not configured"
    elif not channel.push.enabled:
        why = "the hub may not write to the channel"
    elif not _deletes(channel):
        why = "the channel's profile knows no way to delete"
    else:
        return None
    return f"delete this record there by hand: {why}"


def _deletes(channel: Channel) -> bool:
    """Tell whether the channel's profile can delete; a broken one is no reason to keep a person."""
    try:
        return connect(channel).capabilities.delete
    except ConfigError:
        return False


def _erase_again(unit: Unit, one: Erased) -> None:
    numbers = unit.erasures.find(set(one.records))
    records = unit.records.get(numbers)
    holders = {record.golden_id for record in records if record.golden_id is not None}
    members = unit.golden.members(holders)
    unit.golden.retire(
        {id_: () for id_, found in members.items() if set(found) <= set(numbers)}, one.at
    )
    unit.erasures.erase(
        Erasure(one.golden_id, one.at, "restore", one.records), numbers, (), _contacts(records)
    )
    unit.records.mark_for_merge({n for found in members.values() for n in found} - set(numbers))


def _contacts(records: Iterable[StoredRecord]) -> set[str]:
    """Return the e-mail addresses and phone numbers that these records name."""
    words = [word for record in records for word in (record.customer, record.held) if word]
    return {contact for word in words for contact in (*word.emails, *word.phones)}


def _note(settings: Settings, done: Sequence[Erasure]) -> None:
    entries = [Erased(golden_id=one.golden_id, at=one.at, records=one.records) for one in done]
    manifest.note_erased(Path(settings.backups), entries)
