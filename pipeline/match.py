"""MATCH: customers that changed are compared with everything that shares a blocking key.

Only pairs at or above the review threshold are kept, with their evidence. The pairs of a record
that did not change are left alone.
"""

import logging
from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa

from hub.config import Settings
from matching.blocking.blocks import stored_keys
from matching.blocking.recipes import HUB
from matching.table.columns import Ints
from matching.table.customers import read_customers
from matching.table.frame import Frame
from matching.verdicts import Judge, Proposal, Scored, chances, house_judge, score
from pipeline.progress import Progress, quiet
from pipeline.report import MatchReport
from store.database import Store, Unit
from store.pairs import StoredPair
from store.records import Due, Word

log = logging.getLogger(__name__)


def match(settings: Settings, store: Store, *, progress: Progress = quiet) -> MatchReport:
    """Compare what is due, write its pairs, and hand it on to the merge."""
    judge = judge_for(settings)
    with store.begin() as unit:
        due = unit.records.words_due(Due.MATCH)
        if not due:
            return MatchReport()
        ids = np.array([word.record_id for word in due], np.int64)
        keys, owners = stored_keys(frame_of(due), HUB)
        unit.index.replace(ids, keys, ids[owners])
        candidates = unit.index.candidates(ids, keys, settings.matching.block_cap)
        pairs = list(_scored(unit, due, candidates.left, candidates.right, judge))
        unit.pairs.replace(ids.tolist(), pairs)
        unit.records.set_due(ids.tolist(), Due.MERGE)
        progress(len(due))
    merged = sum(pair.outcome == Proposal.MERGE for pair in pairs)
    report = MatchReport(
        len(candidates.left), merged, len(pairs) - merged, len(candidates.oversized)
    )
    log.info("match: %s", report)
    return report


def judge_for(settings: Settings) -> Judge:
    """Return the matching model with this installation's thresholds."""
    return house_judge(settings.matching.merge, settings.matching.review)


def frame_of(words: Sequence[Word]) -> Frame:
    """Read customers for matching, a row each."""
    keys = pa.array([str(word.key) for word in words], pa.string())
    return read_customers(keys, pa.array([word.customer for word in words], pa.string()))


def _scored(
    unit: Unit, due: Sequence[Word], left: Ints, right: Ints, judge: Judge
) -> Iterator[StoredPair]:
    """Score candidate pairs, given by record id, and return those worth keeping."""
    known = {word.record_id for word in due}
    others = set(np.concatenate([left, right]).tolist()) - known
    words = [*due, *unit.records.words(others)]
    ids = np.array([word.record_id for word in words], np.int64)
    order = np.argsort(ids)
    one, other = (order[np.searchsorted(ids, side, sorter=order)] for side in (left, right))
    found = score(frame_of(words), one, other, judge)
    for place in found.kept.tolist():
        yield stored_pair(found, place, ids)


def stored_pair(found: Scored, place: int, ids: Ints) -> StoredPair:
    """Return the row that remembers a match and its evidence."""
    one, other = sorted((int(ids[found.left[place]]), int(ids[found.right[place]])))
    bits = float(found.bits[place])
    return StoredPair(
        one, other, bits, float(chances(np.array(bits))), found.outcome(place).value,
        [line._asdict() for line in found.evidence(place)], found.veto(place), found.judge.version,
    )  # fmt: skip
