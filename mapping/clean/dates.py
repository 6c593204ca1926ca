"""Days and moments, written as the map says; a format is never guessed.

A blank or a placeholder (``00.00.0000``, ``1753-01-01``) is None. Anything else that does not
fit the formats, or is no day of the calendar, is UncleanError: the map or the channel needs a look.
"""

import re
from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache
from typing import Any

from mapping.clean.text import CACHED, UncleanError, text
from mapping.clean.words import junk

ISO = "iso"
"""The format of ISO 8601 in any of its extended forms, with or without a zone."""
EPOCH_MS = "epoch_ms"
"""The format of milliseconds since 1970."""
_ZEROS = re.compile(r"[0\s.:/TZ-]+")
_OLDEST = 120
_LETTERS = str.maketrans({"d": "DD", "m": "MM", "Y": "YYYY", "y": "YY", "H": "hh", "M": "mm"})


def day(raw: Any, formats: tuple[str, ...]) -> date | None:
    """Return the day in ``raw``. ``formats`` are those of strptime, or ``iso``."""
    value = text(raw)
    found = None if value is None else _parse(value, formats)
    return None if found is None else found.date()


def birth_date(raw: Any, formats: tuple[str, ...], today: date) -> date | None:
    """Return a day on which somebody alive can be born; another day is a slip, hence None."""
    born = day(raw, formats)
    if born is None or born > today or today.year - born.year > _OLDEST:
        return None
    return born


def moment(raw: Any, formats: tuple[str, ...], zone: tzinfo) -> datetime | None:
    """Return the moment in ``raw`` in UTC; ``zone`` is what a time without one is in."""
    value = text(raw)
    return None if value is None else _moment(value, formats, zone)


@lru_cache(CACHED)
def _moment(value: str, formats: tuple[str, ...], zone: tzinfo) -> datetime | None:
    found = _parse(value, formats)
    if found is None:
        return None
    # The first and the last day of the calendar are placeholders, so this can't overflow.
    return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)


@lru_cache(CACHED)
def _parse(value: str, formats: tuple[str, ...]) -> datetime | None:
    if _ZEROS.fullmatch(value):
        return None
    for layout in formats:
        try:
            found = _read(value, layout)
        except (ValueError, OverflowError, OSError):
            continue
        return None if found.date().isoformat() in junk("dates") else found
    raise UncleanError(f"not a date written as {' or '.join(map(_for_people, formats))}")


def _read(value: str, layout: str) -> datetime:
    if layout == ISO:
        return datetime.fromisoformat(value)
    if layout == EPOCH_MS:
        return datetime.fromtimestamp(int(value) / 1000, UTC)
    return datetime.strptime(value, layout)  # noqa: DTZ007 - the caller knows the zone


def _for_people(layout: str) -> str:
    """Say a format as people do: ``DD.MM.YYYY``."""
    if layout == ISO:
        return "YYYY-MM-DD (ISO 8601)"
    if layout == EPOCH_MS:
        return "milliseconds since 1970"
    return layout.translate(_LETTERS).replace("%", "")
