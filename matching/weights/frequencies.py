"""How common a value is: a shared Smith or 李伟 tells little, a shared Featherstonehaugh much.

The model keeps only values that occur often enough to matter; every other counts as rare.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.comparisons.levels import CODES, Field, Level
from matching.table.columns import Flags, Hashed, Hashes, Ints, Levels, Slots, Words
from matching.table.frame import Frame
from matching.table.names import Names
from matching.table.slices import side_by_side

Bits = NDArray[Any]
"""Weights in bits, or shares."""

LOCALITY, POSTCODE = "locality", "postcode"
MAILBOX = "mailbox"
"""An e-mail address of an office or a family: shared, it is another level than a person's."""
HEARD = {Field.GIVEN: "heard_given", Field.FAMILY: "heard_family"}
"""Names by how they sound, for what is alike in Latin letters only."""
_LEVELS = {
    LOCALITY: (Field.ADDRESS, (Level.SAME_TOWN, Level.NEIGHBOURING)),
    POSTCODE: (Field.ADDRESS, (Level.SAME_POSTCODE, Level.SAME_AREA)),
    MAILBOX: (Field.EMAIL, (Level.SHARED,)),
    **{name: (field, (Level.TRANSLITERATED,)) for field, name in HEARD.items()},
}
"""At which levels of a field these are what agrees."""
RARE = 0.5
"""How often a value occurs, at the least, beyond one customer's own copies."""
_FEWEST = 200
"""Records from which a table shows how rare its values are: of two rows each has half of all."""
_LEAST, _MOST = -8.7, 4.3
"""Bounds of one adjustment, in bits."""
_AREA_LEAST, _AREA_MOST = -5.8, 2.9
"""The same for a town or a postcode, which tell less."""


class Frequencies(NamedTuple):
    """How often the values of one field occur."""

    known: int
    """Rows that have a value."""
    hashes: Hashes
    """Of the common values, sorted."""
    counts: Ints

    def of(self, hashes: Hashes) -> Ints:
        """Return how often each value occurs; 1 for one that is not common."""
        if not len(self.hashes):
            return np.ones(len(hashes), np.int64)
        place = np.minimum(np.searchsorted(self.hashes, hashes), len(self.hashes) - 1)
        return np.where(self.hashes[place] == hashes, self.counts[place], 1)


class Column(NamedTuple):
    """A field's values, and which records own them."""

    values: Words | Hashed
    slots: Slots

    def distinct(self) -> tuple[Hashes, Ints]:
        """Return the hash of each distinct value and how often it occurs."""
        if isinstance(self.values, Words):
            return self.values.hashes, self.values.counts
        return self.values.frequencies

    def equal(self, one: Ints, other: Ints) -> Flags:
        """Tell which rows have the same value."""
        if isinstance(self.values, Words):
            codes = self.values.codes
            return (codes[one] == codes[other]) & (codes[one] >= 0)
        hashes = self.values.hashes
        return (hashes[one] == hashes[other]) & (hashes[one] != 0)

    def of(self, rows: Ints) -> Hashes:
        """Return the hash of each row's value; 0 for a row that has none."""
        if isinstance(self.values, Words):
            return np.append(self.values.hashes, np.uint64(0))[self.values.codes[rows]]
        return self.values.hashes[rows]


@dataclass(frozen=True)
class Told:
    """What each value of a column tells, in bits; of few distinct ones, each is asked once."""

    column: Column
    bits: Callable[[Hashes], Bits]
    """Of hashes of values."""

    @cached_property
    def _table(self) -> Bits:
        """By code, and 0 behind them, for who has no value."""
        return np.append(self.bits(self.column.distinct()[0]), 0.0)

    def __call__(self, rows: Ints) -> Bits:
        """Return what the value of each row tells."""
        values = self.column.values
        if isinstance(values, Words) and len(values.values) < len(rows):
            return self._table[values.codes[rows]]
        return self.bits(self.column.of(rows))


def columns(frame: Frame) -> dict[str, Column]:
    """Return the columns whose values' frequency counts, by field."""
    found = {} if frame.names is None else _names(frame.names)
    if frame.births:
        found[Field.BIRTH_DATE] = Column(frame.births.words, Slots())
    if frame.emails:
        found[Field.EMAIL] = Column(frame.emails.whole, frame.emails.slots)
        found[MAILBOX] = found[Field.EMAIL]
    if frame.phones:
        found[Field.PHONE] = Column(frame.phones.values, frame.phones.slots)
    for kind, numbers in frame.identifiers.items():
        name = f"{Field.IDENTIFIER}:{kind}" if kind else Field.IDENTIFIER
        found[name] = Column(numbers.values, numbers.slots)
    for name, words in frame.attributes.items():
        found[f"{Field.ATTRIBUTE}:{name}"] = Column(words, Slots())
    if frame.places:
        found[LOCALITY] = Column(frame.places.locality, frame.places.slots)
        found[POSTCODE] = Column(frame.places.postcode, frame.places.slots)
    return found


def _names(names: Names) -> dict[str, Column]:
    found: dict[str, Column] = {
        Field.GIVEN: Column(names.given, Slots()),
        Field.FAMILY: Column(names.family, Slots()),
    }
    if names.book.foreign.any():
        heard = zip(HEARD.values(), names.heard, strict=True)
        found |= {name: Column(words, Slots()) for name, words in heard}
    return found


def count(column: Column) -> Frequencies:
    """Count the values of a column."""
    hashes, counts = column.distinct()
    if isinstance(column.values, Hashed):  # these are sorted
        return Frequencies(int(counts.sum()), hashes, counts)
    order = np.argsort(hashes)
    return Frequencies(int(counts.sum()), hashes[order], counts[order])


def counted(frame: Frame) -> dict[str, Frequencies]:
    """Count the values of every column whose frequency counts; mailboxes of a crowd apart."""
    table = {name: column for name, column in columns(frame).items() if name != MAILBOX}
    each = side_by_side([partial(count, column) for column in table.values()], frame.size)
    found = dict(zip(table, each, strict=True))
    for name in found.keys() - HEARD.values():
        found[name] = found[name]._replace(known=max(found[name].known, _FEWEST))
    if frame.emails:
        known, hashes, counts = found[Field.EMAIL]
        crowd = np.isin(hashes, frame.emails.crowded)
        found[Field.EMAIL] = Frequencies(known, hashes[~crowd], counts[~crowd])
        found[MAILBOX] = Frequencies(known, hashes[crowd], counts[crowd])
    return found


def common(frequencies: Frequencies, copies: float) -> Frequencies:
    """Keep the values that occur more often than one customer's own copies explain."""
    kept = frequencies.counts - copies > RARE
    return Frequencies(frequencies.known, frequencies.hashes[kept], frequencies.counts[kept])


def reached(levels: Levels, wanted: Iterable[int]) -> Flags:
    """Tell which levels are among the wanted ones."""
    table = np.zeros(128, np.bool_)
    table[list(wanted)] = True
    return table[levels]


class Adjustment(NamedTuple):
    """How to weigh agreement on one field's value by its frequency."""

    field: str
    told: Told
    levels: tuple[int, ...]
    """The levels at which the values are the same."""

    def adjust(self, levels: Levels, left: Ints, right: Ints) -> Bits:
        """Return what each pair's shared value adds or takes, in bits."""
        found = np.zeros(len(left))
        pairs = np.flatnonzero(reached(levels, self.levels))
        if len(pairs):
            found[pairs] = _shared(self.told, left[pairs], right[pairs])
        return found


def _shared(told: Told, left: Ints, right: Ints) -> Bits:
    """Return the bits of the value that both records have, the rarest if they share several."""
    column = told.column
    if column.slots.starts is None:
        return np.where(column.equal(left, right), told(left), 0.0)
    one, other, pair = column.slots.crossed(left, right)
    same = column.equal(one, other)
    found = np.full(len(left), -np.inf)
    np.maximum.at(found, pair[same], told(one[same]))
    return np.where(np.isfinite(found), found, 0.0)


def adjustments(
    table: Mapping[str, Column],
    known: Mapping[str, Frequencies],
    expected: Mapping[str, float],
    copies: float,
) -> list[Adjustment]:
    """Pair the columns of a table with the frequencies that a model knows.

    ``expected`` is how often strangers agree exactly, whatever the value; ``copies`` how many
    records one customer has.
    """
    found = []
    for name, column in table.items():
        if name not in known:
            continue
        field, levels = _LEVELS.get(name) or (Field(name.partition(":")[0]), (Level.SAME,))
        bounds = (_AREA_LEAST, _AREA_MOST) if field is Field.ADDRESS else (_LEAST, _MOST)
        codes = tuple(CODES[field][level] for level in levels)
        owner = field if name in _LEVELS else name
        if known[name].known and expected.get(name):
            bits = partial(_rarity, known[name], expected[name], copies, bounds)
            found.append(Adjustment(owner, Told(column, bits), codes))
    return found


def _rarity(
    known: Frequencies, expected: float, copies: float, bounds: tuple[float, float], hashes: Hashes
) -> Bits:
    """Return what sharing each value tells, compared with sharing any."""
    many = np.maximum(known.of(hashes) - copies, RARE)
    with np.errstate(divide="ignore"):  # no stranger ever agreed: as little as may be
        return np.clip(np.log2(expected * known.known / many), *bounds)


def coincidence(frequencies: Frequencies, copies: float) -> float:
    """Return how often two strangers have the same value in a column."""
    times, values = np.unique(frequencies.counts, return_counts=True)
    known = max(frequencies.known, 1)
    return float((values * times / known * np.maximum(times - copies, RARE) / known).sum())
