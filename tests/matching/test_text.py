"""Words made comparable: what people spell in many ways comes out in one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.text.companies import company_name
from matching.text.fold import fold
from matching.text.mailboxes import email_of, is_made_of
from matching.text.names import in_parts, votes_family_first
from matching.text.nicknames import formal_names
from matching.text.romanise import romanise, skeleton
from matching.text.script import Script, script_of
from matching.text.sound import sound


@pytest.mark.parametrize(
    "spellings",
    [
        ("Müller", "Mueller", "MULLER", "Muller", " müller "),
        ("Strauß", "STRAUSS"),
        ("O'Brien", "O’Brien", "OBrien", "obrien"),
        ("陳大文", "陈大文"),
        ("Ａｎｎａ", "Anna"),
        ("Łukasz", "Lukasz"),
        ("Jørgensen", "Jorgensen", "Joergensen"),
        ("Ёлкин", "Елкин"),
        ("فاطمة", "فاطمه"),
        ("José", "Jose\N{COMBINING ACUTE ACCENT}"),
        ("S.A.R.L.", "SARL"),
        ("Anna-Maria", "anna   maria", "Anna_Maria"),
        ("M?ller", "Mller"),
        ("Nguyễn", "Nguyen"),
    ],
)
def test_spellings_of_one_name_fold_to_one_form(spellings):
    assert len({fold(spelling) for spelling in spellings}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Bauer", "Bar"),
        ("がわ", "かわ"),
        ("김종은", "김정은"),
        ("高石", "高市"),
        ("Anna", "Hanna"),
    ],
)
def test_different_names_fold_apart(one, other):
    assert fold(one) != fold(other)


@given(st.text(max_size=30))
def test_a_folded_text_is_clean(text):
    folded = fold(text)
    assert folded == folded.strip()
    assert "  " not in folded


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzäöüéñ -'", max_size=20))
def test_case_makes_no_difference(text):
    assert fold(text.upper()) == fold(text)


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("Anna", Script.LATIN),
        ("Élodie", Script.LATIN),
        ("Nguyễn", Script.LATIN),
        ("Иван", Script.CYRILLIC),
        ("Νίκος", Script.GREEK),
        ("محمد", Script.ARABIC),
        ("דוד", Script.HEBREW),
        ("李伟", Script.HAN),
        ("山田たろう", Script.KANA),
        ("김정은", Script.HANGUL),
        ("अनिल", Script.OTHER),
        ("4711", Script.OTHER),
        ("«»", Script.OTHER),
        ("", Script.OTHER),
    ],
)
def test_the_script_is_known(text, script):
    assert script_of(text) is script


@pytest.mark.parametrize(
    ("words", "roman"),
    [
        ("anna", "anna"),
        ("李", "li"),
        ("小明", "xiaoming"),
        ("曾", "zeng"),
        ("иван", "ivan"),
        ("김", "gim"),
    ],
)
def test_words_are_written_in_latin_letters(words, roman):
    assert romanise(words) == roman


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("mohammed", "muhamad"),
        ("mohamed", "mhmd"),
        ("gim", "kim"),
        ("wladimir", "vladimir"),
    ],
)
def test_ways_to_romanise_a_name_leave_the_same_bones(one, other):
    assert skeleton(one) == skeleton(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("meyer", "maier"), ("schmidt", "schmitt"), ("philipp", "filip"), ("wagner", "vagner")],
)
def test_names_that_sound_alike_have_one_code(one, other):
    assert sound(one) == sound(other) != ""


def test_nothing_has_no_sound():
    assert sound(" ") == ""


@pytest.mark.parametrize(
    ("nickname", "formal"),
    [
        ("bob", "robert"),
        ("sascha", "alexander"),
        ("hans", "johannes"),
        ("pepe", "jose"),
        ("саша", "александр"),
        ("kasia", "katarzyna"),
    ],
)
def test_a_nickname_stands_for_its_formal_name(nickname, formal):
    assert {fold(nickname), fold(formal)} <= formal_names(fold(nickname))


def test_an_unknown_name_stands_for_itself():
    assert formal_names("xuefeng") == {"xuefeng"}


@pytest.mark.parametrize(
    ("name", "core", "form"),
    [
        ("Müller Gesellschaft mit beschränkter Haftung", ("muller",), "gmbh"),
        ("Mueller GmbH", ("muller",), "gmbh"),
        ("Acme GmbH & Co. KG", ("acme",), "gmbh co kg"),
        ("Deutsche Bank Aktiengesellschaft", ("deutsche", "bank"), "ag"),
        ("Weber KG", ("weber",), "kg"),
        ("Smith & Sons Ltd.", ("smith", "sons"), "ltd"),
        ("Smith and Sons Limited", ("smith", "sons"), "ltd"),
        ("Acme Inc.", ("acme",), "inc"),
        ("Acme, L.L.C.", ("acme",), "llc"),
        ("Dupont S.A.", ("dupont",), "sa"),
        ("S.A.R.L. Dupont et Fils", ("dupont", "fils"), "sarl"),
        ("Rossi S.r.l.", ("rossi",), "srl"),
        ("Jansen B.V.", ("jansen",), "bv"),
        ("Nokia Oyj", ("nokia",), "oyj"),
        ("Virtanen Oy", ("virtanen",), "oy"),
        ("Ericsson AB", ("ericsson",), "ab"),
        ("Novo Nordisk A/S", ("novo", "nordisk"), "as"),
        ("Nowak Sp. z o.o.", ("nowak",), "sp zoo"),
        ("ООО «Ромашка»", ("ромашка",), "ooo"),
        ("ЗАО Ромашка", ("ромашка",), "zao"),
        ("АО Ромашка", ("ромашка",), "ao"),
        ("北京华为技术有限公司", ("北京华为技术",), "ltd"),
        ("臺灣積體電路製造股份有限公司", ("台湾积体电路制造",), "joint stock"),
        ("株式会社トヨタ自動車", ("トヨタ自動車",), "kk"),
        ("トヨタ自動車（株）", ("トヨタ自動車",), "kk"),
        ("(주)삼성", ("삼성",), "jusik"),
        ("شركة النور", ("النور",), "sharika"),
        ("Intl Business Machines Corp.", ("international", "business", "machines"), "corp"),
        ("Acme", ("acme",), None),
    ],
)
def test_a_company_has_a_core_and_a_form(name, core, form):
    company = company_name(name)
    assert company is not None
    assert (company.core, company.form) == (core, form)


@pytest.mark.parametrize("name", ["Limited", "The Limited", "AG", "Ltd AG GmbH", "公司", "& Co."])
def test_a_core_is_never_empty(name):
    company = company_name(name)
    assert company is not None
    assert all(company.core)
    assert company.joined


@given(st.text(max_size=25))
def test_a_core_is_empty_only_without_letters_and_digits(text):
    company = company_name(text)
    assert (company is None) == (not fold(text.replace("&", " and ")))
    assert company is None or company.joined


def test_single_letters_of_a_name_are_joined():
    one, other = company_name("H & M Hennes"), company_name("J R Ewing Oil")
    assert one is not None
    assert one.core[0] == "h"
    assert other is not None
    assert other.core[0] == "jr"
    assert other.acronym == "jeo"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Anna.Muster+shop@GMail.com", "annamuster@googlemail.com"),
        (" anna@acme.de ", "ANNA@acme.de"),
        ("anna+news@acme.de", "anna@acme.de"),
    ],
)
def test_spellings_of_one_mailbox_match(one, other):
    assert email_of(one).match == email_of(other).match


def test_dots_count_where_they_do():
    assert email_of("an.na@acme.de").match != email_of("anna@acme.de").match


@pytest.mark.parametrize("text", ["", "anna", "@acme.de", "anna@", "+tag@acme.de"])
def test_what_is_no_address_is_no_email(text):
    assert email_of(text) is None


def test_a_mailbox_tells_whose_it_is():
    assert email_of("info@acme.de").shared
    assert email_of("familie.muster@gmx.de").shared
    assert not email_of("anna@acme.de").shared
    assert email_of("anna@acme.de").own_domain
    assert not email_of("anna@gmx.de").own_domain
    assert email_of("anna78@gmx.de").digits == "78"


@pytest.mark.parametrize("local", ["anna.muller", "a_mueller", "muellera", "anna", "mueller"])
def test_a_local_part_may_be_made_of_the_name(local):
    assert is_made_of(local, "anna", "muller")


def test_a_local_part_may_be_made_of_a_name_in_another_script():
    given, family = romanise(fold("محمد")), romanise(fold("الخطيب"))
    assert is_made_of("mohammed.alkhatib", given, family)
    assert not is_made_of("bluebird", given, family)


@given(*[st.text("bdgjklmnprswz", min_size=1, max_size=5)] * 2, st.sampled_from("aeiou"))
def test_a_cheap_look_at_the_consonants_overlooks_no_mailbox(called, family, vowel):
    local = vowel.join((called + family).translate(str.maketrans("gjwz", "kkvs")))
    bones = skeleton(fold(local))
    as_named = bones != "" and bones == skeleton(called + family)
    assert is_made_of(local, called, family) or not as_named


@pytest.mark.parametrize("local", ["bluebird", "anna.muller78", "", "annamax"])
def test_a_local_part_may_be_its_own(local):
    assert not is_made_of(local, "anna", "muller")


def test_a_particle_stands_for_a_family_where_one_should():
    assert in_parts("al qahtani", family_only=True) is None
    assert in_parts("nora al qahtani", family_only=True) == ("nora", "al qahtani")


@pytest.mark.parametrize(
    ("name", "vote"), [("李 伟华", 1), ("伟华 李", -1), ("山田 太郎", 0), ("李", 0)]
)
def test_signs_tell_which_half_is_the_family_name(name, vote):
    assert votes_family_first(name) == vote
