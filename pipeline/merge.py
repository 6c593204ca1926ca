"""MERGE: clusters become golden customers, and what must be told goes to the outbox with them.

Everything that hangs together with a changed record is clustered again; ids go by overlap, so a
customer keeps its id. The golden change and its outbox rows are one transaction.
"""

import logging
from collections.abc import Iterable, Sequence

from golden.identity import Assignment, Retired, assign_ids
from hub.clock import new_id, now
from hub.config import Settings
from hub.model import Key
from pipeline.beside import consent_streams
from pipeline.circles import circles_sought_rarely
from pipeline.cluster import cluster_scope
from pipeline.composer import Composer, let_pins_lapse, verified
from pipeline.consents import hear, let_lapse
from pipeline.notices import notices
from pipeline.progress import Progress, quiet
from pipeline.report import MergeReport
from pipeline.scope import Scope, gather
from pipeline.workers import Workers
from store.bulk import chunks
from store.database import Store, Unit
from store.golden_text import GoldenText
from store.records import Due

log = logging.getLogger(__name__)
_CHUNK = 20_000  # due records in one transaction: bounded memory, and a crash repeats little
_BATCH = 1_000  # golden customers written at once


@circles_sought_rarely()
def merge(
    settings: Settings, store: Store, *, run_id: str | None = None, progress: Progress = quiet
) -> MergeReport:
    """Cluster and merge what is due, and write the outbox.

    Some thousand records a transaction, each with all that hangs together with it. What channels
    say on consent is heard before, of all that is due: it concerns customers of any chunk.
    """
    with store.begin() as unit:
        let_pins_lapse(unit, now())
        let_lapse(unit, now())
    _hear(settings, store)
    total = MergeReport()
    with Workers(settings.workers) as workers:
        while True:
            with store.begin() as unit:
                due = unit.records.ids_due(Due.MERGE, _CHUNK)
                if not due:
                    break
                report = _merge(unit, settings, gather(unit, due), run_id, workers)
            total = MergeReport(*(sum(pair) for pair in zip(total, report, strict=True)))
            progress(len(due))
    log.info("merge: %s", total)
    return total


def _hear(settings: Settings, store: Store) -> None:
    """Write down what the records that are due say on consent, and where they can be reached."""
    after, streams = 0, consent_streams(settings)
    while True:
        with store.begin() as unit:
            due = unit.records.ids_due(Due.MERGE, _CHUNK, after)
            if not due:
                return
            hear(unit, unit.records.members(due), streams)
        after = due[-1]


def _merge(
    unit: Unit, settings: Settings, scope: Scope, run_id: str | None, workers: Workers
) -> MergeReport:
    """Write the golden customers that changed, forward the retired ids, fill the outbox."""
    clustering = cluster_scope(unit, settings, scope)
    moment = now()
    former = {one.golden_id for one in scope.records.values() if one.golden_id is not None}
    retired = {old: Retired(*gone) for old, gone in unit.golden.retired_into(former).items()}
    assignment = _identify(unit, scope, clustering.clusters, retired)
    before, versions = unit.golden.texts(former), unit.golden.versions(former | retired.keys())
    composer = Composer(unit, settings, scope)
    waiting = {scope.records[key].id for key in scope.due}
    created, changed, left = 0, 0, list[tuple[int, str]]()
    # Written while the workers compose the next ones.
    for some in chunks(composer.compose(assignment.ids, before, versions, workers), _BATCH):
        new = [one.golden for one in some if one.changed]
        unit.golden.save(new, moment, run_id)
        goldens = [one.golden for one in some]
        left += _assign(unit, scope, goldens, waiting)
        unit.outbox.notify(notices(settings, scope, goldens, {golden.id for golden in new}))
        created += sum(golden.id not in before for golden in new)
        changed += len(new)
    unit.records.set_due(waiting, None)
    unit.timeline.moved(left, moment)
    unit.golden.retire(assignment.forwards, moment, run_id)
    unit.golden.lead(assignment.led, former, moment)
    return MergeReport(
        created, changed - created, len(assignment.forwards), len(clustering.refused)
    )


def _identify(
    unit: Unit, scope: Scope, clusters: Sequence[frozenset[Key]], retired: dict[str, Retired]
) -> Assignment:
    """Give every cluster its golden id."""
    previous = {key: r.golden_id for key, r in scope.records.items() if r.golden_id is not None}
    return assign_ids(
        clusters,
        previous,
        unit.golden.born({*previous.values(), *retired}),
        lambda: new_id("cus"),
        verified=verified(unit, [record.id for record in scope.records.values()]),
        retired=retired,
    )


def _assign(
    unit: Unit, scope: Scope, goldens: Iterable[GoldenText], waiting: set[int]
) -> list[tuple[int, str]]:
    """Make the records members and take them off ``waiting``; return which left which customer."""
    moved: list[tuple[int, str]] = []
    done: list[tuple[int, str]] = []
    left: list[tuple[int, str]] = []
    for golden in goldens:
        for record in (scope.records[key] for key in golden.members):
            if record.golden_id == golden.id:
                continue
            (done if record.id in waiting else moved).append((record.id, golden.id))
            if record.golden_id is not None:
                left.append((record.id, record.golden_id))
    unit.records.assign(moved)
    unit.records.assign(done, done=True)  # one row is written once
    waiting.difference_update([number for number, _ in done])
    return left
