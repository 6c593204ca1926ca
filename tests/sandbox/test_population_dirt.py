"""Dirt: each kind spoils what it says, and spares what it must."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.model import Kind
from sandbox.paperwork.dirt import DIRTS, garble, mistype, soil
from sandbox.paperwork.scripts import scripts
from sandbox.world.contacts import Phone, flat, slug, spell_phone
from sandbox.world.dice import Dice
from sandbox.world.lists import Word, countries
from sandbox.world.sheet import Place, Sheet

MOMENT = datetime(2020, 1, 1, tzinfo=UTC)
MUELLER = Sheet(
    kind=Kind.PERSON,
    country=countries()["DE"],
    created=MOMENT,
    changed=MOMENT,
    prefix="Dr.",
    given="Jürgen",
    middle="Karl",
    family="Müller",
    suffix="jun.",
    email="juergen.mueller@example.com",
    phone="+49 30 23125123",
    place=Place("Hauptstraße 12", "10115", "Berlin", "", "DE"),
    birth=date(1970, 3, 4),
    nicknames=("Jogi",),
    spellings=("Mueller",),
)
COMPANY = Sheet(
    kind=Kind.ORGANISATION,
    country=countries()["CN"],
    created=MOMENT,
    changed=MOMENT,
    company="Kestrel Trading GmbH",
    email="info@example.com",
    phone="010 55501234",
    place=Place("建国路88号", "100022", "北京", "", "CN"),
)


@pytest.mark.parametrize("tag", DIRTS)
def test_every_dirt_changes_something_and_only_what_it_is_for(tag):
    sheet = COMPANY if tag in {"typo_company", "full_width"} else MUELLER
    soiled = DIRTS[tag].fall(Dice(1), sheet)
    assert soiled != sheet
    assert (soiled.kind, soiled.country, soiled.vat) == (sheet.kind, sheet.country, sheet.vat)


@pytest.mark.parametrize("seed", range(40))
def test_what_is_spared_stays_clean(seed):
    spare = frozenset({"given", "birth", "email", "place", "accents", "case", "space", "title"})
    soiled = soil(Dice(seed), MUELLER, spare | {"email_case", "short"})
    assert (soiled.given, soiled.birth, soiled.email, soiled.place) == (
        *(MUELLER.given, MUELLER.birth, MUELLER.email, MUELLER.place),
    )


def test_a_name_is_spoiled_once_at_most():
    naming = {"nickname", "spelling", "typo_given", "typo_family", "initial", "swapped", "flat"}
    for seed in range(300):
        assert len(naming & set(soil(Dice(seed), MUELLER, frozenset()).tags)) <= 1


@pytest.mark.parametrize(
    ("tag", "bare"),
    [
        ("nickname", {"nicknames": ()}),
        ("spelling", {"spellings": ()}),
        ("initial", {"given": "伟"}),
        ("lost_letters", {"family": "Иванов"}),
        ("typo_phone", {"phone": "unbekannt"}),
        ("junk_phone", {"phone": ""}),
        ("swapped_birth", {"birth": date(1970, 3, 14)}),
        ("swapped_birth", {"birth": None}),
        ("typo_birth", {"birth": date(2000, 2, 29)}),
        ("full_width", {}),
    ],
)
def test_dirt_that_finds_nothing_to_spoil_leaves_the_sheet_alone(tag, bare):
    sheet = MUELLER.but(**bare)
    assert DIRTS[tag].fall(Dice(1), sheet) == sheet


def test_bytes_read_in_the_wrong_encoding_look_as_they_do_everywhere():
    assert garble("Müller") == "MÃ¼ller"
    assert garble("Çelik") == "Ã‡elik"
    assert garble("Иван") == "Ð\u02dcÐ²Ð°Ð½"


def test_bytes_that_windows_has_no_letter_for_are_left_alone():
    assert garble("Борис") == "Борис"


@given(st.text(alphabet="abcdefghij.- äöüИван", max_size=20), st.integers(0, 10**6))
def test_a_slip_is_small_and_keeps_the_first_and_last_letter(text, seed):
    slipped = mistype(Dice(seed), text)
    assert abs(len(slipped) - len(text)) <= 1
    assert slipped[:1] == text[:1]


@given(st.text(alphabet="abc.@-_", max_size=12), st.integers(0, 10**6))
def test_a_slip_never_touches_punctuation(text, seed):
    marks = [sign for sign in mistype(Dice(seed), text) if not sign.isalnum()]
    assert marks == [sign for sign in text if not sign.isalnum()]


def test_names_are_flattened_as_their_country_does():
    assert flat("Müller Strauß") == "Mueller Strauss"
    assert flat("Łukasz Çelik Đặng") == "Lukasz Celik Dang"
    assert slug("O'Brien de la Cruz") == "obriendelacruz"


def test_every_spelling_of_a_phone_number_keeps_its_digits():
    phone = Phone("49", "0", "30", "23125123")
    spelled = {spell_phone(Dice(seed), phone, national=True) for seed in range(400)}
    assert {"+493023125123", "0049 30 23125123", "+49 (0)30 23125123", "030/23125123"} <= spelled
    assert any("mobil" in text for text in spelled)
    for text in spelled:
        assert "".join(sign for sign in text if sign.isdigit()).endswith("3023125123")


def test_a_phone_number_without_country_is_only_written_where_that_is_allowed():
    phone = Phone("33", "0", "1", "99001234")
    spelled = {spell_phone(Dice(seed), phone, national=False) for seed in range(200)}
    assert all("33" in text[:12] for text in spelled)
    assert spell_phone(Dice(1), None, national=True) == ""


def test_scripts_are_told_apart():
    assert scripts("Anna") == ()
    assert scripts("José") == ("accents",)
    assert scripts("さくら 佐藤") == ("han", "kana")
    assert scripts("Иван محمد 김 Νίκος") == ("arabic", "cyrillic", "greek", "hangul")


def test_a_line_of_the_lists_is_read_in_all_its_parts():
    word = Word.parse("Соловьёв=Solovyov/Soloviev/Соловьев;Соловьёва=Solovyova")
    assert word.written(roman=False) == "Соловьёв"
    assert word.written(roman=True) == "Solovyov"
    assert word.others(roman=True) == ("Soloviev",)
    assert word.others(roman=False) == ("Соловьев",)
    assert word.feminine == Word("Соловьёва", "Solovyova")
    assert Word.parse("Den_Haag/The_Hague") == Word("Den Haag", "Den Haag", ("The Hague",))
