"""What a pull makes of a channel that loses, drops, hides and renames things."""

import pytest

from connectors.base import Capabilities
from hub.clock import now
from hub.config import Drift
from hub.errors import ConfigError, TransientError
from hub.model import Key
from pipeline import pull as pull_module
from pipeline.map import map_channel
from pipeline.pull import Wish, pull
from store.database import Store
from store.quarantine import State, Which
from store.records import Due
from tests.pipeline.source import FakeSource, people, settings_for


@pytest.fixture
def store():
    with Store("sqlite://") as opened:
        opened.migrate()
        yield opened


@pytest.fixture
def shop(monkeypatch):
    source = FakeSource()
    monkeypatch.setattr(pull_module, "connect", lambda _channel: source)
    return source


@pytest.fixture
def feed(monkeypatch):
    source = FakeSource(incremental=True)
    monkeypatch.setattr(pull_module, "connect", lambda _channel: source)
    return source


@pytest.fixture
def settings(tmp_path):
    return settings_for(tmp_path)


def alive(store):
    with store.read() as unit:
        keys = [Key("shop", str(n)) for n in range(1, 200)]
        return sorted(int(it.key.id) for it in unit.records.by_key(keys).values() if not it.deleted)


# --- full scans --------------------------------------------------------------------------------


def test_what_a_full_scan_shows_no_more_becomes_a_tombstone(shop, store, settings):
    shop.rows(people(1, 2), people(3))
    assert pull(settings, store, "shop").gone == 0
    shop.rows(people(1), people(3))
    report = pull(settings, store, "shop")
    assert (report.pulled, report.unchanged, report.gone, report.held) == (0, 2, 1, 0)
    assert alive(store) == [1, 3]
    shop.rows(people(1, 2, 3))
    assert pull(settings, store, "shop").pulled == 1
    assert alive(store) == [1, 2, 3]


def test_what_can_still_be_read_by_its_id_is_not_gone(shop, store, settings):
    shop.rows(people(1, 2, 3))
    pull(settings, store, "shop")
    shop.rows(people(1, 2))
    (shop.by_id["3"],) = people(3, city="Jena")
    assert pull(settings, store, "shop").gone == 0
    assert alive(store) == [1, 2, 3]


@pytest.mark.parametrize("left", [0, 1, 60])
def test_a_scan_that_is_empty_or_suddenly_short_is_held(left, shop, store, settings):
    shop.rows(people(*range(1, 101)))
    pull(settings, store, "shop")
    shop.rows(people(*range(1, left + 1)))
    report = pull(settings, store, "shop")
    assert (report.gone, report.held) == (0, 100 - left)
    assert f"--gone {100 - left}" in report.error
    assert len(alive(store)) == 100
    with store.read() as unit:
        assert unit.streams.state("shop").held == 100 - left


def test_the_last_known_record_is_not_buried_by_an_empty_answer(shop, store, settings):
    shop.rows(people(1))
    pull(settings, store, "shop")
    shop.rows([])
    assert pull(settings, store, "shop").held == 1


def test_a_person_may_believe_so_many_and_no_more(shop, store, settings):
    shop.rows(people(*range(1, 101)))
    pull(settings, store, "shop")
    shop.rows(people(*range(1, 41)))
    assert pull(settings, store, "shop", wish=Wish(gone=59)).held == 60
    assert pull(settings, store, "shop", wish=Wish(gone=60)).gone == 60
    assert len(alive(store)) == 40
    with store.read() as unit:
        assert unit.streams.state("shop").held is None


def test_a_channel_with_a_cursor_is_scanned_in_full_when_it_is_due(feed, store, tmp_path):
    settings = settings_for(tmp_path, full_scan_hours=1e-9)
    feed.rows(people(1, 2))
    pull(settings, store, "shop")
    feed.rows(people(1))
    assert pull(settings, store, "shop").gone == 1
    assert [cursor for stream, cursor in feed.asked if stream == "customers"] == [None, None]


def test_a_channel_with_a_cursor_is_not_taken_for_empty_when_nothing_changed(feed, store, settings):
    feed.rows(people(1, 2))
    pull(settings, store, "shop")
    feed.rows([])
    assert pull(settings, store, "shop")[:5] == (0, 0, 0, 0, 0)
    assert feed.asked == [("customers", None), ("customers", "end")]
    assert alive(store) == [1, 2]
    assert pull(settings, store, "shop", wish=Wish(full=True)).held == 2


def test_a_full_scan_that_was_killed_goes_on_and_remembers_what_it_saw(feed, store, settings):
    feed.rows(people(1, 2, 3))
    pull(settings, store, "shop")
    feed.rows(people(1), people(2))
    feed.break_after = 1
    with pytest.raises(KeyboardInterrupt):
        pull(settings, store, "shop", wish=Wish(full=True))
    feed.break_after = None
    feed.rows(people(2))
    assert pull(settings, store, "shop").gone == 1
    assert feed.asked[-2] == ("customers", "after 1")
    assert alive(store) == [1, 2]


def test_a_full_scan_that_was_killed_before_its_first_page_begins_anew(feed, store, settings):
    feed.rows(people(1, 2, 3))
    pull(settings, store, "shop")
    feed.break_after = 0
    with pytest.raises(KeyboardInterrupt):
        pull(settings, store, "shop", wish=Wish(full=True))
    feed.break_after = None
    assert pull(settings, store, "shop")[:5] == (0, 3, 0, 0, 0)
    assert feed.asked[-1] == ("customers", None)


def test_a_channel_that_an_older_hub_pulled_is_scanned_in_full_once(feed, store, settings):
    feed.rows(people(1))
    with store.begin() as unit:
        unit.records.move_cursor("shop", "end", now())
    for _ in range(2):
        pull(settings, store, "shop")
    assert [cursor for _, cursor in feed.asked] == [None, "end"]


def test_who_tells_only_changes_is_never_missed(feed, store, tmp_path):
    """Mails and files of changes: what is not there any more was not deleted."""
    feed.capabilities = Capabilities(lists_all=False)
    settings = settings_for(tmp_path, full_scan_hours=1e-9)
    feed.rows(people(1, 2))
    pull(settings, store, "shop")
    feed.rows([])
    pull(settings, store, "shop")
    assert pull(settings, store, "shop", wish=Wish(full=True)).held == 0
    assert [cursor for _, cursor in feed.asked] == [None, "end", None]
    assert alive(store) == [1, 2]


# --- further streams ---------------------------------------------------------------------------


@pytest.fixture
def busy(monkeypatch):
    source = FakeSource(incremental=True, streams=("customers", "orders", "phones"),
                        parts=["phones"])  # fmt: skip
    monkeypatch.setattr(pull_module, "connect", lambda _channel: source)
    return source


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


# --- schema drift --------------------------------------------------------------------------------


def drifted(mode, tmp_path, store, source, *rows):
    settings = settings_for(tmp_path, drift=mode)
    source.rows(people(*range(1, 31)))
    pull(settings, store, "shop")
    source.rows(rows)
    return settings


def payload(store, n):
    with store.read() as unit:
        return unit.records.by_key([Key("shop", str(n))])[Key("shop", str(n))].payload


def test_what_is_new_is_taken_and_told_once(feed, store, tmp_path):
    rows = people(1, 2, fax="1")
    settings = drifted(Drift.EVOLVE, tmp_path, store, feed, *rows)
    assert pull(settings, store, "shop").drift == (
        "customers: new column fax (text), for example shop:1",
    )
    assert payload(store, 2) == rows[1]
    feed.rows(people(3, fax="2"))
    assert pull(settings, store, "shop").drift == ()


def test_missing_and_retyped_are_told_and_null_is_neither(feed, store, tmp_path):
    rows = [{"id": 1, "name": "Firm 1"}, {"id": 2, "name": None, "mail": ["2@firm.example"]}]
    settings = drifted(Drift.EVOLVE, tmp_path, store, feed, *rows)
    assert sorted(pull(settings, store, "shop").drift) == [
        "customers: column mail is missing, for example shop:1",
        "customers: column mail is now list, for example shop:2",
    ]


def test_a_column_under_another_name_is_told_as_such(feed, store, tmp_path):
    rows = [{"id": 1, "name": "Firm 1", "e_mail": "1@firm.example"}]
    settings = drifted(Drift.EVOLVE, tmp_path, store, feed, *rows)
    assert pull(settings, store, "shop").drift == (
        "customers: column mail is now called e_mail, for example shop:1",
    )


def test_a_frozen_channel_stops_until_a_person_accepts(feed, store, tmp_path):
    settings = drifted(Drift.FREEZE, tmp_path, store, feed, *people(1, fax="1"))
    for _ in range(2):
        with pytest.raises(ConfigError, match=r"new column fax .*shop:1.*--accept"):
            pull(settings, store, "shop")
    assert "fax" not in payload(store, 1)
    with store.begin() as unit:
        assert unit.records.cursor("shop") == "end"
        (noted,) = unit.schemas.drifts("shop", only_open=True)
        unit.schemas.accept(noted, noted.seen_at)
    assert pull(settings, store, "shop").pulled == 1
    assert "fax" in payload(store, 1)


def test_a_dropped_value_leaves_what_was_said_before(feed, store, tmp_path):
    feed.rows([])
    rows = [
        {"id": 1, "name": "Firma 1", "fax": "1", "mail": None},
        {"id": 2, "name": "Firma 2"},
        {"id": 3, "name": ["Firma"], "mail": "3@neu.example"},
        {"id": 99, "name": ["Firma"], "mail": "99@neu.example"},
    ]
    settings = drifted(Drift.DROP_VALUE, tmp_path, store, feed, *rows)
    assert len(pull(settings, store, "shop").drift) == 3
    assert payload(store, 1) == {"id": 1, "name": "Firma 1", "mail": None}
    assert payload(store, 2) == {"id": 2, "name": "Firma 2", "mail": "2@firm.example"}
    assert payload(store, 3) == {"id": 3, "name": "Firm 3", "mail": "3@neu.example"}
    assert payload(store, 99) == {"id": 99, "mail": "99@neu.example"}


@pytest.mark.parametrize(("mode", "state"), [(Drift.HOLD, "waiting"), (Drift.DROP_ROW, "dropped")])
def test_a_row_is_held_or_dropped_with_its_raw_record(mode, state, feed, store, tmp_path):
    (row,) = people(1, fax="1")
    settings = drifted(mode, tmp_path, store, feed, row, *people(31))
    report = pull(settings, store, "shop")
    assert (report.pulled, report.quarantined) == (1, 1)
    with store.read() as unit:
        (found,) = unit.quarantine.rows(Which("shop", state=state))
        assert (found.record.payload, found.record.stage) == (row, "schema")
        assert (found.record.rule, found.record.field) == ("schema: new", "fax")
    feed.rows(people(1))
    pull(settings, store, "shop")
    with store.read() as unit:
        assert unit.quarantine.count() == 0


def test_a_tombstone_never_waits(feed, store, tmp_path):
    settings = drifted(Drift.HOLD, tmp_path, store, feed, {"id": 1, "gone": "yes", "by": "eva"})
    assert pull(settings, store, "shop")[:3] == (1, 0, 0)
    assert 1 not in alive(store)


def test_the_first_pull_is_where_the_columns_are_learnt_from(feed, store, settings):
    feed.rows(people(1, fax=None, address={"zip": 1, "@x.y": "a"}), people(2))
    assert pull(settings, store, "shop").drift == ()
    feed.rows(people(3, fax="1", address={"zip": 2, "@x.y": None}))
    assert pull(settings, store, "shop").drift == ()
    feed.rows(people(4, fax=1, address={"zip": "07743", "town": "Jena", "@x.y": 3}))
    assert sorted(line.split(",")[0] for line in pull(settings, store, "shop").drift) == [
        'customers: column address.["@x.y"] is now number',
        "customers: column address.zip is now text",
        "customers: column fax is now number",
        "customers: new column address.town (text)",
    ]


# --- quarantine ----------------------------------------------------------------------------------


def test_rows_without_an_id_are_kept_by_what_they_hold_not_where_they_stood(shop, store, settings):
    shop.rows([*people(1), {"name": "Nobody"}, 7])
    assert pull(settings, store, "shop").quarantined == 2
    shop.rows([{"name": "Somebody"}, {"name": "Nobody"}, *people(1)])
    pull(settings, store, "shop")
    with store.read() as unit:
        found = {str(it.record.payload): it.times for it in unit.quarantine.rows()}
    assert found == {"{'name': 'Nobody'}": 2, "{'row': 7}": 1, "{'name': 'Somebody'}": 1}


def test_too_much_poison_stops_the_channel(shop, store, tmp_path):
    settings = settings_for(tmp_path, poison=3)
    shop.rows([{"name": n} for n in range(3)], [{"name": n} for n in range(3, 6)], people(1))
    with pytest.raises(ConfigError, match=r"6 records wait .* poison allows \(3\)"):
        pull(settings, store, "shop")
    assert alive(store) == []
    shop.rows(people(1))
    with pytest.raises(ConfigError, match="see goldenrod quarantine shop"):
        pull(settings, store, "shop")
    with store.begin() as unit:
        unit.quarantine.set_state(Which("shop"), State.IGNORED)
    pull(settings, store, "shop")
    assert alive(store) == [1]


def test_poison_that_the_map_finds_stops_the_map_of_this_channel(shop, store, tmp_path):
    settings = settings_for(tmp_path, poison=3)
    shop.rows([{"id": n} for n in range(1, 6)])
    pull(settings, store, "shop")
    assert map_channel(settings, store, "shop").quarantined == 5
    with store.begin() as unit:
        unit.records.set_due([1], Due.MAP)
    report = map_channel(settings, store, "shop")
    assert "5 records wait in quarantine" in (report.error or "")


def test_calls_are_counted(shop, store, settings):
    shop.rows(people(1))
    assert pull(settings, store, "shop").calls == 1
