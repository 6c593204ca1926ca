"""MERGE: clusters become golden customers, and what must be told goes to the outbox with them.

Everything that hangs together with a changed record is clustered again; ids go by overlap, so a
customer keeps its id. The golden change and its outbox rows are one transaction.
"""

import logging
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from golden.echo import is_silent
from golden.identity import Assignment, assign_ids
from golden.survivorship import survive
from hub.clock import new_id, now
from hub.config import Settings
from hub.model import Customer, Decision, GoldenCustomer, Key, Verdict
from matching.cluster import Clustering, cluster
from matching.features import Features, features
from matching.score import Match, Proposal, score
from pipeline.match import model_for
from pipeline.progress import Progress, quiet
from pipeline.report import MergeReport
from store.database import Store, Unit
from store.outbox import Notice
from store.pairs import StoredPair
from store.records import Due, StoredRecord

log = logging.getLogger(__name__)


class _Scope(NamedTuple):
    """All that hangs together with the records that are due."""

    due: frozenset[Key]
    records: dict[Key, StoredRecord]
    customers: dict[Key, Customer]


def merge(
    settings: Settings, store: Store, *, run_id: str | None = None, progress: Progress = quiet
) -> MergeReport:
    """Cluster and merge what is due, and write the outbox."""
    with store.begin() as unit:
        scope = _gather(unit)
        if not scope.due:
            return MergeReport()
        clustering = _cluster(unit, settings, scope)
        report = _save(unit, settings, scope, clustering, run_id)
        unit.records.set_due([scope.records[key].id for key in scope.due], None)
    progress(len(scope.due))
    log.info("merge: %s", report)
    return report


def _gather(unit: Unit) -> _Scope:
    due = unit.records.due(Due.MERGE)
    reached = unit.pairs.component([record.id for record in due])
    records = {record.key: record for record in unit.records.get(reached)}
    customers = {key: r.customer for key, r in records.items() if r.customer is not None}
    return _Scope(frozenset(r.key for r in due), records, customers)


def _cluster(unit: Unit, settings: Settings, scope: _Scope) -> Clustering[Key]:
    """Cluster by key, not by row number: what landed first must not matter."""
    keys = {record.id: key for key, record in scope.records.items()}
    ids = list(keys)
    pairs = [
        pair for pair in unit.pairs.touching(ids) if {pair.left_id, pair.right_id} <= keys.keys()
    ]
    seen: dict[Key, Features] = {}
    model = model_for(settings)

    def rescore(left: Key, right: Key) -> Match:
        for key in (left, right):
            if key not in seen:
                seen[key] = features(scope.customers[key])
        return score(seen[left], seen[right], model)

    said = unit.decisions.live(ids)
    silent = {key for key, customer in scope.customers.items() if is_silent(customer)}
    clustering = cluster(
        scope.customers.keys() - silent,
        {(keys[pair.left_id], keys[pair.right_id]): _as_match(pair) for pair in pairs},
        {(one.left, one.right): one.verdict for one in said},
        rescore,
    )
    number = {key: record.id for key, record in scope.records.items()}
    unit.pairs.refuse(
        ids, [(number[one.left], number[one.right], one.reason) for one in clustering.refused]
    )
    return clustering._replace(clusters=_with_silent(clustering.clusters, silent, said))


def _with_silent(
    clusters: Sequence[frozenset[Key]], silent: Collection[Key], said: Sequence[Decision]
) -> tuple[frozenset[Key], ...]:
    """Add the records that we created: they go with the record that they were created for."""
    home = {key: members for members in clusters for key in members}
    joining: dict[frozenset[Key], set[Key]] = {members: set(members) for members in clusters}
    left = set(silent)
    for one in said:
        for here, there in ((one.left, one.right), (one.right, one.left)):
            if one.verdict is Verdict.SAME and here in left and there in home:
                joining[home[there]].add(here)
                left.remove(here)
    return (*map(frozenset, joining.values()), *(frozenset({key}) for key in sorted(left)))


def _as_match(pair: StoredPair) -> Match:
    """Return the pair's score; the reason of one that it would merge is a former refusal."""
    outcome = Proposal(pair.outcome)
    veto = pair.reason if outcome is Proposal.REVIEW else None
    return Match(pair.weight, pair.probability, outcome, (), veto)


def _save(
    unit: Unit,
    settings: Settings,
    scope: _Scope,
    clustering: Clustering[Key],
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
    after = {
        golden_id: _merge(settings, scope, golden_id, members, before.get(golden_id))
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
    settings: Settings,
    scope: _Scope,
    golden_id: str,
    members: Collection[Key],
    before: GoldenCustomer | None,
) -> GoldenCustomer:
    """Return the golden customer of these members; the one before, if nothing changed."""
    customers = [scope.customers[key] for key in sorted(members)]
    attributes, provenance = survive(
        [word for word in customers if not is_silent(word)] or customers,
        trust={name: channel.trust for name, channel in settings.channels.items()},
        rules=settings.golden.rules,
        now=now(),
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
    scope: _Scope, assignment: Assignment, previous: Mapping[Key, str]
) -> Sequence[tuple[int, str]]:
    return [
        (scope.records[key].id, golden_id)
        for members, golden_id in assignment.ids.items()
        for key in members
        if previous.get(key) != golden_id
    ]


def _notices(
    settings: Settings, scope: _Scope, goldens: Collection[GoldenCustomer], changed: Collection[str]
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
