"""The names of a table: every distinct spelling once, with all that keys and comparisons ask of it.

In: columns of given, middle and family names. Out: a ``NameBook`` of the distinct folded names, and
``Names``: which of them each record has.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from matching.table.columns import (
    ABSENT,
    Codes,
    Column,
    Flags,
    Hashes,
    Ints,
    Words,
    coded,
    codes_of,
    mixed,
    recoded,
    together,
)
from matching.table.duck import hashes_of
from matching.table.folding import folded
from matching.table.letters import Letters, lengths_of, letters_of, packed, sounds_of
from matching.text.names import TELLING, Part, bare_words, in_parts
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


@dataclass(frozen=True)
class Names:
    """Which names each record has, as places in the book; ``ABSENT`` where it has none."""

    book: NameBook
    given: Words
    family: Words
    middle: Words | None
    generation: NDArray[np.int8]
    """1 for senior, 2 for junior and so on; 0 where nothing is said."""
    certain: Flags
    """Which of two columns was the given name was said, not guessed."""

    @cached_property
    def heard(self) -> tuple[Words, Words]:
        """Given and family names by how they sound, where that joins Latin and other letters."""
        foreign = self.book.foreign
        sounds, which = np.unique(self.book.sounds, return_inverse=True)
        across = np.bincount(which[foreign], minlength=len(sounds)) > 0
        across &= np.bincount(which[~foreign], minlength=len(sounds)) > 0
        codes = np.append(np.where(across[which], which, ABSENT), ABSENT).astype(np.int32)
        values = pa.array(sounds)
        return Words(codes[self.given.codes], values), Words(codes[self.family.codes], values)

    def whole(self, records: Ints | None = None) -> Hashes:
        """Return given and family name of records (default: all) in one hash; 0 where one lacks."""
        return _joined(self.given, self.family, self.book.hashes, records)

    def heard_whole(self, records: Ints | None = None) -> Hashes:
        """Return the same of the names by how they sound, in every script alike."""
        given, family = self.heard
        return _joined(given, family, given.hashes, records)


def _joined(given: Words, family: Words, hashes: Hashes, records: Ints | None) -> Hashes:
    one, other = (
        side.codes if records is None else side.codes[records] for side in (given, family)
    )
    with np.errstate(over="ignore"):
        both = mixed(hashes)[one] + hashes[other]
    both[(one < 0) | (other < 0)] = 0
    return both


def read_names(columns: Mapping[str, Column], rows: int) -> Names:
    """Read the columns ``given``, ``middle``, ``family``, ``suffix`` of a table; one at least."""
    kinds = [kind for kind in ("given", "family", "middle", "suffix") if kind in columns]
    whole = coded(together(columns[kind] for kind in kinds))
    words = recoded(whole, folded(whole.values))
    words, generations = _without_titles(words)
    nobody = np.full(rows, ABSENT, np.int32)
    codes = {kind: words.codes[i * rows : (i + 1) * rows] for i, kind in enumerate(kinds)}
    given, family, middle = (codes.get(kind, nobody) for kind in ("given", "family", "middle"))
    values, given, family, certain = _split_singles(words.values, given, family)
    return Names(
        _book(values),
        Words(given, values),
        Words(family, values),
        Words(middle, values) if "middle" in columns else None,
        generations.reshape(len(kinds), rows).max(axis=0),
        certain,
    )


def _without_titles(words: Words) -> tuple[Words, NDArray[np.int8]]:
    """Take titles and generations off every value; return each row's generation too."""
    generations = np.zeros(len(words.values), np.int8)
    bare: dict[int, str | None] = {}
    for place in _telling(words.values):
        text = words.values[place].as_py()
        kept, generations[place] = bare_words(text)
        if kept != text:
            bare[place] = kept or None
    said = words.of(generations)
    if not bare:
        return words, said
    mask = np.zeros(len(words.values), np.bool_)
    mask[list(bare)] = True
    values = pc.replace_with_mask(words.values, mask, pa.array(list(bare.values()), pa.string()))
    return recoded(words, values), said


def _telling(values: pa.Array) -> list[int]:
    """Return the places of the values that hold a title or a generation."""
    found = pc.match_substring_regex(values, pattern=TELLING).fill_null(False)
    return np.flatnonzero(found.to_numpy(zero_copy_only=False)).tolist()


def _split_singles(
    values: pa.Array, given: Codes, family: Codes
) -> tuple[pa.Array, Codes, Codes, Flags]:
    """Tell given from family name where one column holds both; say where that is a guess."""
    single = (given >= 0) != (family >= 0)
    certain = ~single
    if not single.any():
        return values, given, family, certain
    held = np.where(given >= 0, given, family)
    numbers = np.unique(held[single])
    alone = np.isin(numbers, family[single])
    split = [
        in_parts(text, family_only=only)
        for text, only in zip(values.take(pa.array(numbers)).to_pylist(), alone, strict=True)
    ]
    known = np.array([parts is not None for parts in split])
    if not known.any():
        return values, given, family, certain
    parts = [part for part in split if part is not None]
    firsts, lasts = (pa.array([part[side] for part in parts], pa.string()) for side in (0, 1))
    merged = coded(pa.concat_arrays([values, firsts, lasts]))
    base, half = len(values), len(parts)
    place = np.full(base + 1, ABSENT)
    place[numbers[known]] = np.arange(half)
    renamed = np.append(merged.codes[:base], np.int32(ABSENT))
    given, family, at = renamed[given], renamed[family], place[np.where(single, held, base)]
    halves = np.append(merged.codes[base:], np.int32(ABSENT))
    given = np.where(at >= 0, halves[at], given)
    family = np.where(at >= 0, halves[np.where(at >= 0, at + half, -1)], family)
    return merged.values, given, family, certain


def _book(values: pa.Array) -> NameBook:
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
