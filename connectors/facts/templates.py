"""Templates in profiles: ``/customers/{id}``, ``{since}..``, ``{Customer: "{record}"}``."""

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any
from urllib.parse import quote

from pydantic import AfterValidator

from connectors.facts.paths import reader

_PLACE = re.compile(r"\{([^{}\s]*)\}")
"""No blank inside: the braces of a query are no placeholder."""
_ESCAPES: dict[str, Callable[[str], str]] = {
    "doubled": lambda text: text.replace("'", "''"),
    "escaped": lambda text: text.replace("\\", "\\\\").replace("'", "\\'"),
}
"""``'{fields.email|doubled}'``: how a text goes between quotes (OData doubles, SOQL escapes)."""
_KNOWN = (
    "id",  # the record's id over there
    "reference",  # the golden id
    "version",  # the version field of the record as we last saw it
    "fields",  # what is to be written
    "record",  # what is to be written, with the id and the version laid in
    "whole",  # the record as it is, with what is to be written laid over it
    "since",  # changed from then on
    "now",  # until now, written like since: where a filter wants both ends
    "at",  # the position in the listing: page number, offset or bookmark
    "size",  # records a page
    "session",  # the token of the session, where a login gave one
)


_SECRET = ("username", "password")
"""Known only where somebody logs in."""


def _check(template: Any) -> Any:
    """Refuse a placeholder that nothing will ever fill."""
    return _check_against(template, _KNOWN)


def _check_secret(template: Any) -> Any:
    return _check_against(template, (*_KNOWN, *_SECRET))


def _check_against(template: Any, known: tuple[str, ...]) -> Any:
    match template:
        case str():
            for name in _PLACE.findall(template):
                path, _, escape = name.partition("|")
                if re.split(r"[.\[]", path)[0] not in known or escape not in {"", *_ESCAPES}:
                    told = ", ".join(f"{{{name}}}" for name in (*known, "fields.NAME"))
                    message = f"{{{name}}} is not a placeholder; known: {told}"
                    raise ValueError(message)
        case dict():
            for name, item in template.items():
                _check_against(name, known)
                _check_against(item, known)
        case list():
            for item in template:
                _check_against(item, known)
        case _:
            pass
    return template


_LETTER = ("method", "target", "params", "arguments", "values")
"""Known only where a call is put into its envelope."""


def _check_letter(template: Any) -> Any:
    return _check_against(template, (*_KNOWN, *_SECRET, *_LETTER))


Template = Annotated[Any, AfterValidator(_check)]
TextTemplate = Annotated[str, AfterValidator(_check)]
SecretTemplate = Annotated[Any, AfterValidator(_check_secret)]
"""A template that may hold ``{username}`` and ``{password}``: only what logs in is one."""
EnvelopeTemplate = Annotated[Any, AfterValidator(_check_letter)]
"""A template that a whole call is put into."""


def fill(template: Any, values: Mapping[str, Any]) -> Any:
    """Return ``template`` with its placeholders filled.

    A text that is one placeholder becomes the value itself, with its type; an entry that comes
    out as None is left out.
    """
    match template:
        case str():
            whole = _PLACE.fullmatch(template)
            if whole:
                return reader(whole[1])(values)
            return _PLACE.sub(lambda found: _inside(found[1], values), template)
        case dict():
            filled = {
                fill(name, values) if "{" in name else name: fill(item, values)
                for name, item in template.items()
            }
            return {name: item for name, item in filled.items() if item is not None}
        case list():
            return [fill(item, values) for item in template]
        case _:
            return template


def _inside(name: str, values: Mapping[str, Any]) -> str:
    path, _, escape = name.partition("|")
    text = str(reader(path)(values))
    return _ESCAPES[escape](text) if escape else text


def fill_path(template: str, values: Mapping[str, Any]) -> str:
    """Fill an address's path: every value is quoted, so that none can add a step of its own."""
    return _PLACE.sub(lambda found: quote(str(reader(found[1])(values)), safe=""), template)
