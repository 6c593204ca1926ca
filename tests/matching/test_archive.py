"""A model is kept to the last bit, and what stewards decided moves it no further than it should."""

import json

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.model import Kind
from matching import training
from matching.organisations.words import WordCounts
from matching.table.customers import read_customers
from matching.training import Decided, learn_from, recalibrated
from matching.verdicts import STEWARDS, Judge, score
from matching.weights import archive
from matching.weights.calibrate import AS_LEARNED, calibrate
from matching.weights.difference import differences
from matching.weights.model import DEFAULT
from tests.matching.people import company, person
from tests.matching.tables import companies, persons


def columns(customers):
    ids = pa.array([str(one.key) for one in customers])
    return ids, pa.array([one.model_dump_json() for one in customers])


def people():
    return [
        person(
            f"{row['surname']}, {row['first_name']}", born=row["dob"], email=row["email"] or (),
            phone=row["phone"] or (), at=f"{row['street'] or ''}, {row['postcode']}, {row['city']}",
        )
        for row in persons(150).to_pylist()
    ] + [
        person(name, born=f"1980-{month:02}-17", email=f"wei{month}@example.com")
        for name in ("李, 伟", "Li, Wei")
        for month in (1, 2, 3)
    ]  # fmt: skip


def firms():
    return [
        company(
            row["company"], phone=row["phone"] or (),
            at=f"{row['street']}, {row['zip']}, {row['city']}",
        )
        for row in companies(150).to_pylist()
    ]  # fmt: skip


@pytest.fixture(scope="module")
def customers():
    return [*people(), *firms()]


@pytest.fixture(scope="module")
def lesson(customers):
    return learned(customers)


def learned(customers):
    """Learn from a few customers, which are enough here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training, "LEAST", 100)
        return learn_from(*columns(customers))


def judged(kept, customers, pairs):
    judge = Judge("m", kept.kinds, 0.9, 0.5, kept.caps, kept.calibrations)
    frame = read_customers(*columns(customers), judge.counts)
    return score(frame, *np.array(pairs).T, judge)


PAIRS = [(place, place + 1) for place in range(0, 400, 7)]


def test_a_model_comes_back_to_the_last_bit(lesson, customers):
    again = archive.unpack(archive.pack(lesson.kept))
    assert again.caps == lesson.kept.caps
    assert len(again.caps) > 20
    assert archive.pack(again) == archive.pack(lesson.kept)
    before, after = (judged(kept, customers, PAIRS) for kept in (lesson.kept, again))
    assert before.bits.tobytes() == after.bits.tobytes()
    assert {*lesson.records} == {*Kind}


def test_both_kinds_learn_and_the_order_of_customers_makes_no_difference(lesson, customers):
    for kind in Kind:
        assert differences(kind, DEFAULT.of(kind), lesson.kept.kinds[kind].weights)
    assert lesson.kept.kinds[Kind.ORGANISATION].wording.counts != WordCounts(0, {})
    turned = learned(customers[::-1])
    assert archive.pack(turned.kept) == archive.pack(lesson.kept)


def test_a_model_of_one_alphabet_comes_back_without_names_heard_in_others():
    kept = learned(people()[:150]).kept
    again = archive.unpack(archive.pack(kept))
    assert [one.kinds[Kind.PERSON].namesakes.heard for one in (kept, again)] == [None, None]


def test_only_what_several_share_is_kept(lesson):
    kept = lesson.kept.kinds
    counted = [one for kind in Kind for one in kept[kind].frequencies.values()]
    counted += kept[Kind.PERSON].namesakes[:3]
    assert min(one.counts.min(initial=9) for one in counted) >= archive.LEAST_SHARED
    words = kept[Kind.ORGANISATION].wording.counts.common.values()
    assert min(words) >= archive.LEAST_SHARED


def test_too_few_of_a_kind_keep_the_weights_of_the_house():
    lesson = learn_from(*columns([person("Adler, Anna"), company("Nova")]))
    assert lesson.records == {Kind.PERSON: 1, Kind.ORGANISATION: 1}
    assert all(lesson.kept.kinds[kind].weights == DEFAULT.of(kind) for kind in Kind)
    assert lesson.kept.caps == {}
    assert archive.weights_of(archive.pack(lesson.kept).weights)[Kind.PERSON] == DEFAULT.person


def test_a_model_of_other_hashes_is_refused(lesson):
    packed = archive.pack(lesson.kept)
    told = json.loads(packed.weights) | {"hashes": "0"}
    with pytest.raises(archive.OtherHashesError):
        archive.unpack(packed._replace(weights=json.dumps(told)))


def test_decisions_against_the_model_lower_its_weights_and_are_a_line_of_evidence(lesson):
    two = [person("Adler, Anna", born="1970-01-02"), person("Adler, Anna", born="1970-01-02")]
    ends = np.zeros(40, np.int64), np.ones(40, np.int64)
    frame = read_customers(*columns(two), WordCounts(0, {}))
    moved = recalibrated(lesson.kept, frame, Decided(*ends, np.zeros(40, np.bool_)))
    before, after = (judged(kept, two, [(0, 1)]) for kept in (lesson.kept, moved))
    assert after.bits[0] < before.bits[0]
    lines = after.evidence(np.array([0]))[0]
    assert lines[-1].field == STEWARDS
    assert sum(line.weight for line in lines) == pytest.approx(after.bits[0])
    assert moved.calibrations[Kind.ORGANISATION] == AS_LEARNED
    again = archive.unpack(archive.pack(moved))
    assert again.calibrations == moved.calibrations


@settings(max_examples=25)
@given(
    bits=st.lists(st.floats(-200, 200), max_size=30),
    shift=st.floats(-8, 8),
)
def test_a_calibration_keeps_the_order_of_pairs_and_stays_within_its_bounds(bits, shift):
    weights = np.array(bits)
    found = calibrate(weights, weights > shift)
    assert 0.5 <= found.slope <= 1.5
    assert -6 <= found.shift <= 6
    told = found.of(np.sort(weights))
    assert (np.diff(told) >= 0).all()


def test_decisions_that_bear_the_model_out_leave_it_nearly_as_it_is():
    dice = np.random.default_rng(1)
    bits = dice.normal(0, 4, 4000)
    right = calibrate(bits, dice.random(4000) < 1 / (1 + np.exp2(-bits)))
    assert right.slope == pytest.approx(1, abs=0.1)
    assert right.shift == pytest.approx(0, abs=0.3)
    strict = calibrate(bits, dice.random(4000) < 1 / (1 + np.exp2(-(bits - 3))))
    assert strict.shift == pytest.approx(-3, abs=0.4)
