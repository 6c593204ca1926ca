"""E-mails, phones, identifiers and web sites: mostly distinct, so hashes beside their texts.

Each ``…_SQL`` normalises one raw column inside the query that reads the table.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from matching.table.columns import Flags, Hashed, Hashes, Ints, Slots, Words
from matching.table.duck import numbers_of, quoted
from matching.text.mailboxes import mailbox_table

_TAIL = 8
"""Digits at the end of a phone number that tell it apart, whatever stands before them."""
_SHORTEST_PHONE = 6
_CROWD = 10
"""Records from which a mailbox of an office or a family is looked at: fewer make no difference."""

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
_IN_ORDER = (
    "CASE WHEN regexp_matches({0}, '(?i),\\s*(jr|sr|jun|sen|ii|iii|iv|phd|md)[.]?\\s*$') THEN {0}"
    " ELSE regexp_replace({0}, '^([^,]+),(.+)$', '\\2 \\1') END"
)

SQL: Mapping[str, tuple[str, ...]] = {
    # A person's whole name, the given name first: "Miller, Anna" is "Anna Miller".
    "name": (_IN_ORDER,),
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

    @cached_property
    def domains(self) -> Hashes:
        """The domain of each in a hash; 0 at a mail provider's, where sharing one says nothing."""
        domain = "split_part(text, '@', 2)"
        public = ", ".join(quoted(name, "'") for name in sorted(mailbox_table().providers))
        told = f"CASE WHEN text IS NULL OR {domain} IN ({public}) THEN 0 ELSE hash({domain}) END"
        return numbers_of(told, {"text": self.whole.texts}).astype(np.uint64, copy=False)

    @cached_property
    def crowded(self) -> Hashes:
        """The hashes of the offices' and families' mailboxes that a crowd has, sorted."""
        hashes, counts = self.whole.frequencies
        often = hashes[counts >= _CROWD]
        if not len(often):
            return often
        place = np.minimum(np.searchsorted(often, self.whole.hashes), len(often) - 1)
        rows = np.flatnonzero(often[place] == self.whole.hashes)
        firsts = rows[np.unique(place[rows], return_index=True)[1]]
        return often[are_shared(self.whole.texts.take(pa.array(firsts)))]

    @cached_property
    def lengths(self) -> Ints:
        """How many signs each has."""
        lengths = pc.fill_null(pc.utf8_length(self.whole.texts), 0)
        return lengths.to_numpy(zero_copy_only=False)


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


def are_shared(texts: pa.Array) -> Flags:
    """Tell which are mailboxes of an office or a family, by a word of their local part."""
    words = "|".join(sorted(mailbox_table().shared))
    pattern = f"(?:^|[._0-9-])(?:{words})(?:[@._0-9-])"
    return numbers_of(f"regexp_matches(text, '{pattern}')", {"text": texts}).astype(np.bool_)


def hashed(texts: pa.Array, hashes: NDArray[np.uint64]) -> Hashed:
    """Pair texts with their hashes; null has the hash 0."""
    if texts.null_count:
        hashes = np.where(texts.is_valid().to_numpy(zero_copy_only=False), hashes, 0)
    return Hashed(hashes, texts)


def read_emails(columns: Mapping[str, pa.Array]) -> Emails | None:
    """Read the columns of e-mails, with the hashes that the query beside them made."""
    roles = _playing("email", columns)
    if not roles:
        return None
    whole, slots, kept = _stacked(columns, roles)
    locals_ = np.stack([_array(columns["#local " + role]) for role in roles], axis=1)
    local = locals_.ravel() if kept is None else locals_.ravel()[kept]
    return Emails(whole, np.where(whole.hashes == 0, np.uint64(0), local), slots)


def read_numbers(columns: Mapping[str, pa.Array], role: str) -> Numbers | None:
    """Read the columns of phones, web sites or one kind of identifier."""
    roles = _playing(role, columns)
    if not roles:
        return None
    whole, slots, _ = _stacked(columns, roles)
    return Numbers(whole, slots)


def _stacked(
    columns: Mapping[str, pa.Array], roles: Sequence[str]
) -> tuple[Hashed, Slots, Ints | None]:
    """Lay the columns of one field behind one another, record by record, each value once.

    Returns the values, whose they are, and their places in the columns read row by row; None where
    there is one column.
    """
    if len(roles) == 1:
        return hashed(columns[roles[0]], _array(columns["#" + roles[0]])), Slots(), None
    wide = np.stack([_array(columns["#" + role]) for role in roles], axis=1)
    there = np.stack([_array(columns[role].is_valid()) for role in roles], axis=1)
    for later in range(1, len(roles)):
        there[:, later] &= (wide[:, :later] != wide[:, [later]]).all(axis=1)
    kept = np.flatnonzero(there.ravel())
    texts = pa.concat_arrays([columns[role] for role in roles])
    row, place = np.divmod(kept, len(roles))
    starts = np.append(0, np.cumsum(there.sum(axis=1))).astype(np.int64)
    ordered = texts.take(pa.array(place * len(wide) + row))
    return Hashed(wide.ravel()[kept], ordered), Slots(starts), kept


def _playing(role: str, columns: Mapping[str, pa.Array]) -> list[str]:
    """Return the columns that play a role: ``phone``, ``phone:mobile``."""
    return [name for name in columns if name == role or name.startswith(role + ":")]


def _array(column: pa.Array) -> NDArray[Any]:
    return column.to_numpy(zero_copy_only=False)
