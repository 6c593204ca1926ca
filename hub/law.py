"""The law of survivorship as goldenrod.yaml states it: trust that ages, and rules as sort keys."""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from hub.checks import NoTruth
from hub.model import Attributes, Value


class Rule(StrEnum):
    """One sort key over claims; `golden.rules` says what each one ranks by."""

    MOST_TRUSTED = "most_trusted"
    MOST_RECENT = "most_recent"
    MOST_FREQUENT = "most_frequent"
    LONGEST = "longest"
    MOST_COMPLETE = "most_complete"
    STRICTEST = "strictest"


class Curve(StrEnum):
    """How trust falls from its most to its least while a claim ages."""

    LINEAR = "linear"
    SLOW_START = "slow_start"
    """Slowly at first, then fast: with the square of the age."""
    FAST_START = "fast_start"
    """Fast at first, then slowly: with the square root of the age."""


_FALL = {Curve.LINEAR: 1.0, Curve.SLOW_START: 2.0, Curve.FAST_START: 0.5}


def _plain(value: Any) -> Any:
    """Let a plain number be a trust that never ages."""
    return {"max": value} if isinstance(value, int | str) else value


class Trust(Value):
    """Trust in what a channel says: ``max`` when it is new, ``min`` once it is ``decay`` days old.

    The three curves are those of Informatica MDM's trust decay.
    """

    max: Annotated[int, NoTruth] = Field(default=50, ge=0, le=100)
    min: int | None = Field(default=None, ge=0, le=100)
    """None: the same as ``max``, so it never ages."""
    decay: int | None = Field(default=None, ge=1)
    """Days until ``min`` is reached."""
    curve: Curve = Curve.LINEAR

    @model_validator(mode="after")
    def _falls(self) -> "Trust":
        if (self.min is None) != (self.decay is None):
            raise ValueError("min and decay belong together: give both, or a plain number")
        if self.min is not None and self.min > self.max:
            raise ValueError(f"min {self.min} is more than max {self.max}")
        return self

    def after(self, days: float | None) -> float:
        """Return the trust in a claim of this age; of unknown age it is the least."""
        if self.min is None or self.decay is None:
            return self.max
        if days is None or days >= self.decay:
            return self.min
        fallen: float = (max(days, 0.0) / self.decay) ** _FALL[self.curve]
        return self.max - (self.max - self.min) * fallen


AnyTrust = Annotated[Trust, BeforeValidator(_plain)]
"""Written as a number (never ages) or in full."""


def _known_attribute(name: str) -> str:
    if name not in Attributes.model_fields:
        known = ", ".join(Attributes.model_fields)
        message = f"{name!r} is not an attribute; known: {known}"
        raise ValueError(message)
    return name


AttributeName = Annotated[str, AfterValidator(_known_attribute)]


def _listed(value: Any) -> Any:
    if value == []:
        raise ValueError("must name at least one rule")
    return [value] if isinstance(value, str) else value


Rules = Annotated[tuple[Rule, ...], BeforeValidator(_listed)]
"""One rule, or several: each decides what those before it left even."""


class Golden(Value):
    """Survivorship: by attribute the rules, and the trust where it is not the channel's own."""

    rules: dict[AttributeName, Rules] = Field(default_factory=dict)
    """What is not named here survives by the default of `golden.rules`."""
    trust: dict[AttributeName, dict[str, AnyTrust]] = Field(default_factory=dict)
    """Attribute -> channel -> trust: a mailing system may be the best for e-mails alone."""
    doubt: int = Field(default=50, ge=0, le=100)
    """By so many per cent a value that fails its check is trusted less."""
