"""Persons' names in bulk: given, family and middle name, also where columns are swapped."""

from collections.abc import Callable

import numpy as np

from matching.comparisons.levels import CODES, Field, Level
from matching.comparisons.spellings import family_levels, given_levels
from matching.table.columns import Codes, Flags, Ints, Levels
from matching.table.namebook import NameBook
from matching.table.names import Names
from matching.text.names import whole_name

_GIVEN, _FAMILY, _MIDDLE = CODES[Field.GIVEN], CODES[Field.FAMILY], CODES[Field.MIDDLE]
_BOTH_SAME = _GIVEN[Level.SAME] + _FAMILY[Level.SAME]
_CONTACT = CODES[Field.CONTACT]
_HEARD = Level.TRANSLITERATED
_GENERATION = CODES[Field.GENERATION]
_GIVEN_AGREES = [_GIVEN[level] for level in (Level.SAME, Level.VARIANT, Level.CLOSE)]
_FAMILY_AGREES = [_FAMILY[level] for level in (Level.SAME, Level.PART, Level.CLOSE)]


def compare_people(names: Names, left: Ints, right: Ints) -> dict[str, Levels]:
    """Compare the names of each pair of records; 0 where one side has none."""
    given = _levels(given_levels, names, names.given.codes[left], names.given.codes[right])
    family = _levels(family_levels, names, names.family.codes[left], names.family.codes[right])
    _called_by_middle(names, left, right, given)
    _crosswise(names, left, right, given, family)
    _unsplit(names, left, right, given, family)
    found: dict[str, Levels] = {Field.GIVEN: given, Field.FAMILY: family}
    if names.middle is not None:
        found[Field.MIDDLE] = _middle(names, names.middle.codes[left], names.middle.codes[right])
    if names.generation.any():
        found[Field.GENERATION] = _generation(names, left, right)
    return found


def compare_contacts(names: Names, left: Ints, right: Ints) -> Levels:
    """Compare two companies' contact persons; 0 where one side does not name one in full."""
    found = compare_people(names, left, right)
    given, family = found[Field.GIVEN], found[Field.FAMILY]
    agrees = np.isin(given, [*_GIVEN_AGREES, _GIVEN[Level.REORDERED]]) & np.isin(
        family, [*_FAMILY_AGREES, _FAMILY[Level.REORDERED]]
    )
    levels = np.where(agrees, _CONTACT[Level.SAME], _CONTACT[Level.DIFFERENT]).astype(np.int8)
    levels[(given == 0) | (family == 0)] = 0
    return levels


def _levels(
    compare: Callable[[NameBook, Codes, Codes], Levels], names: Names, one: Codes, other: Codes
) -> Levels:
    found = np.zeros(len(one), np.int8)
    known = np.flatnonzero((one >= 0) & (other >= 0))
    found[known] = compare(names.book, one[known], other[known])
    return found


def _called_by_middle(names: Names, left: Ints, right: Ints, given: Levels) -> None:
    """Raise the given name to a variant where one side is called by its middle name."""
    if names.middle is None:
        return
    weak = np.flatnonzero((given > 0) & (given < _GIVEN[Level.VARIANT]))
    for one, other in ((left, right), (right, left)):
        middle, called = names.middle.codes[one[weak]], names.given.codes[other[weak]]
        same = (middle >= 0) & (middle == called)
        given[weak[same & (names.book.lengths[called] > 1)]] = _GIVEN[Level.VARIANT]


def _crosswise(names: Names, left: Ints, right: Ints, given: Levels, family: Levels) -> None:
    """Compare with given and family name in each other's place, where that may agree better.

    If only one word agrees, it counts as the family name: relatives share that one.
    """
    apart = np.flatnonzero(
        (given == _GIVEN[Level.DIFFERENT]) & ~np.isin(family, _FAMILY_AGREES) & (family > 0)
    )
    first, last = names.given.codes, names.family.codes
    g1, f1, g2, f2 = first[left[apart]], last[left[apart]], first[right[apart]], last[right[apart]]
    worth = _may_agree(names, g1, f2) & _may_agree(names, f1, g2)
    one_word = (g1 == f2) | (f1 == g2)
    apart, g1, f1, g2, f2, one_word = (
        part[worth | one_word] for part in (apart, g1, f1, g2, f2, one_word)
    )
    either, initial, heard = (np.zeros(len(apart), np.bool_) for _ in range(3))
    for one, two in (((g1, f2), (f1, g2)), ((f1, g2), (g1, f2))):  # either side may be swapped
        called, named = given_levels(names.book, *one), family_levels(names.book, *two)
        either |= np.isin(called, _GIVEN_AGREES) & np.isin(named, _FAMILY_AGREES)
        initial |= (called == _GIVEN[Level.INITIAL]) & (named == _FAMILY[Level.SAME])
        heard |= (called == _GIVEN[_HEARD]) & (named == _FAMILY[_HEARD])
    for places, level in ((heard, _HEARD), (either, Level.REORDERED)):
        given[apart[places]], family[apart[places]] = _GIVEN[level], _FAMILY[level]
    family[apart[one_word & ~either]] = _FAMILY[Level.REORDERED]
    given[apart[initial & ~either]] = _GIVEN[Level.INITIAL]


def _unsplit(names: Names, left: Ints, right: Ints, given: Levels, family: Levels) -> None:
    """Raise names that agree as a whole, where one side's columns were told apart by guessing."""
    guessed = ~names.certain[left] | ~names.certain[right]
    apart = np.flatnonzero(guessed & (given > 0) & (family > 0) & (given + family < _BOTH_SAME))
    codes = names.given.codes, names.family.codes
    pairs = [tuple(side[rows[apart]].tolist()) for rows in (left, right) for side in codes]
    whole = [
        whole_name(names.book.part(a), names.book.part(b))
        == whole_name(names.book.part(c), names.book.part(d))
        for a, b, c, d in zip(*pairs, strict=True)
    ]
    same = apart[np.array(whole, np.bool_)]
    given[same], family[same] = _GIVEN[Level.SAME], _FAMILY[Level.SAME]


def _may_agree(names: Names, one: Ints, other: Ints) -> Flags:
    """Tell which names begin alike: a cheap look before a dear one."""
    return names.book.initials[one] == names.book.initials[other]


def _generation(names: Names, left: Ints, right: Ints) -> Levels:
    """Compare Jr with Sr; where neither side says either, nothing is said."""
    one, other = names.generation[left], names.generation[right]
    found = np.full(len(left), _GENERATION[Level.DIFFERENT], np.int8)
    found[(one == 0) | (other == 0)] = _GENERATION[Level.ONE_SIDED]
    found[one == other] = _GENERATION[Level.SAME]
    found[(one == 0) & (other == 0)] = 0
    return found


def _middle(names: Names, one: Codes, other: Codes) -> Levels:
    """Compare middle names: the same, an initial of it, or another."""
    found = np.full(len(one), _MIDDLE[Level.DIFFERENT], np.int8)
    short = np.minimum(names.book.lengths[one], names.book.lengths[other]) == 1
    found[short & _may_agree(names, one, other)] = _MIDDLE[Level.INITIAL]
    found[one == other] = _MIDDLE[Level.SAME]
    found[(one < 0) | (other < 0)] = 0
    return found
