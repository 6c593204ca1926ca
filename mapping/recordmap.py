"""A vendor's map at work: a payload becomes a Customer, attributes become fields to write.

What is written and read back reads the same ever after, so the pipeline can ask beforehand what a
channel would hold: ``read(overlay(payload, write(…)))``.
"""

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from hub.errors import RecordError
from hub.model import (
    Attributes,
    Consent,
    ConsentState,
    Customer,
    Key,
    Kind,
    Payload,
    SourceRecord,
    Status,
)
from hub.yamlfile import load_yaml
from mapping.fieldmap import to_channel
from mapping.lines import Place
from mapping.mapfile import MapFile, text_of
from mapping.paths import list_keys, overlay, parse_path, place
from mapping.reading import compile_values
from mapping.sections import Ending, compile_consent, compile_kind, compile_stream_consent
from mapping.writing import Base, NoRoomError, compile_writers

_IDENTIFYING = ("name", "organisation", "emails", "phones", "identifiers")
_CALLED = {Kind.PERSON: "name", Kind.ORGANISATION: "organisation"}
"""The attribute that a customer of this kind is called by."""


def load_map(name_or_path: str, *, region: str | None, language: str | None) -> "RecordMap":
    """Read and compile a map: one that ships with the hub, or a YAML file. Raises ConfigError.

    ``region`` (ISO 3166-1 alpha-2) is where phone numbers and addresses without a country are;
    ``language`` (ISO 639-1) is what the channel writes countries in, where it wants names.
    """
    return _compiled(*text_of(name_or_path), region, language)


# A run asks for a channel's map at each of its steps; compiling one takes longer than using it
# on a hundred records. It is the text that is remembered: a file that was edited is read anew.
@lru_cache(maxsize=64)
def _compiled(text: str, name: str, region: str | None, language: str | None) -> "RecordMap":
    file = load_yaml(text, name, MapFile)
    return RecordMap(file, Place(region, language, ZoneInfo(file.zone)))


class RecordMap:
    """Reads and writes the records of one channel."""

    writable: frozenset[str]
    """Attributes that this channel can be told, some of them only when a record is created."""

    def __init__(self, file: MapFile, where: Place) -> None:
        self._kind = compile_kind(file.kind)
        self._kind_line = file.kind if file.kind and file.kind.is_written else None
        self._kind_words = to_channel(self._kind_line.values) if self._kind_line else {}
        self._region = where.region
        lines = {kind: [line for line in file.fields if line.of in (kind, None)] for kind in Kind}
        self._read = {kind: compile_values(lines[kind], where) for kind in Kind}
        self._write = {kind: compile_writers(lines[kind], where) for kind in Kind}
        self._consents = [(line, compile_consent(line, where)) for line in file.consents]
        self._stream_consents = [compile_stream_consent(it, where) for it in file.stream_consents]
        self._list_keys = list_keys(parse_path(line.path) for line in file.fields)
        self.writable = frozenset(
            {attribute for writers in self._write.values() for attribute in writers}
            | ({"kind"} if self._kind_line else set())
            | ({"consents"} if any(line.write == "denied" for line in file.consents) else set())
        )

    def read(self, record: SourceRecord) -> Customer:
        """Map a record. Raises RecordError with field and reason if it can't be used.

        A tombstone is never set aside: what can't be read of it is left out.
        """
        try:
            values = self._values(record.payload)
            _require_somebody(values)
        except RecordError:
            if not record.deleted:
                raise
            values = {}
        if record.deleted:
            values["status"] = Status.CLOSED
        parent = values.pop("parent", None)
        if parent is not None and parent != record.key.id:
            values["parent"] = Key(record.key.channel, parent)
        if record.changed_at is not None:
            values["changed_at"] = record.changed_at
        return Customer(key=record.key, **values)

    def write(
        self, attributes: Attributes, only: Collection[str], base: Payload | None = None
    ) -> dict[str, Any]:
        """Return the channel's fields, nested like its payload, for the attributes in ``only``.

        ``base`` is the payload as the channel holds it; None when the record is to be created.
        With it, a login stays as it is, and a number that the record has keeps its column. Kind,
        name and organisation are one: where ``kind`` is written, the others go along. A field is
        never null; it is ``""`` where a part of the unit that is written must be emptied.
        """
        kind, due = self._kind_due(attributes, only, base)
        held = None if base is None else self._as_base(base)
        fields: dict[str, Any] = {}
        if self._kind_line is not None and "kind" in due:
            place(fields, parse_path(self._kind_line.path), self._kind_words[kind])
        for attribute, writer in self._write[kind].items():
            if attribute in due:
                try:
                    written = writer(attributes, held)
                except NoRoomError:
                    continue
                for path, value in written:
                    place(fields, path, value)
        if "consents" in due:
            self._write_denials(fields, attributes, base)
        return fields

    @property
    def hears_consents(self) -> bool:
        """Whether the map says what the stream of consents means."""
        return bool(self._stream_consents)

    def read_consents(
        self, payload: Payload, mails: Sequence[str] = (), phones: Sequence[str] = ()
    ) -> list[Ending]:
        """Map a record of the stream of consents, given where its owner can be reached.

        Raises RecordError with field and reason if it can't be used.
        """
        return [one for speak in self._stream_consents for one in speak(payload, mails, phones)]

    def overlay(self, payload: Payload, fields: Payload) -> dict[str, Any]:
        """Return ``payload`` as the channel will hold it once ``fields`` are written."""
        return overlay(payload, fields, self._list_keys)

    def _values(self, payload: Payload) -> dict[str, Any]:
        kind = self._kind(payload)
        values = self._read[kind](payload)
        values["kind"] = kind
        mails, phones = values.get("emails", ()), values.get("phones", ())
        consents = [c for _, read in self._consents for c in read(payload, mails, phones)]
        if consents:
            values["consents"] = tuple(consents)
        return values

    def _as_base(self, payload: Payload) -> Base:
        addresses = self._values(payload).get("addresses", ())
        return Base(payload, (addresses[0].country if addresses else None) or self._region)

    def _kind_due(
        self, attributes: Attributes, only: Collection[str], base: Payload | None
    ) -> tuple[Kind, set[str]]:
        """Return the kind of the record after the write, and the attributes that are due."""
        due = set(only)
        if self._kind_line is None:
            return attributes.kind, due
        named = getattr(attributes, _CALLED[attributes.kind])
        if "kind" in due and named and self._can_become(attributes.kind, base):
            return attributes.kind, due | set(_CALLED.values())
        due.discard("kind")
        return self._kind(base or {}), due

    def _can_become(self, kind: Kind, base: Payload | None) -> bool:
        """Tell whether the record can be read as one of this kind: each has columns of its own."""
        try:
            self._read[kind](base or {})
        except RecordError:
            return False
        return True

    def _write_denials(
        self, fields: dict[str, Any], attributes: Attributes, base: Payload | None
    ) -> None:
        """Write the denials about the record's own contacts; a grant is never written."""
        contacts: dict[str, Any] = {"emails": attributes.emails[:1]}
        held = contacts if base is None else self._values(self.overlay(base, fields))
        own = {contact.lower() for contact in (*held.get("emails", ()), *held.get("phones", ()))}
        known = {consent.purpose for consent in held.get("consents", ()) if _denied(consent)}
        denied = {c.purpose for c in attributes.consents if _denied(c) and c.contact in own}
        for line, _ in self._consents:
            if line.write == "denied" and line.purpose in denied - known:
                word = to_channel(line.values)[ConsentState.DENIED]
                place(fields, parse_path(line.path), word)


def _require_somebody(values: dict[str, Any]) -> None:
    if not any(name in values for name in _IDENTIFYING):
        names = ", ".join(_IDENTIFYING)
        raise RecordError("record", f"nobody is named: none of {names} could be read")


def _denied(consent: Consent) -> bool:
    return consent.state is ConsentState.DENIED
