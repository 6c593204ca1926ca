"""PART: some records that are due to merge, with all that hangs together with them.

It is begun (read, clustered, named), its golden customers are composed by workers, and it is
written, batch by batch, while the next part is begun.
"""

from collections.abc import Iterable, Iterator, Sequence

from golden.identity import Assignment, Retired, assign_ids
from hub.clock import new_id, now
from hub.config import Settings
from hub.model import Key
from pipeline.cluster import cluster_scope
from pipeline.compose import Composed, Task
from pipeline.composer import Composer, verified
from pipeline.notices import notices
from pipeline.report import MergeReport
from pipeline.scope import Scope
from store.database import Unit
from store.golden_text import GoldenText


class Part:
    """The merge of one scope; no cluster and no golden customer reaches out of it."""

    def __init__(self, unit: Unit, settings: Settings, scope: Scope, run_id: str | None) -> None:
        """Cluster the records and give every cluster its golden id."""
        self._unit, self._settings, self._scope, self._run_id = unit, settings, scope, run_id
        clustering = cluster_scope(unit, settings, scope)
        self._moment = now()
        former = {one.golden_id for one in scope.records.values() if one.golden_id is not None}
        retired = {old: Retired(*gone) for old, gone in unit.golden.retired_into(former).items()}
        self._assignment = _identify(unit, scope, clustering.clusters, retired)
        self._former = former
        self._before = unit.golden.texts(former)
        self._versions = unit.golden.versions(former | retired.keys())
        self._waiting = {scope.records[key].id for key in scope.due}
        self._left: list[tuple[int, str]] = []
        self._refused = len(clustering.refused)
        self._created, self._changed = 0, 0

    def tasks(self) -> Iterator[Task]:
        """Yield what each golden customer is made of."""
        composer = Composer(self._unit, self._scope)
        return composer.tasks(self._assignment.ids, self._before, self._versions)

    def write(self, composed: Sequence[Composed]) -> None:
        """Write these golden customers, where they changed, and who must hear of them."""
        new = [one.golden for one in composed if one.changed]
        self._unit.golden.save(new, self._moment, self._run_id)
        goldens = [one.golden for one in composed]
        self._assign(goldens)
        changed = {golden.id for golden in new}
        self._unit.outbox.notify(notices(self._settings, self._scope, goldens, changed))
        self._created += sum(golden.id not in self._before for golden in new)
        self._changed += len(new)

    def end(self) -> MergeReport:
        """Write what concerns the part as a whole: retired ids, moves, what is due no more."""
        unit, forwards = self._unit, self._assignment.forwards
        unit.records.set_due(self._waiting, None)
        unit.timeline.moved(self._left, self._moment)
        unit.golden.retire(forwards, self._moment, self._run_id)
        unit.golden.lead(self._assignment.led, self._former, self._moment)
        return MergeReport(
            self._created, self._changed - self._created, len(forwards), self._refused
        )

    def _assign(self, goldens: Iterable[GoldenText]) -> None:
        """Make the records members; these wait no more, and some left another customer."""
        moved: list[tuple[int, str]] = []
        done: list[tuple[int, str]] = []
        for golden in goldens:
            for record in (self._scope.records[key] for key in golden.members):
                if record.golden_id == golden.id:
                    continue
                (done if record.id in self._waiting else moved).append((record.id, golden.id))
                if record.golden_id is not None:
                    self._left.append((record.id, record.golden_id))
        self._unit.records.assign(moved)
        self._unit.records.assign(done, done=True)  # one row is written once
        self._waiting.difference_update([number for number, _ in done])


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
