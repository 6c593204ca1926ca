from datetime import UTC, datetime, timedelta

import pytest

from hub.model import (
    Address,
    Attributes,
    Consent,
    ConsentState,
    GoldenCustomer,
    Key,
    Kind,
    Origin,
    PersonName,
    SourceRecord,
)

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)


def test_a_golden_customer_comes_back_equal(store, land):
    ids = land(2)
    origin = Origin(key=Key("erp", "1"), at=NOON, rule="most_trusted")
    given = GoldenCustomer(
        id="cus_1",
        version=3,
        attributes=Attributes(
            name=PersonName(given="小明", family="王"),
            emails=("a@example.org", "b@example.org"),
            addresses=(Address(locality="Łódź", country="PL"),),
            birth_date=NOON.date(),
            consents=(
                Consent(
                    contact="a@example.org", purpose="news", state=ConsentState.DENIED, at=NOON
                ),
            ),
            extras={"tier": "gold"},
        ),
        provenance={"emails": (origin, origin), "name": (origin,)},
        members=(Key("erp", "1"), Key("erp", "2")),
    )
    with store.begin() as unit:
        unit.golden.save([given], NOON, "run_1")
        unit.records.assign([(number, "cus_1") for number in ids])
    with store.read() as unit:
        assert unit.golden.get(["cus_1", "cus_2"]) == {"cus_1": given}
        assert unit.golden.members(["cus_1", "cus_2"]) == {"cus_1": ids, "cus_2": []}
        (version,) = unit.golden.history("cus_1")
    assert version == (3, NOON, "run_1", given.attributes, given.provenance, given.members)


def test_every_version_is_kept(store, make_golden):
    make_golden("cus_1", language="de")
    make_golden("cus_1", version=2, at=LATER, language="en")
    with store.read() as unit:
        assert unit.golden.get(["cus_1"])["cus_1"].version == 2
        assert [v.attributes.language for v in unit.golden.history("cus_1")] == ["de", "en"]
        assert unit.golden.born(["cus_1", "cus_2"]) == {"cus_1": NOON}
        assert unit.golden.count() == 1


def test_a_retired_id_leads_to_the_living_however_long_the_chain(store, make_golden):
    for golden_id in ("cus_a", "cus_b", "cus_c", "cus_d"):
        make_golden(golden_id)
    with store.begin() as unit:
        unit.golden.retire({"cus_a": ["cus_b"]}, NOON)
        assert unit.golden.resolve("cus_a") == ("cus_b",)
        unit.golden.retire({"cus_b": ["cus_c"], "cus_c": ["cus_d"]}, LATER)
        for golden_id in ("cus_a", "cus_b", "cus_c", "cus_d"):
            assert unit.golden.resolve(golden_id) == ("cus_d",)
        assert unit.golden.resolve("cus_x") == ()
        assert list(unit.golden.get(["cus_a", "cus_d"])) == ["cus_d"]
        assert unit.golden.count() == 1


def test_an_id_that_was_split_answers_with_its_successors(store, make_golden):
    for golden_id in ("cus_a", "cus_b", "cus_c", "cus_d"):
        make_golden(golden_id)
    with store.begin() as unit:
        unit.golden.retire({"cus_a": ["cus_c", "cus_b"]}, NOON)
        assert unit.golden.resolve("cus_a") == ("cus_b", "cus_c")
        unit.golden.retire({"cus_c": ["cus_b", "cus_d"]}, LATER)
        assert unit.golden.resolve("cus_a") == ("cus_b", "cus_d")
        unit.golden.retire({"cus_b": []}, LATER)
        assert unit.golden.resolve("cus_a") == ("cus_d",)
        assert unit.golden.resolve("cus_b") == ()


def test_ids_that_forward_in_a_circle_are_refused(store, make_golden):
    for golden_id in ("cus_a", "cus_b"):
        make_golden(golden_id)
    with pytest.raises(ValueError, match="circle"), store.begin() as unit:
        unit.golden.retire({"cus_a": ["cus_b"], "cus_b": ["cus_a"]}, NOON)


def test_an_id_that_lives_again_forwards_no_more(store, make_golden):
    for golden_id in ("cus_a", "cus_b"):
        make_golden(golden_id)
    with store.begin() as unit:
        unit.golden.retire({"cus_a": ["cus_b"]}, NOON)
    make_golden("cus_a", version=3)
    with store.read() as unit:
        assert unit.golden.resolve("cus_a") == ("cus_a",)
        assert [version.members == () for version in unit.golden.history("cus_a")][1:2] == [True]


def test_a_customer_is_found_by_id_by_key_and_by_name(store, land, make_golden):
    first, second = land(2)
    anna = make_golden("cus_a", [first])
    firm = make_golden("cus_b", [second], kind=Kind.ORGANISATION, organisation="ÖL 100% GmbH")
    old = make_golden("cus_c")
    with store.begin() as unit:
        unit.golden.retire({old.id: [anna.id]}, NOON)
        unit.records.land([SourceRecord(Key("shop", "9"), {})], NOON)
        for text in ("cus_a", "cus_c", "erp:1", "anna", " MÜLLER "):
            assert unit.golden.find(text) == [anna], text
        for text in ("öl", "100%", "erp:2"):
            assert unit.golden.find(text) == [firm], text
        for text in ("100_", "erp:9", "shop:9", "%"[:0] + "nobody", "cus_x"):
            assert unit.golden.find(text) == [], text
        assert unit.golden.find("", limit=1) == [anna]


def test_a_customer_is_found_by_a_contact_of_any_of_its_records(store, land, make_golden):
    one, other, third = land(3)
    with store.begin() as unit:
        unit.contacts.replace({one: ["anna@x.example"], other: ["+4930123456"], third: ["0301"]})
    anna = make_golden("cus_1", [one, other])
    firm = make_golden("cus_2", [third], name=None, kind="organisation", organisation="0301 GmbH")
    with store.read() as unit:
        for text in ("anna@x.example", " Anna@X.example", "+49 30 123456", "0049-30/123456"):
            assert unit.golden.find(text) == [anna], text
        assert unit.golden.find("0301") == [firm]
        assert unit.golden.find("anna@y.example") == []


def test_names_that_begin_so_go_before_those_that_hold_it(store, make_golden):
    names = {"cus_1": "Müller-Lüdenscheidt", "cus_2": "Hans Müller", "cus_3": "M%_"}
    for golden_id, name in names.items():
        make_golden(golden_id, kind="organisation", organisation=name)

    def found(text):
        with store.read() as unit:
            return [one.id for one in unit.golden.find(text)]

    assert found("MÜLLER") == ["cus_1"]
    assert sorted(found("üller")) == ["cus_1", "cus_2"]
    assert found("m%") == ["cus_3"]
    assert found("\U0010ffff") == []


def test_pages_go_through_all_that_live_once(store, make_golden):
    for number in range(5):
        make_golden(f"cus_{number}")
    with store.begin() as unit:
        unit.golden.retire({"cus_3": ["cus_4"]}, NOON)
        first = unit.golden.page(3)
        assert [golden.id for golden in first] == ["cus_0", "cus_1", "cus_2"]
        assert [golden.id for golden in unit.golden.page(3, after="cus_2")] == ["cus_4"]
        assert unit.golden.page(3, after="cus_4") == []
