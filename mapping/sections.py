"""The sections of a map that speak of the whole record: its kind, and consent."""

from collections.abc import Callable, Sequence
from functools import partial

from hub.model import Consent, ConsentState, Kind, Payload
from mapping.clean.dates import moment
from mapping.clean.names import name_part
from mapping.fieldmap import ConsentMap, KindMap
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


def compile_consent(
    line: ConsentMap, place: Place
) -> Callable[[Payload, Sequence[str], Sequence[str]], list[Consent]]:
    """Return a function (payload, e-mails, phones) -> what the record says about consent.

    A denial holds for every e-mail of the record, or its phones if it has none: an opt-out is
    never lost. A grant holds for the first e-mail alone.
    """
    read = text_reader(line.path)
    times = {
        state: text_reader(path, partial(moment, formats=line.format, zone=place.zone))
        for state, path in line.at.items()
    }

    def consents(payload: Payload, mails: Sequence[str], phones: Sequence[str]) -> list[Consent]:
        state = line.values.get(read(payload) or "")
        if state is None:
            return []
        at = times[state](payload) if state in times else None
        contacts = mails[:1] if state is ConsentState.GRANTED else mails or phones
        return [
            Consent(contact=contact.lower(), purpose=line.purpose, state=state, at=at)
            for contact in contacts
        ]

    return consents
