"""The two dialects on the wire: a method and its parameters out, a result or an error in.

Both are read into the same shape, that of JSON-RPC 2.0: ``{"result": ...}`` or ``{"error": ...}``.
"""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from xml.parsers.expat import ExpatError
from xmlrpc.client import Binary, DateTime, Fault, ResponseError, Unmarshaller, dumps

from defusedxml.common import DefusedXmlException
from defusedxml.xmlrpc import DefusedExpatParser

from connectors.rest.api import encode
from hub.errors import RejectedError


class Dialect(NamedTuple):
    """How one dialect is written and read."""

    content_type: str
    write: Callable[[str, Any, str], bytes]
    """Method, parameters and what is being done -> body; raises RejectedError."""
    read: Callable[[bytes], Any]
    """Body -> answer; raises ValueError for what is none."""


def write_json(method: str, params: Any, doing: str) -> bytes:
    """Write a call of JSON-RPC 2.0."""
    return encode({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}, doing)


def write_json1(method: str, params: Any, doing: str) -> bytes:
    """Write a call of JSON-RPC 1.0, which names no version."""
    return encode({"id": 1, "method": method, "params": params}, doing)


def read_json(body: bytes) -> Any:
    """Read an answer of JSON-RPC."""
    return json.loads(body)


def read_tagged(body: bytes) -> Any:
    """Read an answer whose times, decimals and bytes are tagged; they become text."""
    return json.loads(body, object_hook=_untag)


def write_xml(method: str, params: Any, doing: str) -> bytes:
    """Write a call of XML-RPC; a null is written as the extension that most servers know."""
    try:
        return dumps(tuple(params), method, encoding="utf-8", allow_none=True).encode()
    except (TypeError, OverflowError) as error:
        raise RejectedError(f"{doing}: the change can't be written as XML-RPC") from error


def read_xml(body: bytes) -> Any:
    """Read an answer of XML-RPC; document types, entities and references outside are refused."""
    unmarshaller = Unmarshaller()
    parser = DefusedExpatParser(unmarshaller, forbid_dtd=True)
    try:
        parser.feed(body)
        parser.close()
        (result,) = unmarshaller.close()
    except Fault as fault:
        return {"error": {"code": str(fault.faultCode), "message": str(fault.faultString)}}
    except _UNREADABLE as error:
        message = f"no answer of XML-RPC ({type(error).__name__})"
        raise ValueError(message) from None
    return {"result": _plain(result)}


def tag(moment: datetime) -> dict[str, Any]:
    """Return a time as a tagged object."""
    names = ("year", "month", "day", "hour", "minute", "second", "microsecond")
    return {"__class__": "datetime", **{name: getattr(moment, name) for name in names}}


_UNREADABLE = (
    ExpatError,
    DefusedXmlException,
    ResponseError,
    LookupError,
    TypeError,
    AttributeError,
)


def _untag(told: dict[str, Any]) -> Any:
    kind = told.get("__class__")
    make = _TAGS.get(kind) if isinstance(kind, str) else None
    return make({k: v for k, v in told.items() if k != "__class__"}) if make else told


_TAGS: dict[str, Callable[[dict[str, Any]], str]] = {
    "datetime": lambda told: datetime(**told, tzinfo=UTC).replace(tzinfo=None).isoformat(),
    "date": lambda told: date(**told).isoformat(),
    "timedelta": lambda told: str(timedelta(**told).total_seconds()),
    "Decimal": lambda told: str(told["decimal"]),
    "bytes": lambda told: str(told["base64"]),
}


def _plain(value: Any) -> Any:
    """Return what XML-RPC has beyond JSON as text."""
    match value:
        case dict():
            return {name: _plain(item) for name, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
        case DateTime():
            return _iso(str(value))
        case Binary():
            return value.data.decode("utf-8", "replace")
        case _:
            return value


def _iso(told: str) -> str:
    """``20260708T10:00:00`` -> ``2026-07-08T10:00:00``; anything else as it is."""
    try:
        return datetime.fromisoformat(told).isoformat()
    except ValueError:
        return told


DIALECTS = {
    "json": Dialect("application/json; charset=utf-8", write_json, read_json),
    "json1": Dialect("application/json; charset=utf-8", write_json1, read_json),
    "xml": Dialect("text/xml; charset=utf-8", write_xml, read_xml),
}
