"""What a profile says of a vendor whose database we may read and write."""

from typing import Any, Literal, Self

from pydantic import Field, model_validator

from connectors.base import Capabilities
from connectors.facts.profile import Profile, Stream, StreamName


class SqlStream(Stream):
    """Customers in a table."""

    table: str
    namespace: str | None = None
    """The database schema, where the table is not in the default one."""
    columns: tuple[str, ...] | None = None
    """Only these; None: all."""
    writable: bool = True
    stamps: tuple[str, ...] = ()
    """Columns that get the time of our write."""
    created: tuple[str, ...] = ()
    """Columns that get the time of our write on a new row."""
    defaults: dict[str, Any] = Field(default_factory=dict)
    """What a new row needs and the hub may not know."""

    @model_validator(mode="after")
    def _stamps_need_a_clock(self) -> Self:
        if self.stamps and self.changed is None:
            message = "stamps need the format and zone under changed"
            raise ValueError(message)
        return self


class SqlProfile(Profile):
    """A vendor whose database we may read and write."""

    engine: Literal["sql"]
    customers: SqlStream
    streams: dict[StreamName, SqlStream] = Field(default_factory=dict)

    def capabilities(self, rate: float | None = None) -> Capabilities:
        """Return what this vendor can do; ``rate`` overrides the profile's limit."""
        it = self.customers
        return Capabilities(
            write=it.writable,
            create=it.writable,
            delete=it.writable and it.deleted is not None,
            incremental=it.changed is not None,
            version_check=it.version is not None,
            rate=rate or self.limits.rate,
            per_day=self.limits.per_day,
            at_once=self.limits.at_once,
            tombstones=it.deleted is not None,
            consent=it.consent is not None,
        )
