from collections.abc import Sequence

import pytest

from connectors.base import MissingError, StaleError
from connectors.writing import PATIENCE, Delivery
from hub.errors import ConfigError, RejectedError, TransientError
from hub.model import Change, Key, Operation, Outcome, Receipt, SourceRecord


def record(remote_id: str) -> SourceRecord:
    return SourceRecord(Key("shop", remote_id), {"id": remote_id})


class FakeWriter:
    """Fails as told: remote id (or change id) -> errors to raise, one a try."""

    def __init__(self, size: int = 1, **errors: Exception) -> None:
        self.size = size
        self.errors = errors
        self.tried: list[str] = []
        self.found: dict[str, SourceRecord] = {}

    def _do(self, change: Change) -> SourceRecord:
        self.tried.append(change.id)
        if change.id in self.errors:
            raise self.errors[change.id]
        return record(change.remote_id or f"new of {change.id}")

    create = update = _do

    def delete(self, remote_id: str) -> None:
        self.tried.append(f"delete {remote_id}")

    def find(self, change: Change) -> SourceRecord | None:
        return self.found.get(change.id)

    def read(self, remote_id: str) -> SourceRecord:
        if remote_id == "gone":
            raise MissingError("gone")
        return record(remote_id)

    def write(self, changes: Sequence[Change]) -> list[Receipt]:
        self.tried.append("+".join(change.id for change in changes))
        if "batch" in self.errors:
            raise self.errors["batch"]
        return [Receipt(change.id, Outcome.SENT, record(change.id)) for change in changes]


def update(name: str, remote_id: str = "7") -> Change:
    return Change(name, Operation.UPDATE, remote_id, {"a": 1}, {}, "cus_1")


def create(name: str, *, doubtful: bool = False) -> Change:
    return Change(name, Operation.CREATE, None, {"a": 1}, None, "cus_1", doubtful)


def deliver(writer: FakeWriter, *changes: Change) -> list[Receipt]:
    receipts = Delivery(writer, writer if writer.size > 1 else None).run(changes)
    assert [it.change_id for it in receipts] == [it.id for it in changes]
    return receipts


def outcomes(receipts: list[Receipt]) -> str:
    return " ".join(receipt.outcome for receipt in receipts)


def test_every_change_gets_its_receipt_whatever_becomes_of_the_others():
    writer = FakeWriter(
        b=RejectedError("no"), c=TransientError("later", retry_after=None), d=StaleError("old")
    )
    receipts = deliver(writer, update("a"), update("b"), update("c"), update("d"), create("e"))
    assert outcomes(receipts) == "sent rejected failed stale sent"
    assert receipts[0].record == record("7")
    assert receipts[3].record == record("7")
    assert receipts[4].record == record("new of e")


def test_a_stale_record_that_is_gone_is_a_refusal():
    receipts = deliver(FakeWriter(a=StaleError("old")), update("a", "gone"))
    assert outcomes(receipts) == "rejected"


def test_a_doubtful_create_is_looked_up_first():
    writer = FakeWriter()
    writer.found["a"] = record("9")
    receipts = deliver(writer, create("a", doubtful=True), create("b", doubtful=True))
    assert receipts[0].record == record("9")
    assert writer.tried == ["b"]


def test_a_channel_that_throttles_is_left_alone():
    writer = FakeWriter(b=TransientError("slow", retry_after=30))
    receipts = deliver(writer, *(update(name) for name in "abcd"))
    assert outcomes(receipts) == "sent failed failed failed"
    assert {it.retry_after for it in receipts[1:]} == {30}
    assert writer.tried == ["a", "b"]


def test_a_channel_that_is_down_is_not_tried_for_every_change():
    names = [f"c{n}" for n in range(9)]
    writer = FakeWriter(**{name: TransientError("down") for name in names})
    assert set(outcomes(deliver(writer, *(update(n) for n in names))).split()) == {"failed"}
    assert len(writer.tried) == PATIENCE


def test_one_change_that_fails_for_ever_does_not_starve_the_others():
    writer = FakeWriter(a=TransientError("poison"))
    receipts = deliver(writer, *(update(name) for name in "abcdef"))
    assert outcomes(receipts) == "failed sent sent sent sent sent"


def test_a_wrong_credential_raises_while_nothing_was_sent():
    with pytest.raises(ConfigError):
        deliver(FakeWriter(a=ConfigError("login")), update("a"), update("b"))


def test_a_wrong_credential_does_not_lose_the_receipts_already_earned():
    writer = FakeWriter(b=ConfigError("login"))
    receipts = deliver(writer, update("a"), update("b"), update("c"))
    assert outcomes(receipts) == "sent failed failed"
    assert writer.tried == ["a", "b"]


def test_changes_travel_in_batches_and_doubtful_ones_alone():
    writer = FakeWriter(size=2)
    changes = [update("a"), update("b"), update("c"), create("d", doubtful=True), update("e")]
    assert outcomes(deliver(writer, *changes)) == "sent sent sent sent sent"
    assert writer.tried == ["a+b", "c", "d", "e"]


def test_a_delete_goes_alone_and_brings_no_record_back():
    writer = FakeWriter(size=5)
    delete = Change("b", Operation.DELETE, "9", {}, None, "cus_1")
    receipts = deliver(writer, update("a"), delete, update("c"))
    assert outcomes(receipts) == "sent sent sent"
    assert receipts[1].record is None
    assert writer.tried == ["a", "delete 9", "c"]


def test_a_batch_that_is_refused_as_a_whole_is_sent_one_by_one():
    writer = FakeWriter(size=5, batch=RejectedError("413"), b=RejectedError("bad"))
    assert outcomes(deliver(writer, update("a"), update("b"), update("c"))) == "sent rejected sent"


def test_a_batch_that_broke_is_not_known_to_be_done():
    writer = FakeWriter(size=2, batch=TransientError("cut"))
    assert outcomes(deliver(writer, update("a"), update("b"), update("c"))) == "failed failed sent"
