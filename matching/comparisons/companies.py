"""Two names of companies: cores first, legal forms second, words weighed by their length."""

import numpy as np
from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.fuzz import ratio

from matching.comparisons.levels import CODES, Field, Level
from matching.comparisons.texts import distinct_pairs
from matching.table.columns import Ints, Levels
from matching.table.companies import Companies
from matching.text.companies import CompanyName
from matching.text.romanise import romanise, skeleton
from matching.text.script import IDEOGRAPHIC, script_of

_CLOSE = 92.0
_WORDS_CLOSE = 0.9
_WORDS_SIMILAR = 0.5
_WORD = 0.9
_SHORT = 5
"""Names of fewer signs differ by one sign and are two companies."""
_BONES = 3
_CODES = CODES[Field.COMPANY]


def compare_companies(companies: Companies, left: Ints, right: Ints) -> Levels:
    """Compare company names, each distinct pair once; 0 where one side has none."""
    one, other = companies.words.codes[left], companies.words.codes[right]
    found = np.zeros(len(left), np.int8)
    known = np.flatnonzero((one >= 0) & (other >= 0))
    low, high, which = distinct_pairs(one[known], other[known])
    levels = [
        _CODES[company_level(a, b)] if (a := names[i]) and (b := names[j]) else 0
        for names in (companies.names,)
        for i, j in zip(low.tolist(), high.tolist(), strict=True)
    ]
    found[known] = np.array(levels, np.int8)[which]
    return found


def company_level(left: CompanyName, right: CompanyName) -> Level:
    """Compare two companies' names."""
    if left.joined == right.joined or sorted(left.core) == sorted(right.core):
        return Level.VARIANT if _other_form(left, right) else Level.SAME
    if script_of(left.joined) is not script_of(right.joined):
        return _across(left, right)
    if _typing_error(left.joined, right.joined):
        return Level.CLOSE
    shared = _shared_letters(left.core, right.core)
    short, long = sorted((len(left.joined), len(right.joined)))
    likeness = max(2 * shared / (short + long), _shared_signs(left.joined, right.joined))
    if likeness >= _WORDS_CLOSE:
        return Level.CLOSE
    if _abbreviates(left, right) or shared >= _WORDS_CLOSE * short:
        return Level.PART
    return Level.SIMILAR if likeness >= _WORDS_SIMILAR else Level.DIFFERENT


def _other_form(left: CompanyName, right: CompanyName) -> bool:
    """Acme GmbH and Acme AG are two companies; Acme may be either."""
    return bool(left.form and right.form and left.form != right.form)


def _typing_error(one: str, other: str) -> bool:
    if min(len(one), len(other)) < _SHORT or _digits(one) != _digits(other):
        return False
    return OSA.distance(one, other, score_cutoff=1) <= 1 or ratio(one, other) >= _CLOSE


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _shared_letters(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    """Return how many letters of either name are in words that have a counterpart in the other.

    Letters, not words: a long word is seldom shared by chance.
    """
    free = list(other)
    shared = 0.0
    for word in one:
        likeness, match = max(((_alike(word, rival), rival) for rival in free), default=(0.0, ""))
        if likeness >= _WORD:
            free.remove(match)
            shared += (len(word) + len(match)) / 2
    return shared


def _shared_signs(one: str, other: str) -> float:
    """Return the share of common signs where names are written without spaces, else 0."""
    return ratio(one, other) / 100 if script_of(one) in IDEOGRAPHIC else 0.0


def _alike(word: str, rival: str) -> float:
    if word == rival:
        return 1.0
    if word.isdigit() or rival.isdigit():
        return 0.0
    return JaroWinkler.similarity(word, rival)


def _abbreviates(left: CompanyName, right: CompanyName) -> bool:
    """IBM and International Business Machines."""
    return any(
        len(short.core) == 1 and len(short.joined) > 1 and short.joined == long.acronym
        for short, long in ((left, right), (right, left))
    )


def _across(left: CompanyName, right: CompanyName) -> Level:
    one, other = (romanise(name.joined).replace(" ", "") for name in (left, right))
    bones = skeleton(one)
    if one == other or (bones == skeleton(other) and len(bones) >= _BONES):
        return Level.TRANSLITERATED
    return Level.SIMILAR
