"""A table of few columns knows less, and its probabilities say so."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from matching import dedupe
from matching.verdicts import chances
from matching.weights.explain import explain_all
from matching.weights.modesty import frank, modest
from tests.matching.tables import PERSONS

NAMES = ["first_name", "surname"]

bits = some.lists(some.floats(-40, 18), min_size=2).map(np.array)
lookalikes = some.sampled_from([0.0, 0.01, 0.105, 0.125])


def matched(*columns):
    return dedupe(PERSONS.select([*NAMES, *columns]))


@pytest.mark.parametrize(
    ("columns", "most"),
    [((), 0.89), (("phone",), 0.906), (("phone", "email", "street", "city"), 0.99)],
)
def test_no_pair_is_surer_than_the_columns_allow(columns, most):
    found = matched(*columns)
    bits, lookalikes = found.matched.pairs.bits, found.matched.trained.weights.lookalikes
    assert chances(bits).max() < most
    assert frank(bits, lookalikes).max() > bits.max()
    assert found.report["remarks"][-1].startswith("No birth date or identifier") == (most < 0.95)


def test_a_birth_date_tells_who_only_looks_the_same():
    assert chances(matched("dob").matched.pairs.bits).max() > 0.995


def test_the_lines_of_the_evidence_sum_to_the_weight():
    found = matched("phone").matched
    surest = found.pairs.at(np.argsort(found.pairs.bits)[-20:])
    lines = explain_all(surest, found.trained)
    assert {told[-1].field for told in lines} == {"lookalike"}
    assert [sum(line.weight for line in told) for told in lines] == pytest.approx(
        surest.bits, abs=1e-3
    )


@given(bits, lookalikes)
def test_what_is_likelier_stays_likelier_and_is_given_back_whole(bits, lookalikes):
    ordered = np.sort(bits)
    told = modest(ordered, lookalikes)
    assert (np.diff(told) >= 0).all()
    assert (told <= ordered).all()
    assert (told == ordered)[ordered <= 1].all()
    assert frank(told, lookalikes) == pytest.approx(ordered, abs=1e-6)
