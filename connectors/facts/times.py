"""A channel's clock: its text -> aware UTC, and a moment -> the text that its filter wants."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field

from connectors.facts.paths import FieldPath
from hub.model import Value

_EARLIEST = 1900
"""Blank dates are written as 0001-01-01 or 1753-01-01 by old systems: nobody changed it then."""
_LOOK_AHEAD = timedelta(hours=3)


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        message = f"{name!r} is not a time zone; expected a name such as UTC or Europe/Berlin"
        raise ValueError(message) from error
    return name


_EPOCH = "epoch_ms"


def _parse_epoch(raw: Any) -> datetime | None:
    try:
        moment = datetime.fromtimestamp(float(raw) / 1000, UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None
    return moment if moment.year >= _EARLIEST else None


class Resolution(StrEnum):
    """How coarse a channel's clock is; a pull steps back by one unit of it."""

    DAY = "day"
    MINUTE = "minute"
    SECOND = "second"
    MILLISECOND = "millisecond"
    MICROSECOND = "microsecond"


_UNITS = {
    Resolution.DAY: timedelta(days=1),
    Resolution.MINUTE: timedelta(minutes=1),
    Resolution.SECOND: timedelta(seconds=1),
    Resolution.MILLISECOND: timedelta(milliseconds=1),
    Resolution.MICROSECOND: timedelta(microseconds=1),
}


class Clock(Value):
    """When a record was changed, as the channel writes it."""

    fields: tuple[FieldPath, ...] = Field(min_length=1)
    """The first one that holds a time counts."""
    format: str = "iso"
    """``iso``, ``epoch_ms`` (milliseconds since 1970) or a strptime format."""
    zone: Annotated[str, AfterValidator(_known_zone)] = "UTC"
    """Of times that name no zone themselves."""
    resolution: Resolution = Resolution.SECOND
    overlap: timedelta | None = None
    """How far to step back, where one unit is not enough (slow transactions over there)."""
    filter_format: str | None = None
    """How the filter wants a time (``epoch_ms``, or strftime in ``zone``); None: as the records
    show it."""

    @property
    def unit(self) -> timedelta:
        """How far a pull steps back to lose nothing."""
        return self.overlap or _UNITS[self.resolution]

    def parser(self) -> Callable[[Any], datetime | None]:
        """Return a function: the channel's text -> aware UTC; None where it can't be read."""
        zone = ZoneInfo(self.zone)
        form = self.format

        if form == _EPOCH:
            return _parse_epoch

        def parse(raw: Any) -> datetime | None:
            if not isinstance(raw, str) or not raw:
                return None
            try:
                moment = (
                    datetime.fromisoformat(raw) if form == "iso" else datetime.strptime(raw, form)  # noqa: DTZ007 - the zone is set below
                )
                if moment.tzinfo is None:
                    moment = moment.replace(tzinfo=zone)
                return moment.astimezone(UTC) if moment.year >= _EARLIEST else None
            except (ValueError, OverflowError):
                return None

        return parse

    def local(self, moment: datetime) -> datetime:
        """Return the smallest naive local time that anything from ``moment`` on can bear.

        In the night when clocks go back, the hour to come is written with times that were
        already used: filtering from the plain local time would lose that hour.
        """
        zone = ZoneInfo(self.zone)
        here, soon = (at.astimezone(zone) for at in (moment, moment + _LOOK_AHEAD))
        offsets = (here.utcoffset() or timedelta(), soon.utcoffset() or timedelta())
        return moment.astimezone(UTC).replace(tzinfo=None) + min(offsets)

    def text(self, moment: datetime) -> str:
        """Write ``moment`` for the channel's filter."""
        if _EPOCH in (self.filter_format, self.format):
            return str(round(moment.timestamp() * 1000))
        if self.filter_format:
            return self.local(moment).strftime(self.filter_format)
        if self.format == "iso":
            return moment.astimezone(ZoneInfo(self.zone)).isoformat(timespec="seconds")
        return self.local(moment).strftime(self.format)

    def stamp(self, moment: datetime) -> str:
        """Write ``moment`` as the channel itself would, on a record."""
        here = moment.astimezone(ZoneInfo(self.zone))
        return here.isoformat() if self.format == "iso" else here.strftime(self.format)
