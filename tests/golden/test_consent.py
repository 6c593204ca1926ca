"""Consent: the customer's last word holds, and no merge turns a consent on."""

from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from golden.consent import Act, ConsentAct, fold, following, natural_medium, speaking, spoken
from hub.model import Consent, ConsentState, Key, Medium
from tests.golden.members import NOW, consent, day

ONE, OTHER = Key("erp", "1"), Key("shop", "2")
MAIL, SECOND = "a@b.de", "c@d.de"


def act(what, at=None, contact=MAIL, key=ONE, heard=NOW, **about):
    medium = about.get("medium") or natural_medium(contact)
    purpose = about.get("purpose", "newsletter")
    return ConsentAct(key, contact, medium, purpose, Act(what), day(at), heard, key.channel)


def states(*acts):
    return {word.consent.contact: word.consent.state.value for word in fold(acts)}


OLD, MIDDLE, NEW = "2023-01-01", "2024-01-01", "2025-01-01"
EXPIRED = "expired"


def brought(what, at, contact):
    """What the other record brings along; an expired one is a grant and its end, a day later."""
    if what != EXPIRED:
        return [act(what, at, contact, OTHER)]
    end = (day(at) + timedelta(days=1)).date().isoformat()
    return [act("grant", at, contact, OTHER), act("expire", end, contact, OTHER)]


ON, OFF, END = "granted", "denied", "expired"
MERGES = [  # what the other record brings | when | where | then, over a grant | over a denial
    ("grant", OLD, MAIL, {MAIL: ON}, {MAIL: OFF}),
    ("grant", OLD, SECOND, {MAIL: ON, SECOND: ON}, {MAIL: OFF, SECOND: ON}),
    ("grant", NEW, MAIL, {MAIL: ON}, {MAIL: ON}),
    ("grant", NEW, SECOND, {MAIL: ON, SECOND: ON}, {MAIL: OFF, SECOND: ON}),
    ("deny", OLD, MAIL, {MAIL: ON}, {MAIL: OFF}),
    ("deny", OLD, SECOND, {MAIL: ON, SECOND: OFF}, {MAIL: OFF, SECOND: OFF}),
    ("deny", NEW, MAIL, {MAIL: OFF}, {MAIL: OFF}),
    ("deny", NEW, SECOND, {MAIL: ON, SECOND: OFF}, {MAIL: OFF, SECOND: OFF}),
    (EXPIRED, OLD, MAIL, {MAIL: ON}, {MAIL: OFF}),
    (EXPIRED, OLD, SECOND, {MAIL: ON, SECOND: END}, {MAIL: OFF, SECOND: END}),
    (EXPIRED, NEW, MAIL, {MAIL: END}, {MAIL: END}),
    (EXPIRED, NEW, SECOND, {MAIL: ON, SECOND: END}, {MAIL: OFF, SECOND: END}),
]  # fmt: skip
"""Twelve merges: grant, deny, expired x older, newer x same, other contact point."""


@pytest.mark.parametrize(("what", "at", "contact", "over_a_grant", "over_a_denial"), MERGES)
def test_the_twelve_merges(what, at, contact, over_a_grant, over_a_denial):
    theirs = brought(what, at, contact)
    for ours, expected in (("grant", over_a_grant), ("deny", over_a_denial)):
        for acts in permutations([act(ours, MIDDLE), *theirs]):
            assert states(*acts) == expected, ours


@pytest.mark.parametrize(
    ("acts", "state"),
    [
        ([act("grant"), act("deny", OLD)], "denied"),
        ([act("grant"), act("grant", OLD)], "granted"),
        ([act("grant", NEW), act("deny")], "denied"),
        ([act("deny", NEW), act("deny")], "denied"),
        ([act("grant"), act("deny")], "denied"),
        ([act("grant", OLD), act("deny", OLD)], "denied"),
        ([act("grant", OLD), act("withdraw", NEW)], "denied"),
        ([act("grant", "2031-01-01"), act("deny", "2030-01-01")], "denied"),
        ([act("grant", "2031-01-01"), act("deny", NEW)], "granted"),
        ([act("grant", "2027-01-01", heard=day("2027-02-01")), act("deny")], "granted"),
        ([act("deny", OLD), act("expire", NEW)], "denied"),
        ([act("expire", NEW)], EXPIRED),
        ([act("grant", OLD), act("expire")], EXPIRED),
        ([act("grant", NEW), act("expire", OLD)], "granted"),
        ([act("grant", OLD), act("expire", OLD)], EXPIRED),
    ],
)
def test_unknown_and_future_times_and_ends(acts, state):
    for order in permutations(acts):
        assert states(*order) == {MAIL: state}


def test_an_act_is_on_one_contact_medium_and_purpose_only():
    number = "+49228123456"
    acts = [
        act("grant", OLD, number),
        act("deny", NEW, number, medium=Medium.SMS),
        act("deny", NEW, number, purpose="surveys"),
    ]
    found = {(word.consent.medium, word.consent.purpose, word.consent.state) for word in fold(acts)}
    assert found == {
        (None, "newsletter", ConsentState.GRANTED),
        (Medium.SMS, "newsletter", ConsentState.DENIED),
        (None, "surveys", ConsentState.DENIED),
    }


def test_a_word_names_the_act_that_would_hold_without_it():
    grant, denial = act("grant", OLD), act("deny", NEW, key=OTHER)
    (word,) = fold([denial, grant])
    assert (word.act, word.before) == (denial, grant)
    assert fold([grant])[0].before is None
    ended = act("expire", NEW)
    assert fold([grant, ended])[0][1:] == (ended, grant)


def test_what_a_channel_says_becomes_acts():
    said = (
        consent("A@B.de", "granted", OLD),
        Consent(contact="+49", purpose="calls", state=ConsentState.DENIED, medium=Medium.SMS),
        consent("x@y.de", "expired", NEW),
    )
    acts = list(spoken(ONE, said, NOW))
    assert [(one.contact, one.medium, one.act) for one in acts] == [
        ("a@b.de", "email", "grant"),
        ("+49", "sms", "deny"),
        ("x@y.de", "email", "expire"),
    ]
    assert {(one.key, one.heard_at, one.source) for one in acts} == {(ONE, NOW, "erp")}


def test_only_an_opt_out_follows_the_contact_point():
    refused, allowed = act("deny", NEW), act("grant", NEW, SECOND)
    assert following([act("grant", OLD), refused, allowed]) == [refused]
    assert following([refused, act("grant", "2025-06-01")]) == []


def test_a_grant_speaks_only_where_its_contact_is_held_and_a_denial_always():
    words = fold([act("grant", OLD), act("deny", OLD, SECOND), act("grant", OLD, "x@y.de")])
    assert [word.consent.contact for word in speaking(words, {MAIL})] == [MAIL, SECOND]


acts = st.builds(
    act,
    st.sampled_from(Act),
    st.sampled_from([None, OLD, MIDDLE, NEW, "2030-01-01"]),
    st.sampled_from([MAIL, SECOND]),
    st.sampled_from([ONE, OTHER]),
    st.sampled_from([NOW, day("2024-06-01")]),
)


@given(st.lists(acts, max_size=7), st.randoms(use_true_random=False))
def test_the_order_of_acts_makes_no_difference(said, random):
    folded = fold(said)
    random.shuffle(said)
    assert fold(said) == folded


@given(st.lists(acts, max_size=7), st.lists(acts, max_size=7))
def test_a_merge_never_turns_a_consent_on(ours, theirs):
    on = {
        word.act.point
        for side in (ours, theirs)
        for word in fold(side)
        if word.consent.state is ConsentState.GRANTED
    }
    for word in fold([*ours, *theirs]):
        assert word.consent.state is not ConsentState.GRANTED or word.act.point in on


@given(st.lists(acts, max_size=7), st.lists(acts, max_size=7))
def test_an_opt_out_is_lost_only_to_a_later_grant(ours, theirs):
    together = {word.act.point: word for word in fold([*ours, *theirs])}
    for word in fold(ours):
        if word.consent.state is ConsentState.DENIED:
            now = together[word.act.point]
            grants = [one for one in theirs if one.act is Act.GRANT and one.point == word.act.point]
            assert now.consent.state is ConsentState.DENIED or grants
