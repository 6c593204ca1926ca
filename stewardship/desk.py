"""The desk: the queue of cases, one case in the middle, and what a steward may do with it.

Every act is a form: it works without JavaScript, and comes back to the next case.
"""

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from hub.errors import ConfigError, ConflictError, RecordError
from hub.model import Key, Verdict
from pipeline.explain import explain
from pipeline.review import Case, Queue, queue
from pipeline.review import case as find_case
from pipeline.views import last_act, standing
from stewardship.office import Here, Office
from stewardship.panels.cases import PAGE, UNSURE, Place, Shown, following, lay_out, named, show
from stewardship.screen import AUTHOR_COOKIE, author, clean_name, render

router = APIRouter(include_in_schema=False)
_LAST_PAGE = 1_000_000  # far beyond any queue, well within what a database can count
_YEAR = 365 * 24 * 3600
_NOTES = {
    "taken": "Your act was not recorded: somebody decided this case before you.",
    "unknown": "These two records are no case: one of them is gone, or they never were a pair.",
    "later": "Nothing was undone: somebody acted later on these records.",
    "stale": "Nothing was undone: that decision is no longer your last one.",
}
"""Shown by name, so that nobody can put words on the page with a link."""


@router.get("/")
def show_desk(
    request: Request,
    office: Here,
    *,
    left: str = "",
    right: str = "",
    page: Annotated[int, Query(ge=0, le=_LAST_PAGE)] = 0,
    pile: str = "",
    note: str = "",
) -> HTMLResponse:
    """Show the case that is named, else the first of the queue."""
    here = Place(page, pile == UNSURE)
    waiting = _waiting(office, here)
    chosen = _find(office, left, right) if left else next(iter(waiting.cases), None)
    missing = bool(left) and chosen is None
    known = {
        "desk": lay_out(waiting, chosen, here, request.scope.get("root_path", "")),
        "note": _NOTES.get("unknown" if missing else note),
        "case": _show(office, chosen) if chosen else None,
        "last": last_act(office.store, author(request)),
    }
    return render(request, "desk.html", known, 404 if missing else 200)


@router.post("/decide")
def decide(
    request: Request,
    office: Here,
    *,
    left: Annotated[str, Form()],
    right: Annotated[str, Form()],
    verdict: Annotated[Verdict, Form()],
    note: Annotated[str, Form(max_length=500)] = "",
    seen: Annotated[int, Form()] = 0,
    page: Annotated[int, Form(ge=0, le=_LAST_PAGE)] = 0,
    pile: Annotated[str, Form()] = "",
) -> RedirectResponse:
    """Record a verdict and go on to the next case of the same pile."""
    here = Place(page, pile == UNSURE)
    try:
        pair = Key.parse(left), Key.parse(right)
        before = _waiting(office, here)
        done = office.decide(pair, verdict, author=author(request), note=note.strip(), seen=seen)
    except (RecordError, ValueError):
        return _go(request, {"note": "unknown"})
    if not done:
        return _go(request, {"left": left, "right": right} | here.query | {"note": "taken"})
    after = following(before, _waiting(office, here), pair)
    return _go(request, named(after) | here.query if after else {})


@router.post("/undo")
def undo(
    request: Request, office: Here, expected: Annotated[int | None, Form()] = None
) -> RedirectResponse:
    """Take back the last decision and show its case again."""
    try:
        undone = office.undo(author=author(request), expected=expected)
    except ConflictError:
        return _go(request, {"note": "later"})
    if undone is None:
        return _go(request, {"note": "stale"})
    return _go(request, {"left": str(undone.left), "right": str(undone.right)})


@router.post("/you")
def name_yourself(request: Request, name: Annotated[str, Form()] = "") -> RedirectResponse:
    """Remember, in this browser, who decides."""
    answer = _go(request, {})
    cookie = quote(clean_name(name))  # a header holds no letters but Latin ones
    answer.set_cookie(AUTHOR_COOKIE, cookie, max_age=_YEAR, httponly=True, samesite="strict")
    return answer


def _waiting(office: Office, here: Place) -> Queue:
    return queue(office.store, limit=PAGE, offset=here.page * PAGE, unsure=here.unsure)


def _find(office: Office, left: str, right: str) -> Case | None:
    try:
        return find_case(office.store, Key.parse(left), Key.parse(right))
    except ValueError:
        return None


def smallest_change(office: Office, case: Case) -> str:
    """Say what would alter the outcome of a case; empty if a half of it says nothing any more."""
    try:
        return explain(office.settings, office.store, case.left.key, case.right.key).what_if
    except (RecordError, ConfigError):
        return ""


def _show(office: Office, case: Case) -> Shown:
    decided = standing(office.store, case.left.key, case.right.key)
    return show(case, decided, office.settings.matching, smallest_change(office, case))


def _go(request: Request, query: Mapping[str, Any]) -> RedirectResponse:
    root = request.scope.get("root_path", "")
    return RedirectResponse(f"{root}/?{urlencode(query)}" if query else f"{root}/", 303)
