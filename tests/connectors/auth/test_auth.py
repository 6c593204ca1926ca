"""Who we are, in every way that vendors ask for it; and that nobody else ever learns it."""

import base64
import hmac
import json
import logging
import stat
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, parse_qsl, quote, unquote, urlsplit

import pytest
import responses
import spnego
from pydantic import SecretStr

from hub.errors import ConfigError, HubError, TransientError

BASE = "http://127.0.0.1:1/api"
PLANTED = "s3cret-planted"
PROFILE = """
vendor: Acme
source: https://acme.example/docs
engine: rest
auth: {auth}
customers:
  id: id
  list: {{request: GET /people, pages: {{kind: one}}}}
"""


@pytest.fixture
def mock():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as it:
        it.get(f"{BASE}/people", json=[{"id": 1}])
        yield it


@pytest.fixture
def acme(open_profile):
    def make(auth: str, **facts):
        return open_profile(PROFILE.format(auth=auth), **facts)

    return make


def secrets(**told: str) -> dict[str, SecretStr]:
    return {name: SecretStr(value) for name, value in told.items()}


def pull(connector) -> list[str]:
    return [record.key.id for page in connector.pull(None) for record in page.records]


def form(call) -> dict[str, str]:
    return {name: value for name, (value,) in parse_qs(call.request.body.decode()).items()}


def test_a_key_in_the_address_stands_beside_what_is_asked(mock, acme):
    assert pull(acme("{kind: query, parameter: api key}")) == ["1"]
    assert mock.calls[0].request.url.endswith("/people?api+key=s3cret-planted")


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("basic", "Basic " + base64.b64encode(f"hüb:{PLANTED}".encode()).decode()),
     ("bearer", f"Bearer {PLANTED}")],
)  # fmt: skip
def test_a_password_travels_as_its_rfc_says_in_utf_8(mock, acme, kind, expected):
    pull(acme(f"{{kind: {kind}}}", username="hüb"))
    assert mock.calls[0].request.headers["Authorization"] == expected


def test_a_header_may_have_a_word_before_the_key(mock, acme):
    pull(acme("{kind: header, header: Authorization, prefix: Token}"))
    assert mock.calls[0].request.headers["Authorization"] == f"Token {PLANTED}"


@pytest.mark.parametrize("place", ["header", "query"])
def test_a_request_is_signed_as_oauth_1_wants_it(mock, acme, place):
    told = secrets(token="tok", token_secret="t0ken-planted")  # noqa: S106
    pull(acme(f"{{kind: oauth1, place: {place}}}", secrets=told))
    request = mock.calls[0].request
    shown = str(request.headers.get("Authorization")) + request.url
    for part in ("oauth_signature", "oauth_nonce", "HMAC-SHA256", "oauth_token"):
        assert part in shown
    assert PLANTED not in shown
    assert "t0ken-planted" not in shown


@pytest.mark.parametrize("method", ["HMAC-SHA256", "HMAC-SHA1"])
@pytest.mark.parametrize("place", ["query", "header"])
def test_a_signature_is_the_one_that_rfc_5849_describes(mock, acme, place, method):
    """Computed here a second time, step by step as sections 3.4.1 and 3.4.2 say."""
    told = secrets(token="tok", token_secret="t0ken+planted")  # noqa: S106
    pull(acme(f"{{kind: oauth1, place: {place}, signature: {method}}}", secrets=told))
    request = mock.calls[0].request
    address, _, query = request.url.partition("?")
    if place == "query":
        pairs = dict(parse_qsl(query))
    else:
        header = str(request.headers["Authorization"]).removeprefix("OAuth ")
        quoted = (it.split("=", 1) for it in header.split(", "))
        pairs = {name: unquote(value.strip('"')) for name, value in quoted}
    signature = pairs.pop("oauth_signature")
    assert pairs["oauth_signature_method"] == method
    listed = "&".join(f"{quote(k, '')}={quote(v, '')}" for k, v in sorted(pairs.items()))
    text = "&".join(quote(part, "") for part in ("GET", address, listed))
    key = f"{quote(PLANTED, '')}&{quote('t0ken+planted', '')}"
    expected = hmac.digest(key.encode(), text.encode(), method.removeprefix("HMAC-").lower())
    assert signature == base64.b64encode(expected).decode()


def test_a_shops_own_key_signs_without_a_token(mock, acme):
    pull(acme("{kind: oauth1, place: query, signature: HMAC-SHA1}"))
    assert "oauth_token=" not in mock.calls[0].request.url


class TestTokens:
    """OAuth 2."""

    URL = "http://login.example/token"
    AUTH = "{kind: oauth2, token_url: 'http://login.example/token', scope: read}"

    def test_a_token_is_fetched_once_and_used_until_it_expires(self, mock, acme):
        mock.post(self.URL, json={"access_token": "a1", "expires_in": 3600})
        connector = acme(self.AUTH)
        assert pull(connector) + pull(connector) == ["1", "1"]
        asked, *used = mock.calls
        assert form(asked) == {
            "grant_type": "client_credentials",
            "scope": "read",
            "client_id": "hub",
            "client_secret": PLANTED,
        }
        assert "Authorization" not in asked.request.headers
        assert [it.request.headers["Authorization"] for it in used] == ["Bearer a1"] * 2

    def test_a_token_about_to_expire_is_fetched_anew(self, mock, acme):
        mock.post(self.URL, json={"access_token": "a1", "expires_in": "30"})
        mock.post(self.URL, json={"access_token": "a2"})
        connector = acme(self.AUTH)
        pull(connector)
        pull(connector)
        assert mock.calls[3].request.headers["Authorization"] == "Bearer a2"

    def test_a_token_that_ended_early_is_fetched_anew_in_mid_scan(self, mock, acme):
        mock.post(self.URL, json={"access_token": "a1"})
        mock.post(self.URL, json={"access_token": "a2"})
        mock.upsert("GET", f"{BASE}/people", status=401)
        mock.get(f"{BASE}/people", json=[{"id": 1}])
        assert pull(acme(self.AUTH)) == ["1"]

    def test_the_client_may_name_itself_in_a_header(self, mock, acme):
        mock.post(f"{BASE}/oauth", json={"access_token": "a1"})
        pull(acme("{kind: oauth2, token_url: /oauth, client: basic, extra: {audience: x}}"))
        told = base64.b64encode(f"hub:{PLANTED}".encode()).decode()
        assert mock.calls[0].request.headers["Authorization"] == f"Basic {told}"
        assert form(mock.calls[0]) == {"grant_type": "client_credentials", "audience": "x"}

    def test_a_person_may_lend_the_name_and_password(self, mock, acme):
        mock.post(self.URL, json={"access_token": "a1"})
        told = secrets(username="anna", password="p")  # noqa: S106
        pull(acme(self.AUTH.replace("scope: read", "grant: password"), secrets=told))
        assert form(mock.calls[0])["username"] == "anna"

    REFRESH = "{kind: oauth2, token_url: 'http://login.example/token', grant: refresh_token}"

    def test_a_refresh_token_is_changed_for_a_token(self, mock, acme):
        mock.post(self.URL, json={"access_token": "a1", "expires_in": 1, "refresh_token": "r2"})
        connector = acme(self.REFRESH, secrets=secrets(refresh_token="r1"))  # noqa: S106
        pull(connector)
        pull(connector)
        assert [form(mock.calls[n])["refresh_token"] for n in (0, 2)] == ["r1", "r2"]

    def test_a_login_that_lacks_a_secret_names_it(self, acme):
        with pytest.raises(ConfigError, match=r"shop: .*secrets\.refresh_token"):
            acme(self.REFRESH)

    ROTATES = REFRESH.replace("}", ", token_file: '${token_file}'}")

    def test_a_refresh_token_that_changes_is_kept_for_the_next_process(self, mock, acme, tmp_path):
        file = tmp_path / "token"
        mock.post(self.URL, json={"access_token": "a1", "refresh_token": "r2-longer"})
        mock.post(self.URL, json={"access_token": "a2", "refresh_token": "r3"})
        mock.post(self.URL, json={"access_token": "a3"})
        for _ in range(3):  # three processes
            pull(
                acme(
                    self.ROTATES,
                    secrets=secrets(refresh_token="r1"),  # noqa: S106
                    options={"token_file": str(file)},
                )
            )
        asked = [form(mock.calls[n])["refresh_token"] for n in (0, 2, 4)]
        assert asked == ["r1", "r2-longer", "r3"]
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert file.read_text() == "r3"

    def test_a_refresh_token_that_changes_needs_a_file_before_it_is_used(self, mock, acme):
        with pytest.raises(ConfigError, match="asks for token_file"):
            acme(self.ROTATES, secrets=secrets(refresh_token="r1"))  # noqa: S106
        assert len(mock.calls) == 0

    def test_a_token_file_that_others_can_read_is_refused(self, mock, acme, tmp_path):
        (tmp_path / "token").touch(mode=0o644)
        told = {"secrets": secrets(refresh_token="r1")}  # noqa: S106
        with pytest.raises(ConfigError, match="chmod 600"):
            pull(acme(self.ROTATES, options={"token_file": str(tmp_path / "token")}, **told))
        with pytest.raises(ConfigError, match="can't be opened"):
            pull(acme(self.ROTATES, options={"token_file": str(tmp_path)}, **told))

    @pytest.mark.parametrize(
        ("answer", "error", "reason"),
        [
            ((400, '{"error": "invalid_grant"}'), ConfigError, "invalid_grant"),
            ((401, '{"error": "Anna Private"}'), ConfigError, "status 401"),
            ((200, '{"error": "invalid_client"}'), ConfigError, "invalid_client"),
            ((200, "<html>Sign in</html>"), ConfigError, "no token"),
            ((200, "[]"), ConfigError, "no token"),
            ((404, ""), ConfigError, "answered 404"),
            ((403, ""), ConfigError, "403"),
            ((302, ""), ConfigError, "another address"),
            ((429, ""), TransientError, "slow down"),
            ((502, ""), TransientError, "502"),
        ],
    )
    def test_a_token_that_is_not_given_says_what_to_do(self, mock, acme, answer, error, reason):
        status, body = answer
        mock.post(self.URL, status=status, body=body)
        with pytest.raises(error, match=reason) as caught:
            pull(acme(self.AUTH))
        assert "Anna" not in str(caught.value)
        assert not any("people" in call.request.url for call in mock.calls)


class TestLogins:
    """Sessions."""

    AUTH = "{kind: login, request: POST /login, body: {u: '{username}', p: '{password}'}, %s}"

    def test_a_login_gives_a_token_for_all_that_follows(self, mock, acme):
        mock.post(f"{BASE}/login", json="t1")
        connector = acme(self.AUTH % "token: ''")
        assert pull(connector) + pull(connector) == ["1", "1"]
        assert json.loads(mock.calls[0].request.body) == {"u": "hub", "p": PLANTED}
        assert [it.request.headers["Authorization"] for it in mock.calls[1:]] == ["Bearer t1"] * 2

    def test_the_token_may_come_in_a_header_and_go_in_another(self, mock, acme):
        mock.post(f"{BASE}/login", headers={"X-Token": "t1"})
        pull(acme(self.AUTH % "token_header: X-Token, header: X-Session, value: 's {session}'"))
        assert mock.calls[1].request.headers["X-Session"] == "s t1"

    def test_a_cookie_may_be_all_there_is(self, mock, acme):
        mock.post(f"{BASE}/login", headers={"Set-Cookie": "sid=c1; Path=/"})
        pull(acme(self.AUTH % "header: X"))
        assert mock.calls[1].request.headers["Cookie"] == "sid=c1"

    def test_a_session_that_expired_is_opened_once_more(self, mock, acme):
        mock.post(f"{BASE}/login", json={"t": "t1"})
        mock.post(f"{BASE}/login", json={"t": "t2"})
        mock.upsert("GET", f"{BASE}/people", status=401)
        mock.get(f"{BASE}/people", json=[{"id": 1}])
        assert pull(acme(self.AUTH % "token: t")) == ["1"]
        assert mock.calls[3].request.headers["Authorization"] == "Bearer t2"

    @pytest.mark.parametrize(
        ("status", "body", "error"),
        [
            (200, '{"t": null}', ConfigError),
            (200, "<html>", ConfigError),
            (400, '{"t": "x"}', ConfigError),
            (401, "", ConfigError),
            (404, '{"t": "x"}', ConfigError),
            (503, "", TransientError),
            (500, "", TransientError),
        ],
    )
    def test_a_login_that_is_refused_is_not_tried_again(self, mock, acme, status, body, error):
        mock.post(f"{BASE}/login", status=status, body=body)
        with pytest.raises(error):
            pull(acme(self.AUTH % "token: t"))
        assert len(mock.calls) == (1 if error is ConfigError else 4)

    def test_a_token_has_one_place(self, acme):
        with pytest.raises(ConfigError, match="not both"):
            acme(self.AUTH % "token: t, token_header: X")


class NtlmServer(BaseHTTPRequestHandler):
    """A server that speaks NTLM; the other side of pyspnego checks the proof."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        told = self.headers.get("Authorization", "")
        if not told.startswith("NTLM "):
            self.server.talk = spnego.server(protocol="ntlm", options=spnego.NegotiateOptions.none)
            return self._say(401, {"WWW-Authenticate": "NTLM"})
        try:
            token = self.server.talk.step(base64.b64decode(told.removeprefix("NTLM ")))
        except spnego.exceptions.SpnegoError:
            return self._say(401, {"WWW-Authenticate": "NTLM"})
        if token:
            return self._say(401, {"WWW-Authenticate": f"NTLM {base64.b64encode(token).decode()}"})
        return self._say(200, {}, b'[{"id": 1}]')

    def _say(self, status, headers, body=b""):
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture
def ntlm(tmp_path, monkeypatch):
    users = tmp_path / "users"
    users.write_text(f"ACME:hub:{PLANTED}\n")
    monkeypatch.setenv("NTLM_USER_FILE", str(users))
    with HTTPServer(("127.0.0.1", 0), NtlmServer) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def test_windows_own_way_is_spoken_to_the_end(ntlm, acme):
    with acme("{kind: ntlm}", url=ntlm, username=r"ACME\hub") as connector:
        assert pull(connector) == ["1"]


def test_a_wrong_password_is_refused_in_windows_own_way_too(ntlm, acme):
    wrong = SecretStr("wrong")
    with (
        acme("{kind: ntlm}", url=ntlm, username=r"ACME\hub", password=wrong) as connector,
        pytest.raises(ConfigError, match="check the credentials"),
    ):
        pull(connector)


KINDS = {
    "basic": "{kind: basic}",
    "bearer": "{kind: bearer}",
    "header": "{kind: header}",
    "query": "{kind: query, parameter: key}",
    "oauth1": "{kind: oauth1, place: query}",
    "oauth2": "{kind: oauth2, token_url: /token}",
    "login": "{kind: login, request: POST /token, body: ['{password}'], token: access_token}",
    "none": "{kind: none}",
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("trouble", ["fine", "refused", "broken", "html"])
def test_a_planted_secret_appears_in_no_log_and_no_error(mock, acme, caplog, kind, trouble):
    caplog.set_level(logging.DEBUG)
    answers = {
        "fine": {"json": [{"id": 1}]},
        "refused": {"status": 401, "body": PLANTED},
        "broken": {"status": 500, "body": PLANTED},
        "html": {"body": f"<html>{PLANTED}"},
    }
    mock.post(f"{BASE}/token", json={"access_token": f"tok-{PLANTED}"})
    mock.upsert("GET", f"{BASE}/people", **answers[trouble])
    connector = acme(KINDS[kind], secrets=secrets(token=PLANTED))
    shown = [repr(connector), str(vars(connector))]
    try:
        pull(connector)
    except HubError as error:
        shown += [str(error), repr(error), str(error.__cause__), str(error.__context__)]
    assert not [text for text in [*shown, caplog.text] if PLANTED in text]


def test_the_query_of_an_address_is_never_logged(ntlm, acme, caplog):
    caplog.set_level(logging.DEBUG)
    with (
        acme("{kind: query, parameter: key}", url=ntlm) as connector,
        pytest.raises(ConfigError),
    ):
        pull(connector)
    assert "GET" in caplog.text
    assert "/people" in caplog.text
    assert PLANTED not in caplog.text
    assert urlsplit(ntlm).hostname in caplog.text
