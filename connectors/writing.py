"""Changes -> receipts, one each and in the same order, whatever goes wrong on the way.

An engine brings the writes of its protocol (`Writer`); this module decides what becomes of the
change and of the ones after it.
"""

from collections.abc import Iterator, Sequence
from typing import Protocol

from connectors.base import MissingError, StaleError
from hub.errors import ConfigError, RejectedError, TransientError
from hub.model import Change, Operation, Outcome, Receipt, SourceRecord

PATIENCE = 3
"""Failures in a row after which the channel is taken for down and the rest is not tried."""


class Writer(Protocol):
    """The writes of one engine. Each raises RejectedError, TransientError or ConfigError."""

    def create(self, change: Change) -> SourceRecord:
        """Create the record and return it as the channel holds it."""

    def update(self, change: Change) -> SourceRecord | None:
        """Update the record and return it; raises StaleError if somebody was faster.

        None if the channel has no way to show the record.
        """

    def find(self, change: Change) -> SourceRecord | None:
        """Look for the record that an earlier attempt at this create may have made."""

    def read(self, remote_id: str) -> SourceRecord:
        """Read one record; raises MissingError."""

    def delete(self, remote_id: str) -> None:
        """Delete one record; one that is gone already is as good as deleted."""


class BatchWriter(Protocol):
    """Many writes in one request, where the channel has such a thing."""

    @property
    def size(self) -> int:
        """Changes in one request, at most."""

    def write(self, changes: Sequence[Change]) -> list[Receipt]:
        """Write up to ``size`` changes; one receipt each, same order. Raises as `Writer` does."""


class Delivery:
    """One call of ``push``."""

    def __init__(self, writer: Writer, batch: BatchWriter | None = None) -> None:
        self._writer = writer
        self._batch = batch
        self._size = batch.size if batch else 1
        self._receipts: list[Receipt] = []
        self._failures = 0
        self._halt: Receipt | None = None
        """The failure that the remaining changes share without being tried."""

    def run(self, changes: Sequence[Change]) -> list[Receipt]:
        """Deliver ``changes``; raises ConfigError only while nothing was sent yet."""
        for group in self._groups(changes):
            self._receipts += self._deliver(group)
        return self._receipts

    def _groups(self, changes: Sequence[Change]) -> Iterator[list[Change]]:
        """Cut into batches; a delete goes alone, and a doubtful create: it must be looked up."""
        group: list[Change] = []
        for change in changes:
            alone = change.doubtful or change.operation is Operation.DELETE
            if alone or len(group) >= self._size:
                if group:
                    yield group
                group = []
            group.append(change)
            if alone:
                yield group
                group = []
        if group:
            yield group

    def _deliver(self, group: list[Change]) -> list[Receipt]:
        if self._halt is not None:
            halt = self._halt
            return [halt._replace(change_id=change.id) for change in group]
        try:
            if self._batch and len(group) > 1:
                receipts = self._batch.write(group)
            else:
                receipts = [self._deliver_one(group[0])]
        except RejectedError:  # the batch as a whole: one of them is to blame, or it is too large
            return [receipt for change in group for receipt in self._deliver([change])]
        except TransientError as error:
            receipts = [failed(change, error) for change in group]
        except ConfigError as error:
            if not self._receipts:
                raise
            receipts = [failed(change, error) for change in group]
            self._halt = receipts[0]
        self._watch(receipts)
        return receipts

    def _deliver_one(self, change: Change) -> Receipt:
        try:
            return Receipt(change.id, Outcome.SENT, self._write(change))
        except StaleError as error:
            return self._look_again(change, error)
        except RejectedError as error:
            return Receipt(change.id, Outcome.REJECTED, reason=str(error))

    def _write(self, change: Change) -> SourceRecord | None:
        match change.operation:
            case Operation.UPDATE:
                return self._writer.update(change)
            case Operation.CREATE:
                found = self._writer.find(change) if change.doubtful else None
                return found or self._writer.create(change)
            case Operation.DELETE:
                self._writer.delete(change.remote_id or "")
                return None

    def _look_again(self, change: Change, stale: StaleError) -> Receipt:
        try:
            fresh = self._writer.read(change.remote_id or "")
        except MissingError as error:
            return Receipt(change.id, Outcome.REJECTED, reason=str(error))
        return Receipt(change.id, Outcome.STALE, fresh, str(stale))

    def _watch(self, receipts: list[Receipt]) -> None:
        """Notice that the channel is down, or wants to be left alone."""
        for receipt in receipts:
            failed = receipt.outcome is Outcome.FAILED
            self._failures = self._failures + 1 if failed else 0
            throttled = failed and receipt.retry_after is not None
            if self._halt is None and (throttled or self._failures >= PATIENCE):
                self._halt = receipt


def failed(change: Change, error: TransientError | ConfigError) -> Receipt:
    """Return the receipt of a change that was not delivered, but may be later."""
    wait = error.retry_after if isinstance(error, TransientError) else None
    return Receipt(change.id, Outcome.FAILED, reason=str(error), retry_after=wait)
