"""The book of a table's company names: every distinct core once, as words that can be counted.

In: distinct names as written. Out: arrays, one entry a name, a core or a word; a comparison never
sees a text again, except where two words may be one mistyped.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from matching.text.companies import CompanyName, company_name
from matching.text.romanise import romanise, skeleton
from matching.text.script import IDEOGRAPHIC, script_of

Codes = NDArray[np.int32]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Texts = NDArray[np.object_]

Key = TypeVar("Key", str, tuple[str, ...])

ABSENT = -1
_MOST_WORDS = 24
"""Words beyond are dropped: a sentence in the column of names must not cost its square."""
_SHORTEST_ACRONYM, _LONGEST_ACRONYM = 2, 6


class Glance:
    """What a first look at each word tells."""

    def __init__(self, words: Texts) -> None:
        """Look at each word once."""
        self.length = np.fromiter(map(len, words), np.int64, len(words))
        self.first = np.fromiter((ord(word[0]) for word in words), np.int64, len(words))
        self.plain = np.fromiter((word.isalpha() for word in words), np.bool_, len(words))
        """Without a digit: 24 and 25 are never a slip apart."""


@dataclass(frozen=True)
class CompanyBook:
    """Company names, read.

    ``core`` and ``form`` have an entry for each text, all the rest for each core.
    """

    core: Codes
    """Which core a text has; ``ABSENT`` if it holds no letter or digit."""
    form: Codes
    """Which legal form a text names; 0 if none."""
    starts: Ints
    """Core ``c`` has the words ``words[starts[c]:starts[c + 1]]``, none twice."""
    words: Codes
    vocabulary: Texts
    joined: Texts
    bag: Codes
    """Equal for cores of the same words in any order."""
    spelt: Codes
    """Equal for cores of the same letters, however they are spaced."""
    initials: Codes
    """Equal for cores whose words begin with the same letters, in any order."""
    solo: Codes
    """Of a core that is one short word: the code that ``initials`` has for what it abbreviates."""
    numbers: Codes
    """Equal for cores with the same numbers; ``ABSENT`` without any."""
    script: Codes

    @property
    def size(self) -> int:
        """How many distinct cores there are."""
        return len(self.starts) - 1

    @cached_property
    def lengths(self) -> Ints:
        """How many words each core has."""
        return np.diff(self.starts)

    @cached_property
    def counts(self) -> Ints:
        """In how many cores each word occurs."""
        return np.bincount(self.words, minlength=len(self.vocabulary))

    @cached_property
    def glance(self) -> Glance:
        """What a first look at each word tells."""
        return Glance(self.vocabulary)

    @cached_property
    def bones(self) -> Texts:
        """The consonants of each core in Latin letters: alike across scripts and vowels."""
        return texts_of(skeleton(romanise(text).replace(" ", "")) for text in self.joined)

    def words_of(self, core: int) -> list[str]:
        """Return the words of one core, as written after folding."""
        places = self.words[self.starts[core] : self.starts[core + 1]]
        return [str(word) for word in self.vocabulary[places]]


def read_book(texts: Sequence[str | None]) -> CompanyBook:
    """Read names, best each once: reading is what costs."""
    names = [company_name(text) if text else None for text in texts]
    words = {name.core: _words(name) for name in names if name}
    spelling = {words[name.core]: name.joined for name in names if name}
    core, cores = coded([words[name.core] if name else None for name in names])
    form, _ = coded([name.form if name else None for name in names])
    listed = [word for core_words in cores for word in core_words]
    codes, vocabulary = coded(listed)
    joined = [spelling[core_words] for core_words in cores]
    acronyms = coded([_initials(core_words) for core_words in cores] + [*map(_solo, cores)])[0]
    return CompanyBook(
        core,
        form + 1,
        np.cumsum([0, *map(len, cores)], dtype=np.int64),
        codes,
        texts_of(vocabulary),
        texts_of(joined),
        coded([tuple(sorted(core_words)) for core_words in cores])[0],
        coded(joined)[0],
        acronyms[: len(cores)],
        acronyms[len(cores) :],
        coded([tuple(sorted(filter(str.isdigit, core_words))) or None for core_words in cores])[0],
        coded([script_of(text) for text in joined])[0],
    )


def _words(name: CompanyName) -> tuple[str, ...]:
    """Return the distinct words; in scripts without spaces each two neighbouring signs are one."""
    if script_of(name.joined) not in IDEOGRAPHIC:
        return tuple(dict.fromkeys(name.core))[:_MOST_WORDS]
    signs = name.joined
    pairs = (signs[place : place + 2] for place in range(max(len(signs) - 1, 1)))
    return tuple(dict.fromkeys(pairs))[:_MOST_WORDS]


def _initials(words: tuple[str, ...]) -> str | None:
    """Return the first letters, sorted: acronyms are also made of turned names."""
    return "".join(sorted(word[0] for word in words)) if len(words) > 1 else None


def _solo(words: tuple[str, ...]) -> str | None:
    if len(words) > 1 or not _SHORTEST_ACRONYM <= len(words[0]) <= _LONGEST_ACRONYM:
        return None
    return "".join(sorted(words[0]))


def coded(values: Sequence[Key | None]) -> tuple[Codes, list[Key]]:
    """Give values numbers in the order in which they come; None is ``ABSENT``."""
    known: dict[Key, int] = {}
    codes = np.fromiter(
        (ABSENT if v is None else known.setdefault(v, len(known)) for v in values),
        np.int32,
        len(values),
    )
    return codes, list(known)


def texts_of(values: Iterable[str]) -> Texts:
    """Return texts as an array that can be indexed with many places at once."""
    listed = list(values)
    found = np.empty(len(listed), object)
    found[:] = listed
    return found


def distinct(one: Codes, other: Codes) -> tuple[Ints, Ints, Ints]:
    """Return each unordered pair of codes once, and which of them every given pair is."""
    low, high = np.minimum(one, other).astype(np.int64), np.maximum(one, other)
    packed, which = np.unique(low << 32 | high, return_inverse=True)
    return packed >> 32, packed & 0xFFFFFFFF, which
