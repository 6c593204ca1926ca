"""What holds for any payload and any golden values, whatever the vendor."""

import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.errors import RecordError
from hub.model import (
    Address,
    Attributes,
    Consent,
    ConsentState,
    Identifier,
    Key,
    Kind,
    PersonName,
    SourceRecord,
)
from mapping.mapfile import read_map
from mapping.paths import parse_path, place
from mapping.recordmap import load_map

VENDORS = ("dynamics_nav", "woocommerce", "mailchimp", "legacy_crm")
MAPS = {name: load_map(name, region="DE", language="de") for name in VENDORS}
KEY = Key("a channel", "1")

NASTY = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=30),
    st.text(st.characters(categories=["Cc", "Cs", "Cf", "Lu"]), max_size=6),
    st.sampled_from(
        ["\x00", "\ud800", "x" * 5_000, "31.02.2020", "0001-01-01", "[]", "a@b", "Ã¼", "Mc\u0307I"]
    ),
    st.just([]),
    st.just({}),
    st.lists(st.dictionaries(st.sampled_from(["key", "value"]), st.text(max_size=3)), max_size=2),
)
PLAUSIBLE = st.one_of(
    NASTY,
    st.sampled_from(
        [
            "P", "C", "Person", "Company", "subscribed", "unsubscribed", "Y", "N", "D", "DEU",
            "Anna", "Müller", "MUELLER, ANNA DR", "王小明", "Brunnen GmbH", "a@example.org",
            "030 1234567", "+4915123456789", "DE136695976", "Berlin", "de_DE", "1980-02-29",
            "29.02.1980", "2026-01-31T10:20:30",
        ]
    ),
)  # fmt: skip


def payloads(name):
    """Payloads in the vendor's shape with anything in their fields."""
    file = read_map(name)
    paths = sorted({line.path for line in (*file.fields, *file.consents)})
    paths += [file.kind.path] if file.kind else []

    def build(values):
        payload = {}
        for path, value in values.items():
            try:
                place(payload, parse_path(path), value)
            except (AttributeError, TypeError):
                continue  # a drawn value stands where an object should
        return payload

    return st.dictionaries(st.sampled_from(paths), PLAUSIBLE, max_size=12).map(build)


PARTS = st.one_of(
    st.none(), st.sampled_from(["Anna", "Müller", "van", "Dr.", "Jr.", "O'Brien", "李", "SATO"]),
    st.text("abÄß -.,'", min_size=1, max_size=9).map(str.strip).filter(bool),
)  # fmt: skip
ADDRESSES = st.builds(
    Address,
    street=PARTS,
    extra=PARTS,
    postcode=st.none() | st.just("10115"),
    locality=PARTS,
    region=PARTS,
    country=st.sampled_from([None, "DE", "US", "CN"]),
)
E_MAILS = st.sampled_from(["a@example.org", "B@example.org", "c@example.org"])
ATTRIBUTES = st.builds(
    Attributes,
    kind=st.sampled_from(Kind),
    name=st.none() | st.builds(PersonName, prefix=PARTS, given=PARTS, middle=PARTS, family=PARTS,
                               suffix=PARTS),
    organisation=PARTS,
    emails=st.lists(E_MAILS, unique=True, max_size=3).map(tuple),
    phones=st.lists(st.sampled_from(["+49301234567", "+4915123456789", "+12125550123"]),
                    unique=True, max_size=3).map(tuple),
    addresses=st.lists(ADDRESSES, max_size=2).map(tuple),
    identifiers=st.lists(st.sampled_from([Identifier(kind="vat", value="DE136695976"),
                                          Identifier(kind="tax", value="18181508155")]),
                         unique=True).map(tuple),
    birth_date=st.none() | st.dates(date(1930, 1, 1), date(2020, 1, 1)),
    language=st.sampled_from([None, "de", "zh", "sw"]),
    consents=st.lists(st.builds(Consent, contact=E_MAILS.map(str.lower),
                                purpose=st.just("newsletter"),
                                state=st.sampled_from(ConsentState)), max_size=2).map(tuple),
)  # fmt: skip


def read(name, payload):
    try:
        return MAPS[name].read(SourceRecord(KEY, payload))
    except RecordError:
        return None


@pytest.mark.parametrize("name", VENDORS)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_any_payload_is_a_customer_or_quarantine_and_never_an_accident(name, data):
    customer = read(name, data.draw(payloads(name)))
    if customer is not None:
        stored = customer.model_dump_json().encode()
        assert b"\\u0000" not in stored
        assert type(customer).model_validate_json(stored) == customer


@pytest.mark.parametrize("name", VENDORS)
@settings(max_examples=40, deadline=None)
@given(
    payload=st.recursive(
        NASTY,
        lambda inner: st.dictionaries(st.text(max_size=5), inner, max_size=4),
        max_leaves=8,
    ).filter(lambda value: isinstance(value, dict))
)
def test_any_json_at_all_is_a_customer_or_quarantine(name, payload):
    read(name, payload)


@pytest.mark.parametrize("name", VENDORS)
@settings(max_examples=40, deadline=None)
@given(data=st.data(), wanted=ATTRIBUTES)
def test_writing_twice_equals_writing_once(name, data, wanted):
    record_map, payload = MAPS[name], data.draw(payloads(name))
    if read(name, payload) is None:
        return
    fields = record_map.write(wanted, record_map.writable, payload)
    json.dumps(fields)
    laid = record_map.overlay(payload, fields)
    after = read(name, laid)
    again = record_map.overlay(laid, record_map.write(wanted, record_map.writable, laid))
    assert read(name, again) == after


@pytest.mark.parametrize("name", VENDORS)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_what_a_record_says_itself_is_never_written_differently(name, data):
    record_map, payload = MAPS[name], data.draw(payloads(name))
    own = read(name, payload)
    if own is None:
        return
    laid = record_map.overlay(payload, record_map.write(own, record_map.writable, payload))
    assert read(name, laid) == own


@pytest.mark.parametrize("name", VENDORS)
@settings(max_examples=40, deadline=None)
@given(wanted=ATTRIBUTES)
def test_a_new_record_reads_the_same_once_it_is_written_again(name, wanted):
    record_map = MAPS[name]
    fields = record_map.write(wanted, record_map.writable)
    made = read(name, fields)
    if made is not None:
        again = record_map.overlay(fields, record_map.write(wanted, record_map.writable, fields))
        assert read(name, again) == made


def leaves(fields):
    for value in fields.values() if isinstance(fields, dict) else fields:
        yield from leaves(value) if isinstance(value, dict | list) else [value]


@pytest.mark.parametrize("name", VENDORS)
@settings(max_examples=40, deadline=None)
@given(wanted=ATTRIBUTES)
def test_only_text_is_written_and_never_a_null(name, wanted):
    assert all(
        isinstance(leaf, str) for leaf in leaves(MAPS[name].write(wanted, MAPS[name].writable))
    )
