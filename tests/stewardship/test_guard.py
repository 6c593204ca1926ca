"""The door: whoever is not this machine's own browser on this very page changes nothing."""

import pytest
from fastapi.routing import APIRoute
from starlette.datastructures import Headers

from stewardship.guard import HEADERS, refuse

HOST = "127.0.0.1:8700"
DECIDE = {"left": "erp:C10001", "right": "shop:17", "verdict": "same"}


def status(method, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    refused = refuse(method, Headers(named))
    return refused.status_code if refused else None


@pytest.mark.parametrize("host", ["127.0.0.1:8700", "localhost", "LOCALHOST:1", "[::1]:8700"])
def test_this_machine_is_answered(host):
    assert status("GET", host=host) is None


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "evil.example:8700", "[x", "", "10.0.0.1"]
)
def test_a_name_that_was_rebound_to_this_machine_is_refused(host):
    assert status("GET", host=host) == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": f"http://{HOST}"},
        {"sec_fetch_site": "same-origin"},
        {"sec_fetch_site": "same-origin", "origin": f"http://{HOST}"},
    ],
)
def test_the_page_itself_may_act(headers):
    assert status("POST", host=HOST, **headers) is None


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site", "origin": f"http://{HOST}"},
        {"sec_fetch_site": "none"},
        {"sec_fetch_site": "same-origin", "origin": "https://evil.example"},
    ],
)
def test_other_pages_may_not_act(headers):
    assert status("POST", host=HOST, **headers) == 403
    assert status("DELETE", host=HOST, **headers) == 403


def test_an_act_from_another_page_leaves_no_trace(browse, store):
    before = tables(store)
    answer = browse.post("/decide", data=DECIDE, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert tables(store) == before


def test_every_answer_carries_the_headers(browse):
    for url in ("/", "/static/page.css", "/nowhere", "/api/queue", "/customers/none"):
        headers = browse.get(url).headers
        assert {name: headers[name] for name in HEADERS} == HEADERS
        assert headers["Cache-Control"] == "no-store"
    assert "unsafe" not in HEADERS["Content-Security-Policy"]


def test_looking_never_changes_anything(app, browse, store):
    """Walk all routes: what answers to GET leaves every table as it was."""
    looked = 0
    before = tables(store)
    for route in routes(app):
        if "GET" in route.methods:
            url = route.path.format(golden_id="cus_none", name="cus_none")
            assert browse.get(url, params={**DECIDE, "q": "olga"}).status_code < 500
            looked += 1
    assert looked >= 8
    assert tables(store) == before


def test_what_acts_answers_to_post_only(app):
    acting = {route.path for route in routes(app) if route.methods - {"GET", "HEAD"}}
    acts = ("merge", "unmerge", "split", "move", "pins", "unpin", "consents")
    on_customers = {f"/api/customers/{{name}}/{act}" for act in acts}
    others = {"/decide", "/undo", "/you", "/api/decisions", "/api/undo", "/api/acts/{number}/undo"}
    assert acting == others | on_customers
    for route in routes(app):
        if route.path in acting:
            assert route.methods == {"POST"}


def routes(app):
    """Return every route, also those of included routers."""
    found = []

    def walk(many):
        for route in many:
            if isinstance(route, APIRoute):
                found.append(route)
            else:
                walk(getattr(getattr(route, "original_router", None), "routes", ()))

    walk(app.routes)
    return found


def tables(store):
    """Return all that a steward can change."""
    with store.read() as unit:
        numbers = [record.id for record in unit.records.get(range(100))]
        return (
            unit.decisions.live(numbers),
            unit.golden.page(100),
            unit.journal.events(100),
            unit.outbox.counts(),
            unit.records.count_due(),
        )
