"""What one kind of customer's pairs are weighed by."""

from collections.abc import Mapping
from dataclasses import dataclass

from hub.model import Kind
from matching.weights.frequencies import Frequencies
from matching.weights.model import KindModel
from matching.weights.namesakes import Namesakes
from matching.weights.wording import Wording


@dataclass(frozen=True)
class Trained:
    """What a table taught."""

    kind: Kind
    weights: KindModel
    frequencies: Mapping[str, Frequencies]
    expected: Mapping[str, float]
    """By field: how often strangers have the same value."""
    copies: float
    namesakes: Namesakes | None = None
    wording: Wording | None = None
