"""The smallest change that would alter what becomes of a pair."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.verdicts import PROPOSALS, Proposal, house_judge, score
from matching.whatif import MISSING, WhatIf, what_if
from tests.matching.people import company, frame, person

JUDGE = house_judge(0.9, 0.5)


def tried(left, right, judge=JUDGE):
    return what_if(frame(left, right), 0, 1, judge)


def test_a_merge_that_hangs_on_one_field_says_so():
    said = {"email": "a.adler@gmx.example"}
    found = tried(person("Adler, Anna", **said), person("Adler, Anna", **said))
    assert found.outcome is Proposal.MERGE
    assert found.changes[0].outcome is not Proposal.MERGE
    assert f"({found.changes[0].by:+.1f} bits)" in found.told
    missing = next(one for one in found.changes if one.level == MISSING and one.field == "email")
    assert missing.told(found.outcome).startswith(
        "Merged; would go to a steward if there were no email to compare"
    )
    known = [one.known for one in found.changes]
    assert known == sorted(known, reverse=True)


def test_a_veto_that_falls_away_alters_the_outcome_as_a_weight_does():
    said = {"born": "1970-05-04", "at": "Bergweg 7, 80331, München", "email": "adler@gmx.example"}
    found = tried(person("Adler, Anna", **said), person("Adler, Otto", **said))
    assert found.outcome is Proposal.REVIEW
    given = next(one for one in found.changes if one.field == "given" and one.level == MISSING)
    assert (given.outcome, given.veto) == (Proposal.MERGE, None)


def test_what_a_field_might_add_comes_last():
    found = tried(person("Adler, Anna"), person("Zimmer, Otto", at="Talweg 1, 20095, Hamburg"))
    assert found.outcome is Proposal.APART
    assert not any(one.known for one in found.changes)
    assert all(one.by > 0 for one in found.changes)
    assert WhatIf(found.outcome, ()).told == "Kept apart, whatever a single field said."


def test_organisations_are_weighed_as_such():
    one = company("Nova Optik GmbH", phone="+498912345", at="Bergweg 7, 80331, München")
    other = company("Nova Optik", phone="+498912345", at="Bergweg 7, 80331, München")
    found = tried(one, other)
    assert found.outcome is Proposal.MERGE
    company_gone = next(one for one in found.changes if one.field == "company")
    assert (company_gone.outcome, company_gone.veto) == (Proposal.REVIEW, "no name in common")


people = st.builds(
    lambda given, family, mail, born: person(f"{family}, {given}", email=mail, born=born),
    st.sampled_from(["Anna", "Ann", "Otto"]),
    st.sampled_from(["Adler", "Adlr", "Zimmer"]),
    st.sampled_from([(), "a.adler@gmx.example", "b@gmx.example"]),
    st.sampled_from([None, "1970-05-04", "1970-05-14", "1988-01-02"]),
)


@settings(max_examples=15)
@given(left=people, right=people)
def test_the_present_outcome_is_the_scores_and_changes_come_smallest_first(left, right):
    read = frame(left, right)
    scored = score(read, np.array([0]), np.array([1]), JUDGE)
    for ends in ((0, 1), (1, 0)):
        found = what_if(read, *ends, JUDGE)
        assert found.outcome is scored.outcome(0)
        assert all(one.outcome in PROPOSALS for one in found.changes)
        assert found.outcome not in {one.outcome for one in found.changes}
        order = [(not one.known, abs(one.by)) for one in found.changes]
        assert order == sorted(order)
        for one in found.changes:
            assert one.weight - one.by == pytest.approx(scored.bits[0])
