"""The distinct names of a table, each once, with all that keys and comparisons ask of it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from matching.table.columns import (
    ABSENT,
    Codes,
    Flags,
    Hashes,
    codes_of,
    mixed,
)
from matching.table.duck import hashes_of
from matching.table.letters import Letters, lengths_of, letters_of, packed, sounds_of
from matching.text.names import Part
from matching.text.nicknames import nickname_table
from matching.text.romanise import romanise
from matching.text.script import ABJAD, IDEOGRAPHIC, Script, script_of

_SCRIPTS = {script: place for place, script in enumerate(Script)}
_STEM = 3
"""Letters of a name that survive most typing errors and endings."""


@dataclass(frozen=True)
class NameBook:
    """The distinct names of a table, given and family names alike; arrays have one entry a name."""

    values: pa.Array
    """Folded words, without titles."""
    roman: pa.Array
    """The same in Latin letters."""
    plain: Flags
    """One word of more than one Latin letter: what can be compared in bulk."""
    foreign: Flags
    """Written in another script than Latin."""
    hashes: Hashes
    """The same for the same name in every run."""
    formal: Hashes
    """The hash of the formal name that each most likely stands for, or its own."""
    nicknames: Codes
    """The place of each name, in Latin letters, in the table of nicknames, or ``ABSENT``."""

    @cached_property
    def letters(self) -> Letters:
        """The letters of each name in Latin spelling."""
        return letters_of(self.roman)

    @cached_property
    def lengths(self) -> NDArray[np.int32]:
        """How many letters each name has in Latin spelling."""
        return lengths_of(self.roman)

    @cached_property
    def scripts(self) -> NDArray[np.int8]:
        """The script of each name, by its place among ``Script``."""
        letters = pc.match_substring_regex(self.values, "[a-z]").to_numpy(zero_copy_only=False)
        found = np.where(letters, _SCRIPTS[Script.LATIN], _SCRIPTS[Script.OTHER]).astype(np.int8)
        foreign = np.flatnonzero(self.foreign)
        texts = self.values.take(pa.array(foreign)).to_pylist()
        found[foreign] = [_SCRIPTS[script_of(text)] for text in texts]
        return found

    @cached_property
    def ideographic(self) -> Flags:
        """Which names are written in signs that are read in many ways."""
        return np.isin(self.scripts, [_SCRIPTS[script] for script in IDEOGRAPHIC])

    @cached_property
    def abjad(self) -> Flags:
        """Which names are written without most of their vowels."""
        return np.isin(self.scripts, [_SCRIPTS[script] for script in ABJAD])

    @cached_property
    def signs(self) -> Codes:
        """Which ideographic names are of the same signs in any order: one code for all of them."""
        found = np.full(len(self.values), ABSENT, np.int32)
        places = np.flatnonzero(self.ideographic)
        texts = self.values.take(pa.array(places)).to_pylist()
        ordered = pa.array(("".join(sorted(text)) for text in texts), pa.string())
        found[places] = codes_of(ordered.dictionary_encode().indices)
        return found

    @cached_property
    def spelt(self) -> Flags:
        """Which names have a Latin spelling that is more than initials."""
        found = pc.match_substring_regex(self.roman, "^[ -~]*[!-~][!-~][ -~]*$")
        return found.to_numpy(zero_copy_only=False)

    @cached_property
    def letter(self) -> Flags:
        """Which names are a Latin letter alone: an initial."""
        found = pc.match_substring_regex(self.values, "^[a-z]$").fill_null(False)
        return found.to_numpy(zero_copy_only=False)

    @cached_property
    def numbered(self) -> Flags:
        """Which names hold a digit."""
        found = pc.match_substring_regex(self.roman, "[0-9]")
        return found.to_numpy(zero_copy_only=False)

    @cached_property
    def sounds(self) -> Hashes:
        """How each name sounds."""
        return sounds_of(self.letters)

    @cached_property
    def stems(self) -> Hashes:
        """The first letters of each name."""
        return packed(self.letters[:, :_STEM])

    @cached_property
    def initials(self) -> NDArray[np.uint8]:
        """The first letter of each name."""
        return self.letters[:, 0]

    def part(self, code: int) -> Part:
        """Return one name as the comparisons of single names want it."""
        return self._parts(code)

    @cached_property
    def _parts(self) -> Callable[[int], Part]:
        made: dict[int, Part] = {}

        def part(code: int) -> Part:
            if code not in made:
                made[code] = Part.of(tuple(self.values[code].as_py().split()))
            return made[code]

        return part


def book_of(values: pa.Array) -> NameBook:
    """Return the book of distinct folded names."""
    if not len(values):
        values = pa.array([""])  # so that a place in the book is always one
    one_word = pc.invert(pc.match_substring(values, " "))
    latin = pc.and_(pc.string_is_ascii(values), pc.greater(pc.utf8_length(values), 1))
    plain = pc.and_(one_word, latin).fill_null(False).to_numpy(zero_copy_only=False)
    strange = pc.invert(pc.string_is_ascii(values)).fill_null(False)
    roman = called = values
    if pc.any(strange).as_py():
        texts = values.filter(strange).to_pylist()
        spelt = [_romanised(text) for text in texts]
        roman = pc.replace_with_mask(values, strange, pa.array(spelt, pa.string()))
        signs = [script_of(text) in IDEOGRAPHIC for text in texts]  # read in many ways
        said = pa.array(spelt, pa.string(), mask=np.array(signs))
        called = pc.replace_with_mask(values, strange, said)
    hashes = mixed(hashes_of(values))
    nicknames = codes_of(pc.index_in(called, value_set=nickname_table().names))
    known = nicknames >= 0
    formal = hashes.copy()
    formal[known] = mixed(hashes_of(nickname_table().formal))[nicknames[known]]
    foreign = strange.to_numpy(zero_copy_only=False)
    return NameBook(values, roman, plain, foreign, hashes, formal, nicknames)


def _romanised(text: str) -> str:
    return " ".join(map(romanise, text.split()))
