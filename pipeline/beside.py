"""Consents that lie beside the customers: in streams of their own, with times of their own.

A record of such a stream belongs to a customer of its channel, or to whoever has the e-mail address
that it names. It is read when they are merged, so it makes no difference which came first.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from connectors.facts.profile import CONSENTS
from golden.consent import Act, ConsentAct, spoken
from hub.config import Settings
from hub.errors import RecordError
from hub.model import Consent, ConsentState, Customer, Key, SourceRecord
from mapping.recordmap import RecordMap
from pipeline.scope import Said
from pipeline.wiring import record_map
from store.database import Unit
from store.quarantine import Quarantined
from store.record import Member
from store.stream_records import StreamRecord


def consent_streams(settings: Settings) -> dict[str, RecordMap]:
    """Return the maps of the channels whose stream of consents is read, by channel."""
    maps = {
        name: record_map(channel)
        for name, channel in settings.channels.items()
        if CONSENTS in channel.streams
    }
    return {name: vendor for name, vendor in maps.items() if vendor.hears_consents}


def readable(
    vendor: RecordMap, records: Sequence[SourceRecord]
) -> tuple[list[SourceRecord], list[Quarantined]]:
    """Part the records of a stream of consents into those that can be read, and the others."""
    good, aside = [], []
    for record in records:
        try:
            vendor.read_consents(record.payload)
        except RecordError as error:
            row = Quarantined(*record.key, "pull", error.field, error.reason, record.payload)
            aside.append(row._replace(rule=error.reason, stream=CONSENTS))
        else:
            good.append(record)
    return good, aside


def mark_owners(unit: Unit, records: Sequence[SourceRecord]) -> None:
    """Let the customers whom these consents are about be merged anew."""
    if not records:
        return
    owners = {record.owner for record in records if record.owner is not None}
    keys = [Key(records[0].key.channel, owner) for owner in owners]
    known = {record.id for record in unit.records.by_key(keys).values()}
    unit.records.mark_for_merge(known | unit.contacts.holders(owners))


def beside(
    unit: Unit,
    streams: Mapping[str, RecordMap],
    records: Mapping[int, Member],
    said: Mapping[int, Said],
) -> Iterator[tuple[int, ConsentAct]]:
    """Yield (record id, act) of what the streams say of these records.

    A denial is heard wherever its contact point is, in whatever channel: an opt-out is never lost.
    A grant is its own channel's, for two people may share a mailbox.
    """
    if not streams:
        return
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for number, one in said.items():
        for contact in one.contacts:
            holders[contact].append(number)
    for channel, vendor in streams.items():
        mine = {
            it.key.id: n for n, it in records.items() if n in said and it.key.channel == channel
        }
        for row in unit.stream_records.owned(channel, CONSENTS, mine.keys() | holders.keys()):
            concerned = {*holders.get(row.owner or "", ()), *_owner(mine, row.owner)}
            for number in () if row.deleted else sorted(concerned):
                acts = _acts(vendor, row, records[number].key, said[number].word)
                yield from ((number, act) for act in acts)


def _owner(mine: Mapping[str, int], owner: str | None) -> Collection[int]:
    return () if owner is None or owner not in mine else (mine[owner],)


def _acts(vendor: RecordMap, row: StreamRecord, key: Key, word: Customer) -> Iterator[ConsentAct]:
    """Yield what a row says of a record; the row is the proof."""
    try:
        said = vendor.read_consents(row.payload, word.emails, word.phones)
    except RecordError:  # the map was changed since it landed
        return
    own = key.channel == row.key.channel
    for consent, until in said:
        if consent.state is ConsentState.GRANTED and not own:
            continue
        ended = until is not None and until <= row.landed_at
        (act,) = spoken(key, [_ended(consent, until) if ended else consent], row.landed_at)
        lasts = until if act.act is Act.GRANT else None
        yield act._replace(source=row.key.channel, proof=f"{CONSENTS} {row.key.id}", until=lasts)


def _ended(consent: Consent, until: datetime | None) -> Consent:
    """Return a grant that is over as what it is now; a denial is not lifted by its end."""
    if consent.state is not ConsentState.GRANTED:
        return consent
    return consent.model_copy(update={"state": ConsentState.EXPIRED, "at": until})
