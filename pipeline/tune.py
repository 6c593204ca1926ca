"""TUNE: which thresholds would cost what, by the weights and the stewards' decisions so far."""

from typing import NamedTuple

import numpy as np

from hub.config import Settings
from hub.errors import ConfigError
from hub.model import Verdict
from matching.tune import Cost, Weighed, advised, costs
from matching.weights.calibrate import calibrate
from pipeline.models import OURS, judge_for
from store.database import Store


class Tuning(NamedTuple):
    """What each merge threshold comes to."""

    model: str
    pairs: int
    """Undecided pairs from the review threshold on."""
    decisions: int
    """Of stewards, on pairs that the match found."""
    slope: float
    shift: float
    """What the decisions make of a weight: ``slope`` times it, and ``shift`` bits more."""
    merge: float
    review: float
    """The thresholds in use."""
    costs: tuple[Cost, ...]
    advised: float | None
    """The least merge threshold that is expected to keep the wanted precision; None: no such one.
    """


def tune(settings: Settings, store: Store, *, precision: float = 0.99) -> Tuning:
    """Say what each merge threshold comes to. Raises ConfigError for a precision that is none."""
    if not 0 < precision < 1:
        raise ConfigError("the wanted precision lies between 0 and 1, such as 0.99")
    with store.read() as unit:
        judge = judge_for(unit, settings)
        weights = {
            (row.left_id, row.right_id): (row.weight, row.barred) for row in unit.pairs.weights()
        }
        said = {
            (row.left_id, row.right_id): row.verdict == Verdict.SAME.value
            for row in unit.decisions.standing()
            if row.author != OURS
        }
    decided = sorted(said.keys() & weights.keys())
    bits = np.array([weights[pair][0] for pair in decided], np.float64)
    same = np.array([said[pair] for pair in decided], np.bool_)
    found = calibrate(bits, same)
    left = [told for pair, told in weights.items() if pair not in said]
    pairs = Weighed(
        np.array([weight for weight, _ in left], np.float64),
        np.array([barred for _, barred in left], np.bool_),
    )
    rows = costs(pairs, (bits, same), found, settings.matching.review)
    best = advised(rows, precision)
    return Tuning(
        judge.version, len(left), len(decided), found.slope, found.shift,
        settings.matching.merge, settings.matching.review, tuple(rows), best and best.merge,
    )  # fmt: skip
