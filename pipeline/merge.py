"""MERGE: clusters become golden customers, and what must be told goes to the outbox with them.

Everything that hangs together with a changed record is clustered again; ids go by overlap, so a
customer keeps its id. The golden change and its outbox rows are one transaction.
"""

import logging
from collections import deque
from collections.abc import Iterator, Sequence

from hub.clock import now
from hub.config import Settings
from pipeline.beside import consent_streams
from pipeline.circles import circles_sought_rarely
from pipeline.compose import Task, composing
from pipeline.composer import let_pins_lapse
from pipeline.consents import hear, let_lapse
from pipeline.part import Part
from pipeline.progress import Progress, quiet
from pipeline.report import MergeReport
from pipeline.scope import gather
from pipeline.workers import Workers
from store.bulk import chunks
from store.database import Store, Unit
from store.records import Due

log = logging.getLogger(__name__)
_CHUNK = 40_000  # due records in one transaction: a crash repeats little
_PART = 20_000  # due records read at once: bounded memory
_BATCH = 1_000  # golden customers that go to a process, and are written, at once
_FEW = 9  # batches that are sooner done here than a process starts


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
                for report in _merged(unit, settings, due, run_id, workers):
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


def _merged(
    unit: Unit, settings: Settings, due: Sequence[int], run_id: str | None, workers: Workers
) -> Iterator[MergeReport]:
    """Merge these records part by part: while one is written, workers compose the next."""
    begun: deque[tuple[Part, int]] = deque()

    def batches() -> Iterator[list[Task]]:
        reached: set[int] = set()
        for some in chunks(due, _PART):
            scope = gather(unit, set(some) - reached)
            reached |= {record.id for record in scope.records.values()}
            part = Part(unit, settings, scope, run_id)
            given = list(chunks(part.tasks(), _BATCH)) or [[]]
            begun.append((part, len(given)))
            yield from given

    written = 0
    for composed in workers.each_chunk(composing(settings), batches(), few=_FEW):
        part, parts = begun[0]
        part.write(composed)
        written += 1
        if written == parts:
            yield part.end()
            begun.popleft()
            written = 0
