"""Company names of a table: every distinct one read once."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from matching.organisations.book import ABSENT, CompanyBook, Floats, read_book
from matching.organisations.keys import CompanyKeys, ManyKeys, company_keys
from matching.organisations.words import WordCounts, count_words
from matching.table.columns import Flags, Hashes, Slots, Words


@dataclass(frozen=True)
class Companies:
    """A column of company names."""

    words: Words
    """As given."""
    counts: WordCounts | None = None
    """How common words are, as a trained model knows it; None: as this table shows it."""

    @cached_property
    def book(self) -> CompanyBook:
        """The distinct names, read."""
        return read_book(self.words.values.to_pylist())

    @cached_property
    def rarity(self) -> Floats:
        """What each word of the book weighs."""
        return (self.counts or count_words(self.book)).rarity(self.book.vocabulary)

    @cached_property
    def keys(self) -> CompanyKeys:
        """What the names are found by."""
        return company_keys(self.book, self.rarity)

    @property
    def known(self) -> Flags:
        """Which records name a company."""
        return self.words.of(self.book.core, ABSENT) != ABSENT

    def of(self, keys: Hashes) -> Hashes:
        """Spread one key a core over the records; 0 where a record has no name."""
        core = self.words.of(self.book.core, ABSENT)
        return np.append(keys, np.uint64(0))[core]

    def of_many(self, keys: ManyKeys) -> tuple[Hashes, Slots]:
        """Spread several keys a core over the records."""
        core = self.words.of(self.book.core, ABSENT)
        sizes = np.append(np.diff(keys.starts), 0)[core]
        starts = np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)
        place = np.arange(starts[-1]) - np.repeat(starts[:-1], sizes)
        first = np.repeat(np.append(keys.starts[:-1], 0)[core], sizes)
        return keys.hashes[first + place], Slots(starts)
