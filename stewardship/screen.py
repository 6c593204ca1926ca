"""HTML from templates: every value escaped, every invisible sign spelt out."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request

from stewardship.panels.text import count, label, visible

FOLDER = Path(__file__).parent
AUTHOR_COOKIE = "steward"
ANONYMOUS = "steward"
_NAME_LENGTH = 60
_SURE = 0.99


def author(request: Request) -> str:
    """Return who decides: the name given on the page, ``steward`` until one is."""
    return clean_name(unquote(request.cookies.get(AUTHOR_COOKIE, ""))) or ANONYMOUS


def clean_name(text: str) -> str:
    """Return a name fit for the records: one line, not too long."""
    return " ".join("".join(filter(str.isprintable, text)).split())[:_NAME_LENGTH].strip()


def render(
    request: Request, template: str, values: Mapping[str, Any], status: int = 200
) -> HTMLResponse:
    """Fill a template; ``root`` is where the app is mounted, ``author`` who looks at it."""
    root = request.scope.get("root_path", "")
    page = _TEMPLATES.get_template(template)
    known = {"root": root, "author": author(request), "here": request.url.path.removeprefix(root)}
    return HTMLResponse(page.render({**known, **values}), status)


def _shown(value: Any) -> Any:
    """Prepare what ``{{ }}`` puts out; what the templates made themselves is markup already."""
    return value if isinstance(value, Markup) else visible(str(value))


def _percent(probability: float) -> str:
    """Return 87 %, and never 100 %: nobody can be so sure."""
    return f"> {_SURE:.0%}" if probability > _SURE else f"{probability:.0%}"


def _bits(weight: float) -> str:
    return f"{weight:+.1f}".replace("-", "\N{MINUS SIGN}")


def _local(moment: datetime) -> str:
    """Return a time by the clock on this machine's wall."""
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"


def _short(golden_id: str) -> str:
    """Return enough of an id to tell it from its neighbours: it is sorted by time, so the end."""
    return f"…{golden_id[-6:]}"


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "bits": _bits,
        "count": count,
        "label": label,
        "local": _local,
        "percent": _percent,
        "short": _short,
    }
    return made


_TEMPLATES = _environment()
