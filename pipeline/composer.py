"""COMPOSER: what the golden customers of a scope are made of, read once for all of them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from functools import partial

from golden.pins import claim
from golden.rules import Law
from hub.config import Settings
from hub.model import Claim, Key
from pipeline.compose import Composed, Task, compose_all
from pipeline.consents import Ledger
from pipeline.scope import Scope
from pipeline.workers import Workers
from store.bulk import chunks
from store.database import Unit
from store.golden_text import GoldenText

_BATCH = 1_000  # clusters that go to a process at once
_FEW = 9  # batches that are sooner done here than a process starts


class Composer:
    """Makes the golden customers of one scope, in the worker processes if they are many."""

    def __init__(self, unit: Unit, settings: Settings, scope: Scope) -> None:
        self._scope = scope
        channels = settings.channels.items()
        law = Law.of(settings.golden, {name: one.trust for name, one in channels})
        roles = {name: one.role for name, one in channels if one.role is not None}
        self._compose = partial(compose_all, law, roles)
        self._ledger = Ledger(unit, scope)
        self._pins: defaultdict[Key, list[Claim]] = defaultdict(list)
        keys = {record.id: key for key, record in scope.records.items()}
        for pin in unit.pins.live(keys):
            said = claim(pin.attribute, pin.value, pin.author, pin.at)
            self._pins[keys[pin.record_id]].append(said)

    def compose(
        self,
        ids: Mapping[frozenset[Key], str],
        before: Mapping[str, GoldenText],
        versions: Mapping[str, int],
        workers: Workers,
    ) -> Iterator[Composed]:
        """Yield the golden customer of every cluster, by its id.

        ``before`` is what these ids were, ``versions`` the last that each had.
        """
        tasks = (
            self._task(id_, members, before.get(id_), versions.get(id_, 0))
            for members, id_ in ids.items()
        )
        for composed in workers.each_chunk(self._compose, chunks(tasks, _BATCH), few=_FEW):
            yield from composed

    def _task(
        self, golden_id: str, members: Collection[Key], before: GoldenText | None, version: int
    ) -> Task:
        records = {key: self._scope.records[key] for key in sorted(members)}
        speaking = [key for key in records if not self._scope.said[key].silent] or [*records]
        return Task(
            golden_id,
            version,
            tuple(records),
            tuple([key for key, record in records.items() if record.deleted]),
            [(str(records[key].customer), records[key].landed_at) for key in speaking],
            self._ledger.words(records),
            [
                said
                for key in records
                for said in self._pins.get(key, ())
                if said.attribute != "parent" or said.value not in records  # merged with it since
            ],
            before,
        )


def let_pins_lapse(unit: Unit, moment: datetime) -> None:
    """Close the pins that were to end by now; their customers are merged anew."""
    ended = unit.pins.lapsed(moment)
    unit.pins.close([pin.id for pin in ended], "goldenrod", moment)
    unit.records.mark_for_merge({pin.record_id for pin in ended})


def verified(unit: Unit, numbers: Iterable[int]) -> set[Key]:
    """Return the records that a steward said are the same as another."""
    return {
        key
        for said in unit.decisions.live(set(numbers))
        if said.verdict == "same" and said.author != "goldenrod"
        for key in (said.left, said.right)
    }
