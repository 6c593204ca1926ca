"""One line of a map compiled: payload -> clean value.

Every error of a payload is a RecordError that names the path, never the value.
"""

from collections.abc import Callable
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from hub.clock import now
from hub.errors import RecordError
from hub.model import Payload, PersonName, Status
from mapping.clean.addresses import address_part, country
from mapping.clean.dates import birth_date, moment
from mapping.clean.emails import emails
from mapping.clean.identifiers import identifier
from mapping.clean.languages import language
from mapping.clean.names import full_name, name_part
from mapping.clean.phones import phone
from mapping.clean.text import UncleanError, text
from mapping.fieldmap import DATED, FieldMap
from mapping.paths import getter

Clean = Callable[[Any, str | None], Any]
Reader = Callable[[Payload, str | None], Any]
"""Reads a payload, given the region where numbers without a country code belong."""


class Place(NamedTuple):
    """What a channel's records leave unsaid."""

    region: str | None
    """ISO 3166-1 alpha-2."""
    language: str | None
    """ISO 639-1."""
    zone: ZoneInfo


def compile_line(line: FieldMap, place: Place) -> Reader:
    """Return a function that reads this one line."""
    path, required = line.path, line.required
    get, clean = getter(path), _cleaner(line, place)

    def read(payload: Payload, region: str | None) -> Any:
        raw = get(payload)
        try:
            value = None if raw is None or raw == "" else clean(raw, region)
        except UncleanError as problem:
            raise RecordError(path, str(problem)) from None
        if required and not value:
            raise RecordError(path, "is required, but it is blank or can't be read")
        return value

    return read


def _word(raw: Any) -> str | None:
    """Return one of the channel's own words: text, or a boolean."""
    return str(raw).lower() if isinstance(raw, bool) else text(raw)


def text_reader(path: str, clean: Callable[[Any], Any] = _word) -> Callable[[Payload], Any]:
    """Return a function payload -> the clean text at ``path``, None if blank."""
    get = getter(path)

    def read(payload: Payload) -> Any:
        try:
            return clean(get(payload))
        except UncleanError as problem:
            raise RecordError(path, str(problem)) from None

    return read


def _cleaner(line: FieldMap, place: Place) -> Clean:
    attribute, _, part = line.target
    if line.values:
        return _translator(line)
    if line.clean:
        return _plain(_NAMED[line.clean])
    if attribute in DATED:
        return _dater(line, place)
    if attribute == "phones":
        return lambda raw, region: phone(raw, (region, place.region))
    if attribute == "identifiers":
        return lambda raw, region: identifier(raw, part, region)
    return _plain(_CLEANERS.get((attribute, part)) or _CLEANERS[attribute, ""])


def _dater(line: FieldMap, place: Place) -> Clean:
    if line.target.attribute == "birth_date":
        return lambda raw, _region: birth_date(raw, line.format, now().date())
    return lambda raw, _region: moment(raw, line.format, place.zone)


def _plain(clean: Callable[[Any], Any]) -> Clean:
    return lambda raw, _region: clean(raw)


def _translator(line: FieldMap) -> Clean:
    """Translate the channel's own words; of countries and languages, also all usual ones."""
    attribute, _, part = line.target
    usual: Callable[[Any], Any] = _CLEANERS.get((attribute, part), _unknown)
    ours: dict[str, Any] = {key.casefold(): value for key, value in line.values.items()}
    if attribute == "status":
        ours = {key: Status(value) for key, value in ours.items()}

    def translate(raw: Any, _region: str | None) -> Any:
        value = _word(raw)
        return None if value is None else ours.get(value.casefold()) or usual(value)

    return translate


def _unknown(_raw: Any) -> None:
    return None


_CLEANERS: dict[tuple[str, str], Callable[[Any], Any]] = {
    ("name", ""): full_name,
    ("organisation", ""): name_part,
    ("emails", ""): emails,
    ("addresses", ""): address_part,
    ("addresses", "country"): country,
    ("language", ""): language,
    ("extras", ""): text,
    ("parent", ""): text,
} | {("name", part): name_part for part in PersonName.model_fields}
_NAMED: dict[str, Callable[[Any], Any]] = {
    "text": text,
    "name": name_part,
    "address": address_part,
    "country": country,
    "language": language,
}
