"""Train a model on a table: what its pairs show, without anybody's labels.

In: a frame, compared candidate pairs, and the house's model, which knows the fields. Out: a model
of the same shape with learned numbers, and how common the values are.
"""

from dataclasses import replace

import numpy as np
import pyarrow as pa

from hub.model import Kind
from matching.blocking.blocks import Candidates
from matching.comparisons.compare import Compared, compare
from matching.comparisons.levels import Field, levels_of
from matching.learning.em import learn
from matching.learning.lesson import Learned, Lesson, Shares, Strangers
from matching.learning.prior import (
    anchor_of,
    doubt_of,
    lookalikes_of,
    rules_of,
    usual_shares,
    with_namesakes,
)
from matching.table.columns import Hashed, Hashes, Ints, Slots
from matching.table.frame import Frame
from matching.text.script import Script
from matching.weights.frequencies import (
    HEARD,
    Column,
    Frequencies,
    coincidence,
    common,
    count,
    counted,
)
from matching.weights.model import DEFAULT, KindModel, LevelWeight
from matching.weights.namesakes import Heard, Namesakes, crowds, learn_excess, same_names
from matching.weights.patterns import patterns_of
from matching.weights.trained import Trained
from matching.weights.weigh import Summed, summed, weigh
from matching.weights.wording import learn_wording, shared_bits

_RANDOM_PAIRS = 200_000
_ALL_PAIRS = 500_000
"""Pairs up to which a table's own are all looked at: a thousand records."""
_SEED = 0


def train(frame: Frame, found: Candidates, compared: Compared, kind: Kind) -> Trained:
    """Learn the weights of a table of one kind from its candidate pairs."""
    return train_and_sum(frame, found, compared, kind, compare_random(frame, kind))[0]


def compare_random(frame: Frame, kind: Kind) -> Compared:
    """Compare pairs picked at random: how strangers agree."""
    return compare(frame, *random_pairs(frame), kind)


def train_and_sum(
    frame: Frame, found: Candidates, compared: Compared, kind: Kind, drawn: Compared
) -> tuple[Trained, Summed]:
    """Learn the same, and return what was summed up on the way, for ``weigh`` to go on from.

    ``drawn`` are random pairs, compared.
    """
    doubt = doubt_of(compared, drawn)
    trained, known = _learned(frame, found, compared, kind, (drawn, doubt))
    weights = trained.weights.model_copy(update={"lookalikes": lookalikes_of(compared, doubt)})
    return replace(trained, weights=weights), known


def _learned(
    frame: Frame, found: Candidates, compared: Compared, kind: Kind, usual: tuple[Compared, float]
) -> tuple[Trained, Summed]:
    drawn, doubt = usual
    house, left, right = DEFAULT.of(kind), found.left, found.right
    pairs = possible_pairs(frame)
    alone = compared.keys() == {Field.COMPANY}
    if alone:  # a name can't tell a rival from one customer, nor teach how one customer agrees
        house = KindModel(prior=house.prior, rivals={}, fields=house.fields)
    known_values = counted(frame)
    strangers = {
        field: Strangers(
            np.bincount(drawn[field], minlength=len(levels_of(field)) + 1)[1:].astype(float),
            usual_shares(field, house),
            _histogram(known_values.get(field)),
        )
        for field in compared
    }
    teacher = with_namesakes(house, compared)
    rules = {field: rules_of(field, teacher) for field in compared}
    learned = learn(
        Lesson(
            patterns_of(compared),
            rules,
            strangers,
            tuple(teacher.rivals),
            frame.size,
            pairs,
            anchor_of(teacher, doubt, alone=alone),
        )
    )
    kept = {field: common(values, learned.copies) for field, values in known_values.items()}
    expected = {
        field: float(learned.strangers[field][-1])
        if field in learned.strangers
        else coincidence(known, learned.copies)
        for field, known in known_values.items()
    }
    trained = Trained(kind, _as_model(learned, house), kept, expected, learned.copies)
    known = summed(frame, trained, left, right, compared)
    if frame.companies is not None and Field.COMPANY in compared:
        chances = 1 / (1 + np.exp2(-weigh(frame, trained, left, right, compared, known=known).bits))
        shared = shared_bits(frame.companies, left, right)
        wording = learn_wording(frame.companies, compared, shared, chances)
        return replace(trained, wording=wording), known._replace(shared=shared)
    if frame.names is None or not {Field.GIVEN, Field.FAMILY} <= compared.keys():
        return trained, known
    nothing = np.zeros((len(Script), 64))
    heard = None
    if HEARD[Field.GIVEN] in kept:
        given, family = (kept[name] for name in HEARD.values())
        heard = Heard(given, family, crowds(_counted(frame.names.heard_whole()), learned.copies))
    namesakes = Namesakes(
        kept[Field.GIVEN],
        kept[Field.FAMILY],
        crowds(_counted(frame.names.whole()), learned.copies),
        learned.copies,
        nothing,
        heard,
    )
    unlearned = replace(trained, namesakes=namesakes)
    same = same_names(compared)
    alike = {field: levels[same] for field, levels in compared.items()}
    ends = left[same], right[same]
    bits = weigh(frame, unlearned, *ends, alike, known=known.at(same)).bits
    namesakes = learn_excess(namesakes, frame, frame.names, (ends[0], bits), pairs)
    return replace(trained, namesakes=namesakes), known


def possible_pairs(frame: Frame) -> float:
    """Return how many pairs of records there are; with sources, across them only."""
    if frame.sources is None:
        return max(frame.size * (frame.size - 1) / 2, 1.0)
    within = float((frame.sources.counts.astype(float) ** 2).sum())
    return max((float(frame.size) ** 2 - within) / 2, 1.0)


def random_pairs(frame: Frame) -> tuple[Ints, Ints]:
    """Return pairs picked at random, the same ones in whatever order the table comes."""
    order = np.argsort(frame.ranks)
    if frame.size * (frame.size - 1) // 2 <= _ALL_PAIRS:
        one, other = np.triu_indices(frame.size, 1)
    else:
        dice = np.random.default_rng(_SEED)
        one, other = dice.integers(0, frame.size, (2, _RANDOM_PAIRS))
        one, other = np.minimum(one, other)[one != other], np.maximum(one, other)[one != other]
    left, right = order[one], order[other]
    if frame.sources is not None:
        apart = frame.sources.codes[left] != frame.sources.codes[right]
        left, right = left[apart], right[apart]
    return left, right


def _counted(hashes: Hashes) -> Frequencies:
    return count(Column(Hashed(hashes, pa.nulls(0)), Slots()))


def _histogram(known: Frequencies | None) -> tuple[Ints, Ints] | None:
    if known is None:
        return None
    times, values = np.unique(known.counts, return_counts=True)
    return times, values


def _as_model(learned: Learned, house: KindModel) -> KindModel:
    """Write what was learned in the shape of the house's model; what it lacks stays."""
    fields = dict(house.fields)
    for field, own in learned.own.items():
        base = Field(field.partition(":")[0])
        fields[field] = {
            level: LevelWeight(
                m=_share(own, place),
                u=_share(learned.strangers[field], place),
                rivals={name: _share(learned.rivals[name][field], place) for name in house.rivals},
                label=house.fields[base][level].label,
            )
            for place, level in enumerate(reversed(levels_of(field)))
        }
    rivals = {
        name: rival.model_copy(update={"prior": learned.rival_shares[name]})
        for name, rival in house.rivals.items()
    }
    return KindModel(
        prior=learned.share,
        rivals=rivals,
        limits=house.limits,
        imagined=house.imagined,
        fields=fields,
    )


def _share(shares: Shares, place: int) -> float:
    return max(float(shares[place]), 1e-12)
