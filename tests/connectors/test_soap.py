"""The SOAP engine on a service of its own names: a vendor that only YAML and a WSDL describe."""

from pathlib import Path

import pytest
import responses
from lxml import etree

from hub.errors import ConfigError, TransientError
from hub.model import Change, Operation, Outcome

URL = "http://soap.example/people"
NS = "urn:acme"
WSDL = """<?xml version="1.0"?>
<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" targetNamespace="urn:acme"
  xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:t="urn:acme"
  xmlns:xs="http://www.w3.org/2001/XMLSchema">
 <types><xs:schema targetNamespace="urn:acme" elementFormDefault="qualified">
  <xs:complexType name="Mail"><xs:sequence>
   <xs:element name="Address" type="xs:string"/><xs:element name="Main" type="xs:boolean"/>
  </xs:sequence></xs:complexType>
  <xs:complexType name="Person"><xs:sequence>
   <xs:element name="Number" type="xs:int" minOccurs="0"/>
   <xs:element name="Name" type="xs:string" minOccurs="0" nillable="true"/>
   <xs:element name="Mail" type="t:Mail" minOccurs="0" maxOccurs="unbounded"/>
   <xs:element name="Boss" type="t:Person" minOccurs="0"/>
   <xs:element name="Tag" type="xs:string" minOccurs="0"/>
   <xs:element name="Stamp" type="xs:dateTime" minOccurs="0"/>
   <xs:element name="Revision" type="xs:string" minOccurs="0"/>
  </xs:sequence></xs:complexType>
  <xs:element name="findPeople"><xs:complexType><xs:sequence>
   <xs:element name="from" type="xs:string" minOccurs="0"/>
   <xs:element name="tag" type="xs:string" minOccurs="0"/>
   <xs:element name="page" type="xs:int" minOccurs="0"/>
   <xs:element name="size" type="xs:int" minOccurs="0"/>
  </xs:sequence></xs:complexType></xs:element>
  <xs:element name="findPeopleResponse"><xs:complexType><xs:sequence>
   <xs:element name="count" type="xs:int" minOccurs="0"/>
   <xs:element name="next" type="xs:string" minOccurs="0"/>
   <xs:element name="people" minOccurs="0"><xs:complexType><xs:sequence>
    <xs:element name="person" type="t:Person" minOccurs="0" maxOccurs="unbounded"/>
   </xs:sequence></xs:complexType></xs:element>
  </xs:sequence></xs:complexType></xs:element>
  <xs:element name="getPerson"><xs:complexType><xs:sequence>
   <xs:element name="number" type="xs:string"/></xs:sequence></xs:complexType></xs:element>
  <xs:element name="savePerson"><xs:complexType><xs:sequence>
   <xs:element name="person" type="t:Person"/></xs:sequence></xs:complexType></xs:element>
  <xs:element name="personResponse"><xs:complexType><xs:sequence>
   <xs:element name="person" type="t:Person" minOccurs="0"/>
  </xs:sequence></xs:complexType></xs:element>
 </xs:schema></types>
 <message name="findIn"><part name="p" element="t:findPeople"/></message>
 <message name="findOut"><part name="p" element="t:findPeopleResponse"/></message>
 <message name="getIn"><part name="p" element="t:getPerson"/></message>
 <message name="saveIn"><part name="p" element="t:savePerson"/></message>
 <message name="personOut"><part name="p" element="t:personResponse"/></message>
 <portType name="Port">
  <operation name="findPeople"><input message="t:findIn"/><output message="t:findOut"/></operation>
  <operation name="getPerson"><input message="t:getIn"/><output message="t:personOut"/></operation>
  <operation name="savePerson"><input message="t:saveIn"/>
   <output message="t:personOut"/></operation>
 </portType>
 <binding name="Binding" type="t:Port">
  <soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
  <operation name="findPeople"><soap:operation soapAction="urn:find"/>
   <input><soap:body use="literal"/></input><output><soap:body use="literal"/></output></operation>
  <operation name="getPerson"><soap:operation soapAction="urn:get"/>
   <input><soap:body use="literal"/></input><output><soap:body use="literal"/></output></operation>
  <operation name="savePerson"><soap:operation soapAction="urn:save"/>
   <input><soap:body use="literal"/></input><output><soap:body use="literal"/></output></operation>
 </binding>
 <service name="S"><port name="P" binding="t:Binding">
  <soap:address location="http://inside.example/elsewhere"/></port></service>
</definitions>"""
PROFILE = """
vendor: Acme
source: https://acme.example/docs
engine: soap
limits: {page: 2}
errors: {stale: [somebody was faster], missing: [NoSuchPerson], retry: [Deadlock]}
customers:
  id: Number
  version: Revision
  reference: Tag
  changed: {fields: [Stamp]}
  list:
    operation: findPeople
    arguments: {page: "{at}", size: "{size}"}
    since: {from: "{since}"}
    records: people.person
    pages: {kind: number}
    total: {path: count}
  read: {operation: getPerson, arguments: {number: "{id}"}, record: person}
  find: {operation: findPeople, arguments: {tag: "{reference}"}, record: people.person}
  create: {operation: savePerson, arguments: {person: "{fields}"}, record: person}
  update: {operation: savePerson, arguments: {person: "{record}"}, record: person}
"""


def envelope(body: str) -> str:
    head = '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
    return f"{head}{body}</s:Body></s:Envelope>"


def people(*rows: str, count: int | None = None, following: str = "") -> str:
    told = "" if count is None else f"<count>{count}</count>"
    return envelope(
        f'<findPeopleResponse xmlns="{NS}">{told}<next>{following}</next>'
        f"<people>{''.join(rows)}</people></findPeopleResponse>"
    )


def one(fields: str = "") -> str:
    inner = f"<person>{fields}</person>" if fields else ""
    return envelope(f'<personResponse xmlns="{NS}">{inner}</personResponse>')


def person(number: int, more: str = "") -> str:
    return f"<person><Number>{number}</Number>{more}</person>"


def fault(code: str, text: str = "Anna Private") -> str:
    return envelope(
        f"<s:Fault><faultcode>{code}</faultcode>"
        f"<faultstring lang='en'>{text}</faultstring></s:Fault>"
    )


@pytest.fixture
def mock():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as it:
        it.get(f"{URL}?wsdl", body=WSDL)
        yield it


@pytest.fixture
def acme(open_profile):
    with open_profile(PROFILE, URL) as connector:
        yield connector


def sent(mock, place: int = -1) -> etree._Element:
    return etree.fromstring(mock.calls[place].request.body)


def value(mock, name: str) -> str | None:
    return sent(mock).findtext(f".//{{{NS}}}{name}")


def update(**facts: object) -> Change:
    given = {"fields": {"Name": "Anna"}, "base": {"Number": 7, "Revision": "r1"}, **facts}
    return Change("chg_1", Operation.UPDATE, "7", reference="cus_1", **given)


def create(**facts: object) -> Change:
    return Change("chg_1", Operation.CREATE, None, {"Name": "Anna"}, None, "cus_1", **facts)


def test_a_service_never_seen_is_read_by_its_wsdl_and_yaml_alone(mock, acme):
    mock.post(URL, body=people(person(1, "<Tag>cus_1</Tag>"), person(2), count=3))
    mock.post(URL, body=people(person(3, "<Stamp>2026-02-01T00:00:00Z</Stamp>"), count=3))
    pages = list(acme.pull(None))
    records = [record for page in pages for record in page.records]
    assert [str(record.key) for record in records] == ["shop:1", "shop:2", "shop:3"]
    assert records[0].reference == "cus_1"
    assert value(mock, "page") == "2"
    assert mock.calls[1].request.headers["SOAPAction"] == '"urn:find"'
    mock.post(URL, body=people(count=0))
    list(acme.pull(pages[-1].cursor))
    assert value(mock, "from") == "2026-01-31T23:59:59+00:00"


def test_a_body_becomes_plain_json_with_the_types_of_the_wsdl(mock, acme):
    mock.post(
        URL,
        body=people(
            '<person xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><Number>5</Number>'
            '<Name i:nil="true"/><Mail><Address>a@b</Address><Main>true</Main></Mail>'
            "<Boss><Number>1</Number><Mail/></Boss><Tag/>"
            '<Extra>x</Extra><Extra>y</Extra><Extra unit="kg">z</Extra></person>',
            person(6, "<Stamp>2026-01-01</Stamp>"),
            "<person><Number>many</Number></person>",
            count=3,
        ),
    )
    (page,) = acme.pull(None)
    assert page.records[0].payload == {
        "Number": 5,
        "Name": None,
        "Mail": [{"Address": "a@b", "Main": True}],
        "Boss": {"Number": 1, "Mail": [{}]},
        "Tag": "",
        "Extra": ["x", "y", {"_value_1": "z", "unit": "kg"}],
    }
    assert page.records[1].payload == {"Number": 6, "Stamp": "2026-01-01"}
    assert page.records[2].key.id == "many"


def test_letters_go_to_the_channels_own_address_not_to_the_one_in_the_wsdl(mock, acme):
    mock.post(URL, body=people())
    acme.check()
    assert mock.calls[-1].request.url == URL


def test_tokens_are_followed(mock, open_profile):
    text = PROFILE.replace("{kind: number}", "{kind: token, path: next}").replace(
        'page: "{at}"', 'tag: "{at}"'
    )
    mock.post(URL, body=people(person(1), following="t2"))
    mock.post(URL, body=people(person(2)))
    assert len(list(open_profile(text, URL).pull(None))) == 2
    assert value(mock, "tag") == "t2"


def test_an_update_bears_the_version_and_returns_the_record(mock, acme):
    mock.post(URL, body=one("<Number>7</Number><Revision>r2</Revision>"))
    (receipt,) = acme.push([update()])
    assert receipt.outcome is Outcome.SENT
    assert receipt.record.payload == {"Number": 7, "Revision": "r2"}
    assert (value(mock, "Number"), value(mock, "Revision")) == ("7", "r1")


def test_an_update_of_a_record_never_seen_reads_its_version_first(mock, acme):
    mock.post(URL, body=one("<Number>7</Number><Revision>r9</Revision>"))
    mock.post(URL, body=one("<Number>7</Number>"))
    assert acme.push([update(base=None)])[0].outcome is Outcome.SENT
    assert value(mock, "Revision") == "r9"


def test_a_stale_version_is_known_by_the_text_of_the_fault(mock, acme):
    mock.post(URL, body=fault("a:Conflict", "Alas, Somebody was faster."), status=500)
    mock.post(URL, body=one("<Number>7</Number><Revision>r5</Revision>"))
    (receipt,) = acme.push([update()])
    assert receipt.outcome is Outcome.STALE
    assert receipt.record.payload["Revision"] == "r5"


@pytest.mark.parametrize("status", [200, 500])
def test_a_fault_of_the_application_refuses_the_change_and_tells_no_personal_data(
    mock, acme, status
):
    mock.post(URL, body=fault("a:BadName"), status=status)
    (receipt,) = acme.push([update()])
    assert receipt.outcome is Outcome.REJECTED
    assert receipt.reason == "shop: update 7: BadName"


def test_a_fault_of_the_server_is_trouble_that_may_pass(mock, acme, naps):
    mock.post(URL, body=fault("s:Server"), status=500)
    (receipt,) = acme.push([update()])
    assert receipt.outcome is Outcome.FAILED
    assert len(naps) == 3


def test_a_soap_1_2_fault_is_known_too(mock, open_profile):
    text = PROFILE.replace("errors: {", "errors: {code: Code.Value, message: Reason.Text, ")
    ns = "http://www.w3.org/2003/05/soap-envelope"
    body = (
        f'<s:Envelope xmlns:s="{ns}"><s:Body><s:Fault><s:Code><s:Value>s:Odd</s:Value></s:Code>'
        "<s:Reason><s:Text>x</s:Text></s:Reason></s:Fault></s:Body></s:Envelope>"
    )
    mock.post(URL, body=body, status=500)
    assert open_profile(text, URL).push([update()])[0].reason == "shop: update 7: Odd"


def test_a_create_bears_our_reference_and_is_not_repeated_by_itself(mock, acme):
    mock.post(URL, body=one("<Number>8</Number>"))
    (receipt,) = acme.push([create()])
    assert receipt.record.key.id == "8"
    assert value(mock, "Tag") == "cus_1"
    mock.replace("POST", URL, status=500)
    before = len(mock.calls)
    assert acme.push([create()])[0].outcome is Outcome.FAILED
    assert len(mock.calls) == before + 1


def test_a_doubtful_create_is_looked_up_by_reference(mock, acme):
    mock.post(URL, body=people(person(1, "<Tag>cus_9</Tag>"), person(2, "<Tag>cus_1</Tag>")))
    (receipt,) = acme.push([create(doubtful=True)])
    assert receipt.record.key.id == "2"
    assert value(mock, "tag") == "cus_1"


def test_a_create_whose_answer_is_empty_is_looked_up_or_not_called_sent(mock, acme):
    mock.post(URL, body=one())
    mock.post(URL, body=people())
    assert acme.push([create()])[0].outcome is Outcome.FAILED


def test_a_lookup_that_answers_with_a_fault_finds_nobody(mock, acme):
    mock.post(URL, body=fault("NoSuchPerson"), status=500)
    mock.post(URL, body=one("<Number>8</Number>"))
    assert acme.push([create(doubtful=True)])[0].record.key.id == "8"


@pytest.mark.parametrize(
    "fields", [{"Nope": 1}, {"Name": "bell \x07"}, {"Mail": [{"Main": True}]}, {"Name": {"a": 1}}]
)
def test_a_change_that_the_wsdl_has_no_room_for_is_refused(mock, acme, fields):
    (receipt,) = acme.push([update(fields=fields)])
    assert receipt.outcome is Outcome.REJECTED
    assert "no room" in receipt.reason


def test_reading_back_leaves_out_what_is_gone(mock, acme):
    mock.post(URL, body=one("<Number>1</Number>"))
    mock.post(URL, body=one())
    mock.post(URL, body=fault("NoSuchPerson"), status=500)
    assert [it.key.id for it in acme.read_back(["1", "2", "3"])] == ["1"]


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + people(person(1)).replace(
    ">1<", ">&b;<"
)


@pytest.mark.parametrize(
    "body", [BOMB, "<!DOCTYPE html><html><body>Log in</body></html>", people()[:90], "", "<a/>"]
)
def test_an_answer_that_is_no_envelope_is_trouble_that_may_pass(mock, acme, body):
    mock.post(URL, body=body)
    with pytest.raises(TransientError, match="with no SOAP envelope"):
        acme.check()


@pytest.mark.parametrize(
    ("status", "error"), [(401, ConfigError), (404, ConfigError), (502, TransientError)]
)
def test_a_status_without_an_envelope_says_what_to_do(mock, acme, status, error):
    mock.post(URL, status=status)
    with pytest.raises(error, match=str(status)):
        acme.check()


def test_an_operation_that_the_wsdl_lacks_is_named_with_those_it_has(mock, open_profile):
    with pytest.raises(ConfigError, match="no operation 'listAll'; it has: findPeople, getPerson"):
        open_profile(PROFILE.replace("operation: findPeople", "operation: listAll"), URL).check()


@pytest.mark.parametrize(
    ("wsdl", "reason"),
    [
        ("<html>Log in</html>", "no SOAP service; check url"),
        ("not xml", "can't be used"),
        ('<!DOCTYPE d [<!ENTITY a "b">]>' + WSDL.partition("?>")[2], "can't be used"),
        (WSDL.replace("soap:binding", "soap:blinding"), "can't be used|no SOAP service"),
        (
            WSDL.replace(
                "<types>",
                '<import namespace="urn:x" location="http://evil.example/x.wsdl"/><types>',
            ),
            r"imports from another place \(evil.example\)",
        ),
    ],
)
def test_a_wsdl_that_cannot_be_trusted_is_refused(mock, acme, wsdl, reason):
    mock.replace("GET", f"{URL}?wsdl", body=wsdl)
    with pytest.raises(ConfigError, match=reason):
        acme.check()
    assert all("evil" not in call.request.url for call in mock.calls)


@pytest.mark.parametrize(("status", "error"), [(404, ConfigError), (503, TransientError)])
def test_a_wsdl_that_is_not_served_says_what_to_do(mock, acme, status, error):
    mock.replace("GET", f"{URL}?wsdl", status=status)
    with pytest.raises(error, match="load the WSDL"):
        acme.check()


def test_a_wsdl_file_beside_the_profile_needs_no_server(open_profile, tmp_path: Path):
    (tmp_path / "acme.wsdl").write_text(WSDL, encoding="utf-8")
    text = PROFILE.replace("engine: soap", "engine: soap\nwsdl: acme.wsdl")
    with responses.RequestsMock() as mock:
        mock.post(URL, body=people())
        open_profile(text, URL).check()
        assert len(mock.calls) == 1


@pytest.mark.parametrize("location", ["/etc/hostname", "http://evil.example/x.wsdl", "gone.wsdl"])
def test_a_wsdl_file_imports_only_from_its_own_folder(open_profile, tmp_path: Path, location):
    text = WSDL.replace("<types>", f'<import namespace="urn:x" location="{location}"/><types>')
    (tmp_path / "acme.wsdl").write_text(text, encoding="utf-8")
    profile = PROFILE.replace("engine: soap", "engine: soap\nwsdl: acme.wsdl")
    with pytest.raises(ConfigError, match=r"imports from another place|can't be read"):
        open_profile(profile, URL).check()


COPY = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:x"/>'
IMPORTING = WSDL.replace(
    "<types>",
    '<types><xs:schema targetNamespace="urn:y"><xs:import namespace="urn:x" '
    'schemaLocation="http://elsewhere.example/x.xsd"/></xs:schema>',
)


def test_a_local_copy_is_read_instead_of_an_import_from_elsewhere(mock, open_profile, tmp_path):
    (tmp_path / "x.xsd").write_text(COPY, encoding="utf-8")
    mock.replace("GET", f"{URL}?wsdl", body=IMPORTING)
    mock.post(URL, body=people())
    copies = '{copies: {"http://elsewhere.example/x.xsd": x.xsd}}'
    text = PROFILE.replace("engine: soap", f"engine: soap\nwsdl_imports: {copies}")
    open_profile(text, URL).check()
    assert all("elsewhere" not in call.request.url for call in mock.calls)


def test_an_import_from_a_host_that_is_allowed_gets_no_credential(mock, open_profile):
    mock.replace("GET", f"{URL}?wsdl", body=IMPORTING)
    mock.get("http://elsewhere.example/x.xsd", body=COPY)
    mock.post(URL, body=people())
    hosts = "{hosts: [elsewhere.example]}"
    text = PROFILE.replace("engine: soap", f"engine: soap\nwsdl_imports: {hosts}")
    open_profile(text, URL).check()
    sent = {call.request.url: call.request.headers.get("Authorization") for call in mock.calls}
    assert sent.pop("http://elsewhere.example/x.xsd") is None
    assert all(sent.values())


@pytest.mark.parametrize("digest", ["true", "false"])
def test_a_letter_bears_a_username_token(mock, open_profile, digest):
    mock.post(URL, body=people())
    auth = f"auth: {{kind: wsse, digest: {digest}}}"
    open_profile(PROFILE.replace("engine: soap", f"engine: soap\n{auth}"), URL).check()
    request = mock.calls[-1].request
    assert b"UsernameToken" in request.body
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
