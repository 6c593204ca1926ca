"""What the house knows of a table before learning from it: fields, rivals, and its word's worth.

In: the house's model and compared pairs. Out: the rules and the anchor of a ``Lesson``.
"""

from collections.abc import Mapping

import numpy as np

from matching.comparisons.compare import Compared
from matching.comparisons.levels import CODES, Field, levels_of
from matching.learning.lesson import Anchor, Limit, RivalRules, Rules, Shares
from matching.weights.model import KindModel, Rival
from matching.weights.model import Limit as ModelLimit

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


def with_namesakes(house: KindModel, compared: Compared) -> KindModel:
    """Return the model that is learned from: persons of one name are a rival of their own."""
    if not {Field.GIVEN, Field.FAMILY} < compared.keys() or Field.COMPANY in compared:
        return house
    return KindModel(
        prior=house.prior,
        rivals={**house.rivals, _NAMESAKE: _NAMESAKES},
        limits=house.limits,
        imagined=house.imagined,
        fields=house.fields,
    )


def usual_shares(field: str, house: KindModel) -> Shares:
    """Return how strangers agree in a field in most tables."""
    levels = house.fields[field.partition(":")[0]]
    shares: Shares = np.array([levels[level].u for level in reversed(levels_of(field))])
    return shares / shares.sum()


def rules_of(field: str, house: KindModel) -> Rules:
    """Return what is known of a field before learning."""
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


def anchor_of(house: KindModel, compared: Compared, *, alone: bool) -> Anchor:
    """Return what is known of the classes before learning; ``alone``: of one field."""
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
