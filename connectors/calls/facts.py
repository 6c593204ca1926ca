"""What a profile says of single calls, whatever the protocol that they travel by.

Each engine adds how a call is made: a method and a path, an operation of a WSDL, a query.
"""

from typing import Any, Literal, Protocol, Self

from pydantic import Field

from connectors.facts.paths import FieldPath
from connectors.facts.profile import Listing
from hub.model import Value


class Call(Value):
    """One call."""

    record: FieldPath = ""
    """Where the record lies in the answer."""


class DerivedId(Value):
    """An id that follows from a field of the record."""

    field: FieldPath
    function: Literal["same", "md5_lower"] = "same"


class Updates(Call):
    """How a record is updated."""

    whole: bool = False
    """The channel forgets what is left out: the record is read first, and written as a whole."""


class Creates(Call):
    """How a record is created."""

    defaults: dict[str, Any] = Field(default_factory=dict)
    """What a new record needs and the hub may not know."""
    rename: dict[str, str] = Field(default_factory=dict)
    """Fields that are called differently on a new record."""
    new_id: FieldPath | None = None
    """Where the answer tells the new id, if it does not show the record."""
    upsert: bool = False
    """Creating twice is as good as once."""

    @property
    def repeatable(self) -> bool:
        """Whether a create that broke off may simply be sent again."""
        return self.upsert


class Finds(Call):
    """How a record is looked up before it is created again."""

    same: tuple[FieldPath, ...] = ()
    """Fields that no two records may share (letter case aside): a record found by one of them that
    does not say all that we would write is somebody else, and nothing is created."""


class CallListing(Call, Listing):
    """A call that lists."""

    @property
    def laid_over(self) -> str:
        """The part of the call that ``since`` is laid over, entry by entry."""
        return "arguments"

    def narrowed(self) -> Self:
        """Return the call that lists only what changed."""
        part = self.laid_over
        return self.model_copy(update={part: {**getattr(self, part), **(self.since or {})}})


class Writable(Value):
    """What only matters to the writes of a stream."""

    derived_id: DerivedId | None = None
    number_id: bool = False
    """The channel wants its ids as numbers, not as text."""


class Written(Protocol):
    """A stream as the writer sees it."""

    @property
    def id(self) -> str:
        """Where the id lies."""

    @property
    def version(self) -> str | None:
        """Where the version lies."""

    @property
    def reference(self) -> str | None:
        """Where our reference lies."""

    @property
    def lift(self) -> dict[str, str]:
        """What is no part of the channel's own record."""

    @property
    def derived_id(self) -> DerivedId | None:
        """How an id follows from a field."""

    @property
    def number_id(self) -> bool:
        """Whether ids are numbers."""

    @property
    def read(self) -> Call | None:
        """Read one."""

    @property
    def find(self) -> Finds | None:
        """Look for what an earlier attempt may have made."""

    @property
    def create(self) -> Creates | None:
        """Create one."""

    @property
    def update(self) -> Updates | None:
        """Update one."""

    @property
    def delete(self) -> Call | None:
        """Delete one."""
