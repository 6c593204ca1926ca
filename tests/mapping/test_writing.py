"""What the hub writes into a channel: whole units, no nulls, nothing that would be misread."""

from datetime import date

import pytest

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
from mapping.recordmap import load_map

ANNA = Attributes(
    name=PersonName(prefix="Dr.", given="Anna", middle="Maria", family="Müller", suffix="Jr."),
    emails=("anna@example.org",),
    phones=("+4915123456789", "+49301234567"),
    addresses=(Address(street="Ahornallee 12", postcode="10115", locality="Berlin", country="DE"),),
    identifiers=(Identifier(kind="vat", value="DE136695976"),),
    birth_date=date(1980, 2, 29),
    language="de",
)
FIRM = ANNA.model_copy(update={"kind": Kind.ORGANISATION, "organisation": "Brunnen GmbH"})
VENDORS = ("dynamics_nav", "woocommerce", "mailchimp", "legacy_crm")


def load(name):
    return load_map(name, region="DE", language="de")


def write(name, attributes, *only, base=None):
    record_map = load(name)
    return record_map.write(attributes, only or record_map.writable, base)


def test_the_erp_is_written_in_its_columns():
    assert write("dynamics_nav", ANNA) == {
        "Type": "Person",
        "Salutation_Code": "Dr.",
        "First_Name": "Anna",
        "Middle_Name": "Maria",
        "Surname": "Müller",
        "Name_Suffix": "Jr.",
        "E_Mail": "anna@example.org",
        "Phone_No": "+49301234567",
        "Mobile_Phone_No": "+4915123456789",
        "Address": "Ahornallee 12",
        "Address_2": "",
        "Post_Code": "10115",
        "City": "Berlin",
        "County": "",
        "Country_Region_Code": "DE",
        "Birth_Date": "1980-02-29",
        "VAT_Registration_No": "DE136695976",
        "Language_Code": "DEU",
    }


def test_the_shop_keeps_the_parts_of_a_name_that_it_has_no_column_for_in_the_neighbour():
    fields = write("woocommerce", ANNA, "name", "language", "identifiers", "birth_date")
    assert fields == {
        "first_name": "Anna Maria",
        "last_name": "Müller Jr.",
        "meta_data": [
            {"key": "birth_date", "value": "1980-02-29"},
            {"key": "vat_number", "value": "DE136695976"},
            {"key": "locale", "value": "de_DE"},
        ],
    }


def test_the_mail_system_is_told_the_birthday_in_both_its_fields():
    fields = write("mailchimp", ANNA, "birth_date")
    assert fields == {"merge_fields": {"BIRTHDATE": "1980-02-29", "BIRTHDAY": "02/29"}}


def test_the_crm_writes_a_name_into_its_one_column():
    fields = write("legacy_crm", ANNA, "kind", "birth_date", "language")
    assert fields == {
        "CUST_TYPE": "P",
        "CUST_NAME": "Müller, Dr. Anna Maria Jr.",
        "BIRTH": "29.02.1980",
        "LANG": "D",
    }


def test_an_organisation_is_written_with_its_contact():
    fields = write("legacy_crm", FIRM, "kind")
    assert fields == {
        "CUST_TYPE": "C",
        "CUST_NAME": "Brunnen GmbH",
        "CONTACT": "Dr. Anna Maria Müller Jr.",
    }


def test_a_kind_without_its_name_is_not_written():
    nameless = ANNA.model_copy(update={"kind": Kind.ORGANISATION})
    assert write("legacy_crm", nameless, "kind", base={"CUST_TYPE": "P"}) == {}
    named = write("legacy_crm", nameless, "kind", "name", base={"CUST_TYPE": "P"})
    assert named == {"CUST_NAME": "Müller, Dr. Anna Maria Jr."}


def test_nothing_is_written_for_what_is_not_known():
    nobody = Attributes()
    for name in VENDORS:
        assert write(name, nobody) == {}


def test_a_suffix_that_would_not_be_found_again_is_left_out():
    scholar = Attributes(name=PersonName(given="Anna", family="Müller", suffix="MBE"))
    assert write("woocommerce", scholar) == {"first_name": "Anna", "last_name": "Müller"}


def test_a_name_that_would_be_read_back_as_another_is_left_out():
    odd = Attributes(name=PersonName(given="van der Berg, Dr.", family="n/a"))
    assert write("legacy_crm", odd, "name") == {}
    only_given = Attributes(name=PersonName(given="Suharto"))
    assert write("legacy_crm", only_given, "name") == {}


def test_a_title_too_long_for_its_column_stays_away_alone():
    scholar = Attributes(name=PersonName(prefix="Univ.-Prof. Dr.", given="Anna", family="Müller"))
    assert write("dynamics_nav", scholar, "name") == {"First_Name": "Anna", "Surname": "Müller"}


def test_a_name_too_long_to_be_read_back_is_left_out(tmp_path):
    endless = Attributes(name=PersonName(given="A" * 200, family="Müller"))
    file = tmp_path / "mine.yaml"
    file.write_text("vendor: m\nfields: [{path: n, field: name, format: '{given} {family}'}]\n")
    assert load_map(str(file), region=None, language=None).write(endless, {"name"}) == {}


def test_what_is_too_long_for_its_column_is_left_out_whole():
    long = ANNA.model_copy(
        update={
            "name": PersonName(given="Anna", family="M" * 31),
            "emails": ("a" * 80 + "@example.org", "b@example.org"),
        }
    )
    assert write("dynamics_nav", long, "name", "emails") == {"E_Mail": "b@example.org"}


def test_a_language_the_channel_has_no_word_for_is_left_out():
    assert write("legacy_crm", ANNA.model_copy(update={"language": "sw"}), "language") == {}


def test_a_new_address_leaves_nothing_of_the_old_one_behind():
    base = {"billing": {"address_1": "Old 1", "address_2": "Flat 4", "state": "BE"}}
    fields = write("woocommerce", ANNA, "addresses", base=base)
    assert fields["billing"]["address_2"] == fields["billing"]["state"] == ""


def test_an_address_of_a_country_alone_is_not_written():
    thin = ANNA.model_copy(update={"addresses": (Address(country="DE"),)})
    assert write("woocommerce", thin, "addresses") == {}


def test_a_country_can_be_written_in_full(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text(
        "vendor: mine\nfields:\n  - {path: m, field: emails}\n"
        "  - {path: s, field: addresses.street}\n"
        "  - {path: c, field: addresses.country, format: name}\n"
    )
    for language, name in (("fr", "Allemagne"), (None, "Germany")):
        record_map = load_map(str(file), region=None, language=language)
        assert record_map.write(ANNA, {"addresses"}) == {"s": "Ahornallee 12", "c": name}


def test_a_login_is_written_only_when_the_record_is_made():
    assert write("mailchimp", ANNA, "emails") == {"email_address": "anna@example.org"}
    base = {"email_address": "old@example.org"}
    assert write("mailchimp", ANNA, "emails", base=base) == {}


def test_a_number_that_the_record_has_keeps_its_column():
    base = {"TEL1": "030 / 12 34 567", "TEL2": "0171 0000000"}
    assert write("legacy_crm", ANNA, "phones", base=base) == {"TEL2": "+4915123456789"}


def test_what_is_held_in_a_column_that_is_only_read_is_not_written_again():
    base = {"shipping": {"phone": "+4915123456789"}, "email": "ANNA@example.org"}
    fields = write("woocommerce", ANNA, "phones", "emails", base=base)
    assert fields == {"billing": {"phone": "+49301234567"}}


def test_a_number_that_may_be_a_mobile_goes_there_when_the_other_column_is_taken():
    americans = ANNA.model_copy(update={"phones": ("+12125550123", "+12125550124")})
    fields = write("dynamics_nav", americans, "phones")
    assert fields == {"Phone_No": "+12125550123", "Mobile_Phone_No": "+12125550124"}


def test_a_fixed_line_never_goes_into_the_mobile_column():
    fixed = ANNA.model_copy(update={"phones": ("+49301234567", "+49301234568")})
    assert write("dynamics_nav", fixed, "phones") == {"Phone_No": "+49301234567"}


def test_a_number_is_held_as_it_is_dialled_where_the_record_lives():
    base = {"STREET": "Ring 1", "CTRY": "AT", "TEL1": "01 5880058"}
    moved = ANNA.model_copy(update={"phones": ("+4315880058",)})
    assert write("legacy_crm", moved, "phones", base=base) == {}


def test_one_column_for_two_kinds_of_numbers_keeps_the_one_it_has():
    both = ANNA.model_copy(
        update={
            "identifiers": (
                Identifier(kind="tax", value="18181508155"),
                Identifier(kind="vat", value="DE136695976"),
                Identifier(kind="lei", value="529900T8BM49AURSDO55"),
            )
        }
    )
    assert write("legacy_crm", both, "identifiers") == {"TAXNO": "DE136695976"}
    base = {"TAXNO": "181/815/08155"}
    assert write("legacy_crm", both, "identifiers", base=base) == {}


def consented(state, contact="anna@example.org"):
    word = Consent(contact=contact, purpose="newsletter", state=state)
    return ANNA.model_copy(update={"consents": (word,)})


@pytest.mark.parametrize(
    ("name", "base", "fields"),
    [
        ("mailchimp", {"email_address": "Anna@example.org"}, {"status": "unsubscribed"}),
        ("mailchimp", None, {"status": "unsubscribed"}),
        ("legacy_crm", {"EMAIL": "anna@example.org", "OPTOUT": "N"}, {"OPTOUT": "Y"}),
    ],
)
def test_a_denial_is_written(name, base, fields):
    denied = consented(ConsentState.DENIED)
    assert write(name, denied, "consents", base=base) == fields


def test_a_grant_is_never_written():
    base = {"email_address": "anna@example.org", "status": "unsubscribed"}
    for where in (base, None):
        assert write("mailchimp", consented(ConsentState.GRANTED), "consents", base=where) == {}


def test_a_denial_about_somebody_else_s_address_is_not_written():
    denied = consented(ConsentState.DENIED, contact="family@example.org")
    base = {"email_address": "anna@example.org", "status": "subscribed"}
    assert write("mailchimp", denied, "consents", base=base) == {}


def test_a_denial_that_the_channel_knows_is_not_written_again():
    base = {"email_address": "anna@example.org", "status": "cleaned"}
    assert write("mailchimp", consented(ConsentState.DENIED), "consents", base=base) == {}


@pytest.mark.parametrize("name", VENDORS)
def test_what_was_written_on_creation_is_read_back(name):
    record_map = load(name)
    fields = record_map.write(ANNA, record_map.writable)
    made = record_map.read(SourceRecord(Key("a channel", "new"), fields))
    assert (made.name.family, made.emails) == ("Müller", ANNA.emails)
    assert made.birth_date == ANNA.birth_date
    assert made.addresses == ANNA.addresses


def test_a_map_says_what_it_can_write():
    assert "consents" in load("mailchimp").writable
    assert not load("woocommerce").writable & {"kind", "consents", "status", "created_at"}


def test_a_record_keeps_its_kind_where_it_could_not_be_read_as_the_other():
    odd = {"CONTACT": [], "CUST_NAME": "Anna Müller"}  # a person's: nobody reads the contact
    wanted = Attributes(kind=Kind.ORGANISATION, organisation="Brunnen GmbH", name=ANNA.name)
    assert "CUST_TYPE" not in write("legacy_crm", wanted, base=odd)
    assert write("legacy_crm", wanted, base=odd | {"CONTACT": "Müller"})["CUST_TYPE"] == "C"
