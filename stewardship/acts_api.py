"""The REST API of what a person does to golden customers, and of what they were.

404: nobody is called so; 409: it goes against what was decided before, and nothing was done.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request
from pydantic import AwareDatetime, Field

from golden.consent import Act
from hub.errors import ConflictError, RecordError
from hub.model import GoldenCustomer, Key, Medium, Origin, Value
from pipeline import acts, past, wishes
from stewardship.office import Here
from stewardship.screen import author

router = APIRouter(prefix="/api", tags=["golden customers"], responses={404: {}, 409: {}})
KeyText = Annotated[str, Field(examples=["erp:C10001"], pattern=r"(?s)^[^:]+:.+$")]
ReasonText = Annotated[str, Field(max_length=500)]


class Done(Value):
    """An act that was done: its number, for undo, and the living customers it concerns."""

    act: int
    customers: tuple[str, ...]


class Merge(Value):
    """With whom."""

    other: str
    reason: ReasonText = ""


class Why(Value):
    """Why; it stands in the history."""

    reason: ReasonText = ""


class Parting(Value):
    """Which records."""

    records: tuple[KeyText, ...] = Field(min_length=1)
    reason: ReasonText = ""


class Pin(Value):
    """What an attribute is to show, whatever the channels say."""

    attribute: str
    value: Any
    reason: ReasonText = ""
    until: AwareDatetime | None = None


class Unpin(Value):
    """On which attribute the channels are to speak again."""

    attribute: str


class Spoken(Value):
    """What the customer said about being contacted."""

    contact: str = Field(min_length=1, max_length=320)
    purpose: str = Field(min_length=1, max_length=200)
    act: Act
    at: AwareDatetime | None = None
    medium: Medium | None = None
    proof: ReasonText = ""
    until: AwareDatetime | None = None


class Change(Value):
    """What changed of one attribute, and who says the new value."""

    attribute: str
    before: Any
    after: Any
    origin: Origin | None


class Cause(Value):
    """What a person did."""

    act: int
    what: str
    author: str
    at: datetime
    reason: str


class Step(Value):
    """One step in the life of a golden customer."""

    version: int
    at: datetime
    run_id: str | None
    acts: tuple[Cause, ...]
    joined: tuple[KeyText, ...]
    left: tuple[KeyText, ...]
    changed: tuple[Change, ...]
    retired: bool


class Life(Value):
    """A golden id, living or retired, who it means now, and all its steps."""

    golden_id: str
    successors: tuple[str, ...]
    steps: tuple[Step, ...]


class ThenGolden(Value):
    """Who was called so at that moment."""

    customers: tuple[GoldenCustomer, ...]


@router.post("/customers/{name}/merge")
def merge(request: Request, office: Here, name: str, ask: Merge) -> Done:
    """Make one customer of two."""
    return _done(
        lambda: acts.merge_customers(
            office.settings,
            office.store,
            name,
            ask.other,
            author=author(request),
            reason=ask.reason,
        )
    )


@router.post("/customers/{name}/unmerge")
def unmerge(request: Request, office: Here, name: str, ask: Why) -> Done:
    """Take the last merge into a customer back, a person's or the hub's own."""
    return _done(
        lambda: acts.unmerge(
            office.settings, office.store, name, author=author(request), reason=ask.reason
        )
    )


@router.post("/customers/{name}/split")
def split(request: Request, office: Here, name: str, ask: Parting) -> Done:
    """Make a customer of its own of some of a customer's records."""
    keys = [Key.parse(text) for text in ask.records]
    return _done(
        lambda: acts.split(
            office.settings, office.store, name, keys, author=author(request), reason=ask.reason
        )
    )


@router.post("/customers/{name}/move")
def move(request: Request, office: Here, name: str, ask: Parting) -> Done:
    """Move some records of another customer to this one."""
    keys = [Key.parse(text) for text in ask.records]
    return _done(
        lambda: acts.move(
            office.settings, office.store, keys, name, author=author(request), reason=ask.reason
        )
    )


@router.post("/customers/{name}/pins")
def pin(request: Request, office: Here, name: str, ask: Pin) -> Done:
    """Let an attribute show this value, whatever the channels say."""
    return _done(
        lambda: wishes.pin(
            office.settings, office.store, name, ask.attribute, ask.value,
            author=author(request), reason=ask.reason, until=ask.until,
        )
    )  # fmt: skip


@router.post("/customers/{name}/unpin")
def unpin(request: Request, office: Here, name: str, ask: Unpin) -> Done:
    """Let the channels speak again on an attribute."""
    return _done(
        lambda: wishes.unpin(
            office.settings, office.store, name, ask.attribute, author=author(request)
        )
    )


@router.post("/customers/{name}/consents")
def note_consent(request: Request, office: Here, name: str, ask: Spoken) -> Done:
    """Add to the ledger what a customer said; without a time, nobody knows when."""
    said = wishes.Said(ask.contact, ask.purpose, ask.act, ask.at, ask.medium, ask.proof, ask.until)
    return _done(
        lambda: wishes.note_consent(
            office.settings, office.store, name, said, author=author(request)
        )
    )


@router.post("/acts/{number}/undo")
def undo(request: Request, office: Here, number: int) -> Done:
    """Take back an act, unless somebody acted later on the same records."""
    return _done(
        lambda: acts.undo(office.settings, office.store, author=author(request), number=number)
    )


@router.get("/customers/{name}/history")
def history(office: Here, name: str) -> Life:
    """Return what changed: when, why, by which run or person."""
    found = past.lives(office.store, name)
    if not found:
        raise HTTPException(404, "no golden customer has, or ever had, this id")
    return _life(found[0])


@router.get("/customers/{name}/at")
def as_of(office: Here, name: str, time: Annotated[AwareDatetime, Query()]) -> ThenGolden:
    """Return who was called so at that moment; several, if the id was split by then."""
    return ThenGolden(customers=tuple(past.as_of(office.store, name, time)))


def _done(act: Callable[[], acts.Done | None]) -> Done:
    try:
        done = act()
    except RecordError as error:
        raise HTTPException(404, str(error)) from error
    except ConflictError as error:
        raise HTTPException(409, str(error)) from error
    if done is None:
        raise HTTPException(404, "there is nothing to take back")
    return Done(act=done.act, customers=done.customers)


def _life(life: past.Life) -> Life:
    return Life(
        golden_id=life.golden_id,
        successors=life.successors,
        steps=tuple(map(_step, life.steps)),
    )


def _step(step: past.Step) -> Step:
    return Step(
        version=step.version,
        at=step.at,
        run_id=step.run_id,
        acts=tuple(
            Cause(
                act=one.id, what=one.act, author=one.author, at=one.at,
                reason=one.subject.get("reason", ""),
            )
            for one in step.acts
        ),
        joined=tuple(map(str, step.joined)),
        left=tuple(map(str, step.left)),
        changed=tuple(Change(**one._asdict()) for one in step.differences),
        retired=step.retired,
    )  # fmt: skip
