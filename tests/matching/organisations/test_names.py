"""Names of companies in bulk: what is shared, what each has alone, and how rare it is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.organisations import names as module
from matching.organisations.book import ABSENT, read_book
from matching.organisations.names import NameLevel, compare_names
from matching.organisations.words import WordCounts, alike, count_words

CROWD = [
    f"{word} {first}{vowel}{last}ton"
    for word in ("Acme", "Foods", "Motors", "Harrow")
    for first in "bdfgklmnprst"
    for vowel in "aeiou"
    for last in "ls"
]
"""Other companies, so that some words are common."""


def evidence(left, right, crowd=()):
    book = read_book([left, right, *crowd])
    rarity = count_words(book).rarity(book.vocabulary)
    found = compare_names(book, rarity, np.array([0]), np.array([1]))
    return found.levels[0], found.shared[0]


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("Acme Foods Ltd", "ACME FOODS Limited", NameLevel.SAME),
        ("Acme Foods Ltd", "Foods, Acme", NameLevel.SAME),
        ("Paulo Freire", "PauloFreire", NameLevel.SAME),
        ("Acme Foods GmbH", "Acme Foods AG", NameLevel.OTHER_FORM),
        ("Penhale Log. Inc", "Penhale Logistics", NameLevel.CLOSE),
        ("Philippe the Original", "Philippe's Original", NameLevel.CLOSE),
        ("Chicago Commons PauloFreire", "Chicago Commons Poulo Freire", NameLevel.CLOSE),
        ("Fenix Foods", "Fenix", NameLevel.LONGER),
        ("Salvation Army of Chicago Temple", "Temple", NameLevel.PART),
        ("IBM", "International Business Machines Corp.", NameLevel.ACRONYM),
        ("Machines, International Business", "IBM Inc", NameLevel.ACRONYM),
        ("ООО Ромашка", "Romashka", NameLevel.TRANSLITERATED),
        ("ООО Ромашка", "Lutik", NameLevel.DIFFERENT),
        ("ООО Ро", "Ra", NameLevel.DIFFERENT),
        ("Quarrenden Harrow Foods", "Quarrenden Harrow Motors", NameLevel.MOST),
        ("Acme Quarrenden", "Acme Thornton", NameLevel.LITTLE),
        ("Harrow Acme", "Harrow Foods", NameLevel.SOME),
        ("Erie Little Tykes I", "Erie Little Tykes II", NameLevel.MOST),
        ("Learning Center #1", "Learning Center 2", NameLevel.MOST),
        ("Quarrenden", "Thornton", NameLevel.DIFFERENT),
        ("Easton House 7", "Easton House", NameLevel.LONGER),
        ("Fenix", "Fenix Catering and Events of Argyle", NameLevel.PART),
        ("北京明德贸易有限公司", "北京明德贸易", NameLevel.SAME),
        ("北京明德贸易有限公司", "上海明德贸易", NameLevel.SOME),
        ("北京明德贸易", "广州长江电子", NameLevel.DIFFERENT),
        ("トヨタ自動車（株）", "株式会社トヨタ自動車", NameLevel.SAME),
        ("Acme", "", 0),
        ("...", "Acme", 0),
    ],
)
def test_names_agree_as_far_as_their_words_do(left, right, expected):
    for one, other in ((left, right), (right, left)):
        assert evidence(one, other, CROWD)[0] == expected, (one, other)


def test_letters_alike_are_a_little_in_common():
    assert evidence("Wellingborough", "Welingbruhg", CROWD)[0] == NameLevel.LITTLE


def test_glued_words_with_other_digits_are_not_close():
    assert evidence("Nova Learning7House", "Nova Learning8 House", CROWD)[0] < NameLevel.CLOSE


def test_a_shared_rare_word_carries_more_than_a_common_one():
    _, rare = evidence("Featherstone Foods", "Featherstone Motors", CROWD)
    _, common = evidence("Featherstone Foods", "Cholmondeley Foods", CROWD)
    assert rare > 1.5 * common > 0


def test_same_names_share_all_they_have():
    _, turned = evidence("Acme Quarrenden", "Quarrenden Acme", CROWD)
    _, spaced = evidence("AcmeQuarrenden", "Acme Quarrenden", CROWD)
    assert turned > 0
    assert spaced > 0


def test_parts_that_fit_into_memory_give_the_same_as_all_at_once(monkeypatch):
    texts = [*CROWD[::8], "Acme", "Foods Acme Motors", None]
    book = read_book(texts)
    rarity = count_words(book).rarity(book.vocabulary)
    left, right = np.triu_indices(len(texts), 1)
    whole = compare_names(book, rarity, left, right)
    monkeypatch.setattr(module, "_CELLS", 7)
    parts = compare_names(book, rarity, left, right)
    assert whole.levels.tolist() == parts.levels.tolist()
    assert whole.shared.tolist() == parts.shared.tolist()


def test_no_name_says_nothing():
    book = read_book(["Acme"])
    found = compare_names(book, np.ones(1), np.array([0, ABSENT]), np.array([ABSENT, ABSENT]))
    assert found.levels.tolist() == [0, 0]


def test_no_pairs_give_no_levels():
    nothing = np.zeros(0, np.int64)
    book = read_book(["Acme"])
    assert len(compare_names(book, np.ones(1), nothing, nothing).levels) == 0


WORD = st.sampled_from(
    ["acme", "foods", "motors", "baxter", "plastics", "ltd", "gmbh", "2", "ii", "ab", "b", "und"]
)


@given(st.lists(st.lists(WORD, max_size=4).map(" ".join), min_size=2, max_size=5))
def test_comparing_is_symmetric_and_a_name_is_the_same_as_itself(texts):
    book = read_book(texts)
    rarity = count_words(book).rarity(book.vocabulary)
    left, right = np.array([*range(len(texts)), 0]), np.array([*range(len(texts)), 1])
    there, back = (compare_names(book, rarity, a, b) for a, b in ((left, right), (right, left)))
    assert there.levels.tolist() == back.levels.tolist()
    known = book.core[left[:-1]] != ABSENT
    assert set(there.levels[:-1][known].tolist()) <= {NameLevel.SAME}


def test_words_are_counted_once_a_core():
    book = read_book(["Acme Foods", "ACME Foods Ltd", "Acme Motors", "Baxter"])
    counts = count_words(book)
    assert counts == WordCounts(3, {"acme": 2})
    rarity = counts.rarity(np.array(["acme", "baxter", "unheard"], object))
    assert rarity[0] < rarity[1] == rarity[2]


@pytest.mark.parametrize(
    ("one", "other", "counts"),
    [
        ("plastics", "plastcis", True),
        ("plastics", "blastics", True),
        ("harrow", "harrows", True),
        ("fool", "food", False),
        ("east", "last", False),
        ("manufacturing", "mfgring", False),
        ("instruments", "instr", True),
        ("marketing", "mktg", True),
        ("packaging", "pgk", False),
        ("packaging", "kgn", False),
        ("engineering", "enginering", True),
        ("quarrenden", "quarendon", True),
        ("a24", "a25", False),
        ("acme", "zebra", False),
    ],
)
def test_two_words_are_one_if_a_slip_or_an_abbreviation_lies_between(one, other, counts):
    book = read_book([one, other])
    places = {word: place for place, word in enumerate(book.vocabulary)}
    pair = (np.array([places[word]], np.int32) for word in (one, other))
    assert bool(alike(book, *pair)[0]) == counts
