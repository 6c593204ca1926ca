"""The weights of the match: how much each level of agreement tells, and where the lines are.

Three explanations of a pair compete: it is one customer; it is two that belong together (a
*rival*: a household, a branch); it is two strangers. A level's weight is log2 of how much likelier
it is for one customer than for strangers; the rivals take back what they explain as well.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from importlib.resources import files
from math import isclose, log2
from typing import Any, NamedTuple, Self

import numpy as np
import yaml
from numpy.typing import NDArray
from pydantic import Field as Bounded
from pydantic import model_validator

from hub.model import Kind, Value
from matching.comparisons.levels import Field, Level, levels_of

_SUM_TOLERANCE = 0.011


class LevelWeight(Value):
    """One level: how often it is reached by one customer's records, by strangers, by rivals."""

    m: float = Bounded(gt=0, le=1)
    u: float = Bounded(gt=0, le=1)
    rivals: dict[str, float] = Bounded(default_factory=dict)
    """By the rival's name; one that is not named agrees as strangers do."""
    label: str

    def given(self, rival: str) -> float:
        """Return how often this rival's pairs reach the level."""
        return self.rivals.get(rival, self.u)

    @model_validator(mode="before")
    @classmethod
    def _gather_rivals(cls, raw: Any) -> Any:
        """Let the YAML name a rival beside m and u, so that a line reads as a table's row."""
        if not isinstance(raw, Mapping) or "rivals" in raw:
            return raw
        known = {name: raw[name] for name in ("m", "u", "label") if name in raw}
        return known | {"rivals": {name: raw[name] for name in raw if name not in known}}


class Limit(Value):
    """A bound on what learning may find."""

    levels: tuple[Level, ...]
    most: float = Bounded(gt=0, lt=1)
    """What these levels may have together."""


class Rival(Value):
    """An explanation of a likely pair other than "one customer"."""

    prior: float = Bounded(gt=0, lt=1)
    """Its share of all pairs."""
    label: str
    shares: tuple[Field, ...] = ()
    """Fields in which its pairs agree in a way of their own, which is learned."""
    copies: dict[Field, float] = Bounded(default_factory=dict)
    """In how many of its pairs a field agrees as if it were one customer: twins have one birth
    date, Jr and Sr one name. In the rest, and in all other fields, they agree as strangers do."""
    anchored: bool = False
    """Learning starts from its column in ``fields``, not from how one customer's records agree."""
    namesakes: bool = False
    """Its pairs share a name, so how rare that is says nothing against it."""
    least: float = Bounded(default=0, ge=0, lt=1)
    """How many pairs it has, at the least, for each pair that is one customer."""
    limits: dict[Field, tuple[Limit, ...]] = Bounded(default_factory=dict)


class Bits(NamedTuple):
    """A level in log2, ready to be summed."""

    weight: float
    """m against u."""
    against: tuple[float, ...]
    """m against each rival, in the order of ``KindModel.rivals``."""
    label: str


class KindModel(Value):
    """The weights for one kind of customer."""

    prior: float = Bounded(gt=0, lt=1)
    """Share of all pairs that are one customer."""
    rivals: dict[str, Rival]
    limits: dict[Field, tuple[Limit, ...]] = Bounded(default_factory=dict)
    """What one customer's records may disagree, at the most, however dirty the table."""
    imagined: float = Bounded(default=0, ge=0, lt=1)
    """Pairs of one customer that learning imagines for each record: a table of few duplicates must
    not teach that there are none."""
    lookalikes: float = Bounded(default=0, ge=0, lt=0.39)
    """Pairs that only look like one customer, for each that is one: learned, see ``modest``."""
    fields: dict[str, dict[Level, LevelWeight]]
    """By field; a learned one may also be for ``attribute:NAME`` or ``identifier:KIND``."""

    @model_validator(mode="after")
    def _check_levels(self) -> Self:
        for field, levels in self.fields.items():
            if set(levels) != set(levels_of(field)):
                raise ValueError(f"{field}: needs the levels {', '.join(levels_of(field))}")
            weights = levels.values()
            _check_sum(f"{field}: m", (level.m for level in weights))
            _check_sum(f"{field}: u", (level.u for level in weights))
            for rival in self.rivals:
                _check_sum(f"{field}: {rival}", (level.given(rival) for level in weights))
        return self

    @cached_property
    def prior_bits(self) -> float:
        """log2 of the odds that two customers picked at random are one."""
        return log2(self.prior / (1 - self.prior))

    @cached_property
    def rival_bits(self) -> tuple[float, ...]:
        """log2 of the odds of "one customer" against each rival, before any evidence."""
        return tuple(log2(self.prior / rival.prior) for rival in self.rivals.values())

    def of(self, field: str) -> Mapping[Level, LevelWeight]:
        """Return the levels of a field; of ``attribute:NAME`` those of any attribute if need be."""
        return self.fields.get(field) or self.fields[field.partition(":")[0]]

    def arrays(self, field: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the bits of each level by its number, against strangers and against each rival."""
        if field not in self._arrays:
            self._arrays[field] = self._computed(field)
        return self._arrays[field]

    @cached_property
    def _arrays(self) -> dict[str, tuple[NDArray[np.float64], NDArray[np.float64]]]:
        """What ``arrays`` has computed: explanations ask for the same ones thousands of times."""
        return {}

    def _computed(self, field: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        weights = [self._bits(self.of(field)[level]) for level in reversed(levels_of(field))]
        own = np.array([0.0, *(bits.weight for bits in weights)])
        against = np.array([[0.0] * len(self.rivals), *(bits.against for bits in weights)]).T
        return own, against.reshape(len(self.rivals), len(own))

    def weight(self, field: str, level: Level) -> float:
        """Return the bits of a level against strangers."""
        return self._bits(self.of(field)[level]).weight

    @cached_property
    def bits(self) -> Mapping[tuple[str, Level], Bits]:
        """Every level in log2."""
        return {
            (field, level): self._bits(weight)
            for field, levels in self.fields.items()
            for level, weight in levels.items()
        }

    def _bits(self, level: LevelWeight) -> Bits:
        against = tuple(log2(level.m / level.given(rival)) for rival in self.rivals)
        return Bits(log2(level.m / level.u), against, level.label)


class Model(Value):
    """Weights for persons and organisations, and the two thresholds on the probability."""

    version: str
    """Stored with every match, so that a score can be explained later."""
    merge: float = Bounded(gt=0, le=1)
    """From here on two records are joined without asking."""
    review: float = Bounded(gt=0, le=1)
    """From here on a steward is asked."""
    person: KindModel
    organisation: KindModel

    @model_validator(mode="after")
    def _check_thresholds(self) -> Self:
        if self.review > self.merge:
            raise ValueError("review: must not be above merge")
        return self

    def of(self, kind: Kind) -> KindModel:
        """Return the weights for pairs of ``kind``."""
        return self.person if kind is Kind.PERSON else self.organisation


def _check_sum(name: str, shares: Iterable[float]) -> None:
    total = sum(shares)
    if not isclose(total, 1, abs_tol=_SUM_TOLERANCE):
        raise ValueError(f"{name} must sum to 1, not {total:.3f}")


def _default() -> Model:
    text = files("matching.weights").joinpath("default.yaml").read_text("utf-8")
    return Model.model_validate(yaml.load(text, yaml.CSafeLoader))


DEFAULT = _default()
"""The model of the house, until one is trained; see ``default.yaml`` for how it was set."""
