"""Company names of a table: every distinct one read once."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa

from matching.table.columns import Flags, Hashes, Slots, Words, mixed
from matching.table.duck import hashes_of
from matching.text.companies import CompanyName, company_name

_RARE = 5
"""Letters of a word of a company's name that is seldom shared by chance."""


@dataclass(frozen=True)
class Companies:
    """A column of company names."""

    words: Words
    """As given."""

    @cached_property
    def names(self) -> list[CompanyName | None]:
        """By distinct value: its core words and legal form."""
        return [company_name(text) if text else None for text in self.words.values.to_pylist()]

    @property
    def known(self) -> Flags:
        """Which records name a company."""
        has = np.array([name is not None for name in self.names], np.bool_)
        return self.words.of(has).astype(np.bool_)

    @cached_property
    def cores(self) -> Hashes:
        """By distinct value: the hash of its core words in any order; 0 for none."""
        texts = [" ".join(sorted(name.core)) if name else None for name in self.names]
        return mixed(hashes_of(pa.array(texts, pa.string())))

    def told_words(self) -> tuple[Hashes, Slots]:
        """Return the hashes of each record's telling words, and whose they are."""
        several = [
            [word for word in name.core if len(word) >= _RARE or not word.isascii()] if name else []
            for name in self.names
        ]
        flat = mixed(
            hashes_of(pa.array([word for words in several for word in words], pa.string()))
        )
        sizes = np.array([*map(len, several), 0], np.int64)
        first = np.concatenate(([0], np.cumsum(sizes)))[:-1]
        many = sizes[self.words.codes]
        starts = np.concatenate(([0], np.cumsum(many)))
        place = np.arange(starts[-1]) - np.repeat(starts[:-1], many)
        return flat[np.repeat(first[self.words.codes], many) + place], Slots(starts)

    @cached_property
    def acronyms(self) -> Hashes:
        """By distinct value: the hash of its acronym, or of its one word; 0 for none."""
        texts = [(name.acronym or name.joined) if name else None for name in self.names]
        return mixed(hashes_of(pa.array(texts, pa.string())))
