"""MODELS: the learned model is kept, versioned, and used until somebody trains another.

A store of many customers that nobody ever trained trains itself once; after that a model changes
only because a person wants it to: it may merge and part customers everywhere.
"""

import hashlib
import logging
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from hub.clock import now
from hub.config import Settings
from hub.errors import ConfigError
from hub.model import Kind, Verdict
from matching.blocking.recipes import HUB
from matching.table.columns import Ints
from matching.table.customers import read_customers
from matching.table.frame import Frame
from matching.training import LEAST, Decided, learn_from, recalibrated
from matching.verdicts import Judge, house_judge
from matching.weights.archive import Archived, Kept, OtherHashesError, pack, unpack, weights_of
from matching.weights.difference import Changed, differences
from matching.weights.model import DEFAULT, KindModel
from pipeline.report import TrainReport
from store.bulk import chunks
from store.database import Store, Unit
from store.models import ModelVersion
from store.records import Word

log = logging.getLogger(__name__)

HOUSE = DEFAULT.version
"""The version of the weights that serve until a model is trained."""
PLENTY = 10_000
"""Customers from which a store that nobody ever trained trains itself."""
_GROWN = 3
"""Times as many customers as a model was trained on, from which another is worth it."""
_SHOWN = 20
"""Changed weights that a report shows."""
OURS = "goldenrod"
"""The author of what the hub does by itself: no steward, so nothing to learn from."""
_CHUNK = 50_000
"""Words that are read at a time."""


class Words(NamedTuple):
    """What records say, in columns: a million of them must be cheap."""

    ids: Ints
    keys: pa.Array
    texts: pa.Array


_kept: dict[str, Kept] = {}
"""The model read last, by its digest: one at a time, for it may be large."""


def judge_for(unit: Unit, settings: Settings, version: ModelVersion | None = None) -> Judge:
    """Return the model in use (or this version) with this installation's thresholds.

    Raises ConfigError for a model that this installation can't read any more.
    """
    used, matching = version or unit.models.in_use(), settings.matching
    if used is None:
        return house_judge(matching.merge, matching.review)
    if used.digest not in _kept:
        found = _read(unit, used)
        _kept.clear()
        _kept[used.digest] = found
    kept = _kept[used.digest]
    return Judge(
        used.version, kept.kinds, matching.merge, matching.review, kept.caps, kept.calibrations
    )


def frame_of(words: Sequence[Word], judge: Judge) -> Frame:
    """Read customers for matching, a row each, as the model in force reads them."""
    return read_customers(*_columns(words), judge.counts)


def read_words(unit: Unit, ids: Collection[int]) -> Words:
    """Read the words of these records, some thousands at a time."""
    parts = [_part(unit.records.texts(some)) for some in chunks(sorted(ids), _CHUNK)] or [_part([])]
    numbers, keys, texts = zip(*parts, strict=True)
    joined = (pa.chunked_array(part).combine_chunks() for part in (keys, texts))
    return Words(np.concatenate(numbers), *joined)


def frame_of_words(words: Words, judge: Judge) -> Frame:
    """Do as `frame_of` with words in columns."""
    return read_customers(words.keys, words.texts, judge.counts)


def train(store: Store, *, author: str, use: bool = True) -> TrainReport:
    """Learn a model from all customers and all decisions; with ``use`` it is in use at once.

    Every record then waits to be matched anew. Raises ConfigError where there are too few.
    """
    with store.begin() as unit:
        before = unit.models.in_use()
        version = teach(unit, author, read_words(unit, unit.records.worded()))
        if use:
            put_in_use(unit, version)
        changed = compare(unit, before, version)
        kept = _read(unit, version)
    report = TrainReport(
        version.version, dict(version.records), version.decisions, use,
        tuple(map(_in_words, changed[:_SHOWN])),
        {recipe.name: kept.caps[recipe.number] for recipe in HUB if recipe.number in kept.caps},
    )  # fmt: skip
    log.info("train: %s on %s", report.model, report.records)
    return report


def teach(unit: Unit, author: str, words: Words) -> ModelVersion:
    """Learn a model and keep it; it is not in use yet. Raises ConfigError for too few customers."""
    lesson = learn_from(words.keys, words.texts)
    if max(lesson.records.values()) < LEAST:
        raise ConfigError(
            f"too few customers to learn from: {LEAST:,} persons or {LEAST:,} organisations are "
            "needed; until then the house's weights serve"
        )
    kept, decisions = _put_right(unit, lesson.kept, words.ids)
    archived = pack(kept)
    digest = hashlib.sha256(archived.weights.encode() + archived.arrays).hexdigest()
    records = {kind.value: number for kind, number in lesson.records.items()}
    number = unit.models.add(now(), author, records, decisions, digest, archived)
    return next(one for one in unit.models.all() if one.id == number)


def choose(store: Store, name: str) -> None:
    """Use a model that was trained before, by its version, or the house's own.

    Every record then waits to be matched anew. Raises ConfigError for one that there is not.
    """
    with store.begin() as unit:
        put_in_use(unit, find(unit, name))


def put_in_use(unit: Unit, version: ModelVersion | None) -> None:
    """Use this model (None: the house's own) and let every record be matched anew."""
    unit.models.use(version.id if version else None, now())
    unit.records.rematch()


def find(unit: Unit, name: str) -> ModelVersion | None:
    """Return the model of this version; None for the house's. Raises ConfigError for any other."""
    known = {one.version: one for one in unit.models.all()}
    if name != HOUSE and name not in known:
        raise ConfigError(f"there is no model {name!r}; there are {', '.join([HOUSE, *known])}")
    return known.get(name)


def versions(store: Store) -> list[ModelVersion]:
    """Return all trained models, the newest first."""
    with store.read() as unit:
        return unit.models.all()


def diff(store: Store, before: str, after: str) -> list[Changed]:
    """Return what weighs otherwise in one model than in another, the greatest change first."""
    with store.read() as unit:
        return compare(unit, find(unit, before), find(unit, after))


def compare(unit: Unit, before: ModelVersion | None, after: ModelVersion | None) -> list[Changed]:
    """Return what weighs otherwise, the greatest change first; None is the house's own model."""
    one, other = _weights(unit, before), _weights(unit, after)
    found = [change for kind in Kind for change in differences(kind, one[kind], other[kind])]
    return sorted(found, key=lambda change: -abs(change.by))


def advice(unit: Unit) -> str:
    """Say what a person should do about the model: nothing, mostly."""
    used = unit.models.in_use()
    if used is None:
        return ""
    learned, known = sum(used.records.values()), unit.records.landed()
    if known < _GROWN * learned:
        return ""
    return f"{used.version} knows {learned:,} of {known:,} records: consider `goldenrod train`"


def train_first(unit: Unit) -> Words | None:
    """Train the first model of a store that has plenty of customers.

    Returns all their words, which must be matched then; None where nothing was trained.
    """
    if unit.models.all() or unit.records.landed() < PLENTY:
        return None
    worded = unit.records.worded()
    if len(worded) < PLENTY:
        return None
    words = read_words(unit, worded)
    try:
        version = teach(unit, OURS, words)
    except ConfigError:  # many, but of neither kind enough
        return None
    put_in_use(unit, version)
    log.info("match: trained the first model, %s", version.version)
    return words


def _read(unit: Unit, version: ModelVersion) -> Kept:
    try:
        return unpack(Archived(*unit.models.content(version.id)))
    except OtherHashesError:
        raise ConfigError(
            f"model {version.version} was trained with a release of DuckDB that hashes otherwise: "
            "run `goldenrod train`, then `goldenrod rebuild`"
        ) from None


def _weights(unit: Unit, version: ModelVersion | None) -> Mapping[Kind, KindModel]:
    if version is None:
        return {kind: DEFAULT.of(kind) for kind in Kind}
    return weights_of(unit.models.content(version.id)[0])


def _part(rows: Sequence[Any]) -> tuple[Ints, pa.Array, pa.Array]:
    numbers, keys, texts = zip(*rows, strict=True) if rows else ((), (), ())
    columns = (pa.array(column, pa.string()) for column in (keys, texts))
    return np.array(numbers, np.int64), *columns


def _columns(words: Sequence[Word]) -> tuple[pa.Array, pa.Array]:
    keys = pa.array([str(word.key) for word in words], pa.string())
    return keys, pa.array([word.customer for word in words], pa.string())


def _put_right(unit: Unit, kept: Kept, known: Ints) -> tuple[Kept, int]:
    """Let stewards' decisions on known records put a model right; return how many there were."""
    standing = [row for row in unit.decisions.standing() if row.author != OURS]
    ends = {number for row in standing for number in (row.left_id, row.right_id)}
    named = ends & set(known[np.isin(known, list(ends))].tolist())
    said = [row for row in standing if row.left_id in named and row.right_id in named]
    if not said:
        return kept, 0
    used = sorted({number for row in said for number in (row.left_id, row.right_id)})
    chosen = unit.records.words(used)
    left, right = (np.searchsorted(used, [getattr(row, half) for row in said])
                   for half in ("left_id", "right_id"))  # fmt: skip
    same = np.array([row.verdict == Verdict.SAME.value for row in said])
    judge = Judge("", kept.kinds, 1.0, 0.0)
    return recalibrated(kept, frame_of(chosen, judge), Decided(left, right, same)), len(said)


def _in_words(change: Changed) -> str:
    what = " ".join(filter(None, (change.kind.value, change.field, change.level)))
    return f"{what}: {change.before:+.1f} -> {change.after:+.1f}"
