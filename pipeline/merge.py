"""MERGE: clusters become golden customers, and what must be told goes to the outbox with them.

Everything that hangs together with a changed record is clustered again; ids go by overlap, so a
customer keeps its id. The golden change and its outbox rows are one transaction.
"""

import logging
from collections.abc import Collection, Mapping, Sequence

from golden.echo import is_silent
from golden.identity import Assignment, assign_ids
from golden.rules import Law
from golden.survivorship import survive
from hub.clock import new_id, now
from hub.config import Settings
from hub.model import GoldenCustomer, Key
from pipeline.cluster import Clustering, cluster_scope
from pipeline.progress import Progress, quiet
from pipeline.report import MergeReport
from pipeline.scope import Scope, gather
from store.database import Store, Unit
from store.outbox import Notice

log = logging.getLogger(__name__)


def merge(
    settings: Settings, store: Store, *, run_id: str | None = None, progress: Progress = quiet
) -> MergeReport:
    """Cluster and merge what is due, and write the outbox."""
    with store.begin() as unit:
        scope = gather(unit)
        if not scope.due:
            return MergeReport()
        clustering = cluster_scope(unit, settings, scope)
        report = _save(unit, settings, scope, clustering, run_id)
        unit.records.set_due([scope.records[key].id for key in scope.due], None)
    progress(len(scope.due))
    log.info("merge: %s", report)
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
    before = unit.golden.get(set(previous.values()))
    assignment = assign_ids(
        clustering.clusters,
        previous,
        unit.golden.born(set(previous.values())),
        lambda: new_id("cus"),
    )
    law = Law.of(settings.golden, {name: one.trust for name, one in settings.channels.items()})
    after = {
        golden_id: _merge(law, scope, golden_id, members, before.get(golden_id))
        for members, golden_id in assignment.ids.items()
    }
    changed = [golden for id_, golden in after.items() if golden != before.get(id_)]
    unit.golden.save(changed, moment, run_id)
    unit.records.assign(_moves(scope, assignment, previous))
    unit.golden.retire(assignment.forwards, moment)
    unit.outbox.notify(_notices(settings, scope, after.values(), {g.id for g in changed}))
    created = sum(golden.id not in before for golden in changed)
    return MergeReport(
        created, len(changed) - created, len(assignment.forwards), len(clustering.refused)
    )


def _merge(
    law: Law,
    scope: Scope,
    golden_id: str,
    members: Collection[Key],
    before: GoldenCustomer | None,
) -> GoldenCustomer:
    """Return the golden customer of these members; the one before, if nothing changed."""
    customers = [scope.customers[key] for key in sorted(members)]
    attributes, provenance = survive(
        [word for word in customers if not is_silent(word)] or customers,
        law=law,
        heard={key: scope.records[key].landed_at for key in members},
    )
    golden = GoldenCustomer(
        id=golden_id,
        version=before.version if before else 1,
        attributes=attributes,
        provenance=provenance,
        members=tuple(sorted(members)),
    )
    if before is None or golden == before:
        return golden
    return golden.model_copy(update={"version": before.version + 1})


def _moves(
    scope: Scope, assignment: Assignment, previous: Mapping[Key, str]
) -> Sequence[tuple[int, str]]:
    return [
        (scope.records[key].id, golden_id)
        for members, golden_id in assignment.ids.items()
        for key in members
        if previous.get(key) != golden_id
    ]


def _notices(
    settings: Settings, scope: Scope, goldens: Collection[GoldenCustomer], changed: Collection[str]
) -> list[Notice]:
    """Every channel that holds the customer, or should, hears of it.

    Also where only a member changed: a channel may now hold something else than the golden value.
    """
    notices = []
    for golden in goldens:
        if golden.id not in changed and scope.due.isdisjoint(golden.members):
            continue
        holders: dict[str, list[int | None]] = {}
        for key in golden.members:
            if not scope.records[key].deleted:
                holders.setdefault(key.channel, []).append(scope.records[key].id)
        for name, channel in settings.channels.items():
            if channel.push.enabled:
                targets = holders.get(name) or ([None] if channel.push.create else [])
                notices += [Notice(golden.id, name, target, golden.version) for target in targets]
    return notices
