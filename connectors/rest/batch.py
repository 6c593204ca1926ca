"""Batches of a REST profile: a 200 that may hold refusals, told apart row by row."""

from collections.abc import Sequence
from typing import Any

from connectors.base import StaleError
from connectors.calls.writer import CallWriter
from connectors.facts.paths import reader
from connectors.records import RecordReader
from connectors.rest.api import JsonReply, RestApi
from connectors.rest.profile import RestBatch, RestWrite
from connectors.writing import failed
from hub.errors import ConfigError, TransientError
from hub.model import Change, Operation, Outcome, Receipt


class RestBatchWriter:
    """Many writes in one request; see `connectors.writing.BatchWriter`."""

    def __init__(
        self, api: RestApi, facts: RestBatch, writer: CallWriter, records: RecordReader
    ) -> None:
        self._api = api
        self._facts = facts
        self._writer = writer
        self._records = records
        self._call = RestWrite.model_construct(
            request=facts.request,
            query={},
            headers={},
            body={facts.creates: "{creates}", facts.updates: "{updates}"},
        )
        self.size = facts.size

    def write(self, changes: Sequence[Change]) -> list[Receipt]:
        """Write many in one request; rows that failed inside are reported one by one."""
        creates = [change for change in changes if change.operation is Operation.CREATE]
        updates = [change for change in changes if change.operation is Operation.UPDATE]
        writer, facts = self._writer, self._facts
        values = {
            "creates": [writer.values(it, writer.new(it))["fields"] for it in creates] or None,
            "updates": [writer.values(it, dict(it.fields))["record"] for it in updates] or None,
        }
        reply = self._api.call(
            self._call, values, f"batch of {len(changes)}", repeatable=not creates
        )
        receipts = {
            **self._row_receipts(facts.creates, creates, reply),
            **self._row_receipts(facts.updates, updates, reply),
        }
        return [receipts[change.id] for change in changes]

    def _row_receipts(
        self, name: str, changes: list[Change], reply: JsonReply
    ) -> dict[str, Receipt]:
        body = reply.body if isinstance(reply.body, dict) else {}
        rows = body.get(name)
        if not isinstance(rows, list) or len(rows) != len(changes):
            rows = [None] * len(changes)
        return {
            change.id: self._row_receipt(change, row, reply)
            for change, row in zip(changes, rows, strict=True)
        }

    def _row_receipt(self, change: Change, row: Any, reply: JsonReply) -> Receipt:
        failure = reader(self._facts.failed)(row)
        if failure is None:
            record = self._records.read(row) if isinstance(row, dict) else None
            if record is not None:
                return Receipt(change.id, Outcome.SENT, record)
            return Receipt(change.id, Outcome.FAILED, reason="the batch's answer lacks this row")
        where = f"{change.operation} in a batch"
        error = self._api.refusal(failure, reply.answer, where)
        if isinstance(error, TransientError | ConfigError):
            return failed(change, error)
        outcome = Outcome.STALE if isinstance(error, StaleError) else Outcome.REJECTED
        return Receipt(change.id, outcome, reason=str(error))
