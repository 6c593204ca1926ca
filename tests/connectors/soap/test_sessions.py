"""Username tokens, sessions in the letters, markers, and a second service."""

from base64 import b64decode, b64encode
from hashlib import sha1

import pytest
from lxml import etree

from hub.errors import ConfigError, TransientError
from hub.model import Change, Operation, Outcome
from tests.connectors.soap.acme import PROFILE, URL, WSDL, fault, one, people, update


@pytest.mark.parametrize("digest", ["true", "false"])
def test_a_letter_bears_a_username_token(mock, open_profile, digest):
    mock.post(URL, body=people())
    auth = f"auth: {{kind: wsse, digest: {digest}}}"
    open_profile(PROFILE.replace("engine: soap", f"engine: soap\n{auth}"), URL).check()
    request = mock.calls[-1].request
    told = {etree.QName(it).localname: it for it in etree.fromstring(request.body).iter()}
    password = told["Password"].text
    if digest == "true":  # as the server does it: Web Services Security UsernameToken Profile 1.1
        nonce, created = b64decode(told["Nonce"].text), told["Created"].text.encode()
        proof = sha1(nonce + created + b"s3cret-planted", usedforsecurity=False).digest()
        assert told["Password"].get("Type").endswith("#PasswordDigest")
        assert password == b64encode(proof).decode()
    else:
        assert password == "s3cret-planted"  # noqa: S105 - planted
    assert told["Username"].text == "hub"
    assert (b"s3cret-planted" in request.body) is (digest == "false")
    assert "Authorization" not in request.headers


SESSIONS = PROFILE.replace(
    "engine: soap",
    """engine: soap
auth: {kind: none}
login: {operation: getPerson, arguments: {number: "{username}/{password}"}, session: person.Tag}
""",
)


SESSIONS = SESSIONS.replace("retry: [Deadlock]", "login: [SessionExpired]").replace(
    'arguments: {page: "{at}"', 'arguments: {tag: "{session}", page: "{at}"', 1
)


def logged_in(session: str) -> str:
    return one(f"<Tag>{session}</Tag>")


def test_a_session_travels_in_the_letters_and_is_renewed_once(mock, open_profile):
    mock.post(URL, body=logged_in("s1"))
    mock.post(URL, body=fault("SessionExpired"), status=500)
    mock.post(URL, body=logged_in("s2"))
    mock.post(URL, body=people())
    open_profile(SESSIONS, URL).check()
    bodies = [call.request.body for call in mock.calls if call.request.method == "POST"]
    assert b"hub/s3cret-planted" in bodies[0]
    assert b"s1" in bodies[1]
    assert b"s2" in bodies[3]


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        ("<x/>", 401, ConfigError),
        ("", 503, TransientError),
        ("", 502, TransientError),
        (None, 200, ConfigError),
    ],
)
def test_a_login_without_a_session_says_what_to_do(mock, open_profile, body, status, error):
    mock.post(URL, body=one() if body is None else body, status=status)
    with pytest.raises(error, match="log in"):
        open_profile(SESSIONS, URL).check()


def test_a_login_that_a_fault_refuses_is_not_tried_again(mock, open_profile):
    mock.post(URL, body=fault("AccessDenied"), status=500)
    with pytest.raises(ConfigError, match="check the credentials"):
        open_profile(SESSIONS, URL).check()
    assert len([it for it in mock.calls if it.request.method == "POST"]) == 1


MARKED = PROFILE.replace(
    "missing: [NoSuchPerson]",
    """missing: [NoSuchPerson],
  marker: person.Revision, marker_values: ["3"], refused_code: person.Tag,
  refused_message: person.Name""",
)


@pytest.mark.parametrize(("severity", "outcome"), [("3", Outcome.REJECTED), ("1", Outcome.SENT)])
def test_a_failure_that_is_no_fault_is_told_by_the_marker(mock, open_profile, severity, outcome):
    row = f"<Number>7</Number><Name>Anna</Name><Tag>DUP</Tag><Revision>{severity}</Revision>"
    mock.post(URL, body=one(row))
    change = Change("u", Operation.UPDATE, "7", {"Name": "x"}, {"Revision": "r"}, "cus_1")
    (receipt,) = open_profile(MARKED, URL).push([change])
    assert receipt.outcome is outcome
    assert ("DUP" in receipt.reason) is (outcome is Outcome.REJECTED)
    assert "Anna" not in receipt.reason


SERVICES = PROFILE.replace(
    "engine: soap", 'engine: soap\nservices: {other: {path: /writes, wsdl: "?wsdl"}}'
).replace("update: {operation: savePerson,", "update: {operation: savePerson, service: other,")


def test_a_second_service_has_an_address_and_a_wsdl_of_its_own(mock, open_profile):
    mock.get(f"{URL}/writes?wsdl", body=WSDL)
    mock.post(f"{URL}/writes", body=one("<Number>7</Number>"))
    (receipt,) = open_profile(SERVICES, URL).push([update()])
    assert receipt.outcome is Outcome.SENT
    assert [call.request.url for call in mock.calls] == [f"{URL}/writes?wsdl", f"{URL}/writes"]


def test_a_service_that_the_profile_does_not_have_is_named(mock, open_profile):
    text = SERVICES.replace("service: other", "service: odd")
    with pytest.raises(ConfigError, match="no service 'odd'; the profile's services are: other"):
        open_profile(text, URL).push([update()])
