import socket
import threading
from datetime import timedelta
from email.utils import format_datetime

import pytest
import requests
import responses

from connectors.auth.facts import BasicAuth, BearerAuth, HeaderAuth, NoAuth
from connectors.facts.profile import Limits
from connectors.http.client import ATTEMPTS, LONGEST_PAUSE, HttpClient
from connectors.http.messages import (
    Answer,
    Request,
    SessionExpiredError,
    UnansweredError,
    judge,
)
from hub.clock import now
from hub.errors import ConfigError, TransientError

URL = "http://shop.example/api"
ASK = Request("customers, page 1", "GET", URL, {"email": "anna@private.example"})


def read(answer: Answer) -> bytes:
    judge(answer, "shop: customers, page 1")
    return answer.body


@pytest.fixture
def client(channel, naps):
    def make(**facts):
        auth, limits = facts.pop("auth", BasicAuth()), facts.pop("limits", Limits())
        url = facts.pop("url", URL)
        made.append(HttpClient(channel("x", url, **facts), auth, limits, sleep=naps.append))
        return made[-1]

    made: list[HttpClient] = []
    yield make
    for it in made:
        it.close()


@responses.activate
def test_an_answer_is_read(client):
    responses.get(URL, body=b"yes")
    assert client().send(ASK, read) == b"yes"


@responses.activate
def test_trouble_that_passes_is_waited_out_with_growing_pauses(client, naps):
    for status in (500, 502, 503):
        responses.get(URL, status=status)
    responses.get(URL, body=b"yes")
    assert client().send(ASK, read) == b"yes"
    assert len(naps) == 3
    for nap, longest in zip(naps, (0.5, 1, 2), strict=True):
        assert longest / 2 <= nap <= longest


@responses.activate
@pytest.mark.parametrize("told", ["7", "7.0", "date"])
def test_retry_after_is_obeyed_in_seconds_and_as_a_date(client, naps, told):
    moment = now().replace(microsecond=0)
    due = format_datetime(moment + timedelta(seconds=7), usegmt=True)
    headers = {
        "Retry-After": due if told == "date" else told,
        "Date": format_datetime(moment, usegmt=True),
    }
    responses.get(URL, status=429, headers=headers)
    responses.get(URL, body=b"yes")
    assert client().send(ASK, read) == b"yes"
    assert naps == [7]


@responses.activate
@pytest.mark.parametrize("told", ["soon", "-5", "nan", "inf", ""])
def test_a_retry_after_that_makes_no_sense_is_not_obeyed(client, naps, told):
    responses.get(URL, status=429, headers={"Retry-After": told})
    responses.get(URL, body=b"yes")
    client().send(ASK, read)
    assert 0 < naps[0] <= 0.5


@responses.activate
def test_a_pause_that_is_too_long_is_left_to_the_caller(client, naps):
    responses.get(URL, status=429, headers={"Retry-After": str(LONGEST_PAUSE + 1)})
    with pytest.raises(TransientError) as caught:
        client().send(ASK, read)
    assert caught.value.retry_after == LONGEST_PAUSE + 1
    assert naps == []


@responses.activate
def test_trouble_that_stays_is_transient_and_carries_the_pause(client, naps):
    responses.get(URL, status=503, headers={"Retry-After": "3"})
    with pytest.raises(TransientError, match=r"shop: customers, page 1: .*503") as caught:
        client().send(ASK, read)
    assert caught.value.retry_after == 3
    assert len(responses.calls) == ATTEMPTS
    assert naps == [3] * (ATTEMPTS - 1)


@responses.activate
def test_a_session_that_expired_is_opened_once_more(client):
    responses.get(URL, body=b"yes", headers={"Set-Cookie": "session=old"})
    responses.get(URL, status=401)
    responses.get(URL, body=b"again")
    it = client()
    assert it.send(ASK, read) == b"yes"
    assert it.send(ASK, read) == b"again"
    assert "Cookie" in responses.calls[1].request.headers
    assert "Cookie" not in responses.calls[2].request.headers


@responses.activate
def test_a_refused_password_is_never_tried_again(client, naps):
    responses.get(URL, status=401)
    with pytest.raises(SessionExpiredError, match="check the credentials"):
        client().send(ASK, read)
    assert len(responses.calls) == 1
    assert naps == []


@responses.activate
@pytest.mark.parametrize("status", [403, 407])
def test_a_missing_right_needs_a_person(client, status):
    responses.get(URL, status=status)
    with pytest.raises(ConfigError, match=str(status)):
        client().send(ASK, read)
    assert len(responses.calls) == 1


@responses.activate
@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_never_followed(client, status):
    responses.get(URL, status=status, headers={"Location": "http://elsewhere.example/"})
    with pytest.raises(ConfigError, match="points to another address"):
        client().send(ASK, read)
    assert len(responses.calls) == 1


@responses.activate
@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (requests.ReadTimeout("anna@private.example"), UnansweredError),
        (requests.ConnectTimeout(), TransientError),
        (requests.ConnectionError("anna@private.example"), UnansweredError),
        (requests.exceptions.ChunkedEncodingError(), UnansweredError),
        (requests.exceptions.SSLError("cert"), ConfigError),
        (requests.exceptions.InvalidHeader(), ConfigError),
    ],
)
def test_every_failure_is_translated_and_tells_no_personal_data(client, error, expected):
    responses.get(URL, body=error)
    with pytest.raises(expected) as caught:
        client().send(ASK, read)
    assert "private" not in str(caught.value)
    assert caught.value.__suppress_context__


@responses.activate
@pytest.mark.parametrize(("status", "calls"), [(500, 1), (429, ATTEMPTS), (503, ATTEMPTS)])
def test_what_must_not_happen_twice_is_repeated_only_if_surely_not_done(client, status, calls):
    responses.post(URL, status=status)
    with pytest.raises(TransientError):
        client().send(Request("create", "POST", URL, repeatable=False), read)
    assert len(responses.calls) == calls


@responses.activate
def test_an_unreachable_channel_is_retried_even_for_what_must_not_happen_twice(client, naps):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    responses.add_passthru("http://127.0.0.1")
    url = f"http://127.0.0.1:{port}/"
    with pytest.raises(TransientError, match="can't be reached"):
        client(url=url).send(Request("create", "POST", url, repeatable=False), read)
    assert len(naps) == ATTEMPTS - 1


@pytest.mark.parametrize(
    ("auth", "header", "value"),
    [
        (BasicAuth(), "Authorization", "Basic aHViOnMzY3JldC1wbGFudGVk"),
        (BearerAuth(kind="bearer"), "Authorization", "Bearer s3cret-planted"),
        (HeaderAuth(kind="header", header="api-key"), "api-key", "s3cret-planted"),
    ],
)
def test_the_credential_travels_as_the_profile_says(client, auth, header, value):
    with responses.RequestsMock() as mock:
        mock.get(URL)
        client(auth=auth).send(ASK, read)
        assert mock.calls[0].request.headers[header] == value


@responses.activate
def test_no_credential_is_sent_where_none_is_wanted(client):
    responses.get(URL)
    client(auth=NoAuth(kind="none")).send(ASK, read)
    assert "Authorization" not in responses.calls[0].request.headers


@responses.activate
def test_an_answer_that_swells_is_stopped(client, monkeypatch):
    monkeypatch.setattr("connectors.http.client.LARGEST_BODY", 10)
    responses.get(URL, body=b"x" * 11)
    with pytest.raises(ConfigError, match="larger than 10 bytes"):
        client().send(ASK, read)


@responses.activate
def test_an_answer_that_trickles_is_stopped(channel, naps):
    ticking = iter(range(0, 10_000, 50))
    responses.get(URL, body=b"x" * 10)
    client = HttpClient(
        channel("x", URL),
        BasicAuth(),
        Limits(answer=20),
        sleep=naps.append,
        monotonic=lambda: next(ticking),
    )
    with pytest.raises(UnansweredError, match="took over 20 s"):
        client.send(ASK, read)


@responses.activate
def test_requests_keep_the_pace_of_the_channel(channel, naps):
    responses.get(URL)
    client = HttpClient(
        channel("x", URL, rate=4),
        BasicAuth(),
        Limits(rate=100),
        sleep=naps.append,
        monotonic=lambda: 0,
    )
    for _ in range(3):
        client.send(ASK, read)
    assert naps == [0.25, 0.5]


def test_a_connection_that_breaks_in_mid_body_is_tried_again(client, naps):
    """A real socket: the first answer promises more than it brings."""
    bodies = [
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhal",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwhole",
    ]
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        for body in bodies:
            peer, _ = server.accept()
            with peer:
                peer.recv(65536)
                peer.sendall(body)

    thread = threading.Thread(target=serve)
    thread.start()
    url = f"http://127.0.0.1:{server.getsockname()[1]}/"
    try:
        assert client(url=url).send(Request("customers", "GET", url), read) == b"whole"
    finally:
        thread.join()
        server.close()
    assert len(naps) == 1
