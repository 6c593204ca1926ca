"""Names in one column are taken apart as people read them."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hub.model import PersonName
from mapping.clean import names
from mapping.clean.names import full_name, name_part, person_name, write_name
from mapping.clean.text import UncleanError


def named(given=None, family=None, **parts):
    return PersonName(given=given, family=family, **parts)


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("MUELLER, ANNA DR", named("Anna", "Mueller", prefix="Dr")),
        ("Müller, Anna, Dr.", named("Anna", "Müller", prefix="Dr.")),
        ("Dr. Anna Maria Müller", named("Anna", "Müller", prefix="Dr.", middle="Maria")),
        ("O'BRIEN, SEAN JR", named("Sean", "O'Brien", suffix="Jr")),
        ("SMITH JR, JOHN", named("John", "Smith", suffix="Jr")),
        ("Smith, Jr., John", named("John", "Smith", suffix="Jr.")),
        ("John Smith III", named("John", "Smith", suffix="III")),
        ("VON DER LEYEN, URSULA", named("Ursula", "von der Leyen")),
        ("Ludwig van Beethoven", named("Ludwig", "van Beethoven")),
        ("JOHN MCDONALD", named("John", "McDonald")),
        ("anna müller-lüdenscheidt", named("Anna", "Müller-Lüdenscheidt")),
        ("ÇELİK, İBRAHİM", named("İbrahim", "Çelik")),
        ("SATO Taro", named("Taro", "SATO")),
        ("МЮЛЛЕР Анна", named("Анна", "МЮЛЛЕР")),
        ("Anna Maria Müller", named("Anna", "Müller", middle="Maria")),
        ("Müller, Anna Maria", named("Anna", "Müller", middle="Maria")),
        ("王小明", named("小明", "王")),
        ("欧阳娜娜", named("娜娜", "欧阳")),
        ("김철수", named("철수", "김")),
        ("Иванов Иван Иванович", named("Иван", "Иванов", middle="Иванович")),
        ("Müller", named(family="Müller")),
        ("Müller,", named(family="Müller")),
        (", Anna", named(given="Anna")),
        ("Dr.", None),
        ("n/a", None),
        ("...", None),
        (None, None),
    ],
)
def test_a_name_in_one_column_is_taken_apart(raw, name):
    assert full_name(raw) == name


@pytest.mark.parametrize("raw", ["N/A", "-", ".", "xxx", "unknown", "Unbekannt", "未知", "?!"])
def test_a_placeholder_is_no_name(raw):
    assert name_part(raw) is None


@pytest.mark.parametrize("raw", ["Null", "Na", "ANNA", "Li"])
def test_a_real_name_stays_as_the_channel_writes_it(raw):
    assert name_part(raw) == raw


def test_a_generation_behind_the_surname_becomes_the_suffix():
    assert person_name(given="John", family="Miller Jr.") == named("John", "Miller", suffix="Jr.")


@pytest.mark.parametrize(
    ("given", "prefix", "name"),
    [
        ("Dr. Eva", "Dr.", "Eva"),
        ("Prof. Dr. med. Eva Maria", "Prof. Dr. med.", "Eva Maria"),
        ("Drew", None, "Drew"),
        ("Dr", None, "Dr"),
    ],
)
def test_a_title_before_the_given_name_becomes_the_prefix(given, prefix, name):
    assert person_name(given=given, family="Berg") == named(name, "Berg", prefix=prefix)


def test_a_title_in_its_own_column_leaves_the_given_name_alone():
    assert person_name(prefix="Ms", given="Dr. Eva") == named("Dr. Eva", prefix="Ms")


def test_a_suffix_in_its_own_column_leaves_the_surname_alone():
    assert person_name(family="Miller II", suffix="MBE") == named(None, "Miller II", suffix="MBE")


def test_a_title_alone_is_nobody():
    assert person_name(prefix="Dr.") is None


def test_absent_parts_close_up_when_a_name_is_written():
    template = "{family}, {prefix} {given} {middle} {suffix}"
    assert write_name(named("Anna", "Müller"), template) == "Müller, Anna"
    assert write_name(named(family="Müller"), template) == "Müller"


def test_an_e_mail_address_in_a_name_column_is_in_the_wrong_place():
    for read in (name_part, full_name):
        with pytest.raises(UncleanError, match="e-mail address in place of a name"):
            read("anna@example.org")
    assert name_part("M@rkt GmbH") == "M@rkt GmbH"


def test_a_text_is_too_long_to_be_a_name():
    with pytest.raises(UncleanError, match="longer than 200"):
        full_name("A " * 101)


WORDS = st.text("abdeilmnorstuüßéñ", min_size=2, max_size=8).map(str.title)


@settings(deadline=None)  # tables are read on first use
@given(st.lists(WORDS, min_size=2, max_size=3), st.booleans(), st.sampled_from([str, str.upper]))
def test_the_short_way_for_plain_names_finds_what_the_long_way_finds(words, comma, spell):
    value = spell(f"{words[0]}, {' '.join(words[1:])}" if comma else " ".join(words))
    short = names._parse_plain(value)
    assume(short is not None and "ß" not in value.lower() and "ss" not in value.lower())
    long = {part: word for part, word in names._parse_any(value).items() if word}
    assert {part: word for part, word in short.items() if word} == long


@settings(deadline=None)  # tables are read on first use
@given(st.text(max_size=40))
def test_any_text_is_a_name_or_nobody(raw):
    try:
        name = full_name(raw)
    except UncleanError:
        return
    assert name is None or name.given or name.family
