"""PARTY: the golden customer that a person named, with its records, ready to be acted on."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from golden.echo import is_silent
from hub.errors import ConflictError, RecordError
from hub.model import Key, Verdict
from store.database import Unit
from store.records import StoredRecord


class Party(NamedTuple):
    """A living golden customer and its records, by key."""

    golden_id: str
    records: tuple[StoredRecord, ...]

    @property
    def numbers(self) -> list[int]:
        """Return the numbers of its records."""
        return [record.id for record in self.records]


def find_party(unit: Unit, name: str) -> Party:
    """Return who is called ``name``: a golden id, also a retired one, or a key.

    Raises RecordError if nobody is, ConflictError if a retired id means several.
    """
    living = unit.golden.resolve(name)
    if not living and ":" in name:
        key = Key.parse(name)
        record = unit.records.by_key([key]).get(key)
        living = (record.golden_id,) if record and record.golden_id else ()
    if not living:
        raise RecordError(name, "no golden customer has, or ever had, this id or key")
    if len(living) > 1:
        raise ConflictError(f"{name} was split: name one of {', '.join(living)}")
    numbers = unit.golden.members(living)[living[0]]
    return Party(living[0], by_key(unit.records.get(numbers)))


def by_key(records: Iterable[StoredRecord]) -> tuple[StoredRecord, ...]:
    """Return the records in the order of their keys."""
    return tuple(sorted(records, key=lambda record: record.key))


def one_customer(records: Collection[StoredRecord]) -> dict[tuple[int, int], Verdict]:
    """Return the verdicts that hold these records together, whatever the weights say."""
    anchor = first_speaking(records)
    return {(anchor.id, one.id): Verdict.SAME for one in records if one.id != anchor.id}


def first_speaking(records: Collection[StoredRecord]) -> StoredRecord:
    """Return the first record with a word of its own; the first of all, if none has."""
    speaking = (one for one in records if one.customer and not is_silent(one.customer))
    return next(speaking, next(iter(records)))


def two_customers(
    ours: Collection[StoredRecord], theirs: Collection[StoredRecord]
) -> dict[tuple[int, int], Verdict]:
    """Return the verdicts that keep these records apart, and each part together."""
    apart = {(one.id, other.id): Verdict.DIFFERENT for one in ours for other in theirs}
    return apart | one_customer(ours) | one_customer(theirs)


def must_not_contradict(unit: Unit, ours: Collection[int], theirs: Collection[int]) -> None:
    """Raise ConflictError if somebody said "different" of one of ours and one of theirs."""
    for (left, right), said in unit.decisions.between({*ours, *theirs}).items():
        across = (left in ours) != (right in ours)
        if across and said.decision.verdict is Verdict.DIFFERENT:
            one = said.decision
            raise ConflictError(
                f"{one.author} said on {one.at:%Y-%m-%d} that {one.left} and {one.right} are "
                "different: take that back first"
            )
