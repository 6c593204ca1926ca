from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
import requests
from lxml import etree
from zeep.exceptions import Fault

from sandbox.erp import NAMESPACE
from sandbox.records.card import FIELDS, make_key

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"


def envelope(inner, prolog="", namespace=SOAP):
    return f'{prolog}<Envelope xmlns="{namespace}"><Body>{inner}</Body></Envelope>'.encode()


def post(erp_http, body, operation="Read", content_type="text/xml; charset=utf-8"):
    headers = {"SOAPAction": f'"{NAMESPACE}:{operation}"', "Content-Type": content_type}
    return erp_http("POST", data=body, headers=headers)


def fault_of(response):
    assert response.status_code == 500
    assert response.headers["Content-Type"].startswith("text/xml")
    fault = etree.fromstring(response.content).find(f".//{{{SOAP}}}Fault")
    return fault.findtext("faultcode"), fault.findtext("faultstring")


def read_all(erp, size, **arguments):
    """Follow the bookmarks to the end, as a client does."""
    numbers, bookmark = [], None
    while page := erp.ReadMultiple(bookmarkKey=bookmark, setSize=size, **arguments):
        numbers += [record["No"] for record in page]
        bookmark = page[-1]["Key"]
    return numbers


def only(field, criteria):
    return [{"Field": field, "Criteria": criteria}]


def test_the_wsdl_names_the_operations_the_fields_and_the_address_that_was_used(erp_http):
    wsdl = erp_http.get("", wsdl="")
    tree = etree.fromstring(wsdl.content)

    assert wsdl.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert tree.find(".//{*}service/{*}port/{*}address").get("location") == erp_http.base
    operations = [each.get("name") for each in tree.iterfind("{*}portType/{*}operation")]
    assert operations == ["Read", "ReadMultiple", "IsUpdated", "Create", "Update"]
    customer = tree.find(".//{*}complexType[@name='Customer']")
    assert tuple(each.get("name") for each in customer.iter("{*}element")) == FIELDS


def test_read_answers_the_whole_record_with_its_text_unharmed(erp):
    record = erp.Read("C10001")
    assert record["Name"] == "Muster & Söhne <10001>"
    assert record["Last_Date_Modified"] == date(2026, 1, 1)
    assert record["Birth_Date"] is None


def test_an_unknown_number_is_nothing_and_not_a_fault(erp):
    assert erp.Read("C99999") is None


def test_bookmarks_lead_through_all_records_once_in_order(erp):
    assert read_all(erp, 3) == [f"C{number}" for number in range(10_001, 10_009)]


def test_a_bookmark_holds_after_its_record_was_changed(erp):
    first = erp.ReadMultiple(setSize=2)
    erp.Update({"Key": first[-1]["Key"], "City": "Bonn"})
    assert erp.ReadMultiple(bookmarkKey=first[-1]["Key"], setSize=1)[0]["No"] == "C10003"


def test_set_size_zero_means_all_up_to_the_limit_of_the_server(erp, monkeypatch):
    assert len(erp.ReadMultiple(setSize=0)) == 8
    monkeypatch.setattr("sandbox.erp.MAX_SET_SIZE", 4)
    assert len(erp.ReadMultiple(setSize=0)) == 4
    assert len(erp.ReadMultiple(setSize=9)) == 4


@pytest.mark.parametrize(
    ("filters", "numbers"),
    [
        (only("No", "C10003"), [3]),
        (only("No", "C10003|C10005"), [3, 5]),
        (only("No", "C10006.."), [6, 7, 8]),
        (only("Last_Date_Modified", "2026-01-02..2026-01-03"), [2, 3]),
        (only("Last_Date_Modified", ">=2026-01-07"), [7, 8]),
        (only("City", "''") + only("Type", "Company"), [2, 4, 6]),
        (only("E_Mail", "nobody@example.com"), []),
    ],
)
def test_filters_are_in_the_language_of_the_vendor_and_all_must_hold(erp, filters, numbers):
    assert read_all(erp, 50, filter=filters) == [f"C{10_000 + number}" for number in numbers]


def test_create_numbers_dates_and_completes_the_record(erp, sandbox):
    made = erp.Create({"Type": "Person", "Name": "?", "First_Name": "Jo", "Surname": "Ng"})
    assert made["No"] == "C10009"
    assert made["Name"] == "Jo Ng"
    assert made["Blocked"] == "_blank_"
    assert made["Created_Date"] == made["Last_Date_Modified"] == date(2026, 3, 1)
    assert erp.Read("C10009") == made
    assert sandbox.erp.stats().writes == 1


def test_a_number_of_ones_own_is_refused_and_uses_up_none(erp):
    with pytest.raises(Fault, match="may not enter numbers manually"):
        erp.Create({"No": "C5", "Name": "x"})
    assert erp.Create({"Name": "x"})["No"] == "C10009"


def test_update_keeps_what_is_not_sent_and_gives_a_new_key(erp):
    before = erp.Read("C10008")
    after = erp.Update({"Key": before["Key"], "Middle_Name": "King", "Birth_Date": "1980-03-01"})
    assert after["Name"] == "Ada King Byron"
    assert after["Surname"] == "Byron"
    assert after["Birth_Date"] == date(1980, 3, 1)
    assert after["Last_Date_Modified"] == date(2026, 3, 1)
    assert after["Created_Date"] == date(2020, 1, 1)
    assert after["Key"] != before["Key"]
    assert erp.Read("C10008") == after


def test_a_stale_key_is_refused_and_nothing_is_written(erp):
    key = erp.Read("C10001")["Key"]
    erp.Update({"Key": key, "City": "Bonn"})
    with pytest.raises(Fault, match="Other user has modified") as refused:
        erp.Update({"Key": key, "City": "Ulm"})
    assert refused.value.code.endswith("ServiceBrokerException")
    assert erp.Read("C10001")["City"] == "Bonn"


def test_is_updated_tells_whether_a_key_is_stale(erp):
    key = erp.Read("C10001")["Key"]
    assert erp.IsUpdated(key) is False
    erp.Update({"Key": key, "City": "Bonn"})
    assert erp.IsUpdated(key) is True


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"Blocked": "Perhaps"}, "NavEvaluateException"),
        ({"Type": "Robot"}, "NavEvaluateException"),
        ({"E_Mail": "a" * 81}, "NavNCLStringLengthExceededException"),
        ({"Name": "a" * 101}, "NavNCLStringLengthExceededException"),
    ],
)
def test_what_the_server_does_not_accept_is_a_fault(erp, sandbox, fields, code):
    with pytest.raises(Fault) as refused:
        erp.Update({"Key": erp.Read("C10001")["Key"], **fields})
    assert refused.value.code.endswith(code)
    assert sandbox.erp.stats().writes == 0


def test_a_name_of_100_and_an_email_of_80_characters_are_accepted(erp):
    made = erp.Create({"Name": "n" * 100, "E_Mail": "e" * 80})
    assert (len(made["Name"]), len(made["E_Mail"])) == (100, 80)


def test_a_persons_parts_together_may_not_be_longer_than_the_name(erp):
    with pytest.raises(Fault, match="less than or equal to 100"):
        erp.Create({"Type": "Person", "First_Name": "a" * 60, "Surname": "b" * 60})


@pytest.mark.parametrize(
    ("operation", "inner", "told"),
    [
        ("Update", "<Customer><Key>nonsense</Key></Customer>", "not a valid record key"),
        ("Update", "<Customer><Key>8;QwA5AA==;1;</Key></Customer>", "does not exist"),
        ("Update", "<Customer><Nonsense>1</Nonsense></Customer>", "no field 'Nonsense'"),
        ("Update", "<Customer><Birth_Date>1980-2-3</Birth_Date></Customer>", "Birth_Date"),
        ("Create", "", "Customer is missing"),
        ("IsUpdated", "", "not a valid record key"),
        ("ReadMultiple", "", "setSize"),
        ("ReadMultiple", "<setSize>-1</setSize>", "setSize"),
        ("ReadMultiple", "<bookmarkKey>x</bookmarkKey><setSize>1</setSize>", "record key"),
        ("ReadMultiple", "<filter><Field>Key</Field></filter>", "can't be filtered"),
        (
            "ReadMultiple",
            "<filter><Field>No</Field><Criteria>C*</Criteria></filter>",
            "wildcards",
        ),
        ("Delete", "<Key>1</Key>", "operation"),
    ],
)
def test_a_wrong_call_is_a_fault_that_names_what_is_wrong(erp_http, operation, inner, told):
    body = envelope(f'<{operation} xmlns="{NAMESPACE}">{inner}</{operation}>')
    assert told in fault_of(post(erp_http, body, operation))[1]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"<Envelope", "s:Client"),
        (b"", "s:Client"),
        (envelope(""), "s:Client"),
        (envelope("<Read/><Read/>"), "s:Client"),
        (f'<Envelope xmlns="{SOAP}"/>'.encode(), "s:Client"),
        (envelope("<Read><No>C10001</No></Read>"), "s:Client"),
        (envelope(f'<Read xmlns="{NAMESPACE}"><No xmlns="urn:x">1</No></Read>'), "s:Client"),
        (
            envelope("<x/>", namespace="http://www.w3.org/2003/05/soap-envelope"),
            "s:VersionMismatch",
        ),
        (envelope(f'<Update xmlns="{NAMESPACE}"/>'), "a:ActionNotSupported"),
    ],
)
def test_what_is_no_proper_soap_message_is_a_fault(erp_http, body, code):
    assert fault_of(post(erp_http, body))[0] == code


LAUGHS = "".join(
    f'<!ENTITY {name} "{10 * f"&{before};"}">'
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
BOMB = f'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">{LAUGHS}]>'


@pytest.mark.parametrize(
    ("doctype", "entity"),
    [
        ("<!DOCTYPE x>", ""),
        ('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>', "&e;"),
        ('<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">', ""),
        (BOMB, "&i;"),
    ],
)
def test_entities_and_document_types_are_refused_unread(erp_http, doctype, entity):
    read = f'<Read xmlns="{NAMESPACE}"><No>{entity}</No></Read>'
    code, message = fault_of(post(erp_http, envelope(read, prolog=doctype)))
    assert code == "s:Client"
    assert len(message) < 100


def test_comments_and_prefixes_are_as_good_as_any_xml(erp_http):
    inner = f'<!-- hi --><n:Read xmlns:n="{NAMESPACE}"><n:No>C1<!-- - -->0001</n:No></n:Read>'
    assert b"Muster &amp; S" in post(erp_http, envelope(inner)).content


def test_of_many_who_update_with_one_key_exactly_one_succeeds(erp_http, sandbox):
    key = make_key("C10001", 1)
    customer = f"<Customer><Key>{key}</Key><City>Bonn</City></Customer>"
    body = envelope(f'<Update xmlns="{NAMESPACE}">{customer}</Update>')

    def update(_):
        with requests.Session() as session:
            session.auth = erp_http.session.auth
            headers = {"SOAPAction": f"{NAMESPACE}:Update", "Content-Type": "text/xml"}
            return session.post(erp_http.base, body, headers=headers, timeout=10).status_code

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(update, range(16)))
    assert sorted(answers) == [200] + [500] * 15
    assert sandbox.erp.stats().writes == 1


def test_a_wrong_password_is_an_empty_401_that_asks_for_basic(erp_http):
    answer = requests.get(f"{erp_http.base}?wsdl", auth=("goldenrod", "wrong"), timeout=10)
    assert answer.status_code == 401
    assert answer.content == b""
    assert answer.headers["WWW-Authenticate"].startswith("Basic ")
    assert requests.get(f"{erp_http.base}?wsdl", timeout=10).status_code == 401


def test_only_soap_by_post_is_served(erp_http):
    assert erp_http("PUT").status_code == 405
    assert erp_http("GET").status_code == 405
    assert erp_http("GET", "/Other").status_code == 404
    assert post(erp_http, b"{}", content_type="application/json").status_code == 415
