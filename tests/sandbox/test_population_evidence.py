"""The data is fair: two records of one customer nearly always share two things, dirty or not."""

import re
import unicodedata
from collections import Counter
from itertools import chain

import ftfy
import pytest
from anyascii import anyascii

from hub.model import Key
from sandbox.population import generate
from sandbox.world.contacts import flat

ID_FIELDS = {"erp": "No", "shop": "id", "mail": "id", "crm": "CUST_NO"}
JUNK = {"test@test.com", "none@example.com", "noemail@example.com", "x@x"}
PHONE_TAIL = 7


def told(channel, payload):
    """Return name, e-mail, phones, birth date, street, postcode and VAT number of a payload."""
    if channel == "erp":
        fields = "Name E_Mail Phone_No Mobile_Phone_No Birth_Date Address Post_Code"
        name, email, *phones, birth, street, postcode = (payload[f] or "" for f in fields.split())
        return name, email, phones, birth, street, postcode, payload["VAT_Registration_No"]
    if channel == "shop":
        bill, meta = payload["billing"], {m["key"]: m["value"] for m in payload["meta_data"]}
        name = bill["company"] or f"{bill['first_name']} {bill['last_name']}"
        vat, birth = meta.get("vat_number", ""), meta.get("birth_date", "")
        street, postcode = bill["address_1"], bill["postcode"]
        return name, payload["email"], [bill["phone"]], birth, street, postcode, vat
    if channel == "mail":
        merge, email = payload["merge_fields"], payload["email_address"]
        home = merge["ADDRESS"] or {"addr1": "", "zip": ""}
        name = merge["COMPANY"] or payload["full_name"]
        return name, email, [merge["PHONE"]], merge["BIRTHDATE"], home["addr1"], home["zip"], ""
    birth = "-".join(reversed(payload["BIRTH"].split(".")))
    phones = [payload["TEL1"], payload["TEL2"]]
    return (
        *(payload["CUST_NAME"], payload["EMAIL"], phones, birth),
        *(payload["STREET"], payload["ZIP"], payload["TAXNO"]),
    )


def evidence(channel, payload):
    """Return what a payload says, coarse enough to survive its dirt, as a set of (kind, value)."""
    name, email, phones, birth, street, postcode, vat = told(channel, payload)
    words = re.findall(r"\w+", flat(anyascii(ftfy.fix_text(name))).lower())
    said = [("name", word[:3]) for word in words]
    digits = [re.sub(r"\D", "", unicodedata.normalize("NFKC", phone)) for phone in phones]
    said += [("phone", number[-PHONE_TAIL:]) for number in digits if len(number) > PHONE_TAIL]
    numbers, code = (
        re.findall(r"\d+", street),
        re.sub(r"\D", "", unicodedata.normalize("NFKC", postcode)),
    )
    if numbers and code != "00000":
        said.append(("address", f"{code[:2]} {numbers[-1]}"))
    if email.strip().lower() not in JUNK and "@" in email:
        said.append(("email", email.strip().lower()))
    if birth and not birth.startswith(("0000", "0001", "1753", "1900")):
        said.append(("birth", birth))
    return {*said, ("vat", vat)} if vat else set(said)


@pytest.fixture(scope="module")
def shared():
    """The number of kinds of evidence that each duplicate pair shares."""
    world = generate(seed=1, records=2000)
    said = {
        Key(channel, str(payload[ID_FIELDS[channel]])): evidence(channel, payload)
        for channel, payloads in world.channels.items()
        for payload in payloads
    }
    return [
        len({kind for kind, _ in said[left] & said[right]}) for left, right in world.duplicates()
    ]


def test_nearly_all_duplicates_share_two_kinds_of_evidence(shared):
    assert sum(count >= 2 for count in shared) / len(shared) > 0.95


def test_some_duplicates_are_hard(shared):
    counts = Counter(shared)
    assert counts[0] + counts[1] >= 10
    assert counts[2] / len(shared) > 0.1


def test_the_systems_agree_on_no_field_list():
    """Each vendor's record has its own fields, and all records of one have the same."""
    world = generate(seed=1, records=200)
    shapes = {channel: {tuple(p) for p in payloads} for channel, payloads in world.channels.items()}
    assert all(len(fields) == 1 for fields in shapes.values())
    assert len(set(chain.from_iterable(shapes.values()))) == 4
