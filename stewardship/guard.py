"""The door: who may talk to the page, and what a browser may do with what it gets.

The page listens on this machine only, but every web page that a steward visits can reach it
through the steward's browser. So:
- only requests that name this machine as their host are answered (DNS rebinding);
- only POST changes anything, and a POST must come from the page itself (cross-site forgery);
- answers load nothing from elsewhere, run no inline script, and can't be framed.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not "no-referrer": with it browsers send "Origin: null" with the page's own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_PRIVATE = "no-store"  # customers' data stays in no cache, on no disk


class Guard:
    """ASGI middleware around the whole app."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 400 or 403 instead of the app where the door stays shut."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", _PRIVATE)
            await send(message)

        refusal = refuse(scope["method"], Headers(scope=scope))
        await (refusal or self.app)(scope, receive, send_guarded)


def refuse(method: str, headers: Headers) -> PlainTextResponse | None:
    """Return the refusal of a request, None if it may pass."""
    host = headers.get("host", "")
    if _hostname(f"//{host}") not in _HOSTS:
        return PlainTextResponse("This page answers to 127.0.0.1 and localhost only.\n", 400)
    if method in _READING or _from_the_page(host, headers):
        return None
    return PlainTextResponse(
        "Only this page may change anything: send Sec-Fetch-Site: same-origin, "
        f"or Origin: http://{host}\n",
        403,
    )


def _from_the_page(host: str, headers: Headers) -> bool:
    """Browsers say where a request comes from; a script of ours may say so itself."""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None and site != "same-origin":
        return False
    if origin is not None:
        return origin == f"http://{host}"
    return site is not None


def _hostname(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:  # an address in brackets that is none
        return None
