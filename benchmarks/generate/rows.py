"""A table in the making: columns of text, and for every row which dirt went into it."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from benchmarks.generate.edits import Edit

Bools: TypeAlias = NDArray[np.bool_]
Ints: TypeAlias = NDArray[np.int64]


class Rows:
    """Columns of equal length, and a set of tags for each row, kept as bits."""

    def __init__(self, rng: np.random.Generator, length: int, tags: Sequence[str]) -> None:
        self.rng, self.length = rng, length
        self.columns: dict[str, Any] = {}
        self._bits = {tag: np.uint64(1 << place) for place, tag in enumerate(tags)}
        self._tags = np.zeros(length, np.uint64)

    def some(self, share: float, among: Bools | None = None) -> Bools:
        """Choose rows at random: this share of all, or of the rows among which to choose."""
        chosen = self.rng.random(self.length) < share
        return chosen if among is None else chosen & among

    def tag(self, where: Bools, tag: str) -> None:
        """Note this dirt on these rows."""
        self._tags[where] |= self._bits[tag]

    def replace(self, column: str, where: Bools, values: Any, tag: str) -> None:
        """Put other values (an array as long as the table, or one text) into these rows.

        Only rows whose value does change are tagged; a missing cell stays missing.
        """
        old = self.columns[column]
        new = pc.if_else(pa.array(where), values, old)
        changed = pc.fill_null(pc.not_equal(old, new), fill_value=False)
        new = pc.if_else(pc.is_valid(old), new, old)
        self.columns[column] = new
        self.tag(changed.to_numpy(zero_copy_only=False), tag)

    def edit(self, column: str, where: Bools, edit: Edit, tag: str) -> None:
        """Change the cells of these rows one by one; tag the rows where it made a difference."""
        values = self.columns[column]
        at = np.flatnonzero(where & values.is_valid().to_numpy(zero_copy_only=False))
        old = values.take(pa.array(at)).to_pylist()
        chance = self.rng.random((len(at), 2)).tolist()
        new = [edit(value, a, b) if value else value for value, (a, b) in zip(old, chance)]  # noqa: B905
        mask = np.zeros(self.length, bool)
        mask[at] = True
        self.columns[column] = pc.replace_with_mask(
            values, pa.array(mask), pa.array(new, values.type)
        )
        self.tag_rows(at, [a != b for a, b in zip(old, new)], tag)  # noqa: B905

    def tag_rows(self, at: Ints, which: Sequence[bool], tag: str) -> None:
        """Note this dirt on those of these row numbers that are marked."""
        self._tags[at[np.array(which, bool)]] |= self._bits[tag]

    def blank(self, column: str, where: Bools, tag: str = "missing") -> None:
        """Empty these cells, and tag the rows where there was something."""
        full = self.columns[column].is_valid().to_numpy(zero_copy_only=False)
        self.columns[column] = pc.if_else(
            pa.array(where), pa.scalar(None, pa.string()), self.columns[column]
        )
        self.tag(where & full, tag)

    def swap(self, left: str, right: str, where: Bools, tag: str) -> None:
        """Swap two columns in these rows."""
        mask = pa.array(where)
        one, other = self.columns[left], self.columns[right]
        self.columns[left], self.columns[right] = (
            pc.if_else(mask, other, one),
            pc.if_else(mask, one, other),
        )
        self.tag(where, tag)

    def dirt(self) -> Any:
        """Give the tags of each row as one text, separated by commas."""
        sets, which = np.unique(self._tags, return_inverse=True)
        texts = [",".join(t for t, bit in self._bits.items() if s & bit) for s in sets]
        return pa.array(texts, pa.string()).take(pa.array(which))


def lookup(values: Any, index: Ints) -> Any:
    """Take values by number."""
    return values.take(pa.array(index))


def choose(where: Bools, yes: Any, no: Any) -> Any:
    """Choose row by row between two columns."""
    return pc.if_else(pa.array(where), yes, no)


def join(*parts: Any) -> Any:
    """Join texts (columns or constants) row by row, without anything between."""
    return pc.binary_join_element_wise(*parts, "")


def texts(numbers: NDArray[Any]) -> Any:
    """Write whole numbers as text."""
    return pa.array(numbers).cast(pa.string())
