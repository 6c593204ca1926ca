"""The population: whole, true to its own tables, and the same for the same seed."""

import csv
import dataclasses
import hashlib
import json
import re
from collections import Counter
from datetime import date

import phonenumbers
import pytest
import stdnum
from email_validator import validate_email

import sandbox.population
from hub.model import Key
from sandbox.population import generate
from sandbox.world.companies import Companies, vat_number
from sandbox.world.contacts import PhoneBook
from sandbox.world.dice import Dice
from sandbox.world.lists import countries
from sandbox.world.people import People

ID_FIELDS = {"erp": "No", "shop": "id", "mail": "id", "crm": "CUST_NO"}
JUNK_EMAILS = {
    "test@test.com",
    "n/a",
    "none@example.com",
    "keine",
    "noemail@example.com",
    "-",
    "x@x",
}


@pytest.fixture(scope="module")
def world():
    return generate(seed=1, records=2000)


@pytest.fixture(scope="module")
def by_key(world):
    return {
        Key(channel, str(payload[ID_FIELDS[channel]])): payload
        for channel, payloads in world.channels.items()
        for payload in payloads
    }


PINNED = "64e98b09db9b091feb5edb87b3151962fe1474d6934ccda9760f80672865e418"


def digest(population):
    text = json.dumps(population.channels, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def birth(key, payload):
    """Return the birth date of a payload as ISO text; empty if it has none, or junk."""
    match key.channel:
        case "erp":
            text = payload["Birth_Date"] or ""
        case "shop":
            meta = {entry["key"]: entry["value"] for entry in payload["meta_data"]}
            text = meta.get("birth_date", "")
        case "mail":
            text = payload["merge_fields"]["BIRTHDATE"]
        case _:
            text = "-".join(reversed(payload["BIRTH"].split(".")))
    return "" if text.startswith(("0000", "0001", "1753", "1900")) else text


def emails(payload):
    return [
        payload[field]
        for field in ("E_Mail", "email", "email_address", "EMAIL")
        if field in payload
    ]


def test_the_same_seed_makes_the_same_bytes():
    assert digest(generate(seed=7, records=300)) == digest(generate(seed=7, records=300))


def test_another_seed_makes_another_world():
    assert digest(generate(seed=7, records=300)) != digest(generate(seed=8, records=300))


def test_a_seed_means_the_same_on_every_python():
    """Pinned, because Python promises it for little of its random module; change it knowingly."""
    assert digest(generate(seed=1, records=100)) == PINNED


@pytest.mark.parametrize("records", [40, 300, 2000])
def test_there_are_exactly_as_many_records_as_asked_for(records):
    assert generate(seed=3, records=records).summary()["records"] == records


def test_every_record_is_either_somebodys_or_deleted_or_invalid(world, by_key):
    parts = (world.truth.keys(), world.deleted.keys(), world.invalid.keys())
    assert sum(map(len, parts)) == len(by_key) == 2000
    assert set().union(*parts) == set(by_key)


def test_every_customer_has_a_record_and_every_record_a_known_customer(world):
    assert set(world.truth.values()) | set(world.deleted.values()) == set(world.entities)


def test_the_table_in_the_docstring_is_true(world):
    lines = re.findall(r"^(\w[\w ]*?) +(\d+)(?:  .*)?$", sandbox.population.__doc__, re.MULTILINE)
    assert {name: int(count) for name, count in lines} == world.summary()


def test_another_seed_holds_about_as_much_of_everything(world):
    other = generate(seed=2, records=2000).summary()
    for name, count in world.summary().items():
        assert other.get(name, 0) == pytest.approx(count, rel=0.5, abs=20), name


def test_four_fifths_are_persons_and_every_system_has_its_share(world):
    counts = world.summary()
    assert counts["person"] / counts["customers"] == pytest.approx(0.8, abs=0.03)
    assert counts["customers"] == pytest.approx(1150, rel=0.06)
    assert all(350 <= counts[channel] <= 650 for channel in ID_FIELDS)


def test_customers_are_known_by_one_system_or_by_all_and_sometimes_twice_by_one(world):
    known = {}
    for key, entity in world.truth.items():
        known.setdefault(entity, []).append(key.channel)
    assert set(Counter(len(set(channels)) for channels in known.values())) == {1, 2, 3, 4}
    assert sum(len(channels) > len(set(channels)) for channels in known.values()) >= 15


def test_about_one_in_a_hundred_is_invalid_for_one_of_three_reasons(world):
    assert len(world.invalid) == 20
    assert len(set(world.invalid.values())) == 3


def test_the_shop_and_the_list_hold_an_email_once(world):
    for payloads in (world.shop, world.mail):
        seen = Counter(emails(payload)[0].strip().lower() for payload in payloads)
        assert max(seen.values()) == 1


def test_a_list_member_is_named_by_the_digest_of_its_email(world):
    for member in world.mail:
        email = member["email_address"].strip().lower()
        assert member["id"] == hashlib.md5(email.encode(), usedforsecurity=False).hexdigest()


def test_every_email_is_fictional_and_can_be_read(world, by_key):
    for key, payload in by_key.items():
        if key in world.invalid:
            continue
        for email in emails(payload):
            if email and email.strip().lower() not in JUNK_EMAILS:
                domain = validate_email(email, check_deliverability=False).domain
                assert re.search(r"(^|\.)example\.(com|org|net)$", domain)


def test_phone_numbers_are_possible_where_they_say_their_country(world):
    texts = [text for row in world.crm for text in (row["TEL1"], row["TEL2"])]
    texts += [card[field] for card in world.erp for field in ("Phone_No", "Mobile_Phone_No")]
    texts = [re.sub(r"^00", "+", re.sub(r"[^\d+]", "", text.replace("(0)", ""))) for text in texts]
    full = [text for text in texts if text.startswith("+") and len(text) > 9]
    assert len(full) > 300
    assert all(phonenumbers.is_possible_number(phonenumbers.parse(text)) for text in full)


def test_vat_numbers_have_right_check_digits(world):
    home = {country.nav: code.lower() for code, country in countries().items()}
    numbers = {card["VAT_Registration_No"]: home[card["Language_Code"]] for card in world.erp}
    del numbers[""]
    assert len(numbers) > 50
    for number, code in numbers.items():
        assert stdnum.get_cc_module(code, "vat").is_valid(number), number


def test_a_vat_pattern_of_a_country_without_rules_is_refused():
    nowhere = dataclasses.replace(countries()["DE"], code="ZZ")
    with pytest.raises(ValueError, match="ZZ"):
        vat_number(Dice(1), nowhere)


def test_a_company_that_moved_keeps_the_town_in_its_name():
    dice = Dice(5)
    book = PhoneBook(dice)
    companies = Companies(dice, book, People(dice, book))
    chinese = (each for each in iter(companies.moved, None) if each[0].truth.country.code == "CN")
    company = next(chinese)[0]
    names = {truth.name("", roman=True) for truth in (company.truth, company.past.truth)}
    assert len(names) == 1


@pytest.mark.parametrize("tag", ["twin", "jr_sr", "family", "namesake", "branch", "owner"])
def test_a_trap_is_a_pair_of_two_customers_of_one_group(world, tag):
    pairs = list(world.traps(tag))
    assert pairs
    for left, right in pairs:
        one, other = world.entities[world.truth[left]], world.entities[world.truth[right]]
        assert one.id != other.id
        assert one.group == other.group
        assert one.tag == other.tag == tag


def test_duplicates_are_pairs_of_one_customer(world):
    pairs = list(world.duplicates())
    assert len(set(pairs)) == len(pairs) == world.summary()["duplicate pairs"]
    assert all(world.truth[left] == world.truth[right] for left, right in pairs)


def test_some_twins_share_birth_date_and_email(world, by_key):
    pairs = [(by_key[left], by_key[right], left, right) for left, right in world.traps("twin")]
    assert any(birth(a, one) == birth(b, other) != "" for one, other, a, b in pairs)
    assert any(emails(one)[0].lower() == emails(other)[0].lower() != "" for one, other, *_ in pairs)


def test_father_and_son_never_have_the_same_birth_date_and_always_say_it(world, by_key):
    for left, right in world.traps("jr_sr"):
        born = birth(left, by_key[left]), birth(right, by_key[right])
        assert all(born)
        assert abs(int(born[0][:4]) - int(born[1][:4])) >= 22


def test_branches_never_share_an_address(world):
    cards = {Key("erp", card["No"]): (card["Address"], card["Post_Code"]) for card in world.erp}
    for left, right in world.traps("branch"):
        assert left not in cards or right not in cards or cards[left] != cards[right]


def test_the_past_was_written_down_before_the_present(world, by_key):
    stale = [key for key, tags in world.tags.items() if {"old_address", "maiden_name"} & set(tags)]
    assert len(stale) > 80
    assert all(changed(key, by_key[key]) < date(2025, 1, 1) for key in stale)


def changed(key, payload):
    fields = {"erp": "Last_Date_Modified", "mail": "last_changed", "crm": "UPDATED"}
    if key.channel == "shop":
        text = payload["date_modified_gmt"] or payload["date_created_gmt"]
    else:
        text = payload[fields[key.channel]]
    return date.fromisoformat(text[:10])


def test_ids_grow_with_age(world):
    for rows, field in ((world.crm, "CREATED"), (world.shop, "date_created_gmt")):
        moments = [row[field] for row in rows]
        assert moments == sorted(moments)


def test_writing_puts_the_truth_beside_the_data(world, tmp_path):
    world.write(tmp_path / "out")
    for channel, payloads in world.channels.items():
        text = (tmp_path / "out" / f"{channel}.json").read_text(encoding="utf-8")
        assert json.loads(text) == list(payloads)
    with (tmp_path / "out" / "truth.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2000
    said = {Key(row["channel"], row["id"]): row for row in rows}
    assert {key: said[key]["entity"] for key in world.truth} == dict(world.truth)
    assert all(said[key]["tags"] == "invalid" for key in world.invalid)
    assert all(said[key]["tags"].startswith("deleted") for key in world.deleted)
    twin = next(key for key, entity in world.truth.items() if world.entities[entity].tag == "twin")
    assert "twin" in said[twin]["tags"].split()


def test_a_large_world_is_as_good_as_a_small_one():
    large = generate(seed=1, records=6000)
    assert large.summary()["twin"] == pytest.approx(72, abs=3)
    assert large.summary()["customers"] == pytest.approx(3450, rel=0.06)


def test_the_countries_names_add_up_to_a_hundred():
    assert all(sum(country.names.values()) == 100 for country in countries().values())
