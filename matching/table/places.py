"""Postal addresses: one unit of way, house number, postcode and town."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from matching.organisations.book import texts_of
from matching.organisations.houses import Houses, read_doors
from matching.table.columns import ABSENT, Column, Slots, Words, coded, recoded
from matching.table.folding import folded
from matching.text.places import locality_text, postcode_text
from matching.text.streets import street_of, way_text

_FIRST = "ascii({0}) BETWEEN 49 AND 57 AND strpos({0}, ' ') > 0"
_LAST = "ascii(right({0}, 1)) BETWEEN 48 AND 57 AND strpos({0}, ' ') > 0"
_LAST_WORD = "list_last(string_split({0}, ' '))"
WAY_SQL = (
    f"CASE WHEN {_FIRST} THEN substr({{0}}, strpos({{0}}, ' ') + 1)"
    f" WHEN {_LAST} THEN left({{0}}, length({{0}}) - length({_LAST_WORD}) - 1) ELSE {{0}} END"
)
NUMBER_SQL = f"CASE WHEN {_FIRST} THEN split_part({{0}}, ' ', 1) WHEN {_LAST} THEN {_LAST_WORD} END"
"""The two usual ways to write a street line, told apart in the query: number first, number last."""


@dataclass(frozen=True)
class Places:
    """Addresses in comparable parts, each a column of few distinct values."""

    way: Words
    number: Words
    postcode: Words
    locality: Words
    slots: Slots
    line: Column | None = None
    """The street lines as given."""

    @cached_property
    def lines(self) -> Words:
        """The same, coded; persons are not asked for them."""
        return _nothing(len(self.way.codes)) if self.line is None else coded(self.line)

    @cached_property
    def houses(self) -> Houses:
        """The same addresses as organisations compare them."""
        doors = read_doors(self.lines.values.to_pylist())
        return Houses(
            doors.at(self.lines.codes),
            self.postcode.codes,
            self.locality.codes,
            texts_of(text or "" for text in self.locality.values.to_pylist()),
        )


def read_places(columns: Mapping[str, Column], rows: int, slots: Slots) -> Places:
    """Read the columns ``way``, ``number``, ``postcode``, ``locality``, ``line`` (any of them)."""
    nothing = _nothing(rows)
    raw = {name: coded(columns[name]) for name in columns if name != "line"}
    way, number = raw.get("way", nothing), raw.get("number", nothing)
    way, number = _ways(way, recoded(number, _each(number.values, _number_text)))
    postcode, locality = raw.get("postcode", nothing), raw.get("locality", nothing)
    return Places(
        way,
        number,
        recoded(postcode, _each(postcode.values, postcode_text)),
        recoded(locality, _each(locality.values, locality_text)),
        slots,
        columns.get("line"),
    )


def _nothing(rows: int) -> Words:
    return Words(np.full(rows, ABSENT, np.int32), pa.array([], pa.string()))


def _ways(way: Words, number: Words) -> tuple[Words, Words]:
    """Bring ways into one spelling; a number left inside one is taken out."""
    spelt = _each(folded(way.values), way_text)
    inside = pc.match_substring_regex(way.values, "[0-9]").fill_null(False)
    if not pc.any(inside).as_py():
        return recoded(way, spelt), number
    whole = [street_of(text) for text in way.values.filter(inside).to_pylist()]
    parsed = pc.replace_with_mask(
        spelt, inside, pa.array([one.way or None for one in whole], pa.string())
    )
    found = pa.nulls(len(way.values), pa.string())
    found = pc.replace_with_mask(
        found, inside, pa.array([one.number or None for one in whole], pa.string())
    )
    extra = recoded(way, found)
    both = coded(pa.concat_arrays([number.values, extra.values]))
    known = np.append(both.codes[: len(number.values)], np.int32(-1))[number.codes]
    added = np.append(both.codes[len(number.values) :], np.int32(-1))[extra.codes]
    return recoded(way, parsed), Words(np.where(known >= 0, known, added), both.values)


def _each(texts: pa.Array, clean: Callable[[str], str]) -> pa.Array:
    return pa.array(
        [clean(text) or None if text else None for text in texts.to_pylist()], pa.string()
    )


def _number_text(text: str) -> str:
    return text.strip(" ,.").lower()
