"""The sandbox on a few invented records, a clock that stands still, and strangers' clients."""

from datetime import UTC, datetime
from hashlib import md5

import pytest
import requests
import zeep
from zeep.transports import Transport

from sandbox.serving import Sandbox

NOW = datetime(2026, 3, 1, 12, 30, 15, 999, tzinfo=UTC)


class Rest:
    """A client of one REST system: paths below its base, one login, closed by its fixture."""

    def __init__(self, base, login):
        self.base = base
        self.session = requests.Session()
        self.session.auth = login

    def __call__(self, method, path="", **arguments):
        return self.session.request(method, self.base + path, timeout=10, **arguments)

    def get(self, path, **params):
        return self("GET", path, params=params)


@pytest.fixture
def erp_records():
    """Seven companies, C10001 to C10007, and the person C10008."""
    companies = [
        {
            "No": f"C{number}",
            "Type": "Company",
            "Name": f"Muster & Söhne <{number}>",
            "City": "Köln" if number % 2 else "",
            "E_Mail": f"{number}@example.com",
            "Birth_Date": None,
            "Blocked": "_blank_",
            "Created_Date": "2020-01-01",
            "Last_Date_Modified": f"2026-01-{number - 10_000:02}",
        }
        for number in range(10_001, 10_008)
    ]
    person = {
        "No": "C10008",
        "Type": "Person",
        "Name": "Ada Byron",
        "First_Name": "Ada",
        "Surname": "Byron",
        "Birth_Date": "1980-02-29",
        "Blocked": "_blank_",
        "Created_Date": "2020-01-01",
        "Last_Date_Modified": "2026-01-08",
    }
    return [*companies, person]


@pytest.fixture
def shop_records():
    """Twelve accounts, 101 to 112; the last one is a subscriber, not a customer."""
    return [
        {
            "id": number,
            "date_created_gmt": "2025-01-01T00:00:00",
            "date_modified_gmt": None,
            "email": f"Kunde{number}@Example.com",
            "first_name": "Żaneta",
            "last_name": "Nowak",
            "role": "subscriber" if number == 112 else "customer",
            "username": f"kunde{number}",
            "billing": {"city": "Łódź", "postcode": "90-001", "email": "", "phone": "123"},
            "shipping": {"city": ""},
            "is_paying_customer": False,
            "meta_data": [{"id": number * 10, "key": "locale", "value": "pl_PL"}],
        }
        for number in range(101, 113)
    ]


@pytest.fixture
def mail_records():
    """Five members, a to e, changed one a day from 1 January 2026; e has unsubscribed."""
    return [
        {
            "id": md5(f"{name}@example.com".encode(), usedforsecurity=False).hexdigest(),
            "email_address": f"{name.upper()}@example.com",
            "contact_id": name,
            "full_name": "Li Wei",
            "email_type": "html",
            "status": "unsubscribed" if name == "e" else "subscribed",
            "merge_fields": {"FNAME": "Li", "LNAME": "Wei", "HUBID": "", "ADDRESS": ""},
            "language": "zh",
            "timestamp_signup": "2025-01-01T00:00:00+00:00",
            "timestamp_opt": "2025-01-01T00:00:00+00:00",
            "last_changed": f"2026-01-0{day}T08:00:00+00:00",
            "list_id": "customers",
            "tags": [],
        }
        for day, name in enumerate("abcde", 1)
    ]


@pytest.fixture
def crm_records():
    return [
        {
            "CUST_NO": 20_001,
            "CUST_TYPE": "P",
            "CUST_NAME": "MÜLLER, ANNA DR",
            **dict.fromkeys(("CONTACT", "STREET", "ZIP", "CITY", "CTRY", "TEL1", "TEL2"), ""),
            **dict.fromkeys(("EMAIL", "LANG", "TAXNO", "EXT_REF", "NOTES"), ""),
            "BIRTH": "00.00.0000",
            "OPTOUT": "N",
            "DEL_FLAG": "Y",
            "CREATED": "2001-01-01 00:00:00",
            "UPDATED": "2001-01-01 00:00:00",
        }
    ]


@pytest.fixture
def sandbox(tmp_path, erp_records, shop_records, mail_records, crm_records):
    with Sandbox.start(
        tmp_path / "new",
        erp=erp_records,
        shop=shop_records,
        mail=mail_records,
        crm=crm_records,
        now=lambda: NOW,
    ) as running:
        yield running


@pytest.fixture
def erp_http(sandbox):
    """The ERP by plain HTTP."""
    client = Rest(sandbox.environment["GOLDENROD_ERP_URL"], ("goldenrod", "sandbox"))
    with client.session:
        yield client


@pytest.fixture
def erp(erp_http):
    """The ERP as zeep offers it."""
    transport = Transport(session=erp_http.session, operation_timeout=10)
    return zeep.Client(f"{erp_http.base}?wsdl", transport=transport).service


@pytest.fixture
def shop(sandbox):
    client = Rest(sandbox.environment["GOLDENROD_SHOP_URL"], ("ck_sandbox", "cs_sandbox"))
    with client.session:
        yield client


@pytest.fixture
def mail(sandbox):
    client = Rest(sandbox.environment["GOLDENROD_MAIL_URL"], ("anybody", "sandbox"))
    with client.session:
        yield client
