"""PULL: land what changed in one channel; a page and its cursor are one transaction.

Killed anywhere, the next pull resumes after the last page that landed; what comes twice is dropped
by its fingerprint, so nothing is lost and nothing is doubled.
"""

import logging
from collections.abc import Sequence

from connectors.base import Connector, Page
from hub.clock import now
from hub.config import Settings
from hub.model import Outcome, Receipt, SourceRecord
from mapping.recordmap import RecordMap
from pipeline.progress import Progress, quiet
from pipeline.report import PullReport
from pipeline.settle import settle
from pipeline.wiring import connect, record_map
from store.database import Store, Unit
from store.outbox import OutboxRow
from store.records import Quarantined

log = logging.getLogger(__name__)


def pull(
    settings: Settings, store: Store, channel: str, *, progress: Progress = quiet
) -> PullReport:
    """Pull ``channel`` to its end. Raises ConfigError or TransientError; landed pages stay."""
    configured = settings.channel(channel)
    vendor, total = record_map(configured), PullReport()
    with store.exclusive(f"pull {channel}"), connect(configured) as source:
        with store.begin() as unit:
            cursor = unit.records.cursor(channel)
            creates = [row for row in unit.outbox.in_doubt(channel) if row.record_id is None]
        doubtful = {row.golden_id: row for row in creates}
        for page in source.pull(cursor):
            with store.begin() as unit:
                total = _add(total, _land(unit, source, page))
                _adopt(unit, vendor, page.records, doubtful)
            progress(len(page.records))
    log.info("pull %s: %s", channel, total)
    return total


def _land(unit: Unit, source: Connector, page: Page) -> PullReport:
    moment = now()
    landed = unit.records.land(page.records, moment)
    unreadable = [
        Quarantined(source.name, row.position, "pull", row.field, row.reason, row.payload)
        for row in page.rejected
    ]
    unit.records.quarantine(unreadable, moment)
    unit.records.move_cursor(source.name, page.cursor, moment)
    return PullReport(
        landed.created + landed.changed, landed.unchanged, len(unreadable), landed.suppressed
    )


def _adopt(
    unit: Unit, vendor: RecordMap, records: Sequence[SourceRecord], doubtful: dict[str, OutboxRow]
) -> None:
    """Take a record that carries our reference as the receipt of a create that was cut off.

    Only while that very create is in doubt: a reference that somebody copied proves nothing.
    """
    for record in records:
        row = doubtful.pop(record.reference or "", None)
        if row is not None:
            settle(unit, vendor, [(row, Receipt("", Outcome.SENT, record))], run_id=None)


def _add(left: PullReport, right: PullReport) -> PullReport:
    return PullReport(
        left.pulled + right.pulled,
        left.unchanged + right.unchanged,
        left.quarantined + right.quarantined,
        left.suppressed + right.suppressed,
    )
