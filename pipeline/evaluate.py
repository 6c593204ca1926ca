"""EVALUATE: how right the hub's customers are against labels; by threshold, with the worst errors.

Reads only. What the labels do not know is not judged.
"""

from collections.abc import Collection, Iterable, Mapping
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import numpy as np

from hub.config import Settings
from hub.errors import ConfigError
from hub.model import Key
from matching.evaluate import Scores, b_cubed
from matching.tune import THRESHOLDS
from matching.verdicts import bits_of, score
from pipeline.models import frame_of, judge_for
from pipeline.truth import Truth, read_truth
from store.database import Store, Unit
from store.records import StoredRecord, Word

_SHOWN = 20
"""Errors of each kind that a report names."""
Pair = tuple[Key, Key]


class Measured(NamedTuple):
    """Precision, recall and their harmonic mean."""

    precision: float
    recall: float
    f1: float


class Mistake(NamedTuple):
    """Two records that came out otherwise than labelled; the weight is in bits."""

    left: Key
    right: Key
    weight: float
    veto: bool
    """Whether a veto leaves them to a steward."""


class Evaluation(NamedTuple):
    """How right the hub's customers are."""

    records: int
    """That the labels name and the hub has."""
    unknown: int
    """That the labels name and the hub has not."""
    model: str
    clustered: Measured
    """By the pairs that the golden customers imply."""
    b_cubed: Measured | None
    """Averaged over records; None for labelled pairs, which are no clusters."""
    thresholds: dict[float, Measured]
    """By merge threshold: pairs alone, before clusters are made of them."""
    wrong: tuple[Mistake, ...]
    """One customer here, and different by the labels: the least likely first."""
    missed: tuple[Mistake, ...]
    """Not one customer here, and the same by the labels: the likeliest first."""
    in_review: int
    """Of all that were missed, how many wait for a steward."""


class _Weights(NamedTuple):
    """What pairs weigh, and which have a veto."""

    bits: Mapping[Pair, float]
    barred: frozenset[Pair]

    def mistakes(self, pairs: Iterable[Pair], sign: int) -> tuple[Mistake, ...]:
        """Name pairs with their weights, ordered by these: 1 rising, -1 falling."""
        ordered = sorted(pairs, key=lambda pair: (sign * self.bits[pair], pair))
        return tuple(
            Mistake(*pair, round(self.bits[pair], 2), pair in self.barred)
            for pair in ordered[:_SHOWN]
        )


def evaluate(settings: Settings, store: Store, file: Path) -> Evaluation:
    """Judge the hub by a file of labels. Raises ConfigError for one that can't be used."""
    truth = read_truth(file)
    with store.read() as unit:
        named = {*truth.who, *(key for pair in truth.pairs for key in pair)}
        records = {
            key: one for key, one in unit.records.by_key(named).items() if one.texts.customer
        }
        if not records:
            raise ConfigError(f"{file}: the hub has none of the records that it labels")
        groups = _groups({key: one.golden_id or f"none {key}" for key, one in records.items()})
        together = _implied(groups)
        same = {pair for pair in _same(truth) if records.keys() >= set(pair)}
        asked = {pair for pair in truth.pairs if records.keys() >= set(pair)}
        keys = {one.id: key for key, one in records.items()}
        waiting = _waiting(unit, keys)
        weights = _weigh(unit, settings, records, {*together, *same, *asked, *waiting})
        model = judge_for(unit, settings).version
    judged = {pair for pair in weights.bits if _label(truth, pair) is not None}
    missed = same - together
    cubed = None if truth.pairs else _means(b_cubed(groups, _only(truth.who, records)))
    return Evaluation(
        len(records), len(named) - len(records), model, _measured(together & judged, same), cubed,
        {
            threshold: _measured(
                {pair for pair in judged - weights.barred
                 if weights.bits[pair] >= bits_of(threshold)}, same)
            for threshold in THRESHOLDS
        },
        weights.mistakes((together & judged) - same, 1), weights.mistakes(missed, -1),
        len(missed & waiting),
    )  # fmt: skip


def _label(truth: Truth, pair: Pair) -> bool | None:
    """Return what the labels say of a pair; None: nothing."""
    if truth.pairs:
        return truth.pairs.get(pair)
    one, other = (truth.who.get(key) for key in pair)
    return None if one is None or other is None else one == other


def _same(truth: Truth) -> Iterable[Pair]:
    if truth.pairs:
        return [pair for pair, same in truth.pairs.items() if same]
    return _implied(_groups(truth.who))


def _groups(home: Mapping[Key, str]) -> list[list[Key]]:
    found: dict[str, list[Key]] = {}
    for key in sorted(home):
        found.setdefault(home[key], []).append(key)
    return list(found.values())


def _implied(groups: Iterable[Collection[Key]]) -> set[Pair]:
    return {pair for group in groups for pair in combinations(group, 2)}


def _only(who: Mapping[Key, str], records: Collection[Key]) -> dict[Key, str]:
    return {key: entity for key, entity in who.items() if key in records}


def _waiting(unit: Unit, keys: Mapping[int, Key]) -> set[Pair]:
    """Return the pairs that are kept for a steward, or merged, among these records."""
    stored = unit.pairs.within(list(keys))
    return {tuple(sorted((keys[one], keys[other]))) for one, other in stored}  # type: ignore[misc]


def _weigh(
    unit: Unit, settings: Settings, records: Mapping[Key, StoredRecord], pairs: Collection[Pair]
) -> _Weights:
    """Weigh pairs anew by the model in use."""
    judge, ordered = judge_for(unit, settings), sorted(pairs)
    keys = sorted({key for pair in ordered for key in pair})
    if not keys:
        return _Weights({}, frozenset())
    place = {key: number for number, key in enumerate(keys)}
    words = [Word(records[key].id, key, records[key].texts.customer or "") for key in keys]
    one, other = (np.array([place[pair[side]] for pair in ordered]) for side in (0, 1))
    found = score(frame_of(words, judge), one, other, judge)
    barred = {pair for pair, veto in zip(ordered, found.vetoes.tolist(), strict=True) if veto}
    return _Weights(dict(zip(ordered, found.bits.tolist(), strict=True)), frozenset(barred))


def _measured(said: Collection[Pair], same: Collection[Pair]) -> Measured:
    scores = Scores(len(said), len(same), len(set(said) & set(same)))
    return Measured(scores.precision, scores.recall, scores.f1)


def _means(both: tuple[float, float]) -> Measured:
    precision, recall = both
    total = precision + recall
    return Measured(precision, recall, 2 * precision * recall / total if total else 0.0)
