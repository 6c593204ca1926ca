"""Train a model on a table: what its pairs show, without anybody's labels.

In: a frame, compared candidate pairs, and the house's model, which knows the fields. Out: a model
of the same shape with learned numbers, and how common the values are.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pyarrow as pa

from hub.model import Kind
from matching.blocking.blocks import Candidates
from matching.comparisons.compare import Compared, compare
from matching.comparisons.levels import CODES, Field, levels_of
from matching.table.columns import Hashed, Hashes, Ints, Slots
from matching.table.frame import Frame
from matching.text.script import Script
from matching.weights.em import (
    Anchor,
    Learned,
    Lesson,
    Limit,
    RivalRules,
    Rules,
    Shares,
    Strangers,
    learn,
)
from matching.weights.frequencies import (
    HEARD,
    Column,
    Frequencies,
    coincidence,
    common,
    count,
    counted,
)
from matching.weights.model import DEFAULT, KindModel, LevelWeight, Rival
from matching.weights.model import Limit as ModelLimit
from matching.weights.namesakes import Heard, Namesakes, crowds, learn_excess, same_names
from matching.weights.patterns import patterns_of
from matching.weights.trained import Trained
from matching.weights.weigh import Summed, summed, weigh
from matching.weights.wording import learn_wording, shared_bits

_RANDOM_PAIRS = 200_000
_ALL_PAIRS = 500_000
"""Pairs up to which a table's own are all looked at: a thousand records."""
_SEED = 0
_ALONE = 1.0
"""Pairs of one customer for each record, where one field is all there is and can't say."""
_CERTAIN = 1e9
"""Pairs that the prior is worth where it can't be learned otherwise."""
_TELLING: Mapping[Field, float] = {
    Field.GIVEN: 1.0,
    Field.BIRTH_DATE: 1.0,
    Field.IDENTIFIER: 1.0,
    Field.FAMILY: 0.5,
    Field.EMAIL: 0.5,
    Field.PHONE: 0.5,
    Field.ADDRESS: 0.5,
    Field.ATTRIBUTE: 0.5,
}
"""How much a field teaches of who is one customer: what a household shares, half as much."""
_ENOUGH = 2.5
"""So much teaches as much as is known before."""
_FILLED = 0.3
"""Pairs that must have a field on both sides, for it to teach."""
_PRESUMED = 0.1
"""Pairs of a household for each pair of one customer, where a table can't show any."""
_HOUSEHOLD = "household"
_NAMESAKE = "namesake"
_NAMESAKES = Rival(
    prior=0.0003,
    label="two people of one name would agree as much",
    copies={Field.GIVEN: 1.0, Field.FAMILY: 1.0},
)
"""Two persons of one name, while learning: else they teach that one customer has several birth
dates and addresses. Weighing knows namesakes better, by how rare their name is."""


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
    house, left, right = DEFAULT.of(kind), found.left, found.right
    pairs = possible_pairs(frame)
    alone = compared.keys() == {Field.COMPANY}
    if alone:  # a name can't tell a rival from one customer, nor teach how one customer agrees
        house = KindModel(prior=house.prior, rivals={}, fields=house.fields)
    known_values = counted(frame)
    strangers = {
        field: Strangers(
            np.bincount(drawn[field], minlength=len(levels_of(field)) + 1)[1:].astype(float),
            _usual(field, house),
            _histogram(known_values.get(field)),
        )
        for field in compared
    }
    teacher = _with_namesakes(house, compared)
    rules = {field: _rules(field, teacher) for field in compared}
    learned = learn(
        Lesson(
            patterns_of(compared),
            rules,
            strangers,
            tuple(teacher.rivals),
            frame.size,
            pairs,
            _anchor(teacher, compared, alone=alone),
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


def _with_namesakes(house: KindModel, compared: Compared) -> KindModel:
    if not {Field.GIVEN, Field.FAMILY} < compared.keys() or Field.COMPANY in compared:
        return house
    return KindModel(
        prior=house.prior,
        rivals={**house.rivals, _NAMESAKE: _NAMESAKES},
        limits=house.limits,
        imagined=house.imagined,
        fields=house.fields,
    )


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


def _usual(field: str, house: KindModel) -> Shares:
    levels = house.fields[field.partition(":")[0]]
    shares: Shares = np.array([levels[level].u for level in reversed(levels_of(field))])
    return shares / shares.sum()


def _rules(field: str, house: KindModel) -> Rules:
    base = Field(field.partition(":")[0])
    weights = house.fields[base]
    prior = np.array([weights[level].m for level in reversed(levels_of(field))])
    mixed = {
        name: None if base in rival.shares else rival.copies.get(base, 0.0)
        for name, rival in house.rivals.items()
    }
    anchored = {
        name: RivalRules(_shares(base, house, name), _limits(base, rival.limits))
        for name, rival in house.rivals.items()
        if rival.anchored and base in rival.shares
    }
    return Rules(prior / prior.sum(), _limits(base, house.limits), mixed, anchored)


def _shares(field: Field, house: KindModel, rival: str) -> Shares:
    levels = house.fields[field]
    shares: Shares = np.array([levels[level].given(rival) for level in reversed(levels_of(field))])
    return shares / shares.sum()


def _limits(field: Field, known: Mapping[Field, tuple[ModelLimit, ...]]) -> tuple[Limit, ...]:
    codes = CODES[field]
    return tuple(
        Limit(tuple(codes[level] - 1 for level in limit.levels), limit.most)
        for limit in known.get(field, ())
    )


def _anchor(house: KindModel, compared: Compared, *, alone: bool) -> Anchor:
    doubt = _doubt(compared)
    least = {
        name: max(rival.least, min(_PRESUMED * doubt, 1.0) if name == _HOUSEHOLD else 0.0)
        for name, rival in house.rivals.items()
    }
    if alone:
        return Anchor(least, trust=_CERTAIN, known=_ALONE)
    return Anchor(least, house.imagined, doubt=doubt)


def _doubt(compared: Compared) -> float:
    """Return what the house's word is worth beside what a table shows, by how much it can show.

    Who shares family name and home is told from one customer by given name and birth date alone;
    in a table without them any share of each explains it as well. It falls tenfold for every half
    of a field, and next to nothing is left of it in a table of names, birth dates and an address.
    """
    if Field.COMPANY in compared:
        return 0.0
    telling = sum(
        _TELLING.get(Field(name.partition(":")[0]), 0.0)
        for name, levels in compared.items()
        if np.count_nonzero(levels) >= _FILLED * len(levels)
    )
    return float(10 ** (2 * (_ENOUGH - telling)))


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
