"""INGREDIENTS: what the golden customers of a scope are made of, read once for all of them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime

from golden.pins import claim
from hub.model import Claim, Key
from pipeline.compose import Task
from pipeline.consents import Ledger
from pipeline.scope import Scope
from store.database import Unit
from store.golden_text import GoldenText


class Ingredients:
    """Hands out what the golden customers of one scope are made of."""

    def __init__(self, unit: Unit, scope: Scope) -> None:
        self._scope = scope
        self._ledger = Ledger(unit, scope)
        self._pins: defaultdict[Key, list[Claim]] = defaultdict(list)
        keys = {record.id: key for key, record in scope.records.items()}
        for pin in unit.pins.live(keys):
            said = claim(pin.attribute, pin.value, pin.author, pin.at)
            self._pins[keys[pin.record_id]].append(said)

    def tasks(
        self,
        ids: Mapping[frozenset[Key], str],
        before: Mapping[str, GoldenText],
        versions: Mapping[str, int],
    ) -> Iterator[Task]:
        """Yield what the golden customer of every cluster is made of, by its id.

        ``before`` is what these ids were, ``versions`` the last that each had.
        """
        for members, id_ in ids.items():
            yield self._task(id_, members, before.get(id_), versions.get(id_, 0))

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
            [(self._scope.said[key].word, records[key].landed_at) for key in speaking],
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
