"""MATCH: customers that changed are compared with everything that shares a blocking key.

Only pairs at or above the review threshold are kept, with their evidence. What is found follows
from the records and the model alone, not from the order in which the records came.
"""

import logging
from collections.abc import Iterator

import numpy as np

from hub.config import Settings
from matching.blocking.blocks import recipe_number, stored_keys
from matching.blocking.recipes import HUB
from matching.table.columns import Ints
from matching.table.frame import Frame
from matching.table.memory import give_back
from matching.verdicts import Judge, Proposal, Scored, chances, score
from pipeline.circles import circles_sought_rarely
from pipeline.models import advice, frame_of_words, judge_for, read_words, train_first
from pipeline.progress import Progress, quiet
from pipeline.report import MatchReport
from store.database import Store, Unit
from store.index import Caps, Met, Rows
from store.pairs import StoredPair
from store.records import Due

log = logging.getLogger(__name__)

_EXPLAINED = 1000
"""Pairs whose evidence is held at once."""
_NAMES = {recipe.number: recipe.name for recipe in HUB}


@circles_sought_rarely()
def match(settings: Settings, store: Store, *, progress: Progress = quiet) -> MatchReport:
    """Compare what is due, write its pairs, and hand it on to the merge."""
    with store.begin() as unit:
        report = match_due(settings, unit, progress=progress)
    log.info("match: %s", report)
    return report


def match_due(settings: Settings, unit: Unit, *, progress: Progress = quiet) -> MatchReport:
    """Do the match in a unit that is open already."""
    words = train_first(unit)
    if words is None:
        words = read_words(unit, unit.records.worded(Due.MATCH))
    due = words.ids
    if not len(due):
        return MatchReport()
    judge = judge_for(unit, settings)
    frame = frame_of_words(words, judge)
    del words  # much, and read
    give_back()
    report = _match(unit, due, frame, judge, caps_of(judge, settings.matching.block_cap))
    progress(len(due))
    return report._replace(advice=advice(unit))


def caps_of(judge: Judge, most: int) -> Caps:
    """Return how many records may share a key: what the model learned, and never above ``most``."""
    table = np.full(256, most, np.int64)
    for number, cap in judge.caps.items():
        table[number] = min(cap, most)
    return lambda keys: table[recipe_number(keys)]


def _match(unit: Unit, ids: Ints, frame: Frame, judge: Judge, caps: Caps) -> MatchReport:
    met = unit.index.replace(ids, *_entries(ids, frame), caps)
    give_back()
    pairs = _scored(unit, ids, frame, met, judge)
    changed = set(ids.tolist())
    others = [(one.left_id, one.right_id) for one in pairs
              if one.left_id not in changed and one.right_id not in changed]  # fmt: skip
    gone = parted(unit, met.parted, caps)
    moved = unit.pairs.replace(changed, pairs, gone=[*gone, *others])
    unit.records.mark_for_merge(moved - changed)
    unit.records.set_due(changed, Due.MERGE)
    merged = sum(pair.outcome == Proposal.MERGE for pair in pairs)
    oversized = len(np.unique(met.crowded.keys))
    return MatchReport(
        len(met.left), merged, len(pairs) - merged, oversized, _crowds(unit, met.crowded),
        judge.version,
    )  # fmt: skip


def parted(unit: Unit, blocks: Rows, caps: Caps) -> list[tuple[int, int]]:
    """Return the stored pairs that met in these blocks and share no bearable one any more."""
    if not len(blocks.keys):
        return []
    stored = unit.pairs.within(np.unique(blocks.records).tolist())
    ends = np.array(stored, np.int64).reshape(-1, 2)
    apart = ~unit.index.meeting(ends[:, 0], ends[:, 1], caps)
    return [stored[place] for place in np.flatnonzero(apart).tolist()]


def _entries(ids: Ints, frame: Frame) -> tuple[Ints, Ints]:
    keys, owners = stored_keys(frame, HUB)
    return keys, ids[owners]


def _scored(unit: Unit, ids: Ints, frame: Frame, met: Met, judge: Judge) -> list[StoredPair]:
    """Score candidate pairs, given by record id, and return those worth keeping."""
    used = met.records
    if not np.isin(used, ids, assume_unique=True).all():  # some are of records that did not change
        words = read_words(unit, used.tolist())
        ids, frame = words.ids, frame_of_words(words, judge)
    # Both come in the order of their numbers.
    left, right = np.searchsorted(ids, met.left), np.searchsorted(ids, met.right)
    found = score(frame, left, right, judge)
    kept = found.kept
    return [
        pair
        for start in range(0, len(kept), _EXPLAINED)
        for pair in _stored(found, kept[start : start + _EXPLAINED], ids)
    ]


def _stored(found: Scored, places: Ints, ids: Ints) -> Iterator[StoredPair]:
    """Yield the rows that remember matches and their evidence."""
    ends = np.sort(np.stack([ids[found.left[places]], ids[found.right[places]]], axis=1), axis=1)
    bits = found.bits[places]
    told = zip(
        places.tolist(), ends.tolist(), bits.tolist(), chances(bits).tolist(),
        found.evidence(places), strict=True,
    )  # fmt: skip
    for place, (one, other), weight, probability, lines in told:
        yield StoredPair(
            one, other, weight, probability, found.outcome(place).value,
            [line._asdict() for line in lines], found.veto(place), found.judge.version,
        )  # fmt: skip


def _crowds(unit: Unit, crowded: Rows) -> dict[str, str]:
    """Name the kinds of the crowded keys, and for each a record that has one: nobody's data."""
    if not len(crowded.keys):
        return {}
    numbers = recipe_number(crowded.keys)
    kinds, first = np.unique(numbers, return_index=True)
    examples = {word.record_id: str(word.key) for word in
                unit.records.words(crowded.records[first].tolist())}  # fmt: skip
    told = {}
    for kind, place in zip(kinds.tolist(), first.tolist(), strict=True):
        blocks = len(np.unique(crowded.keys[numbers == kind]))
        example = examples[int(crowded.records[place])]
        told[_NAMES[kind]] = f"{blocks} skipped, such as that of {example}"
    return told
