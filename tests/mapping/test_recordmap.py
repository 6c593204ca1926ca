"""What is read of a record beyond its single fields, and what sets it aside."""

from datetime import UTC, datetime

import pytest

from hub.errors import RecordError
from hub.model import Address, Key, Kind, PersonName, SourceRecord, Status
from mapping.recordmap import load_map

KEY = Key("a channel", "1")


@pytest.fixture
def vendor(tmp_path):
    """Make a RecordMap of these lines."""

    def vendor(text, region="DE", language="de"):
        file = tmp_path / "mine.yaml"
        file.write_text(f"vendor: mine\n{text}", encoding="utf-8")
        return load_map(str(file), region=region, language=language)

    return vendor


def read(record_map, **payload):
    return record_map.read(SourceRecord(KEY, payload))


MAIL = "fields:\n  - {path: mail, field: emails}\n"


def test_a_record_that_names_nobody_is_set_aside_without_repeating_a_value(vendor):
    with pytest.raises(RecordError, match=r"^record: nobody is named: none of name, org") as caught:
        read(vendor(MAIL), mail="secret")
    assert "secret" not in str(caught.value)


def test_a_required_field_that_is_blank_or_junk_sets_the_record_aside(vendor):
    lines = MAIL + "  - {path: tel, field: phones, required: true}\n"
    for tel in (None, "", "see notes"):
        with pytest.raises(RecordError, match=r"^tel: is required"):
            read(vendor(lines), mail="a@example.org", tel=tel)


@pytest.mark.parametrize("value", [{"a": 1}, ["a"], True, "x" * 3_000])
def test_a_value_that_can_t_be_text_sets_the_record_aside(vendor, value):
    with pytest.raises(RecordError, match=r"^mail: "):
        read(vendor(MAIL), mail=value)


def test_a_tombstone_is_closed_even_if_nothing_else_can_be_read(vendor):
    when = datetime(2026, 7, 1, tzinfo=UTC)
    for payload in ({}, {"mail": {"odd": 1}}):
        gone = vendor(MAIL).read(SourceRecord(KEY, payload, changed_at=when, deleted=True))
        assert (gone.status, gone.changed_at, gone.emails) == (Status.CLOSED, when, ())


def test_a_tombstone_keeps_what_it_still_says(vendor):
    gone = vendor(MAIL).read(SourceRecord(KEY, {"mail": "a@example.org"}, deleted=True))
    assert (gone.status, gone.emails) == (Status.CLOSED, ("a@example.org",))


def test_the_connector_s_time_of_change_goes_before_the_payload_s(vendor):
    record_map = vendor(MAIL + "  - {path: t, field: changed_at, format: iso}\n")
    payload = {"mail": "a@example.org", "t": "2026-01-01T00:00:00Z"}
    told = datetime(2026, 7, 1, tzinfo=UTC)
    assert record_map.read(SourceRecord(KEY, payload, told)).changed_at == told
    assert record_map.read(SourceRecord(KEY, payload)).changed_at.month == 1


ADDRESS = MAIL + (
    "  - {path: street, field: addresses.street}\n"
    "  - {path: land, field: addresses.country}\n"
    "  - {path: tel, field: phones}\n"
)


def test_an_address_without_a_country_is_in_the_channel_s_region(vendor):
    found = read(vendor(ADDRESS), street="Ahornallee 1", tel="030 1234567")
    assert found.addresses == (Address(street="Ahornallee 1", country="DE"),)


def test_an_address_that_can_t_be_in_the_channel_s_region_is_not_put_there(vendor):
    record_map = vendor(ADDRESS + "  - {path: zip, field: addresses.postcode}\n")
    mail = "a@example.org"
    london = read(record_map, street="10 Downing Street", zip="SW1A 2AA", mail=mail)
    assert london.addresses == (Address(street="10 Downing Street", postcode="SW1A 2AA"),)
    berlin = read(record_map, street="Ahornallee 1", zip="10115", mail=mail)
    assert berlin.addresses[0].country == "DE"


def test_a_country_that_is_not_known_is_none_not_the_channel_s(vendor):
    found = read(vendor(ADDRESS), street="Ahornallee 1", land="Atlantis", mail="a@example.org")
    assert found.addresses == (Address(street="Ahornallee 1"),)


def test_a_country_alone_is_no_address(vendor):
    assert read(vendor(ADDRESS), land="DE", mail="a@example.org").addresses == ()


def test_a_phone_number_is_at_home_where_the_customer_lives(vendor):
    record_map = vendor(ADDRESS)
    assert read(record_map, street="x1", land="AT", tel="01 5880058").phones == ("+4315880058",)
    assert read(record_map, street="x1", tel="030 1234567").phones == ("+49301234567",)


def test_one_address_in_two_places_is_one(vendor):
    record_map = vendor(
        MAIL
        + "  - {path: a, field: 'addresses[one].street'}\n"
        + "  - {path: b, field: 'addresses[two].street'}\n"
    )
    assert len(read(record_map, a="Ring 1", b="Ring 1", mail="a@example.org").addresses) == 1


def test_e_mails_in_several_columns_are_one_set_in_any_case(vendor):
    record_map = vendor(MAIL + "  - {path: other, field: emails}\n")
    found = read(record_map, mail="a@example.org", other="A@example.org, b@example.org")
    assert found.emails == ("a@example.org", "b@example.org")


def test_the_first_filled_column_speaks_for_a_single_value(vendor):
    record_map = vendor(MAIL + "  - {path: l1, field: language}\n  - {path: l2, field: language}\n")
    assert read(record_map, mail="a@example.org", l1="?", l2="fr").language == "fr"


def test_names_of_two_units_are_never_crossed(vendor):
    record_map = vendor(
        "fields:\n"
        "  - {path: a1, field: 'name[own].given'}\n"
        "  - {path: a2, field: 'name[own].family'}\n"
        "  - {path: b1, field: 'name[bill].given'}\n"
        "  - {path: b2, field: 'name[bill].family'}\n"
    )
    assert read(record_map, a2="Müller", b1="Ben", b2="Berg").name == PersonName(family="Müller")
    assert read(record_map, b1="Ben", b2="Berg").name == PersonName(given="Ben", family="Berg")


def test_extras_keep_their_names_and_a_cleaning_may_be_chosen(vendor):
    record_map = vendor(
        MAIL
        + "  - {path: r, field: extras.role}\n  - {path: s, field: extras.size}\n"
        + "  - {path: o, field: organisation, clean: text}\n"
    )
    found = read(record_map, r="buyer", o="N.N.")
    assert (found.extras, found.organisation) == ({"role": "buyer"}, "N.N.")


def test_a_channel_that_does_not_say_holds_persons(vendor):
    assert read(vendor(MAIL), mail="a@example.org").kind is Kind.PERSON


def test_a_kind_that_is_not_known_is_the_default(vendor):
    record_map = vendor(MAIL + "kind: {path: t, values: {C: organisation}, default: person}\n")
    kinds = [read(record_map, mail="a@example.org", t=t).kind for t in ("C", "?", None)]
    assert kinds == [Kind.ORGANISATION, Kind.PERSON, Kind.PERSON]


def test_a_kind_of_the_wrong_type_sets_the_record_aside(vendor):
    record_map = vendor(MAIL + "kind: {path: t, values: {C: organisation}}\n")
    with pytest.raises(RecordError, match=r"^t: expected text"):
        read(record_map, mail="a@example.org", t=[1])


def test_a_record_may_say_what_it_is_to_us_and_whom_it_belongs_to(vendor):
    record_map = vendor("""fields:
      - {path: mail, field: emails}
      - {path: buys, field: roles, values: {"true": customer}}
      - {path: sells, field: roles, values: {"true": supplier}}
      - {path: parent, field: parent}
    """)
    both = read(record_map, mail="a@b.org", buys=True, sells=True, parent=17)
    assert (both.roles, both.parent) == (("customer", "supplier"), Key(KEY.channel, "17"))
    alone = read(record_map, mail="a@b.org", buys=False, sells=None, parent=KEY.id)
    assert (alone.roles, alone.parent) == ((), None)
    assert not {"roles", "parent"} & record_map.writable
