"""The REST API: the queue, decisions and customers as JSON; described in ``/openapi.json``."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Self

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import JSONResponse
from pydantic import Field, model_validator

from hub.errors import ConflictError, RecordError
from hub.model import Customer, Decision, GoldenCustomer, Key, Value, Verdict
from pipeline import explain as pairs
from pipeline import views
from pipeline.review import Case, queue
from stewardship.office import NOTHING_SEEN, Here
from stewardship.screen import author

router = APIRouter(prefix="/api", tags=["stewardship"])
KeyText = Annotated[str, Field(examples=["erp:C10001"], pattern=r"(?s)^[^:]+:.+$")]


class Evidence(Value):
    """What one field says of a pair, in bits; above 0 speaks for one customer."""

    field: str
    level: str
    label: str
    weight: float


class OpenCase(Value):
    """Two source records that may be one customer."""

    left: KeyText
    right: KeyText
    probability: float
    weight: float
    reason: str | None
    evidence: tuple[Evidence, ...]
    customers: tuple[Customer | None, Customer | None]


class OpenCases(Value):
    """One page of the queue, likeliest first, and how many cases there are in all."""

    total: int
    """Cases that nobody decided yet."""
    unsure: int
    """Cases that stewards left open."""
    cases: tuple[OpenCase, ...]


class Alteration(Value):
    """One field at another level (empty: missing), and what would come of it."""

    field: str
    level: str
    label: str
    weight: float
    by: float
    outcome: str
    veto: str | None
    known: bool
    """Whether the field says anything now."""


class Explained(Value):
    """Why two records are one customer or not; the evidence sums to the weight."""

    left: KeyText
    right: KeyText
    model: str
    weight: float
    probability: float
    outcome: str
    veto: str | None
    refused: str | None
    together: bool
    evidence: tuple[Evidence, ...]
    what_if: str
    """The smallest change that would alter the outcome, in a sentence."""
    changes: tuple[Alteration, ...]


class Ask(Value):
    """A verdict to record."""

    left: KeyText
    right: KeyText
    verdict: Verdict
    note: str = Field(default="", max_length=500)
    seen: int = NOTHING_SEEN
    """The decision that stood when the steward looked; 0: none did."""

    @model_validator(mode="after")
    def _is_a_pair(self) -> Self:
        if self.left == self.right:
            raise ValueError("left and right are the same record")
        return self


class Decided(Value):
    """A decision, standing or just taken back."""

    left: KeyText
    right: KeyText
    verdict: Verdict
    author: str
    at: datetime
    note: str


class Found(Value):
    """Golden customers."""

    customers: tuple[GoldenCustomer, ...]


@router.get("/queue")
def list_cases(
    office: Here,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    offset: Annotated[int, Query(ge=0, le=1_000_000_000)] = 0,
    *,
    unsure: bool = False,
) -> OpenCases:
    """Return the open cases, likeliest first; with ``unsure`` those that stewards left open."""
    waiting = queue(office.store, limit=limit, offset=offset, unsure=unsure)
    cases = tuple(map(_case, waiting.cases))
    return OpenCases(total=waiting.total, unsure=waiting.unsure, cases=cases)


@router.get("/explain", responses={404: {}})
def explain(office: Here, left: KeyText, right: KeyText) -> Explained:
    """Explain any two records, weighed anew: 404 for one that is unknown or says nothing."""
    try:
        found = pairs.explain(office.settings, office.store, Key.parse(left), Key.parse(right))
    except RecordError as error:
        raise HTTPException(404, str(error)) from error
    told = found._asdict() | {"left": str(found.left), "right": str(found.right)}
    for name in ("evidence", "changes"):
        told[name] = [one._asdict() for one in told[name]]
    return Explained.model_validate(told)


@router.post("/decisions", status_code=201, responses={404: {}, 409: {}})
def decide(request: Request, office: Here, ask: Ask) -> Decided:
    """Record a verdict: 409 if another decision stands than the one that was seen."""
    pair = Key.parse(ask.left), Key.parse(ask.right)
    try:
        done = office.decide(
            pair, ask.verdict, author=author(request), note=ask.note, seen=ask.seen
        )
    except RecordError as error:
        raise HTTPException(404, str(error)) from error
    found = views.standing(office.store, *pair)
    if not done or found is None:
        raise HTTPException(409, "another decision stands on this pair: look at it again")
    return _decided(found.decision)


@router.post("/undo", responses={404: {}, 409: {}})
def undo(request: Request, office: Here) -> Decided:
    """Take back your last decision and return it: 404 if there is none.

    409 if somebody acted later on the same records.
    """
    try:
        undone = office.undo(author=author(request))
    except ConflictError as error:
        raise HTTPException(409, str(error)) from error
    if undone is None:
        raise HTTPException(404, "there is no decision of yours to take back")
    return _decided(undone)


@router.get("/customers")
def find_customers(
    office: Here,
    q: Annotated[str, Query(min_length=1, max_length=200)],
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> Found:
    """Return golden customers by name, id or key."""
    return Found(customers=tuple(views.search(office.store, q, limit=limit).customers))


@router.get(
    "/customers/{golden_id}",
    response_model=GoldenCustomer,
    responses={300: {}, 307: {}, 404: {}, 410: {}},
)
def get_customer(request: Request, office: Here, golden_id: str) -> Any:
    """Return one golden customer; a retired id leads to its successor, or lists them (300).

    The id of a customer who was erased is gone (410).
    """
    found = views.dossier(office.store, golden_id, receipts=0)
    if found is not None:
        return found.golden
    heirs = views.successors(office.store, golden_id)
    if not heirs and views.was_erased(office.store, golden_id):
        raise HTTPException(410, "this customer was erased: nothing is held on it any more")
    if not heirs:
        raise HTTPException(404, "no golden customer has, or ever had, this id")
    root = request.scope.get("root_path", "")
    one = {"Location": f"{root}/api/customers/{heirs[0]}"} if len(heirs) == 1 else None
    return JSONResponse({"successors": heirs}, 307 if one else 300, headers=one)


def _case(case: Case) -> OpenCase:
    pair = case.pair
    return OpenCase(
        left=str(case.left.key),
        right=str(case.right.key),
        probability=pair.probability,
        weight=pair.weight,
        reason=pair.reason,
        evidence=tuple(map(_evidence, pair.evidence)),
        customers=(case.left.customer, case.right.customer),
    )


def _evidence(line: Mapping[str, Any]) -> Evidence:
    return Evidence.model_validate(dict(line))


def _decided(decision: Decision) -> Decided:
    said = decision._asdict()
    return Decided(**said | {"left": str(decision.left), "right": str(decision.right)})
