"""E-mails, phones, identifiers and web sites: mostly distinct, so hashes beside their texts.

Each ``…_SQL`` normalises one raw column inside the query that reads the table.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from matching.table.columns import Hashed, Hashes, Slots, Words

_TAIL = 8
"""Digits at the end of a phone number that tell it apart, whatever stands before them."""
_SHORTEST_PHONE = 6

_UNTAGGED = (
    "CASE WHEN strpos({0}, '@') < 2 THEN NULL"
    " WHEN contains({0}, '+') THEN regexp_replace({0}, '[+][^@]*', '') ELSE {0} END"
)
_DOTLESS = (
    "CASE WHEN ends_with({0}, '@gmail.com') OR ends_with({0}, '@googlemail.com')"
    " THEN replace(split_part({0}, '@', 1), '.', '') || '@gmail.com' ELSE {0} END"
)
_DIGITS = (
    "CASE WHEN try_cast({0} AS UBIGINT) IS NULL"
    " THEN regexp_replace({0}, '[^0-9]', '', 'g') ELSE {0} END"
)
_COUNTRYLESS = (
    "CASE WHEN regexp_matches({0}, '^[A-Z]{{2}}[0-9A-Z]{{8,}}$') THEN substr({0}, 3) ELSE {0} END"
)

SQL: Mapping[str, tuple[str, ...]] = {
    # Lower case, no +tag, no dots where the provider ignores them; null without an @.
    "email": (
        "lower(trim({0}))",
        _UNTAGGED,
        _DOTLESS,
    ),
    "phone": (
        _DIGITS,
        f"CASE WHEN length({{0}}) >= {_SHORTEST_PHONE} THEN right({{0}}, {_TAIL}) END",
    ),
    # Capitals without signs, and without the country in front: DE123456789 is 123456789.
    "identifier": (
        "nullif(translate(upper({0}), ' -./_', ''), '')",
        _COUNTRYLESS,
    ),
    "website": (
        "lower(trim({0}))",
        "nullif(split_part(regexp_replace({0}, '^(https?://)?(www[.])?', ''), '/', 1), '')",
    ),
}
"""By role: the steps from a raw text to a comparable one, each fed with the one before."""


@dataclass(frozen=True)
class Emails:
    """E-mail addresses: whole, and the part before the @."""

    whole: Hashed
    local: Hashes
    slots: Slots


@dataclass(frozen=True)
class Numbers:
    """Phones, identifiers or web sites."""

    values: Hashed
    slots: Slots
    kinds: Words | None = None
    """What issued each identifier; None where all are of one kind."""

    @property
    def keys(self) -> Hashes:
        """The hashes, apart by kind."""
        if self.kinds is None:
            return self.values.hashes
        with np.errstate(over="ignore"):
            told = self.values.hashes + self.kinds.of(self.kinds.hashes)
        return np.where(self.values.hashes == 0, np.uint64(0), told)


def hashed(texts: pa.Array, hashes: NDArray[np.uint64]) -> Hashed:
    """Pair texts with their hashes; null has the hash 0."""
    if texts.null_count:
        hashes = np.where(texts.is_valid().to_numpy(zero_copy_only=False), hashes, 0)
    return Hashed(hashes, texts)
