"""What thresholds cost: counted pairs, and how right the merges are expected to be."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matching.tune import Weighed, advised, costs
from matching.weights.calibrate import AS_LEARNED, Calibration

NOBODY = (np.zeros(0), np.zeros(0, np.bool_))


def pairs(*bits, barred=()):
    return Weighed(np.array(bits, float), np.array([n in barred for n in range(len(bits))], bool))


def test_thresholds_below_the_review_threshold_make_no_sense():
    found = costs(pairs(5.0, 2.0), NOBODY, AS_LEARNED, 0.9)
    assert [one.merge for one in found][:2] == [0.9, 0.93]
    assert (found[0].merged, found[0].review) == (1, 0)  # 2 bits are 0.8


def test_the_least_threshold_that_is_precise_enough_is_advised():
    found = costs(pairs(0.5, 1.0, 4.0, 20.0), NOBODY, AS_LEARNED, 0.5)
    assert advised(found, 0.95).merge == 0.7
    assert advised(found, 0.5).merge == 0.5
    assert advised(found, 0.999).merge == 0.95
    doubted = costs(pairs(0.5, 1.0, 4.0), NOBODY, Calibration(1.0, -9.0, 50), 0.5)
    assert doubted[0].precision < 0.1
    assert advised(doubted[:3], 0.95) is None


def test_decisions_are_counted_where_they_would_have_been_merged():
    said = np.array([6.0, 3.0, 9.0]), np.array([False, True, True])
    at = {one.merge: one for one in costs(pairs(1.0), said, AS_LEARNED, 0.5)}
    assert (at[0.85].confirmed, at[0.85].wrong) == (2, 1)
    assert (at[0.99].confirmed, at[0.99].wrong) == (1, 0)


@given(st.lists(st.tuples(st.floats(0, 30), st.booleans()), max_size=20))
def test_each_pair_is_merged_or_left_to_a_steward(given_pairs):
    bits, barred = ([one[side] for one in given_pairs] for side in (0, 1))
    weighed = Weighed(np.array(bits, float), np.array(barred, bool))
    for one in costs(weighed, NOBODY, AS_LEARNED, 0.5):
        assert one.merged + one.review == len(bits)
        assert 0 <= one.precision <= 1
