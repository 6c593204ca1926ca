"""MERGE: clusters become golden customers, and what must be told goes to the outbox with them.

Everything that hangs together with a changed record is clustered again; ids go by overlap, so a
customer keeps its id. The golden change and its outbox rows are one transaction.

Records are handed out some thousands at a time, with all that they hang together with, and marked:
`Due.MERGING`. What is to be written of them is prepared in processes while this one writes what was
prepared before. Whoever has something new to say of a record in the meantime (a steward decides)
marks it once more as due, so it is merged again, and nothing is lost.
"""

import logging
from collections.abc import Iterator
from functools import partial

from hub.clock import now
from hub.config import Settings
from pipeline.circles import circles_sought_rarely
from pipeline.consents import hear, let_lapse, listen
from pipeline.ingredients import let_pins_lapse
from pipeline.prepare import Prepared, prepare
from pipeline.progress import Progress, quiet
from pipeline.report import MergeReport
from pipeline.workers import Workers
from store.database import Store, Unit
from store.records import Due

log = logging.getLogger(__name__)
_PART = (
    5_000  # due records prepared at once, and written in one transaction: a crash repeats little
)
_LOGGED = 100_000  # records written until the database's log is emptied
_FEW = 2  # parts that are sooner prepared here than a process starts


@circles_sought_rarely()
def merge(
    settings: Settings, store: Store, *, run_id: str | None = None, progress: Progress = quiet
) -> MergeReport:
    """Cluster and merge what is due, and write the outbox.

    What channels say on consent is heard before, of all that is due: it concerns any customer.
    Of two merges at a time the second would undo the first: the caller holds the lock `resolve`.
    """
    with store.begin() as unit:
        unit.records.take_back()
        let_pins_lapse(unit, now())
        let_lapse(unit, now())
    total, written = MergeReport(), 0
    with Workers(settings.workers if store.is_shared else 1) as workers:
        heard = workers.each_chunk(partial(listen, store, settings), _due(store), few=_FEW)
        for some in heard:
            with store.begin() as unit:
                hear(unit, some)
        while True:
            handed_out: set[int] = set()
            parts = _hand_out(store, handed_out)
            for prepared in workers.each_chunk(partial(prepare, store, settings), parts, few=_FEW):
                with store.begin() as unit:
                    report, done = _write(unit, prepared, run_id)
                total = MergeReport(*(sum(pair) for pair in zip(total, report, strict=True)))
                progress(done)
                written += done
                if written >= _LOGGED:
                    store.empty_log()
                    written = 0
            if not handed_out:
                break
    log.info("merge: %s", total)
    return total


def _due(store: Store) -> Iterator[list[int]]:
    """Yield the records that are due to merge, some at a time."""
    after = 0
    while True:
        with store.read() as unit:
            due = unit.records.ids_due(Due.MERGE, _PART, after)
        if not due:
            return
        yield due
        after = due[-1]


def _hand_out(store: Store, handed_out: set[int]) -> Iterator[list[int]]:
    """Yield records to merge, each time with all that they hang together with.

    Ends where some hang together with others that are under way: those must be written first.
    """
    while True:
        with store.begin() as unit:
            due = unit.records.ids_due(Due.MERGE, _PART)
            ids = unit.pairs.component(due)
            if not due or not handed_out.isdisjoint(ids):
                return
            unit.records.begin_merge(ids)
        handed_out |= ids
        yield sorted(ids)


def _write(unit: Unit, prepared: Prepared, run_id: str | None) -> tuple[MergeReport, int]:
    """Write what was prepared; return what it came to, and how many records it was of."""
    moment = now()
    unit.pairs.refuse(prepared.records, prepared.refused)
    unit.golden.save(prepared.changed, moment, run_id)
    unit.records.end_merge(prepared.records, prepared.joined)
    unit.outbox.notify(prepared.notices)
    unit.timeline.moved(prepared.left, moment)
    unit.golden.retire(prepared.forwards, moment, run_id)
    unit.golden.lead(prepared.led, prepared.former, moment)
    report = MergeReport(
        prepared.created,
        len(prepared.changed) - prepared.created,
        len(prepared.forwards),
        len(prepared.refused),
    )
    return report, len(prepared.records)
