"""EXPLAIN: why two records are one customer, or not, and what would have to be otherwise."""

from typing import NamedTuple

import numpy as np

from hub.config import Settings
from hub.errors import RecordError
from hub.model import Key
from matching.verdicts import Judge, chances, score
from matching.weights.explain import Evidence
from matching.whatif import Change, what_if
from pipeline.models import frame_of, judge_for
from store.database import Store, Unit
from store.records import StoredRecord, Word


class Explanation(NamedTuple):
    """All that the match says of two records, weighed anew by the model in use."""

    left: Key
    right: Key
    model: str
    weight: float
    """In bits: the sum of the evidence."""
    probability: float
    outcome: str
    """What the weight alone says: merge, review or apart."""
    veto: str | None
    """Why it is not merged without a steward."""
    refused: str | None
    """Why the cluster kept them apart all the same."""
    together: bool
    """Whether they are one golden customer now."""
    evidence: tuple[Evidence, ...]
    what_if: str
    """The smallest change that would alter the outcome, in a sentence."""
    changes: tuple[Change, ...]
    """All such changes, the smallest first."""


def explain(settings: Settings, store: Store, left: Key, right: Key) -> Explanation:
    """Explain any two records. Raises RecordError for one that is unknown or says nothing."""
    if left == right:
        raise RecordError(str(left), "a record is compared with another one, not with itself")
    with store.read() as unit:
        one, other = (_known(unit, key) for key in (left, right))
        judge = judge_for(unit, settings)
        stored = unit.pairs.get(one.id, other.id)
    found = weighed(_word(one), _word(other), judge)
    together = one.golden_id is not None and one.golden_id == other.golden_id
    refused = stored.reason if stored and stored.reason != found.veto else None
    return found._replace(together=together, refused=refused)


def weighed(left: Word, right: Word, judge: Judge) -> Explanation:
    """Weigh two records by a model, and try what would alter the outcome."""
    frame = frame_of([left, right], judge)
    found = score(frame, np.array([0]), np.array([1]), judge)
    tried = what_if(frame, 0, 1, judge)
    return Explanation(
        left.key, right.key, judge.version, float(found.bits[0]),
        float(chances(found.bits)[0]), found.outcome(0).value, found.veto(0), None,
        together=False, evidence=tuple(found.evidence(np.array([0]))[0]), what_if=tried.told,
        changes=tried.changes,
    )  # fmt: skip


def _known(unit: Unit, key: Key) -> StoredRecord:
    record = unit.records.by_key([key]).get(key)
    if record is None:
        raise RecordError(str(key), "no such record in the hub")
    if record.texts.customer is None:
        raise RecordError(str(key), "this record has said nothing yet that could be matched")
    return record


def _word(record: StoredRecord) -> Word:
    return Word(record.id, record.key, record.texts.customer or "")
