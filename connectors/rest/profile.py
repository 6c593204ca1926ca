"""What a profile says of a vendor that speaks JSON over HTTP."""

from typing import Annotated, Literal

from pydantic import Field

from connectors.auth.facts import Auth, BasicAuth
from connectors.base import Capabilities
from connectors.calls.facts import Call, CallListing, Creates, Finds, Updates, Writable
from connectors.facts.paths import FieldPath
from connectors.facts.profile import Errors, Profile, Stream, StreamName
from connectors.facts.templates import Template, TextTemplate
from hub.model import Value


class RestCall(Call):
    """One request: method and path, query, body."""

    request: Annotated[TextTemplate, Field(pattern="^(GET|POST|PUT|PATCH|DELETE) /")]
    query: dict[str, Template] = Field(default_factory=dict)
    body: Template = None
    headers: dict[str, TextTemplate] = Field(default_factory=dict)
    """Sent unless they come out empty: ``{If-Match: "{version}"}``."""


class RestWrite(RestCall):
    """A request that writes."""

    body: Template = "{fields}"


class RestCreate(RestWrite, Creates):
    """How a record is created."""

    @property
    def repeatable(self) -> bool:
        """A PUT names what it makes: twice is as good as once."""
        return self.upsert or self.request.startswith("PUT")


class RestUpdate(RestWrite, Updates):
    """How a record is updated."""


class RestFind(RestCall, Finds):
    """How a record is looked up before it is created again."""


class RestBatch(Value):
    """Many writes in one request; rows are answered in the order in which they were sent."""

    request: Annotated[TextTemplate, Field(pattern="^(POST|PUT|PATCH) /")]
    size: int = Field(ge=2)
    creates: str
    """The list of new records, in the request and in the answer."""
    updates: str
    failed: FieldPath
    """A row of the answer that has this was refused; the code lies inside, as in other errors."""


class RestListing(RestCall, CallListing):
    """A listing over HTTP; ``since`` is added to the query, of a POST to its body."""

    @property
    def laid_over(self) -> str:
        """The query, or the body if there is one."""
        return "query" if self.body is None else "body"


class RestStream(Stream, Writable):
    """Customers of a REST channel."""

    list: RestListing
    read: RestCall | None = None
    find: RestFind | None = None
    create: RestCreate | None = None
    update: RestUpdate | None = None
    delete: RestCall | None = None
    batch: RestBatch | None = None


class RestRecent(RestListing):
    """A listing of its own for what changed."""

    since: dict[str, Template]
    each: RestCall | None = None
    """Where it shows too little: what it lacks of each record is read by this call."""


class RestReadStream(Stream):
    """A stream beside the customers: it is only read."""

    list: RestListing
    recent: RestRecent | None = None
    """Where ``list`` has no filter by time: another call, for what changed only."""


class RestProfile(Profile):
    """A vendor that speaks JSON over HTTP."""

    engine: Literal["rest"]
    auth: Auth = BasicAuth()
    headers: dict[str, str] = Field(default_factory=dict)
    errors: Errors = Errors()
    customers: RestStream
    streams: dict[StreamName, RestReadStream] = Field(default_factory=dict)

    def capabilities(self, rate: float | None = None) -> Capabilities:
        """Return what this vendor can do; ``rate`` overrides the profile's limit."""
        batch = self.customers.batch
        return self.promises(self.customers, rate, batch=batch.size if batch else 1)
