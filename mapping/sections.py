"""The sections of a map that speak of the whole record: its kind, and consent."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from hub.model import Consent, ConsentState, Kind, Payload
from mapping.clean.dates import moment
from mapping.clean.emails import emails
from mapping.clean.names import name_part
from mapping.fieldmap import ConsentMap, KindMap, StreamConsentMap
from mapping.lines import Place, text_reader


def compile_kind(line: KindMap | None) -> Callable[[Payload], Kind]:
    """Return a function payload -> person or organisation."""
    if line is None:
        return lambda _payload: Kind.PERSON
    default = line.default
    if line.values:
        read = text_reader(line.path)
        return lambda payload: line.values.get(read(payload) or "", default)
    filled, named = line.filled or default, text_reader(line.path, name_part)
    return lambda payload: filled if named(payload) else default


Speak = Callable[[Payload, Sequence[str], Sequence[str]], list[Consent]]
"""(payload, e-mails, phones) -> what it says about consent."""
Ending = tuple[Consent, datetime | None]
"""What was said, and when it ends by itself."""


def compile_consent(line: ConsentMap, place: Place) -> Speak:
    """Return what reads this line.

    A denial holds for every e-mail of the record, or its phones if it has none: an opt-out is
    never lost. A grant holds for the first e-mail alone.
    """
    read = text_reader(line.path)
    clean = partial(moment, formats=line.format, zone=place.zone)
    times = {
        state: [text_reader(path, clean) for path in paths] for state, paths in line.at.items()
    }

    def consents(payload: Payload, mails: Sequence[str], phones: Sequence[str]) -> list[Consent]:
        state = line.values.get(read(payload) or "")
        if state is None:
            return []
        at = next(filter(None, (time(payload) for time in times.get(state, ()))), None)
        contacts = mails[:1] if state is ConsentState.GRANTED else mails or phones
        return [
            Consent(contact=contact.lower(), purpose=line.purpose, state=state, at=at)
            for contact in contacts
        ]

    return consents


def compile_stream_consent(
    line: StreamConsentMap, place: Place
) -> Callable[[Payload, Sequence[str], Sequence[str]], list[Ending]]:
    """Return what reads this line of a record that may name a contact point of its own."""
    speak = compile_consent(line, place)
    contact = text_reader(line.contact, emails) if line.contact else None
    end = partial(moment, formats=line.format, zone=place.zone)
    until = text_reader(line.until, end) if line.until else None

    def consents(payload: Payload, mails: Sequence[str], phones: Sequence[str]) -> list[Ending]:
        given = (mails, phones) if contact is None else (contact(payload), ())
        ends = until(payload) if until else None
        return [(consent, ends) for consent in speak(payload, *given)]

    return consents
