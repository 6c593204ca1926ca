import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.clock import new_id, now
from hub.errors import RecordError, TransientError
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

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def test_a_key_is_read_back_from_its_text_even_with_colons_in_the_id():
    assert Key.parse("erp:a:b") == Key("erp", "a:b")
    assert str(Key("erp", "a:b")) == "erp:a:b"


@pytest.mark.parametrize("text", ["", "erp", "erp:", ":1"])
def test_a_text_that_is_no_key_is_refused(text):
    with pytest.raises(ValueError, match="channel:id"):
        Key.parse(text)


@given(st.dictionaries(st.text(), JSON, max_size=5))
def test_the_fingerprint_does_not_depend_on_the_order_of_fields(payload):
    turned = dict(reversed(payload.items()))
    key = Key("erp", "1")
    assert SourceRecord(key, payload).fingerprint() == SourceRecord(key, turned).fingerprint()


def test_the_fingerprint_sees_values_and_deletion():
    record = SourceRecord(Key("erp", "1"), {"a": "1"})
    assert record.fingerprint() != record._replace(payload={"a": "2"}).fingerprint()
    assert record.fingerprint() != record._replace(deleted=True).fingerprint()


def test_null_and_absent_are_different_payloads():
    key = Key("erp", "1")
    assert SourceRecord(key, {"a": None}).fingerprint() != SourceRecord(key, {}).fingerprint()


def test_a_person_is_called_by_the_name_in_its_order():
    name = PersonName(prefix="Dr.", given="Anna", family="Weiß", suffix="Jr.")
    assert Attributes(name=name).display_name == "Dr. Anna Weiß Jr."


def test_an_organisation_is_called_by_its_own_name_not_by_its_contact():
    both = Attributes(
        kind=Kind.ORGANISATION, organisation="Weiß GmbH", name=PersonName(given="Anna")
    )
    assert both.display_name == "Weiß GmbH"
    assert both.model_copy(update={"organisation": None}).display_name == "Anna"


def test_a_person_known_only_by_the_firm_is_called_by_it():
    assert Attributes(organisation="Weiß GmbH").display_name == "Weiß GmbH"
    assert Attributes().display_name == "(no name)"


def test_an_address_is_shown_on_one_line_without_gaps():
    address = Address(street="Hauptstr. 1", postcode="10115", locality="Berlin", country="DE")
    assert str(address) == "Hauptstr. 1, 10115 Berlin, DE"


def test_ids_are_new_each_time_and_sort_by_birth():
    first, second = new_id("cus"), new_id("cus")
    assert first.startswith("cus_")
    assert first < second


def test_the_clock_is_aware():
    assert now().utcoffset() is not None


def test_errors_carry_what_recovery_needs():
    assert TransientError("later", retry_after=3).retry_after == 3
    error = RecordError("birth_date", "no such day")
    assert (error.field, str(error)) == ("birth_date", "birth_date: no such day")


def test_what_a_person_reads_of_a_value_is_plain_words():
    assert str(Identifier(kind="vat", value="DE136695976")) == "vat DE136695976"
    consent = Consent(contact="a@b.example", purpose="newsletter", state=ConsentState.DENIED)
    assert str(consent) == "newsletter denied: a@b.example"
