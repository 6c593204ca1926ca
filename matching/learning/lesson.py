"""What is learned from, what is known before, and what comes of it.

In: patterns of compared pairs, and what is known of each field. Out: how often each class of pairs
(one customer, rivals, strangers) reaches each level of a field.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.weights.patterns import Patterns

Shares = NDArray[Any]
"""How often each level is reached, weakest first; sums to 1."""

IMAGINED = 100.0
"""Pairs that the prior is worth."""


class Limit(NamedTuple):
    """A bound on a class: what these levels (0: the weakest) may have together."""

    places: tuple[int, ...]
    most: float


class RivalRules(NamedTuple):
    """What is known of a rival's agreement in a field that is learned."""

    prior: Shares
    limits: tuple[Limit, ...]


@dataclass(frozen=True)
class Rules:
    """What is known of a field before learning."""

    prior: Shares
    """Of one customer's pairs."""
    limits: tuple[Limit, ...]
    """The most that levels may have among one customer's pairs."""
    mixed: Mapping[str, float | None]
    """By rival: the part in which its pairs agree as one customer's do, the rest as strangers' do;
    None where it is learned."""
    rivals: Mapping[str, RivalRules] = dataclasses.field(default_factory=dict)
    """By rival, where it is learned from another start than one customer's agreement."""


class Anchor(NamedTuple):
    """What is known of the classes before learning."""

    least: Mapping[str, float]
    """By rival: its pairs for each pair of one customer, at the least."""
    imagined: float = 0.0
    """Pairs of one customer that are added to what is found, for each record."""
    trust: float = IMAGINED
    """Pairs that the prior is worth."""
    known: float | None = None
    """Pairs of one customer for each record, if that can't be learned."""
    doubt: float = 0.0
    """Further pairs that the priors are worth, for each pair that a class is found to hold: few
    fields can't teach how they agree, however large the table."""


@dataclass(frozen=True)
class Strangers:
    """How two customers picked at random agree in one field."""

    counts: Shares
    """Levels among random pairs."""
    usual: Shares
    """How they agree in most tables, where this one is too small to show it."""
    frequencies: tuple[NDArray[np.int64], NDArray[np.int64]] | None
    """How many values occur how often: (times, values); exact agreement is computed from it."""


@dataclass(frozen=True)
class Learned:
    """What was learned: by field and level, weakest first."""

    own: Mapping[str, Shares]
    strangers: Mapping[str, Shares]
    rivals: Mapping[str, Mapping[str, Shares]]
    share: float
    """Of all pairs, how many are one customer."""
    rival_shares: Mapping[str, float]
    copies: float
    """Records that one customer has on average, as a record sees it."""
    mixes: Mapping[str, Mapping[str, float]]
    """By rival and field: the part of its pairs that agree as one customer's do."""


class Lesson(NamedTuple):
    """What is learned from."""

    patterns: Patterns
    rules: Mapping[str, Rules]
    strangers: Mapping[str, Strangers]
    rivals: tuple[str, ...]
    size: int
    """Records of the table."""
    pairs: float
    """Pairs that its records can form."""
    anchor: Anchor = Anchor({})
