"""Consent: the customer's last word holds, and no merge turns a consent on."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from golden.consent import Word, last_words
from hub.model import ConsentState, Key
from tests.golden.members import NOW, consent, day

ONE, OTHER = Key("erp", "1"), Key("shop", "2")


def fold(*words):
    folded = last_words(
        [Word(word, key) for word, key in zip(words, (ONE, OTHER), strict=False)], NOW
    )
    return [word.consent for word in folded]


GRANT_OLD, GRANT_NEW = (
    consent("a@b.de", "granted", "2024-01-01"),
    consent("a@b.de", "granted", "2025-01-01"),
)
DENY_OLD, DENY_NEW = (
    consent("a@b.de", "denied", "2024-01-01"),
    consent("a@b.de", "denied", "2025-01-01"),
)
GRANT_UNKNOWN, DENY_UNKNOWN = consent("a@b.de", "granted"), consent("a@b.de", "denied")
GRANT_FUTURE, DENY_FUTURE = (
    consent("a@b.de", "granted", "2031-01-01"),
    consent("a@b.de", "denied", "2030-01-01"),
)
DENY_NOW = consent("a@b.de", "denied", "2026-06-01")


@pytest.mark.parametrize(
    ("words", "last"),
    [
        ((GRANT_OLD, DENY_NEW), DENY_NEW),
        ((GRANT_NEW, DENY_OLD), GRANT_NEW),
        ((GRANT_OLD, GRANT_NEW), GRANT_NEW),
        ((DENY_OLD, DENY_NEW), DENY_NEW),
        ((GRANT_OLD, DENY_OLD), DENY_OLD),
        ((GRANT_UNKNOWN, DENY_OLD), DENY_OLD),
        ((GRANT_UNKNOWN, GRANT_OLD), GRANT_OLD),
        ((GRANT_NEW, DENY_UNKNOWN), DENY_UNKNOWN),
        ((DENY_NEW, DENY_UNKNOWN), DENY_UNKNOWN),
        ((GRANT_UNKNOWN, DENY_UNKNOWN), DENY_UNKNOWN),
        ((GRANT_FUTURE, DENY_FUTURE), DENY_FUTURE),
        ((GRANT_FUTURE, DENY_NOW), DENY_NOW),
        ((GRANT_FUTURE, DENY_NEW), GRANT_FUTURE),
        ((GRANT_UNKNOWN,), GRANT_UNKNOWN),
    ],
)
def test_the_last_word_on_one_contact_holds(words, last):
    for order in permutations(words):
        assert fold(*order) == [last]


def test_a_word_is_on_one_contact_and_purpose_only():
    grant = consent("a@b.de", "granted", "2024-01-01")
    for other in (
        consent("c@d.de", "denied", "2025-01-01"),
        consent("a@b.de", "denied", "2025-01-01", purpose="phone calls"),
    ):
        assert sorted(fold(grant, other), key=str) == sorted([grant, other], key=str)


def test_case_makes_no_other_contact():
    assert fold(GRANT_OLD, consent("A@B.de", "denied", "2025-01-01"))[0].state == "denied"


words = st.builds(
    Word,
    st.builds(
        consent,
        st.sampled_from(["a@b.de", "c@d.de"]),
        st.sampled_from(["granted", "denied"]),
        st.sampled_from([None, "2024-01-01", "2025-01-01", "2030-01-01"]),
    ),
    st.sampled_from([ONE, OTHER]),
)


@given(st.lists(words, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_words_makes_no_difference(said, random):
    folded = last_words(said, NOW)
    random.shuffle(said)
    assert last_words(said, NOW) == folded


@given(st.lists(words, max_size=6), st.lists(words, max_size=6))
def test_merging_folds_is_folding_the_union(ours, theirs):
    union = last_words([*ours, *theirs], NOW)
    assert last_words([*last_words(ours, NOW), *last_words(theirs, NOW)], NOW) == union


@given(st.lists(words, max_size=6), st.lists(words, max_size=6))
def test_a_merge_never_turns_a_consent_on(ours, theirs):
    granted_before = {
        (word.consent.contact, word.consent.purpose)
        for side in (ours, theirs)
        for word in last_words(side, NOW)
        if word.consent.state is ConsentState.GRANTED
    }
    for word in last_words([*ours, *theirs], NOW):
        point = (word.consent.contact, word.consent.purpose)
        assert word.consent.state is ConsentState.DENIED or point in granted_before


def test_the_days_of_this_test_are_days():
    assert day("2025-01-01") < NOW
