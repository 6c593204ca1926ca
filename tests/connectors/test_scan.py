"""The scan against a channel that is edited while it is read."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from connectors.cursor import Cursor
from connectors.facts.profile import Limits, Listing, Stream
from connectors.facts.times import Clock
from connectors.scan import Ask, Piece, Scan
from hub.errors import ConfigError, TransientError

START = datetime(2026, 1, 1, tzinfo=UTC)
PAGE = 3
STREAM = Stream(id="id", changed=Clock(fields=("at",)))


class FakeChannel:
    """Records of id -> (second, version); the clock ticks when told to."""

    stream = STREAM

    def __init__(self, records: int, ties: int) -> None:
        self.second = 10
        self.rows = {n: (n // ties % 10, 0) for n in range(records)}

    def edit(self, number: int) -> None:
        if number in self.rows:
            self.rows[number] = (self.second, self.rows[number][1] + 1)

    def delete(self, number: int) -> None:
        self.rows.pop(number, None)

    def fetch(self, ask: Ask) -> Piece:
        raise NotImplementedError

    def shown(self, number: int) -> dict[str, object]:
        second, version = self.rows[number]
        return {
            "id": number,
            "at": (START + timedelta(seconds=second)).isoformat(),
            "version": version,
        }

    def since(self, moment: datetime | None) -> list[int]:
        return [
            number
            for number, (second, _) in self.rows.items()
            if moment is None or START + timedelta(seconds=second) >= moment
        ]

    def clock(self) -> datetime:
        return START + timedelta(seconds=self.second)


class ByOffset(FakeChannel):
    """Sorted by time, read by offset: edited records jump to the end."""

    listing = Listing(
        since={}, oldest_first=True, pages={"kind": "offset"}, total={"path": "total"}
    )

    def fetch(self, ask: Ask) -> Piece:
        found = sorted(self.since(ask.since), key=lambda n: (self.rows[n][0], n))
        rows = [self.shown(number) for number in found[ask.at : ask.at + ask.size]]
        return Piece(rows, len(found), None, self.clock())


class ByWritten(ByOffset):
    """What was never edited has no time of an edit and stands first, in the order of its id."""

    stream = Stream(id="id", changed=Clock(fields=("written", "at")))
    listing = Listing(since={}, oldest_first=True, pages={"kind": "offset"})

    def shown(self, number: int) -> dict[str, object]:
        shown = super().shown(number)
        return {**shown, "written": shown["at"] if shown["version"] else None}

    def fetch(self, ask: Ask) -> Piece:
        place = {n: (version > 0 and second, n) for n, (second, version) in self.rows.items()}
        found = sorted(self.since(ask.since), key=place.__getitem__)
        rows = [self.shown(number) for number in found[ask.at : ask.at + ask.size]]
        return Piece(rows, None, None, self.clock())


class ByBookmark(FakeChannel):
    """Sorted by id, read by bookmark, filtered by time."""

    listing = Listing(since={}, pages={"kind": "bookmark", "field": "id"})

    def fetch(self, ask: Ask) -> Piece:
        after = -1 if ask.at is None else ask.at
        found = sorted(number for number in self.since(ask.since) if number > after)
        return Piece([self.shown(n) for n in found[: ask.size]], None, None, self.clock())


class ByKeyset(FakeChannel):
    """Sorted by (time, id), read from a place: the way of SQL."""

    listing = Listing(since={}, pages={"kind": "keyset"})

    def fetch(self, ask: Ask) -> Piece:
        after = tuple(ask.at) if ask.at else (-1, -1)
        found = sorted((self.rows[n][0], n) for n in self.since(ask.since))
        rows = [place for place in found if place > after][: ask.size]
        token = list(rows[-1]) if len(rows) == ask.size else None
        return Piece([self.shown(n) for _, n in rows], None, token, self.clock())


class ByNumber(FakeChannel):
    """Sorted by id, read by page number, no filter: every pull is a full scan."""

    listing = Listing(pages={"kind": "number"}, total={"path": "total"})

    def fetch(self, ask: Ask) -> Piece:
        found = sorted(self.rows)
        start = (ask.at - 1) * ask.size
        rows = [self.shown(number) for number in found[start : start + ask.size]]
        return Piece(rows, len(found), None, self.clock())


def scan(channel: FakeChannel, cursor: str | None) -> Iterator:
    resumed = Cursor.parse(cursor, "fake")
    limits = Limits(page=PAGE)
    return Scan("fake", channel.stream, channel.listing, limits, resumed).pages(channel.fetch)


def land(seen: dict[str, int], page) -> str:
    for record in page.records:
        seen[record.key.id] = record.payload["version"]
    return page.cursor


EVENTS = st.lists(
    st.tuples(st.sampled_from(["tick", "edit", "edit", "break"]), st.integers(0, 19)),
    max_size=25,
)


@pytest.mark.parametrize("kind", [ByBookmark, ByKeyset])
@settings(max_examples=150, deadline=None)
@given(records=st.integers(0, 20), ties=st.integers(1, 20), events=EVENTS)
def test_no_edit_is_lost_whatever_happens_while_reading(kind, records, ties, events):
    """Edits between any two pages, pulls broken off after any page: the last pull has it all."""
    channel, seen, cursor = kind(records, ties), {}, None
    pages = scan(channel, cursor)
    for event, number in events:
        if event == "tick":
            channel.second += 1
        elif event == "edit":
            channel.edit(number)
        else:
            pages = scan(channel, cursor)
        page = next(pages, None)
        if page is None:
            pages = scan(channel, cursor)
        else:
            cursor = land(seen, page)
    for _ in range(2):  # end the pull that is under way, then one more
        for page in pages:
            cursor = land(seen, page)
        pages = scan(channel, cursor)
    for page in pages:
        land(seen, page)
    assert seen == {str(n): version for n, (_, version) in channel.rows.items()}
    assert len(seen) == records


@settings(max_examples=150, deadline=None)
@given(records=st.integers(0, 20), ties=st.integers(1, 20), events=EVENTS)
@example(records=17, ties=1, events=[("tick", n) for n in [0] * 6 + [1] + [0] * 6 + [2]])
@pytest.mark.parametrize("kind", [ByOffset, ByWritten])
def test_records_that_jump_to_the_end_of_an_offset_listing_push_nobody_out(
    kind, records, ties, events
):
    channel, seen, cursor = kind(records, ties), {}, None
    for number in range(0, records, 3):
        channel.second += 1
        channel.edit(number)
    pages = scan(channel, cursor)
    for event, number in events:
        channel.second += 3
        channel.edit(number)
        if event == "break":
            pages = scan(channel, cursor)
        page = next(pages, None)
        if page is None:
            pages = scan(channel, cursor)
        else:
            cursor = land(seen, page)
    for page in pages:
        cursor = land(seen, page)
    for page in scan(channel, cursor):
        land(seen, page)
    assert seen == {str(n): version for n, (_, version) in channel.rows.items()}


@settings(max_examples=150, deadline=None)
@given(records=st.integers(0, 30), gone=st.lists(st.integers(0, 29), max_size=12))
def test_records_deleted_while_pages_are_counted_push_nobody_out(records, gone):
    channel, seen = ByNumber(records, ties=1), {}
    for page, victim in zip(scan(channel, None), [*gone, *[99] * 99], strict=False):
        land(seen, page)
        channel.delete(victim)
    assert {str(n) for n in channel.rows} <= set(seen)


@pytest.mark.parametrize("ties", [1, 20])
def test_a_second_pull_repeats_only_the_last_tick_of_the_clock(ties):
    channel = ByKeyset(9, ties)
    cursor = [page.cursor for page in scan(channel, None)][-1]
    again = [record.key.id for page in scan(channel, cursor) for record in page.records]
    assert again == (["7", "8"] if ties == 1 else [str(n) for n in range(9)])


def test_an_empty_channel_gives_one_empty_page_with_a_cursor():
    for kind in (ByOffset, ByBookmark, ByKeyset, ByNumber):
        (page,) = scan(kind(0, 1), None)
        assert page.records == ()
        assert list(scan(kind(0, 1), page.cursor))


def test_a_full_scan_always_starts_over():
    channel = ByNumber(7, 1)
    cursors = [page.cursor for page in scan(channel, None)]
    assert len(set(cursors)) == 1
    assert sum(len(page.records) for page in scan(channel, cursors[1])) == 7


def pieces(*rows: list[dict[str, object]], total: int | None = None):
    told = iter(rows)

    def fetch(_: Ask) -> Piece:
        return Piece(next(told), total, None, START)

    return fetch


def rows(*numbers: int, at: str = "2026-01-01T00:00:00") -> list[dict[str, object]]:
    return [{"id": number, "at": at} for number in numbers]


def counted(fetch, *, cursor: Cursor | None = None, limits: Limits | None = None, **facts):
    listing = Listing(pages={"kind": "number"}, **facts)
    limits = limits or Limits(page=PAGE)
    return list(Scan("fake", STREAM, listing, limits, cursor or Cursor()).pages(fetch))


def test_the_same_page_twice_in_a_row_is_an_error_that_names_channel_and_page():
    with pytest.raises(TransientError, match="fake: customers, page 2: the same page came twice"):
        counted(pieces(rows(1, 2, 3), rows(1, 2, 3)))


def test_a_listing_that_runs_in_a_circle_is_noticed():
    with pytest.raises(TransientError, match="page 3: this page was here before"):
        counted(pieces(rows(1, 2, 3), rows(4, 5, 6), rows(1, 2, 3)))


def test_a_listing_that_never_ends_is_stopped_by_the_total_or_by_the_profile():
    def endless(ask: Ask) -> Piece:
        first = ask.at * PAGE
        return Piece(rows(first, first + 1, first + 2), ask.at * PAGE + 9, None, START)

    with pytest.raises(TransientError, match="page 19: the listing does not end"):
        counted(endless, total={"path": "total"})
    with pytest.raises(TransientError, match="page 5: the listing does not end"):
        counted(endless, limits=Limits(page=PAGE, pages=4))


def test_a_listing_that_is_shorter_than_its_total_is_not_believed():
    with pytest.raises(TransientError, match="ended after 3 of 9"):
        counted(pieces(rows(1, 2, 3), [], total=9), total={"path": "total"})


def test_a_filter_that_is_ignored_is_noticed():
    cursor = Cursor(since=datetime(2026, 3, 1, tzinfo=UTC))
    with pytest.raises(ConfigError, match="filter by time is ignored"):
        counted(pieces(rows(1, 2)), cursor=cursor, since={})


def test_an_order_that_is_ignored_is_noticed():
    found = [*rows(1, at="2026-02-01T00:00:00"), *rows(2, at="2026-01-01T00:00:00")]
    listing = Listing(pages={"kind": "offset"}, since={}, oldest_first=True)
    with pytest.raises(ConfigError, match="not sorted by time"):
        list(Scan("fake", STREAM, listing, Limits(), Cursor()).pages(pieces(found)))


def test_a_row_without_an_id_is_set_aside_and_the_rest_goes_on():
    bad = [{"id": None}, {"id": " "}, {"id": True}, {"id": 1.5}, "text", {"id": " 8 "}]
    (page,) = counted(pieces(bad), limits=Limits(page=10))
    assert [record.key.id for record in page.records] == ["8"]
    assert [it.position for it in page.rejected] == [f"page 1, row {n}" for n in range(1, 6)]
    assert page.rejected[4].payload == {"row": "text"}
    assert {it.field for it in page.rejected} == {"id"}


def test_pages_go_on_until_an_empty_one_where_short_pages_prove_nothing():
    pages = counted(pieces(rows(1), rows(2, 3), []), short_page_ends=False)
    assert [len(page.records) for page in pages] == [1, 2, 0]


def test_tokens_are_followed_until_none_is_told():
    told = {None: ("b", rows(1)), "b": ("c", rows(2)), "c": (None, rows(3))}

    def fetch(ask: Ask) -> Piece:
        token, found = told[ask.at]
        return Piece(found, None, token, START)

    listing = Listing(pages={"kind": "token", "path": "next"})
    pages = Scan("fake", STREAM, listing, Limits(), Cursor()).pages(fetch)
    assert [record.key.id for page in pages for record in page.records] == ["1", "2", "3"]


def test_one_page_can_be_all_there_is():
    listing = Listing(pages={"kind": "one"})
    pages = Scan("fake", STREAM, listing, Limits(page=1), Cursor()).pages(pieces(rows(1, 2)))
    assert len(list(pages)) == 1


def test_a_row_without_its_bookmark_stops_the_listing():
    listing = Listing(pages={"kind": "bookmark", "field": "mark"})
    with pytest.raises(TransientError, match="the last row has no mark"):
        list(Scan("fake", STREAM, listing, Limits(page=2), Cursor()).pages(pieces(rows(1, 2))))


def test_a_cursor_of_somebody_else_is_refused():
    for text in ("junk", "[]", '{"since": 5}', '{"since": "never"}'):
        with pytest.raises(ConfigError, match="is not one of ours"):
            Cursor.parse(text, "fake")


@given(
    st.builds(
        Cursor,
        since=st.none() | st.datetimes(timezones=st.just(UTC)),
        started=st.none() | st.datetimes(timezones=st.just(UTC)),
        newest=st.none() | st.datetimes(timezones=st.just(UTC)),
        at=st.none() | st.text(min_size=1) | st.lists(st.integers(), min_size=1),
    )
)
def test_a_cursor_is_read_as_it_was_written(cursor):
    assert Cursor.parse(str(cursor), "fake") == cursor
