"""REBUILD: derive everything again from source records and decisions, and report what differs.

Nothing should: state is a function of the tables. Every record is mapped, matched and merged as if
it had just landed; ids go by overlap, so they stay. What differs all the same is set right, and is
in the history under this run.
"""

import logging
from collections.abc import Iterator
from itertools import pairwise

from hub.clock import now
from hub.config import Settings
from hub.model import Attributes
from pipeline.report import Difference, RebuildReport, as_json
from pipeline.run import resolve
from store.customers import GoldenVersion
from store.database import Store, Unit

log = logging.getLogger(__name__)


def rebuild(settings: Settings, store: Store) -> RebuildReport:
    """Derive clusters and golden customers again. Raises what map, match and merge raise.

    Like these it may be killed and run again; then it reports what it had not yet come to.
    """
    with store.begin() as unit:
        run_id = unit.journal.start("rebuild", now())
        unit.records.set_all_due()
    mapped, _, merged = resolve(settings, store, run_id=run_id)
    with store.begin() as unit:
        differences = tuple(_differences(unit, run_id))
        records = sum(one.mapped + one.unchanged for one in mapped.values())
        report = RebuildReport(records, unit.golden.count(), merged.retired, differences)
        unit.journal.end(run_id, as_json(report._replace(differences=())), "done", now())
    log.info("rebuild: %s records, %s differences", records, len(differences))
    return report


def _differences(unit: Unit, run_id: str) -> Iterator[Difference]:
    """Yield what this run made of a customer that it had not been before."""
    for golden_id in unit.golden.changed_by(run_id):
        history = unit.golden.history(golden_id)
        before = next((old for old, new in pairwise(history) if new.run_id == run_id), None)
        now_ = next(version for version in reversed(history) if version.run_id == run_id)
        yield Difference(golden_id, _what(before, now_))


def _what(before: GoldenVersion | None, after: GoldenVersion) -> tuple[str, ...]:
    """Name what differs, and no value."""
    if before is None:
        return ("new",)
    names = [
        name
        for name in Attributes.model_fields
        if getattr(before.attributes, name) != getattr(after.attributes, name)
    ]
    names += ["provenance"] if before.provenance != after.provenance else []
    return (*names, *(["members"] if before.members != after.members else []))
