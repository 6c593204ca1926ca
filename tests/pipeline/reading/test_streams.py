"""What lies beside the customers: a cursor of its own, an owner, parts that are read again."""

import pytest

from hub.errors import ConfigError, TransientError
from hub.model import Key
from pipeline.pull import Wish, pull
from tests.pipeline.source import FakeSource, alive, people, settings_for


@pytest.fixture
def busy(connected):
    streams = ("customers", "orders", "phones")
    return connected(FakeSource(incremental=True, streams=streams, parts=["phones"]))


@pytest.fixture
def ordering(tmp_path):
    return settings_for(tmp_path, streams=("orders",))


def test_what_nobody_asked_for_is_not_read(busy, store, tmp_path):
    pull(settings_for(tmp_path), store, "shop")
    assert [stream for stream, _ in busy.asked] == ["customers", "phones"]
    with pytest.raises(ConfigError, match=r"shop\.streams: .* no carts; it has: orders, phones"):
        pull(settings_for(tmp_path, streams=("carts",)), store, "shop")


def test_each_stream_has_a_cursor_of_its_own_and_knows_the_customer(busy, store, ordering):
    busy.rows(people(1))
    orders = [{"id": n, "customer": 1, "total": "9.90"} for n in (7, 8)]
    busy.rows(orders[:1], orders[1:], stream="orders")
    report = pull(ordering, store, "shop")
    assert (report.pulled, report.streams) == (1, {"orders": 2, "phones": 0})
    busy.rows([], stream="orders")
    pull(ordering, store, "shop")
    assert ("orders", "end") in busy.asked
    with store.read() as unit:
        found = unit.stream_records.of(Key("shop", "1"))
        assert [it.payload for it in found] == orders
        assert unit.stream_records.of(Key("shop", "2")) == []


def test_an_order_that_a_full_scan_shows_no_more_is_gone(busy, store, ordering):
    busy.rows([{"id": n, "customer": 1} for n in (7, 8)], stream="orders")
    pull(ordering, store, "shop")
    busy.rows([{"id": 8, "customer": 1, "paid": True}], stream="orders")
    assert pull(ordering, store, "shop", wish=Wish(full=True)).gone == 1
    with store.read() as unit:
        found = {it.key.id: it.deleted for it in unit.stream_records.of(Key("shop", "1"))}
        assert found == {"7": True, "8": False}


def test_an_edited_part_has_its_customer_read_again(busy, store, ordering):
    busy.rows(people(1))
    pull(ordering, store, "shop")
    busy.rows([])
    busy.rows([{"id": 5, "customer": 1}, {"id": 6, "customer": 1}, {"id": 7}], stream="phones")
    (busy.by_id["1"],) = people(1, phone="+49 30 1")
    pull(ordering, store, "shop")
    assert ("read", ("1",)) in busy.asked
    with store.read() as unit:
        assert unit.records.by_key([Key("shop", "1")])[Key("shop", "1")].payload["phone"]


def test_a_stream_that_fails_harms_only_itself(busy, store, ordering):
    pull(ordering, store, "shop")
    busy.rows(people(1))
    busy.rows([{"id": 5, "customer": 1}], stream="phones")
    (busy.by_id["1"],) = people(1)
    busy.fails["orders"] = TransientError("shop: orders are away", retry_after=5)
    with pytest.raises(TransientError, match="orders are away"):
        pull(ordering, store, "shop")
    assert alive(store) == [1]
    assert ("read", ("1",)) in busy.asked
    busy.fails = {"customers": ConfigError("no rights")}
    busy.asked.clear()
    with pytest.raises(ConfigError, match="no rights"):
        pull(ordering, store, "shop")
    assert [stream for stream, _ in busy.asked] == ["customers"]


def test_a_part_that_was_seen_before_reads_nobody_again(busy, store, ordering):
    busy.rows([{"id": 5, "customer": 1}], stream="phones")
    for _ in range(3):
        pull(ordering, store, "shop")
    assert "read" not in dict(busy.asked)
