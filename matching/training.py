"""The hub's customers teach a model: each kind its weights, both together the caps of the keys.

In: customers as JSON, decided pairs. Out: ``Lesson``, all that scoring and searching need, so that
one customer is matched tomorrow as a million were today.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hub.model import Kind
from matching.blocking.blocks import candidates
from matching.blocking.recipes import HUB
from matching.comparisons.compare import compare
from matching.learning.learn import train
from matching.organisations.words import WordCounts, count_words
from matching.table.columns import Flags, Ints
from matching.table.companies import Companies
from matching.table.customers import kinds_of, read_customers
from matching.table.frame import Frame
from matching.verdicts import Judge, house, score
from matching.weights.archive import LEAST_SHARED, Kept, trimmed
from matching.weights.calibrate import Calibration, calibrate

LEAST = 1_000
"""Records of one kind from which they can teach: fewer show too few pairs of one customer."""
LEAST_CAP = 12
"""Records that a block may have, however large the hub: one customer may be in each channel twice.
Only what changed is compared, so this is affordable where it would not be for all at once."""
_NUMBERS = {recipe.name: recipe.number for recipe in HUB}


class Lesson(NamedTuple):
    """What customers taught, and how many of each kind there were."""

    kept: Kept
    records: Mapping[Kind, int]


class Decided(NamedTuple):
    """Pairs that stewards decided, as places in the customers given beside them."""

    left: Ints
    right: Ints
    same: Flags


def learn_from(ids: pa.Array, texts: pa.Array) -> Lesson:
    """Learn from customers, without anybody's labels; a kind of too few keeps the house's weights.

    The order of the customers makes no difference.
    """
    order = pc.sort_indices(ids)  # sums of fractions depend on their order, in the last bits
    ids, texts = ids.take(order), texts.take(order)
    kinds = kinds_of(texts)
    trained = {kind: house(kind) for kind in Kind}
    caps: dict[int, int] = {}
    records = {}
    for code, kind in enumerate((Kind.PERSON, Kind.ORGANISATION)):
        rows = pa.array(np.flatnonzero(kinds == code))
        records[kind] = len(rows)
        if len(rows) < LEAST:
            continue
        frame = _wordy(read_customers(ids.take(rows), texts.take(rows)))
        found = candidates(frame, HUB)
        compared = compare(frame, found.left, found.right, kind)
        trained[kind] = trimmed(train(frame, found, compared, kind))
        for one in found.report:
            number = _NUMBERS[one.name]
            caps[number] = max(caps.get(number, LEAST_CAP), one.cap)
    return Lesson(Kept(trained, caps, {}), records)


def recalibrated(kept: Kept, frame: Frame, decided: Decided) -> Kept:
    """Put a model right by what stewards decided; ``frame`` was read with the model's words."""
    judge = Judge("", kept.kinds, 1.0, 0.0)
    found = score(frame, decided.left, decided.right, judge)
    places = {Kind.PERSON: ~found.kinds, Kind.ORGANISATION: found.kinds}
    told: dict[Kind, Calibration] = {
        kind: calibrate(found.bits[rows], decided.same[rows]) for kind, rows in places.items()
    }
    return kept._replace(calibrations=told)


def _wordy(frame: Frame) -> Frame:
    """Let a frame know its words of company names as the model will: only what several share."""
    companies = frame.companies
    return frame if companies is None else replace(frame, companies=_shared(companies))


def _shared(companies: Companies) -> Companies:
    counted = count_words(companies.book)
    often = {word: number for word, number in counted.common.items() if number >= LEAST_SHARED}
    return Companies(companies.words, WordCounts(counted.names, often))
