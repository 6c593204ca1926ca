"""The stewards' page as one app: runs by itself, or mounted into another one."""

from threading import Lock

from fastapi import FastAPI, Request
from fastapi.exception_handlers import http_exception_handler, request_validation_exception_handler
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from hub.config import Settings
from hub.errors import TransientError
from stewardship import acts_api, api, desk, pages
from stewardship.guard import Guard
from stewardship.office import Office
from stewardship.screen import FOLDER, render
from store.database import Store

_TITLES = {
    403: "Not allowed",
    404: "There is no such page",
    405: "This page can't be used like that",
    422: "That was not understood",
    503: "The hub is busy",
}


def create_app(settings: Settings, store: Store) -> FastAPI:
    """Return the app for one installation; the caller opens and closes the store."""
    app = FastAPI(
        title="Goldenrod",
        description="The stewards' desk: who is who, and what is known of them.",
        docs_url=None,  # both load their scripts from elsewhere
        redoc_url=None,
    )
    app.state.office = Office(settings, store, Lock())
    app.add_middleware(Guard)
    app.include_router(api.router)
    app.include_router(acts_api.router)
    app.include_router(desk.router)
    app.include_router(pages.router)
    app.mount("/static", StaticFiles(directory=FOLDER / "static"), name="static")
    app.add_exception_handler(HTTPException, _explain)
    app.add_exception_handler(RequestValidationError, _not_understood)
    app.add_exception_handler(TransientError, _busy)
    return app


async def _explain(request: Request, error: Exception) -> Response:
    """Answer a person with a page, a program with JSON."""
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for nothing else
    if _is_program(request):
        return await http_exception_handler(request, error)
    return _page(request, error.status_code)


async def _not_understood(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for nothing else
    if _is_program(request):
        return await request_validation_exception_handler(request, error)
    return _page(request, 422)


async def _busy(request: Request, error: Exception) -> Response:
    """Tell that the database is locked or away: the same request may succeed later."""
    return await _explain(request, HTTPException(503, str(error)))


def _is_program(request: Request) -> bool:
    return request.url.path.startswith(f"{request.scope.get('root_path', '')}/api/")


def _page(request: Request, status: int) -> Response:
    title = _TITLES.get(status, "That did not work")
    known = {"title": title, "text": "Nothing was changed.", "links": [("To the queue", "/")]}
    return render(request, "message.html", known, status)
