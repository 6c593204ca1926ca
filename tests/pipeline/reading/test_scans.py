"""What a pull makes of a channel that loses and hides records."""

import pytest

from connectors.base import Capabilities
from hub.clock import now
from pipeline.pull import Wish, pull
from tests.pipeline.source import alive, people, settings_for


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


def test_calls_are_counted(shop, store, settings):
    shop.rows(people(1))
    assert pull(settings, store, "shop").calls == 1
