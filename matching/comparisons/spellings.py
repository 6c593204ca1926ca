"""Names in bulk: one word of Latin letters against another, by the rules of ``names``.

In: places in a ``NameBook``. Out: levels as numbers. What is not one plain word goes to ``names``,
one distinct pair at a time; both give the same answer for plain words, which a test holds.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from matching.comparisons.levels import CODES, Field, Level
from matching.comparisons.names import (
    CLOSE,
    FORM,
    SIMILAR,
    STEM,
    TYPO,
    family_level,
    given_level,
    is_form_mistyped,
    is_other_sex,
)
from matching.comparisons.scripts import across_levels, in_bulk
from matching.comparisons.texts import distinct_pairs, likeness, mistyped, reaches, take
from matching.table.columns import Flags, Ints, Levels
from matching.table.letters import WIDTH, shared_prefix
from matching.table.namebook import NameBook
from matching.text.names import Part
from matching.text.nicknames import nickname_table

_ENDING = 4
"""Longest ending that makes another name of a given name: -ette, -elle."""

_GIVEN = CODES[Field.GIVEN]
_FAMILY = CODES[Field.FAMILY]


def given_levels(book: NameBook, left: Ints, right: Ints) -> Levels:
    """Compare given names; all places are known."""
    return _levels(book, left, right, _Rules(_GIVEN, _plain_given, _across_given, given_level))


def family_levels(book: NameBook, left: Ints, right: Ints) -> Levels:
    """Compare family names; all places are known."""
    return _levels(book, left, right, _Rules(_FAMILY, _plain_family, _across_family, family_level))


class _Rules(NamedTuple):
    """How one kind of name is compared."""

    codes: dict[Level, int]
    plainly: Callable[[NameBook, Ints, Ints], Levels]
    across: Callable[[NameBook, Ints, Ints], Levels]
    one_by_one: Callable[[Part, Part], Level]


def _levels(book: NameBook, left: Ints, right: Ints, rules: _Rules) -> Levels:
    codes = rules.codes
    found = np.full(len(left), codes[Level.SAME], np.int8)
    other = np.flatnonzero(left != right)
    plain = book.plain[left[other]] & book.plain[right[other]]
    bulk = other[plain]
    if len(bulk):
        found[bulk] = rules.plainly(book, left[bulk], right[bulk])
    rest = other[~plain]
    if len(rest):
        one, two, which = distinct_pairs(left[rest], right[rest])
        found[rest] = _distinct_levels(book, one, two, rules)[which]
    return found


def _distinct_levels(book: NameBook, left: Ints, right: Ints, rules: _Rules) -> Levels:
    """Compare pairs of names that are not both plain, each pair once."""
    found = np.zeros(len(left), np.int8)
    across = in_bulk(book, left, right)
    found[across] = rules.across(book, left[across], right[across])
    letter = (book.letter[left] & book.plain[right]) | (book.plain[left] & book.letter[right])
    fits = book.initials[left] == book.initials[right]
    initial, different = rules.codes[Level.INITIAL], rules.codes[Level.DIFFERENT]
    found[letter] = np.where(fits, initial, different)[letter]
    signs = (book.scripts[left] == book.scripts[right]) & book.ideographic[left]
    close = book.signs[left] == book.signs[right]
    found[signs] = np.where(close, rules.codes[Level.CLOSE], different)[signs]
    single = np.flatnonzero(~across & ~letter & ~signs)
    found[single] = [
        rules.codes[rules.one_by_one(book.part(a), book.part(b))]
        for a, b in zip(left[single].tolist(), right[single].tolist(), strict=True)
    ]
    return found


def _plain_given(book: NameBook, left: Ints, right: Ints) -> Levels:
    found = _spelt(book, left, right, _GIVEN)
    prefix, short, long = _beginnings(book, left, right)
    starts = (prefix == short) & (short >= STEM) & (short < long - 1)
    found[starts] = _GIVEN[Level.VARIANT]
    alike = np.flatnonzero((prefix >= short - 1) & (long - short < _ENDING))
    found[alike[_other_sex(book, left[alike], right[alike])]] = _GIVEN[Level.SIMILAR]
    found[related(book, left, right)] = _GIVEN[Level.VARIANT]
    unlike = np.flatnonzero(found <= _GIVEN[Level.SIMILAR])
    found[unlike[_form_mistyped(book, left[unlike], right[unlike])]] = _GIVEN[Level.CLOSE]
    return found


def _plain_family(book: NameBook, left: Ints, right: Ints) -> Levels:
    return _spelt(book, left, right, _FAMILY)


def _across_given(book: NameBook, left: Ints, right: Ints) -> Levels:
    found = across_levels(book, left, right, _GIVEN)
    forms = (found <= _GIVEN[Level.SIMILAR]) & related(book, left, right)
    found[forms] = _GIVEN[Level.TRANSLITERATED]
    several = (pc.match_substring(take(book.values, side), " ") for side in (left, right))
    words = np.logical_or(*(side.to_numpy(zero_copy_only=False) for side in several))
    unsure = np.flatnonzero((found <= _GIVEN[Level.SIMILAR]) & words)  # by the first word alone
    found[unsure] = [
        _GIVEN[given_level(book.part(a), book.part(b))]
        for a, b in zip(left[unsure].tolist(), right[unsure].tolist(), strict=True)
    ]
    return found


def _across_family(book: NameBook, left: Ints, right: Ints) -> Levels:
    return across_levels(book, left, right, _FAMILY)


def _spelt(book: NameBook, left: Ints, right: Ints, codes: dict[Level, int]) -> Levels:
    """Compare two different spellings letter by letter."""
    one, other = take(book.values, left), take(book.values, right)
    alike = likeness(one, other, min(SIMILAR, 0.8))
    found = np.full(len(left), codes[Level.DIFFERENT], np.int8)
    found[reaches(alike, SIMILAR)] = codes[Level.SIMILAR]
    close = reaches(alike, CLOSE)
    shortest = np.minimum(book.lengths[left], book.lengths[right])
    unsure = np.flatnonzero(~close & (shortest >= TYPO) & _maybe_slip(book, left, right))
    if len(unsure):
        slips = mistyped(one.take(pa.array(unsure)), other.take(pa.array(unsure)))
        close[unsure[slips]] = True
    found[close] = codes[Level.CLOSE]
    return found


def _maybe_slip(book: NameBook, left: Ints, right: Ints) -> Flags:
    """Tell which pairs can be one edit apart: a cheap look before a dear one."""
    lengths = np.abs(book.lengths[left] - book.lengths[right]) <= 1
    stems = (
        (book.letters[left, 0] == book.letters[right, 0])
        | (book.letters[left, 1] == book.letters[right, 1])
        | (book.letters[left, 2] == book.letters[right, 1])
        | (book.letters[left, 1] == book.letters[right, 2])
        | (book.letters[left, 0] == book.letters[right, 1])
    )
    return lengths & stems


def _beginnings(book: NameBook, left: Ints, right: Ints) -> tuple[Ints, Ints, Ints]:
    prefix = shared_prefix(book.letters[left], book.letters[right])
    one, other = book.lengths[left], book.lengths[right]
    short, long = np.minimum(one, other), np.maximum(one, other)
    return np.minimum(prefix, short), np.minimum(short, WIDTH), long


def _other_sex(book: NameBook, left: Ints, right: Ints) -> Flags:
    one, two, which = distinct_pairs(left, right)
    names = (take(book.values, side).to_pylist() for side in (one, two))
    found = np.array([is_other_sex(a, b) for a, b in zip(*names, strict=True)], np.bool_)
    return found[which] if len(which) else found


def _form_mistyped(book: NameBook, left: Ints, right: Ints) -> Flags:
    """Tell which pairs are a short form and a slip of the full one."""
    found = np.zeros(len(left), np.bool_)
    for short, long in ((left, right), (right, left)):
        nickname = book.nicknames[short]
        letter = np.clip(book.letters[long, 0].astype(np.int32) - ord("a"), 0, 31)
        begins = nickname_table().initials[nickname] >> letter & 1
        worth = (nickname >= 0) & (book.nicknames[long] < 0) & (book.lengths[long] >= FORM)
        rows = np.flatnonzero(worth & (begins == 1))
        if len(rows):
            one, two, which = distinct_pairs(short[rows], long[rows])
            names = (take(book.values, side).to_pylist() for side in (one, two))
            slips = [is_form_mistyped(a, b) for a, b in zip(*names, strict=True)]
            found[rows] = np.array(slips, np.bool_)[which]
    return found


def related(book: NameBook, left: Ints, right: Ints) -> Flags:
    """Tell which pairs are forms of one given name."""
    one, other = book.nicknames[left].astype(np.int64), book.nicknames[right].astype(np.int64)
    pairs = np.minimum(one, other) << 32 | np.maximum(one, other)
    known = nickname_table().related
    place = np.minimum(np.searchsorted(known, pairs), len(known) - 1)
    return (one >= 0) & (other >= 0) & (known[place] == pairs)
