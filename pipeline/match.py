"""MATCH: customers that changed are compared with everything that shares a blocking key.

Only pairs at or above the review threshold are kept, with their evidence. The pairs of a record
that did not change are left alone.
"""

import logging
from collections.abc import Mapping, Sequence

from hub.config import Settings
from matching.features import Features, features
from matching.keys import blocking_keys
from matching.model import DEFAULT, Model
from matching.score import Match, Proposal, score
from pipeline.progress import Progress, quiet
from pipeline.report import MatchReport
from store.database import Store, Unit
from store.pairs import StoredPair
from store.records import Due

log = logging.getLogger(__name__)


def match(settings: Settings, store: Store, *, progress: Progress = quiet) -> MatchReport:
    """Compare what is due, write its pairs, and hand it on to the merge."""
    model = model_for(settings)
    with store.begin() as unit:
        due = [r for r in unit.records.due(Due.MATCH) if r.customer is not None]
        if not due:
            return MatchReport()
        seen = {r.id: features(r.customer) for r in due if r.customer is not None}
        unit.index.replace({number: blocking_keys(seen[number]) for number in seen})
        candidates = unit.index.candidates(list(seen), settings.matching.block_cap)
        _complete(unit, seen, candidates.pairs)
        pairs = _score_all(seen, candidates.pairs, model, progress)
        unit.pairs.replace([r.id for r in due], pairs)
        unit.records.set_due([r.id for r in due], Due.MERGE)
    merged = sum(pair.outcome == Proposal.MERGE.value for pair in pairs)
    report = MatchReport(
        len(candidates.pairs), merged, len(pairs) - merged, len(candidates.oversized)
    )
    log.info("match: %s", report)
    return report


def model_for(settings: Settings) -> Model:
    """Return the matching model with this installation's thresholds."""
    thresholds = {"merge": settings.matching.merge, "review": settings.matching.review}
    return DEFAULT.model_copy(update=thresholds)


def _complete(unit: Unit, seen: dict[int, Features], pairs: Sequence[tuple[int, int]]) -> None:
    """Add the features of the other halves: records that did not change themselves."""
    missing = {number for pair in pairs for number in pair} - seen.keys()
    for record in unit.records.get(missing):
        if record.customer is not None:
            seen[record.id] = features(record.customer)


def _score_all(
    seen: Mapping[int, Features],
    candidates: Sequence[tuple[int, int]],
    model: Model,
    progress: Progress,
) -> list[StoredPair]:
    kept = []
    for left, right in candidates:
        found = score(seen[left], seen[right], model)
        if found.outcome is not Proposal.APART:
            kept.append(stored_pair(left, right, found, model))
    progress(len(candidates))
    return kept


def stored_pair(left: int, right: int, found: Match, model: Model) -> StoredPair:
    """Return the row that remembers a match and its evidence."""
    return StoredPair(
        left, right, found.weight, found.probability, found.outcome.value,
        [line._asdict() for line in found.evidence], found.veto, model.version,
    )  # fmt: skip
