"""MERGE: clusters become golden customers, and what must be told goes to the outbox with them.

Everything that hangs together with a changed record is clustered again; ids go by overlap, so a
customer keeps its id. The golden change and its outbox rows are one transaction.
"""

import logging
from collections.abc import Mapping, Sequence

from golden.identity import Assignment, Retired, assign_ids
from hub.clock import new_id, now
from hub.config import Settings
from hub.model import Key
from pipeline.cluster import Clustering, cluster_scope
from pipeline.compose import Composer, let_pins_lapse, verified
from pipeline.consents import hear, let_lapse
from pipeline.notices import notices
from pipeline.progress import Progress, quiet
from pipeline.report import MergeReport
from pipeline.scope import Scope, gather
from store.database import Store, Unit
from store.records import Due

log = logging.getLogger(__name__)
_CHUNK = 20_000  # due records in one transaction


def merge(
    settings: Settings, store: Store, *, run_id: str | None = None, progress: Progress = quiet
) -> MergeReport:
    """Cluster and merge what is due, and write the outbox.

    Some thousand records a transaction, each with all that hangs together with it: memory is
    bounded, and a crash leaves the rest as due.
    """
    with store.begin() as unit:
        let_pins_lapse(unit, now())
        let_lapse(unit, now())
    total = MergeReport()
    while True:
        with store.begin() as unit:
            due = unit.records.due(Due.MERGE, _CHUNK)
            if not due:
                break
            report = _merge(unit, settings, gather(unit, due), run_id)
        total = MergeReport(*(sum(pair) for pair in zip(total, report, strict=True)))
        progress(len(due))
    log.info("merge: %s", total)
    return total


def _merge(unit: Unit, settings: Settings, scope: Scope, run_id: str | None) -> MergeReport:
    """Merge all of one scope."""
    keys = {record.id: key for key, record in scope.records.items()}
    waiting = unit.records.due_among(keys, Due.MERGE)
    hear(unit, [scope.records[keys[number]] for number in sorted(waiting)])
    # What was heard may concern others: those of this scope are merged now, the rest comes later.
    waiting = unit.records.due_among(keys, Due.MERGE)
    scope = scope._replace(due=frozenset(keys[number] for number in waiting))
    clustering = cluster_scope(unit, settings, scope)
    report = _save(unit, settings, scope, clustering, run_id)
    unit.records.set_due(waiting, None)
    return report


def _save(
    unit: Unit,
    settings: Settings,
    scope: Scope,
    clustering: Clustering,
    run_id: str | None,
) -> MergeReport:
    """Write the golden customers that changed, forward the retired ids, fill the outbox."""
    moment = now()
    previous = {key: r.golden_id for key, r in scope.records.items() if r.golden_id is not None}
    assignment = _identify(unit, scope, clustering, previous)
    before = unit.golden.get(set(previous.values()))
    versions = unit.golden.versions({*previous.values(), *assignment.ids.values()})
    composer = Composer(unit, settings, scope)
    after = {
        id_: composer.compose(id_, members, before.get(id_), versions.get(id_, 0))
        for members, id_ in assignment.ids.items()
    }
    changed = [golden for id_, golden in after.items() if golden != before.get(id_)]
    moves = _moves(assignment, previous)
    unit.golden.save(changed, moment, run_id)
    unit.records.assign([(scope.records[key].id, id_) for key, id_ in moves])
    left = [(scope.records[key].id, previous[key]) for key, _ in moves if key in previous]
    unit.timeline.moved(left, moment)
    unit.golden.retire(assignment.forwards, moment, run_id)
    unit.golden.lead(assignment.led, set(previous.values()), moment)
    unit.outbox.notify(notices(settings, scope, after.values(), {g.id for g in changed}))
    created = sum(golden.id not in before for golden in changed)
    return MergeReport(
        created, len(changed) - created, len(assignment.forwards), len(clustering.refused)
    )


def _identify(
    unit: Unit, scope: Scope, clustering: Clustering, previous: Mapping[Key, str]
) -> Assignment:
    """Give every cluster its golden id."""
    former = set(previous.values())
    retired = {old: Retired(*gone) for old, gone in unit.golden.retired_into(former).items()}
    return assign_ids(
        clustering.clusters,
        previous,
        unit.golden.born(former | retired.keys()),
        lambda: new_id("cus"),
        verified=verified(unit, [record.id for record in scope.records.values()]),
        retired=retired,
    )


def _moves(assignment: Assignment, previous: Mapping[Key, str]) -> Sequence[tuple[Key, str]]:
    return [
        (key, golden_id)
        for members, golden_id in assignment.ids.items()
        for key in members
        if previous.get(key) != golden_id
    ]
