"""The desk in plain values: the queue, the case in the middle, the ways to the next one."""

from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode

from hub.config import Matching
from hub.model import Customer, Key
from pipeline.review import Case, Queue
from pipeline.views import Standing
from stewardship.panels.comparison import Comparison, compare
from stewardship.panels.text import refusal
from stewardship.panels.waterfall import Waterfall, waterfall
from store.records import StoredRecord

PAGE = 40
"""Cases on one page of the queue."""
UNSURE = "unsure"
"""The pile of cases that stewards left open, as links name it."""
Pair = tuple[Key, Key]


class Side(NamedTuple):
    """One half of a case, as its column is headed."""

    key: Key
    name: str
    golden_id: str | None
    changed_at: datetime | None
    deleted: bool


class Item(NamedTuple):
    """One line of the queue."""

    left: Side
    right: Side
    probability: float
    url: str
    current: bool


class Shown(NamedTuple):
    """The case in the middle."""

    left: Side
    right: Side
    probability: float
    reason: str | None
    comparison: Comparison
    waterfall: Waterfall
    standing: Standing | None
    what_if: str
    """What would alter the outcome, in a sentence."""


class Place(NamedTuple):
    """Where a steward works: which pile of cases, and which page of it."""

    page: int = 0
    unsure: bool = False
    """The pile of cases that stewards left open, instead of those nobody decided."""

    @property
    def query(self) -> dict[str, Any]:
        """Return what names the place in a link."""
        return {"page": self.page} | ({"pile": UNSURE} if self.unsure else {})


class Desk(NamedTuple):
    """One page of a pile; the links are None where there is nothing to go to."""

    queue: tuple[Item, ...]
    total: int
    """Cases that nobody decided."""
    unsure: int
    """Cases that stewards left open."""
    place: Place
    before: str | None
    after: str | None
    earlier: str | None
    later: str | None

    @property
    def first(self) -> int:
        """The number of the first line."""
        return self.place.page * PAGE + 1


def lay_out(waiting: Queue, chosen: Case | None, here: Place, root: str) -> Desk:
    """Lay out one page of a pile around the chosen case; ``root`` is where the app lives."""

    def url(to: int, case: Case | None = None) -> str:
        query = (named(case) if case else {}) | here._replace(page=to).query
        return f"{root}/?{urlencode(query)}"

    cases, page = waiting.cases, here.page
    place = place_of(cases, pair_of(chosen)) if chosen else None
    below = 0 if place is None else place + 1
    piled = waiting.unsure if here.unsure else waiting.total
    later = url(page + 1) if (page + 1) * PAGE < piled else None
    return Desk(
        tuple(_item(case, url(page, case), current=n == place) for n, case in enumerate(cases)),
        waiting.total,
        waiting.unsure,
        here,
        before=url(page, cases[place - 1]) if place else None,
        after=url(page, cases[below]) if below < len(cases) else later,
        earlier=url(page - 1) if page else None,
        later=later,
    )


def show(case: Case, decided: Standing | None, thresholds: Matching, what_if: str = "") -> Shown:
    """Work out all that the page shows of a case."""
    return Shown(
        side(case.left),
        side(case.right),
        case.pair.probability,
        refusal(case.pair.reason),
        compare(_word(case.left), _word(case.right)),
        waterfall(case.pair.evidence, thresholds),
        decided,
        what_if,
    )


def side(record: StoredRecord) -> Side:
    """Return how a record is named on the page."""
    name = _word(record).display_name
    return Side(record.key, name, record.golden_id, record.changed_at, record.deleted)


def following(before: Queue, after: Queue, pair: Pair) -> Case | None:
    """Return where to go once ``pair`` is decided: on down the queue, at its end up again.

    One verdict may settle several cases, so only those still in the queue count.
    """
    open_now = {pair_of(case) for case in after.cases}
    place = place_of(before.cases, pair) or 0
    below, above = before.cases[place + 1 :], before.cases[:place]
    on = (case for case in (*below, *reversed(above)) if pair_of(case) in open_now)
    return next(on, None)


def named(case: Case) -> dict[str, Any]:
    """Return what names a case in a link."""
    return {"left": str(case.left.key), "right": str(case.right.key)}


def place_of(cases: tuple[Case, ...], pair: Pair) -> int | None:
    """Return where a pair stands in the queue, whichever half is called left."""
    wanted = _sorted(pair)
    return next((n for n, case in enumerate(cases) if pair_of(case) == wanted), None)


def pair_of(case: Case) -> Pair:
    """Return the keys of a case, sorted."""
    return _sorted((case.left.key, case.right.key))


def _item(case: Case, url: str, *, current: bool) -> Item:
    return Item(side(case.left), side(case.right), case.pair.probability, url, current)


def _word(record: StoredRecord) -> Customer:
    return record.customer or Customer(key=record.key)


def _sorted(pair: Pair) -> Pair:
    left, right = sorted(pair)
    return left, right
