"""What a profile says of a vendor that speaks JSON over HTTP."""

from typing import Annotated, Any, Literal

from pydantic import Field

from connectors.base import Capabilities
from connectors.facts.paths import FieldPath
from connectors.facts.profile import Auth, Errors, Listing, Profile, Stream
from connectors.facts.templates import Template, TextTemplate
from hub.model import Value


class DerivedId(Value):
    """An id that follows from a field of the record."""

    field: FieldPath
    function: Literal["same", "md5_lower"] = "same"


class RestCall(Value):
    """One request: method and path, query, body."""

    request: Annotated[TextTemplate, Field(pattern="^(GET|POST|PUT|PATCH|DELETE) /")]
    query: dict[str, Template] = Field(default_factory=dict)
    body: Template = "{fields}"
    record: FieldPath = ""
    """Where the record lies in the answer."""


class RestCreate(RestCall):
    """How a record is created."""

    defaults: dict[str, Any] = Field(default_factory=dict)
    """What a new record needs and the hub may not know."""
    rename: dict[str, str] = Field(default_factory=dict)
    """Fields that are called differently on a new record."""


class RestFind(RestCall):
    """How a record is looked up before it is created again."""

    same: tuple[FieldPath, ...] = ()
    """The record found must agree on one of these (letter case aside) or bear our reference."""


class RestBatch(Value):
    """Many writes in one request; rows are answered in the order in which they were sent."""

    request: Annotated[TextTemplate, Field(pattern="^(POST|PUT|PATCH) /")]
    size: int = Field(ge=2)
    creates: str
    """The list of new records, in the request and in the answer."""
    updates: str
    failed: FieldPath
    """A row of the answer that has this was refused; the code lies inside, as in other errors."""


class RestListing(RestCall, Listing):
    """A listing over HTTP; ``since`` is added to the query."""

    body: Template = None


class RestStream(Stream):
    """Customers of a REST channel."""

    list: RestListing
    read: RestCall | None = None
    find: RestFind | None = None
    create: RestCreate | None = None
    update: RestCall | None = None
    batch: RestBatch | None = None
    derived_id: DerivedId | None = None
    version_header: str | None = None
    """The header that carries the version (``If-Match``), where it is not part of the body."""


class RestProfile(Profile):
    """A vendor that speaks JSON over HTTP."""

    engine: Literal["rest"]
    auth: Auth = Auth()
    headers: dict[str, str] = Field(default_factory=dict)
    errors: Errors = Errors()
    customers: RestStream

    def capabilities(self, rate: float | None = None) -> Capabilities:
        """Return what this vendor can do; ``rate`` overrides the profile's limit."""
        it = self.customers
        return Capabilities(
            write=it.update is not None,
            create=it.create is not None,
            incremental=it.list.since is not None,
            version_check=it.version is not None,
            batch=it.batch.size if it.batch else 1,
            rate=rate or self.limits.rate,
            consent=it.consent is not None,
        )
