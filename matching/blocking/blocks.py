"""Blocks: records that share a key. Their pairs are the candidates, at a bounded cost.

The rarest blocks come first: a key's cap shrinks until its pairs fit the budget, so no skew of the
data makes the work explode. What was skipped is reported with its size.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from matching.blocking.attributes import Attribute, attribute
from matching.blocking.recipes import Recipe
from matching.table.columns import Flags, Hashes, Ints
from matching.table.frame import Frame
from matching.table.slices import lanes

_FACTORS = tuple(
    np.uint64(odd) for odd in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9)
)
"""Odd numbers that keep the parts of a key apart."""
_LARGEST_CAP, _SMALLEST_CAP = 60, 12
_PLENTY = 20
"""The smallest cap of keys that may yield plenty."""
_NUMBER_SHIFT = np.uint64(56)
_MILLION = 6
"""Its logarithm: from here on the smallest cap holds."""


class Skipped(NamedTuple):
    """Blocks of one kind of key that were too large to compare within."""

    blocks: int
    records: int
    largest: int
    value: str
    """What the records of the largest block share."""


class KeyReport(NamedTuple):
    """What one kind of key did."""

    name: str
    cap: int
    """Blocks of more records were skipped."""
    pairs: int
    skipped: Skipped | None


class Candidates(NamedTuple):
    """Pairs worth comparing; in each, the record of the smaller rank is on the left."""

    left: Ints
    right: Ints
    report: tuple[KeyReport, ...]


def cap_for(size: int) -> int:
    """Return how many records a block may have in a table of ``size`` records."""
    small = min(1.0, max(0.0, _MILLION - np.log10(max(size, 1))))
    return round(_SMALLEST_CAP + (_LARGEST_CAP - _SMALLEST_CAP) * small)


def budget_for(size: int) -> int:
    """Return how many pairs one kind of key may yield in a table of ``size`` records."""
    return int(max(0.3 * size, min(5 * size, 250_000), 20_000))


def candidates(frame: Frame, chosen: Sequence[Recipe]) -> Candidates:
    """Return every pair of records that shares a key in a block of bearable size."""
    used = _attributes(frame, chosen)
    possible = [recipe for recipe in chosen if all(used[part] is not None for part in recipe.parts)]
    bits = np.uint64(max(8, int(frame.size).bit_length()))

    def search(recipe: Recipe) -> tuple[Ints, KeyReport]:
        hashes, owners = key_hashes([part for name in recipe.parts if (part := used[name])])
        blocks = _blocks(hashes, owners, bits)
        most, budget = cap_for(frame.size), budget_for(frame.size)
        if recipe.plenty:
            most, budget = max(most, _PLENTY), 2 * budget
        cap = _affordable(blocks.sizes, most, budget)
        pairs = _pairs(blocks, cap)
        return pairs, KeyReport(recipe.name, cap, len(pairs), _skipped(blocks, cap, recipe, frame))

    with lanes(frame.size) as pool:
        found = list(pool.map(search, possible))
    pairs = np.concatenate([pairs for pairs, _ in found] or [np.zeros(0, np.int64)])
    pairs.sort()
    pairs = pairs[_firsts(pairs)]
    left, right = pairs >> 32, pairs & 0xFFFFFFFF
    if frame.sources is not None:
        apart = frame.sources.codes[left] != frame.sources.codes[right]
        left, right = left[apart], right[apart]
    turned = frame.ranks[left] > frame.ranks[right]
    left, right = np.where(turned, right, left), np.where(turned, left, right)
    return Candidates(left, right, tuple(report for _, report in found))


def _attributes(frame: Frame, chosen: Iterable[Recipe]) -> Mapping[str, Attribute | None]:
    names = sorted({part for recipe in chosen for part in recipe.parts})
    with lanes(frame.size) as pool:
        return dict(zip(names, pool.map(lambda name: attribute(frame, name), names), strict=True))


def key_hashes(parts: Sequence[Attribute]) -> tuple[Hashes, Ints | None]:
    """Join attributes into keys, 0 where one is missing; say which record owns each (None: itself).

    Of the parts at most one may have several values a record.
    """
    several = next((part for part in parts if part.slots.starts is not None), None)
    owners = None if several is None else several.slots.owners(len(several.hashes))
    spread = [
        part.hashes if part.slots.starts is not None or owners is None else part.hashes[owners]
        for part in parts
    ]
    joined, known = spread[0], spread[0] != 0
    for hashes, factor in zip(spread[1:], _FACTORS, strict=False):
        with np.errstate(over="ignore"):
            joined = joined + hashes * factor
        known = known & (hashes != 0)
    return np.where(known, joined, np.uint64(0)), owners


def stored_keys(frame: Frame, chosen: Sequence[Recipe]) -> tuple[Ints, Ints]:
    """Return all keys of all records, and whose each is, in the form an index stores.

    A key is a signed 64-bit number. Its highest byte is the recipe's number, so that a surname
    never meets a town, and a report can name the kind of a crowded key and nobody's data.
    """
    used = _attributes(frame, chosen)
    keys, owners = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for recipe in chosen:
        parts = [part for name in recipe.parts if (part := used[name])]
        if len(parts) < len(recipe.parts):
            continue
        hashes, records = key_hashes(parts)
        rows = np.flatnonzero(hashes)
        number = np.uint64(recipe.number) << _NUMBER_SHIFT
        keys.append((hashes[rows] >> np.uint64(8) | number).view(np.int64))
        owners.append(rows if records is None else records[rows])
    return np.concatenate(keys), np.concatenate(owners)


def recipe_number(key: Any) -> Any:
    """Return the number of the recipe that a stored key (or each of many) was made by."""
    return key >> int(_NUMBER_SHIFT) & 0xFF


class _Blocks(NamedTuple):
    """Records in the order of their keys."""

    records: Ints
    heads: Ints
    """Where each block begins."""
    sizes: Ints


def _blocks(hashes: Hashes, owners: Ints | None, bits: np.uint64) -> _Blocks:
    """Sort (key, record) as one number each; runs of one key are blocks."""
    rows = np.flatnonzero(hashes)
    records = rows if owners is None else owners[rows]
    packed = (hashes[rows] << bits) | records.astype(np.uint64)
    packed.sort()
    if owners is not None:
        packed = packed[_firsts(packed)]
    keys = packed >> bits
    records = (packed & ((np.uint64(1) << bits) - np.uint64(1))).astype(np.int64)
    heads = np.flatnonzero(_firsts(keys))
    return _Blocks(records, heads, np.diff(np.append(heads, len(keys))))


def _firsts(ordered: Hashes) -> Flags:
    """Tell which entries of a sorted array differ from the one before."""
    first = np.ones(len(ordered), np.bool_)
    first[1:] = ordered[1:] != ordered[:-1]
    return first


def _pairs(blocks: _Blocks, cap: int) -> Ints:
    """Return the pairs of all blocks of at most ``cap`` records."""
    found = [
        _pairs_within(blocks.records, blocks.heads[blocks.sizes == members], members)
        for members in range(2, cap + 1)
        if (blocks.sizes == members).any()
    ]
    return np.concatenate(found) if found else np.zeros(0, np.int64)


def _affordable(sizes: Ints, cap: int, budget: int) -> int:
    """Return the largest block size up to which all blocks together fit the budget."""
    many = np.bincount(np.minimum(sizes, cap + 1), minlength=cap + 2)[: cap + 1]
    each = np.arange(cap + 1)
    cost = np.cumsum(many * each * (each - 1) // 2)
    return int(np.flatnonzero(cost <= budget).max(initial=1))


def _pairs_within(records: Ints, heads: Ints, members: int) -> Ints:
    """Return all pairs of all blocks of one size, ``less << 32 | greater``."""
    blocks = records[heads[:, None] + np.arange(members)]
    one, other = np.triu_indices(members, 1)
    return (blocks[:, one] << 32 | blocks[:, other]).ravel()


def _skipped(blocks: _Blocks, cap: int, recipe: Recipe, frame: Frame) -> Skipped | None:
    large = blocks.sizes > cap
    if not large.any():
        return None
    biggest = int(np.argmax(blocks.sizes))
    return Skipped(
        int(large.sum()),
        int(blocks.sizes[large].sum()),
        int(blocks.sizes[biggest]),
        shown(frame, recipe, int(blocks.records[blocks.heads[biggest]])),
    )


def shown(frame: Frame, recipe: Recipe, record: int) -> str:
    """Return what a record says of the parts of a key, for a report to name a crowd's value."""
    texts = (frame.text(part, record) for part in recipe.parts)
    return " + ".join(text for text in dict.fromkeys(texts) if text)
