"""Reasons why two records must not be merged by themselves, whatever the weights say.

A veto never adds or takes weight: it only leaves the last word to a steward. Each rule is a
function of the pairs and their levels that tells where it speaks; the first one of a pair counts.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.comparisons.compare import Compared
from matching.comparisons.levels import CODES, Field, Level
from matching.table.columns import Flags, Ints, Levels
from matching.table.frame import Frame

Rule = Callable[["Pairs"], Flags]

OTHER_KIND = "a person and an organisation"
_UNPROVEN = "nothing but the name in common"

_WEAK = (Level.DIFFERENT, Level.SIMILAR)
_NAMES: Mapping[Field, tuple[Level, ...]] = {
    Field.GIVEN: _WEAK,
    Field.FAMILY: _WEAK,
    Field.COMPANY: (Level.DIFFERENT, Level.LITTLE, Level.SOME),
}
"""By field: the levels at which names have next to nothing in common."""
_PROOFS: Mapping[Field, tuple[Level, ...]] = {
    Field.IDENTIFIER: (Level.SAME,),
    Field.BIRTH_DATE: (Level.SAME, Level.CLOSE),
    Field.EMAIL: (Level.SAME, Level.SHARED, Level.SAME_LOCAL, Level.CLOSE),
    Field.PHONE: (Level.SAME,),
    Field.ADDRESS: (Level.SAME, Level.SAME_STREET, Level.CLOSE),
    Field.HOUSE: (Level.SAME, Level.SAME_STREET, Level.CLOSE),
}
"""What may stand beside a name: a name alone, even a rare one, is a namesake's too."""


class Pairs:
    """Compared pairs of a frame, as the rules ask of them."""

    def __init__(self, frame: Frame, left: Ints, right: Ints, compared: Compared) -> None:
        self.frame, self.left, self.right, self.compared = frame, left, right, compared
        self.none = np.zeros(len(left), np.bool_)

    def level(self, field: Field) -> Levels:
        """Return the level of each pair in a field; 0 where it says nothing."""
        return self.compared.get(field, self.none.astype(np.int8))

    def reach(self, field: Field, *levels: Level) -> Flags:
        """Tell which pairs are at one of these levels."""
        return np.isin(self.level(field), [CODES[field][level] for level in levels])

    def sides(self, facts: NDArray[Any] | None) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return a fact of each record, for the left ones and for the right ones."""
        if facts is None:
            return self.none, self.none
        return facts[self.left], facts[self.right]


def vetoes(frame: Frame, left: Ints, right: Ints, compared: Compared) -> NDArray[np.int8]:
    """Return the number of the first rule that speaks against each pair, counted from 1, or 0."""
    pairs = Pairs(frame, left, right, compared)
    found = np.zeros(len(left), np.int8)
    for number, rule in reversed(list(enumerate(RULES.values(), 1))):
        found[rule(pairs)] = number
    return found


def bars(numbers: NDArray[np.integer]) -> Flags:
    """Tell which rules also keep the clusters of a pair apart.

    One that misses a proof does not: what a pair lacks, another pair of the clusters may have.
    """
    return np.isin(numbers, [n for n, words in enumerate(RULES, 1) if words != _UNPROVEN])


def reason(number: int) -> str | None:
    """Return the words of a rule by its number; None for 0."""
    return list(RULES)[number - 1] if number else None


def number_of(words: str | None) -> int:
    """Return the number of a rule by its words; 0 for None, and for what is no rule any more."""
    return list(RULES).index(words) + 1 if words is not None and words in RULES else 0


def _kinds_differ(pairs: Pairs) -> Flags:
    """Tell where a person meets a company; one who has neither name may be either."""
    one, other = pairs.sides(pairs.frame.kinds)
    named, also = pairs.sides(_named(pairs.frame))
    return (one != other) & named & also


def _named(frame: Frame) -> Flags:
    named = np.zeros(frame.size, np.bool_)
    if frame.names:
        named |= (frame.names.given.codes >= 0) | (frame.names.family.codes >= 0)
    if frame.companies:
        named |= frame.companies.known
    return named


def _identifiers_differ(pairs: Pairs) -> Flags:
    return pairs.reach(Field.IDENTIFIER, Level.DIFFERENT, Level.CLOSE)


def _capacity_unclear(pairs: Pairs) -> Flags:
    """Tell where only one side names a company: it may be the office's record, or the person's.

    Only what no office has, a birth date, shows that both are the person's.
    """
    companies = pairs.frame.companies
    one, other = pairs.sides(companies.known if companies else None)
    return (one != other) & ~pairs.reach(Field.BIRTH_DATE, Level.SAME)


def _generations_differ(pairs: Pairs) -> Flags:
    one, other = pairs.sides(pairs.frame.names.generation if pairs.frame.names else None)
    return (one != other) & (one > 0) & (other > 0)


def _generation_unclear(pairs: Pairs) -> Flags:
    """Tell where only one side says Jr: a father's records seldom say Sr. A birth date helps."""
    one, other = pairs.sides(pairs.frame.names.generation if pairs.frame.names else None)
    return ((one > 0) != (other > 0)) & ~pairs.reach(Field.BIRTH_DATE, Level.SAME)


def _given_names_differ(pairs: Pairs) -> Flags:
    """Tell where the given names are others: twins, couples and parents share all but this.

    Two alphabets are seldom spelt into each other by one rule: there, alike is no other name.
    """
    return pairs.reach(Field.GIVEN, *_WEAK) & ~(
        pairs.reach(Field.GIVEN, Level.SIMILAR) & _alphabets_differ(pairs)
    )


def _alphabets_differ(pairs: Pairs) -> Flags:
    """Tell where the given names are spelt in two alphabets; signs are read in many ways."""
    names = pairs.frame.names
    if names is None:
        return pairs.none
    one, other = pairs.sides(names.given.codes)
    book = names.book
    return (book.scripts[one] != book.scripts[other]) & ~(
        book.ideographic[one] | book.ideographic[other]
    )


def _birth_dates_differ(pairs: Pairs) -> Flags:
    return pairs.reach(Field.BIRTH_DATE, Level.DIFFERENT, Level.NEAR_YEAR)


def _names_missing(pairs: Pairs) -> Flags:
    """Tell where no name agrees: a shared e-mail or phone may be a family's, or an office's."""
    agrees = pairs.none.copy()
    for field, weak in _NAMES.items():
        agrees |= (pairs.level(field) > 0) & ~pairs.reach(field, *weak)
    return ~agrees


def _name_alone(pairs: Pairs) -> Flags:
    proven = pairs.none.copy()
    for field, levels in _PROOFS.items():
        proven |= pairs.reach(field, *levels)
    return ~proven


RULES: Mapping[str, Rule] = {
    OTHER_KIND: _kinds_differ,
    "different identifiers of one kind": _identifiers_differ,
    "a company's contact and a private person": _capacity_unclear,
    "different generations": _generations_differ,
    "a generation on one side only": _generation_unclear,
    "different given names": _given_names_differ,
    "different birth dates": _birth_dates_differ,
    "no name in common": _names_missing,
    _UNPROVEN: _name_alone,
}
