"""The RPC engine in both dialects, on servers that keep their people in a dict."""

import json
import xmlrpc.client
from datetime import UTC, datetime

import pytest
import responses
from hypothesis import given
from hypothesis import strategies as st

from connectors.rpc.wire import read_tagged, read_xml, tag, write_xml
from hub.errors import ConfigError, RejectedError, TransientError
from hub.model import Change, Operation, Outcome

BASE = "http://127.0.0.1:1/api"
JSON = """
vendor: Acme
source: https://acme.example/docs
engine: rpc
dialect: json1
envelope: {path: /rpc}
login:
  method: login
  params: ["{username}", {password: "{password}"}]
  header: Authorization
  value: "Session {base64}"
  base64: "{username}:{session[0]}:{session[1]}"
tagged: true
limits: {page: 2}
errors:
  code: error[0]
  message: error[1][0]
  retry: [Busy]
  stale: [ConcurrencyException]
  missing: [does not exist]
customers:
  id: id
  number_id: true
  version: _stamp
  changed: {fields: [write_date], resolution: microsecond}
  list:
    method: party.search_read
    arguments:
      domain: []
      offset: "{at}"
      limit: "{size}"
      order: [[write_date, ASC], [id, ASC]]
      context: {}
    since: {domain: [[write_date, ">=", "{since}"]]}
    pages: {kind: offset}
    oldest_first: true
  read: {method: party.read, params: [["{id}"], {}]}
  create: {method: party.create, params: [["{fields}"], {}], new_id: ""}
  update:
    method: party.write
    params: [["{id}"], "{fields}", {_timestamp: {"party,{id}": "{version}"}}]
  delete: {method: party.delete, params: [["{id}"], {}]}
"""


class Server:
    """Answers calls of one method each in turn, and keeps what was asked."""

    def __init__(self, mock: responses.RequestsMock, path: str = "/rpc") -> None:
        self.answers: dict[str, list[object]] = {}
        self.asked: list[tuple[str, list[object], str | None]] = []
        mock.add_callback("POST", BASE + path, self._answer)

    def _answer(self, request):
        told = json.loads(request.body)
        assert told.keys() == {"id", "method", "params"}
        self.asked.append((told["method"], told["params"], request.headers.get("Authorization")))
        answers = self.answers[told["method"]]
        result = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(result, int) and not isinstance(result, bool):
            return result, {}, ""
        body = result if isinstance(result, dict) and "error" in result else {"result": result}
        return 200, {}, json.dumps({"id": 1, **body})


@pytest.fixture
def mock():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as it:
        yield it


@pytest.fixture
def server(mock):
    server = Server(mock)
    server.answers["login"] = [[7, "key"]]
    return server


@pytest.fixture
def acme(open_profile):
    with open_profile(JSON) as connector:
        yield connector


def stamp(second: int, micro: int = 0) -> dict[str, object]:
    return tag(datetime(2026, 7, 1, 10, 0, second, micro, tzinfo=UTC))


def party(number: int, **facts: object) -> dict[str, object]:
    return {"id": number, "write_date": stamp(number, 5), "_stamp": "17.5", **facts}


def update() -> Change:
    return Change("u", Operation.UPDATE, "1", {"name": "New"}, party(1), "cus_1")


def test_a_session_is_opened_and_parameters_go_in_their_order(server, acme):
    server.answers["party.search_read"] = [[party(1), party(2)], [party(2), party(3)], [party(3)]]
    pages = list(acme.pull(None))
    assert sorted({r.key.id for p in pages for r in p.records}) == ["1", "2", "3"]
    assert pages[0].records[0].payload["write_date"] == "2026-07-01T10:00:01.000005"
    login, first, second = server.asked[:3]
    assert login[:2] == ("login", ["hub", {"password": "s3cret-planted"}])
    assert first[1] == [[], 0, 2, [["write_date", "ASC"], ["id", "ASC"]], {}]
    assert first[2] == "Session aHViOjc6a2V5"  # hub:7:key
    assert second[1][0] == [["write_date", ">=", stamp(2, 4)]]


def test_a_session_that_expired_in_mid_scan_is_opened_once_more(server, acme):
    server.answers["login"] = [[7, "key"], [7, "new"]]
    server.answers["party.search_read"] = [401, [party(1)]]
    assert [len(page.records) for page in acme.pull(None)] == [1]
    assert [name for name, *_ in server.asked] == [
        "login", "party.search_read", "login", "party.search_read",
    ]  # fmt: skip
    assert server.asked[3][2] == "Session aHViOjc6bmV3"  # hub:7:new


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (False, ConfigError),
        (None, ConfigError),
        (401, ConfigError),
        ({"error": ["Anna's login failed"]}, ConfigError),
        (429, TransientError),
        (500, TransientError),
    ],
)
def test_a_login_that_is_refused_is_never_tried_again(server, acme, answer, error):
    server.answers["login"] = [answer]
    with pytest.raises(error, match="shop: log in") as caught:
        acme.check()
    assert "Anna" not in str(caught.value)
    assert len(server.asked) == (1 if error is ConfigError else 4)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"error": ["Busy", ""]}, TransientError),
        ({"error": ["'nome'", ""]}, ConfigError),
        (False, TransientError),
        (None, TransientError),
        ({"error": None}, TransientError),
    ],
)
def test_a_failure_inside_a_200_is_one_of_the_four_errors(server, acme, answer, error):
    server.answers["party.search_read"] = [answer]
    with pytest.raises(error, match="shop: customers, page 1"):
        list(acme.pull(None))


def test_an_update_bears_id_and_version_and_is_read_back(server, acme):
    server.answers |= {"party.write": [None], "party.read": [[party(1, name="New")]]}
    (receipt,) = acme.push([update()])
    assert receipt.record.payload["name"] == "New"
    assert server.asked[1][1] == [[1], {"name": "New"}, {"_timestamp": {"party,1": "17.5"}}]


def test_a_stale_version_brings_the_record_as_it_is_now(server, acme):
    server.answers |= {
        "party.write": [{"error": ["ConcurrencyException", "x"]}],
        "party.read": [[party(1, name="Theirs")]],
    }
    (receipt,) = acme.push([update()])
    assert receipt.outcome is Outcome.STALE
    assert receipt.record.payload["name"] == "Theirs"


def test_a_create_that_answers_the_id_is_read_back(server, acme):
    server.answers |= {"party.create": [[8]], "party.read": [[party(8)]]}
    (receipt,) = acme.push([Change("c", Operation.CREATE, None, {"name": "N"}, None, "cus_1")])
    assert receipt.record.key.id == "8"
    assert [params for name, params, _ in server.asked if name == "party.read"] == [[[8], {}]]


def test_a_record_is_deleted_and_one_that_is_gone_counts_as_deleted(server, acme):
    gone = {"error": ["UserError", ["Record 1 does not exist"]]}
    server.answers |= {"party.read": [[party(1)]], "party.delete": [None, gone]}
    acme.delete("1")
    acme.delete("1")
    assert [name for name, *_ in server.asked].count("party.delete") == 2


XML = """
vendor: Acme
source: https://acme.example/docs
engine: rpc
dialect: xml
envelope:
  path: /object
  method: execute_kw
  params: [base, "{session}", "{password}", partner, "{method}", "{params}", "{arguments}"]
login:
  path: /common
  method: authenticate
  params: [base, "{username}", "{password}", {}]
errors: {missing: [MissingError], login: ["3"]}
customers:
  id: id
  number_id: true
  changed: {fields: [write_date], format: "%Y-%m-%d %H:%M:%S"}
  list:
    method: search_read
    arguments: {domain: [], offset: "{at}", limit: "{size}"}
    since: {domain: [[write_date, ">=", "{since}"]]}
    pages: {kind: offset}
  update: {method: write, params: [["{id}"], "{fields}"]}
  read: {method: read, params: [["{id}"]]}
"""


class XmlServer:
    """The same in XML-RPC, by Python's own library."""

    def __init__(self, mock: responses.RequestsMock) -> None:
        self.answers: dict[str, list[object]] = {"authenticate": [7]}
        self.asked: list[tuple[object, ...]] = []
        for path in ("/common", "/object"):
            mock.add_callback("POST", BASE + path, self._answer)

    def _answer(self, request):
        params, method = xmlrpc.client.loads(request.body)
        self.asked.append(params)
        answers = self.answers[method if method == "authenticate" else params[4]]
        result = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(result, bytes):
            return 200, {}, result
        if not isinstance(result, xmlrpc.client.Fault):
            result = (result,)
        return 200, {}, xmlrpc.client.dumps(result, methodresponse=True, allow_none=True)


@pytest.fixture
def old(mock):
    return XmlServer(mock)


def test_a_call_is_packed_in_the_envelope_that_the_profile_describes(old, open_profile):
    old.answers["search_read"] = [
        [{"id": 1, "name": "Zoë 𠮷", "write_date": "2026-07-01 10:00:00"}]
    ]
    connector = open_profile(XML)
    *_, page = connector.pull(None)
    assert page.records[0].payload["name"] == "Zoë 𠮷"
    list(connector.pull(page.cursor))
    assert old.asked[0] == ("base", "hub", "s3cret-planted", {})
    assert old.asked[1] == (
        "base", 7, "s3cret-planted", "partner", "search_read", [],
        {"domain": [], "offset": 0, "limit": 100},
    )  # fmt: skip
    assert old.asked[2][-1]["domain"] == [["write_date", ">=", "2026-07-01 09:59:59"]]


def test_a_fault_is_told_by_its_code(old, open_profile):
    old.answers["write"] = [xmlrpc.client.Fault(2, "Traceback ... Anna Private")]
    (receipt,) = open_profile(XML).push([update()._replace(base={"id": 1})])
    assert (receipt.outcome, receipt.reason) == (Outcome.REJECTED, "shop: update 1: 2")


def test_a_bad_password_that_is_answered_with_false_is_refused(old, open_profile):
    old.answers["authenticate"] = [False]
    with pytest.raises(ConfigError, match="check the credentials"):
        open_profile(XML).check()
    assert len(old.asked) == 1


def test_a_session_that_a_fault_ends_is_opened_once_more(old, open_profile):
    old.answers["search_read"] = [xmlrpc.client.Fault(3, "Access Denied"), []]
    old.answers["authenticate"] = [7, 8]
    open_profile(XML).check()
    assert [params[1] for params in old.asked] == ["hub", 7, "hub", 8]


BOMB = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;">]>
<methodResponse><params><param><value>&b;</value></param></params></methodResponse>"""


@pytest.mark.parametrize(
    "body",
    [
        BOMB,
        b"<methodResponse><params>",
        b"<html>Log in</html>",
        b"\xff",
        b"<methodResponse><params><param><value><int>x</int></value></param></params></methodResponse>",
    ],
)
def test_an_answer_that_is_none_is_trouble_that_may_pass(old, open_profile, body):
    old.answers["search_read"] = [body]
    with pytest.raises(TransientError, match=r"customers, page 1: .*instead of XML-RPC"):
        list(open_profile(XML).pull(None))


plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**31), 2**31 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(min_codepoint=32, exclude_categories=["Cs", "Cc"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", min_size=1), inner),
    max_leaves=8,
)  # fmt: skip


@given(plain)
def test_whatever_is_plain_json_travels_unchanged_by_xml(value):
    body = xmlrpc.client.dumps((value,), methodresponse=True, allow_none=True).encode()
    assert read_xml(body) == {"result": value}


def test_what_xml_rpc_has_beyond_json_becomes_text():
    moment = xmlrpc.client.DateTime("20260701T10:00:00")
    odd = xmlrpc.client.DateTime("never")
    values = [moment, odd, xmlrpc.client.Binary("Zoë".encode())]
    body = xmlrpc.client.dumps((values,), methodresponse=True).encode()
    assert read_xml(body) == {"result": ["2026-07-01T10:00:00", "never", "Zoë"]}


@pytest.mark.parametrize("value", [object(), 2**40])
def test_a_change_that_is_no_xml_rpc_is_refused(value):
    with pytest.raises(RejectedError):
        write_xml("m", [value], "update 1")


def test_tags_become_text_and_unknown_ones_stay():
    told = [
        {"__class__": "date", "year": 2026, "month": 7, "day": 1},
        {"__class__": "Decimal", "decimal": "1.50"},
        {"__class__": "timedelta", "seconds": 90},
        {"__class__": "bytes", "base64": "WA=="},
        {"__class__": "Party", "x": 1},
        {"__class__": ["list"]},
    ]
    assert read_tagged(json.dumps(told).encode()) == [
        "2026-07-01", "1.50", "90.0", "WA==",
        {"__class__": "Party", "x": 1}, {"__class__": ["list"]},
    ]  # fmt: skip
