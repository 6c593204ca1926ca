"""What a profile says of a vendor that speaks GraphQL."""

from typing import Literal

from pydantic import Field

from connectors.auth.facts import Auth, BearerAuth
from connectors.base import Capabilities
from connectors.calls.facts import Call, CallListing, Creates, Finds, Updates, Writable
from connectors.facts.paths import FieldPath
from connectors.facts.profile import Errors, Profile, Stream, StreamName
from connectors.facts.templates import Template
from hub.model import Value


class GraphCall(Call):
    """One query or mutation; paths begin inside ``data``."""

    query: str
    """Sent as it is: what differs from call to call goes into the variables."""
    variables: dict[str, Template] = Field(default_factory=dict)
    failed: FieldPath | None = None
    """What only a refusal fills: ``customerCreate.userErrors``, or a union's ``errorCode``."""


class GraphCreate(GraphCall, Creates):
    """How a record is created."""


class GraphUpdate(GraphCall, Updates):
    """How a record is updated."""


class GraphFind(GraphCall, Finds):
    """How a record is looked up before it is created again."""


class GraphListing(GraphCall, CallListing):
    """A listing by GraphQL; ``since`` is laid over the variables."""

    @property
    def laid_over(self) -> str:
        """The variables."""
        return "variables"


class GraphReadStream(Stream):
    """A stream beside the customers: it is only read."""

    list: GraphListing


class GraphStream(Stream, Writable):
    """Customers of a GraphQL channel."""

    list: GraphListing
    read: GraphCall | None = None
    find: GraphFind | None = None
    create: GraphCreate | None = None
    update: GraphUpdate | None = None
    delete: GraphCall | None = None


class GraphErrors(Errors):
    """Failures as GraphQL tells them, inside a 200."""

    code: FieldPath = "errors[0].extensions.code"
    message: FieldPath = "errors[0].message"
    marker: FieldPath | None = "errors[0]"
    refused_code: FieldPath = "code"
    """In what ``failed`` points to."""
    refused_message: FieldPath = "message"


class Cost(Value):
    """Where an answer tells what it cost, and what is left of the allowance (a leaky bucket)."""

    asked: FieldPath = "extensions.cost.requestedQueryCost"
    left: FieldPath = "extensions.cost.throttleStatus.currentlyAvailable"
    rate: FieldPath = "extensions.cost.throttleStatus.restoreRate"
    """What is added to the allowance each second."""


class GraphProfile(Profile):
    """A vendor that speaks GraphQL."""

    engine: Literal["graphql"]
    path: str = ""
    """Added to the channel's address."""
    auth: Auth = BearerAuth(kind="bearer")
    headers: dict[str, str] = Field(default_factory=dict)
    errors: GraphErrors = GraphErrors()
    cost: Cost = Cost()
    customers: GraphStream
    streams: dict[StreamName, GraphReadStream] = Field(default_factory=dict)

    def capabilities(self, rate: float | None = None) -> Capabilities:
        """Return what this vendor can do; ``rate`` overrides the profile's limit."""
        return self.promises(self.customers, rate)
