"""What the house knows of a table before learning from it: fields, rivals, and its word's worth.

In: the house's model and compared pairs. Out: the rules and the anchor of a ``Lesson``.
"""

from collections.abc import Mapping

import numpy as np

from matching.comparisons.compare import Compared
from matching.comparisons.levels import CODES, Field, Level, levels_of
from matching.learning.lesson import Anchor, Limit, RivalRules, Rules, Shares
from matching.table.columns import Levels
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
_SINGLED_OUT = 4.0
"""Bits that an attribute's agreement must tell to teach as much as a phone does."""
_APART = {Field.BIRTH_DATE, Field.IDENTIFIER}
"""What tells apart those who share name and home."""
_LOOKALIKES = 0.105
"""Pairs that look like one customer and are two, for each that is one, where a table can't show
how many there are: Jr and Sr of whom nothing tells the age, namesakes in one town."""
_NEVER = 0.125
"""So many that nothing is joined without asking,"""
_HARDLY = 100.0
"""where the house's word is worth so much: in a table of names alone."""
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


def anchor_of(house: KindModel, doubt: float, *, alone: bool) -> Anchor:
    """Return what is known of the classes before learning; ``alone``: of one field."""
    least = {
        name: max(rival.least, min(_PRESUMED * doubt, 1.0) if name == _HOUSEHOLD else 0.0)
        for name, rival in house.rivals.items()
    }
    if alone:
        return Anchor(least, trust=_CERTAIN, known=_ALONE)
    return Anchor(least, house.imagined, doubt=doubt)


def doubt_of(compared: Compared, drawn: Compared) -> float:
    """Return what the house's word is worth beside what a table shows, by how much it can show.

    Who shares family name and home is told from one customer by given name and birth date alone;
    in a table without them any share of each explains it as well. It falls tenfold for every half
    of a field, and next to nothing is left of it in a table of names, birth dates and an address.
    ``drawn`` are random pairs: half of all strangers agree in sex, which so tells next to nothing.
    """
    if Field.COMPANY in compared:
        return 0.0
    telling = sum(_telling(name, drawn[name]) for name in compared if _is_told(name, compared))
    return float(10 ** (2 * (_ENOUGH - telling)))


def _is_told(name: str, compared: Compared) -> bool:
    return bool(np.count_nonzero(compared[name]) >= _FILLED * len(compared[name]))


def _base(name: str) -> Field:
    return Field(name.partition(":")[0])


def _telling(name: str, drawn: Levels) -> float:
    base = _base(name)
    told = _TELLING.get(base, 0.0)
    if base is not Field.ATTRIBUTE:
        return told
    known, same = np.count_nonzero(drawn), np.count_nonzero(drawn == CODES[base][Level.SAME])
    return told * min(float(-np.log2((same + 1) / (known + 1))) / _SINGLED_OUT, 1.0)


def lookalikes_of(compared: Compared, doubt: float) -> float:
    """Return how many pairs only look like one customer, for each that is one, at the most."""
    if doubt == 0 or any(_is_told(name, compared) for name in compared if _base(name) in _APART):
        return 0.0
    return _NEVER if doubt >= _HARDLY else _LOOKALIKES * min(doubt, 1.0)
