"""The pages to look things up: customers with the origin of each value, deliveries, quarantine."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from pipeline import views
from stewardship.office import Here
from stewardship.panels.dossier import lay_out
from stewardship.screen import render

router = APIRouter(include_in_schema=False)
_FOUND = 50
_ROWS = 200


@router.get("/customers")
def search(
    request: Request, office: Here, q: Annotated[str, Query(max_length=200)] = ""
) -> HTMLResponse:
    """Find golden customers by name, id or key; without a text, show the first of all."""
    text = q.strip()
    found = views.search(office.store, text, limit=_FOUND)
    known = {"query": text, "found": found.customers, "total": found.total, "limit": _FOUND}
    return render(request, "customers.html", known)


@router.get("/customers/{golden_id}")
def show_customer(request: Request, office: Here, golden_id: str) -> Response:
    """Show one golden customer; a retired id leads to the one that lives on."""
    found = views.dossier(office.store, golden_id)
    if found is not None:
        return render(request, "customer.html", lay_out(found)._asdict())
    successors = views.successors(office.store, golden_id)
    root = request.scope.get("root_path", "")
    if len(successors) == 1:
        return RedirectResponse(f"{root}/customers/{successors[0]}", 302)
    if views.was_erased(office.store, golden_id):
        known = {
            "title": "This customer was erased",
            "text": "Nothing is held on it any more but this id.",
            "links": [],
        }
        return render(request, "message.html", known, 410)
    return _gone(request, [(one, f"{root}/customers/{one}") for one in successors])


@router.get("/deliveries")
def show_deliveries(request: Request, office: Here) -> HTMLResponse:
    """Show what is due, what was refused, what was delivered."""
    found = views.deliveries(office.store, office.settings, limit=_ROWS)
    return render(request, "deliveries.html", found._asdict())


@router.get("/quarantine")
def show_quarantine(request: Request, office: Here) -> HTMLResponse:
    """Show the records that could not be used."""
    return render(
        request, "quarantine.html", {"rows": views.quarantined(office.store, limit=_ROWS)}
    )


@router.get("/activity")
def show_activity(request: Request, office: Here) -> HTMLResponse:
    """Show the last runs, and who did what."""
    return render(request, "activity.html", views.activity(office.store, limit=_ROWS)._asdict())


def _gone(request: Request, successors: list[tuple[str, str]]) -> HTMLResponse:
    known: dict[str, Any] = {"links": successors}
    if successors:
        known |= {
            "title": "This customer was split",
            "text": "The id is retired; its records now belong to:",
        }
        return render(request, "message.html", known, 300)
    known |= {
        "title": "No such customer",
        "text": "No golden customer has, or ever had, this id.",
    }
    return render(request, "message.html", known, 404)
