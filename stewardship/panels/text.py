"""Words and signs for the screen: labels, and text that can't trick the reader's eye."""

import re

_LABELS = {
    "birth_date": "Birth date",
    "emails": "E-mail",
    "email": "E-mail",
    "phones": "Phone",
    "addresses": "Address",
    "identifiers": "Business id",
    "identifier": "Business id",
    "consents": "Consent",
    "extras": "Further fields",
    "given": "Given name",
    "family": "Family name",
    "middle": "Middle name",
    "organisation": "Organisation",
    "prior": "Start",
}
_REFUSALS = {
    "decided different": "a steward called records different that hang together with these two",
    "weak bridge": "taken together, the records of the two customers speak against it",
    "size": "too many records hang together here",
}
_VETO = "veto: "
_TRICKS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # control signs that no screen shows
    "\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff"  # direction overrides, zero width
    "\ud800-\udfff]"  # halves of a sign, which UTF-8 can't carry
)


def label(name: str) -> str:
    """Return how the screen calls an attribute, a compared field or a rule."""
    return _LABELS.get(name) or name.replace("_", " ").capitalize()


def refusal(reason: str | None) -> str | None:
    """Return why the match did not merge a pair: for its own sake, or for what hangs with it."""
    if reason is None or not reason.startswith(_VETO):
        return _REFUSALS.get(reason or "", reason)
    return f"other records of these two customers forbid it: {reason.removeprefix(_VETO)}"


def visible(text: str) -> str:
    """Return ``text`` with signs that are invisible, or turn the reading around, spelt out.

    A right-to-left override becomes ``⟦U+202E⟧``: a steward should see that it is there. The
    joiners of Arabic and Indic scripts stay.
    """
    return _TRICKS.sub(lambda found: f"⟦U+{ord(found[0]):04X}⟧", text)


def count(number: int, noun: str, plural: str = "") -> str:
    """Return ``1 field``, ``2 fields``, ``12,000 fields``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
