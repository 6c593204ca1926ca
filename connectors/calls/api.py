"""What a protocol of calls brings: one call made, and the answer looked into by path."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from connectors.facts.times import Clock


class Reply(Protocol):
    """The answer to a call that succeeded."""

    @property
    def clock(self) -> datetime:
        """The channel's own clock."""

    def listed(self, path: str) -> list[Any] | None:
        """Return the list at ``path``; None if there is no list."""

    def found(self, path: str) -> list[Any]:
        """Return the records at ``path``, be it a list, a single one or nothing."""

    def value(self, path: str) -> Any:
        """Return what stands at ``path``; None if nothing does."""

    def header(self, name: str) -> str | None:
        """Return a header of the answer."""


class Api(Protocol):
    """Makes calls in the terms of a profile."""

    def call(
        self, call: Any, values: Mapping[str, Any], doing: str, *, repeatable: bool = True
    ) -> Reply:
        """Make ``call`` (of the kind that the profile holds), its templates filled.

        Raises one of the four errors; a refusal is RejectedError.
        """

    def moment(self, clock: Clock, moment: datetime) -> Any:
        """Return ``moment`` as the channel's filter wants it."""

    def close(self) -> None:
        """Give the connections back."""
