"""Postal addresses made comparable; the way through them leads over streets.py."""

import re
from functools import lru_cache
from typing import NamedTuple

from hub.model import Address
from matching.text.fold import fold
from matching.text.romanise import romanise
from matching.text.streets import street_of

_COUNTRY_MARK = re.compile(r"^[A-Za-z]{1,3}[-\s]+(?=\d)")
"""``D-80331``: the old mark of the country before the postcode."""
_NO_WORD = re.compile(r"[\W_]+")
_NOTES = re.compile(r"\(.*?\)|,.*$")
_CACHED = 1 << 16


class Place(NamedTuple):
    """A postal address in comparable parts; empty text where nothing was given."""

    way: str
    number: str
    postcode: str
    locality: str
    """Romanised, so that 北京 and Beijing are one town."""


def place_of(address: Address) -> Place | None:
    """Normalise an address; None if it says neither street, postcode nor locality."""
    way, number = street_of(address.street) if address.street else ("", "")
    postcode = postcode_text(address.postcode) if address.postcode else ""
    locality = locality_text(address.locality) if address.locality else ""
    if not (way or postcode or locality):
        return None
    return Place(way, number, postcode, locality)


@lru_cache(_CACHED)
def postcode_text(text: str) -> str:
    """Return a postcode without the country's mark, spaces and signs."""
    return _NO_WORD.sub("", _COUNTRY_MARK.sub("", text.strip())).upper()


@lru_cache(_CACHED)
def locality_text(text: str) -> str:
    """Return a town's name in Latin letters without spaces and notes."""
    return romanise(fold(_NOTES.sub("", text))).replace(" ", "").removesuffix("shi")
