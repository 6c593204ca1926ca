"""What a profile says of the webhooks that a vendor sends.

A webhook is a hint, no more: it may come twice, late, in another order or never. So it only names
whom to look at: the next pull reads those records as they are now, and then goes on as always.
"""

from typing import Literal, Self

from pydantic import Field, model_validator

from connectors.facts.paths import FieldPath
from hub.model import Value


class Webhook(Value):
    """How a delivery is signed, and where it says what it is about."""

    dialect: Literal["standard", "hmac"]
    """``standard``: as standardwebhooks.com says. ``hmac``: HMAC-SHA256 of the raw body."""
    signature: str | None = None
    """The header that bears the signature of dialect ``hmac``."""
    encoding: Literal["base64", "hex"] = "base64"
    prefix: str = ""
    """What stands before the signature: ``sha256=``."""
    delivery: str = "webhook-id"
    """The header with the delivery's own id: the same one twice is kept once."""
    topic: str | None = None
    """The header that says what happened."""
    topics: tuple[str, ...] = ()
    """Only these are about customers; none: all are."""
    gone: tuple[str, ...] = ()
    """The topics that tell of a deletion."""
    id: FieldPath
    """Where in the body the record's id stands."""
    id_prefix: str = Field(default="")
    """What the id bears in front everywhere else: ``gid://shop/Customer/``."""

    @model_validator(mode="after")
    def _hmac_needs_its_header(self) -> Self:
        if self.dialect == "hmac" and not self.signature:
            message = "expected the header that bears the signature"
            raise ValueError(message)
        return self
