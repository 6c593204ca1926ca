"""A mistake in a map is named with file, line and what would be right."""

import pytest

from hub.errors import ConfigError
from mapping.mapfile import read_map

GOOD = """\
vendor: mine
fields:
  - {path: mail, field: emails}
"""


@pytest.fixture
def write(tmp_path):
    def write(text):
        file = tmp_path / "mine.yaml"
        file.write_text(text, encoding="utf-8")
        return str(file)

    return write


def test_a_map_of_ones_own_is_read_from_its_file(write):
    assert read_map(write(GOOD)).vendor == "mine"


def test_an_unknown_name_is_answered_with_the_maps_that_ship():
    with pytest.raises(
        ConfigError, match=r"no map 'mailchump'; shipped: .*dynamics_nav, .*legacy_crm"
    ):
        read_map("mailchump")


def test_a_file_that_can_t_be_read_is_named(tmp_path):
    with pytest.raises(ConfigError, match=r"none\.yaml: can't be read \(FileNotFoundError\)"):
        read_map(str(tmp_path / "none.yaml"))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{path: a..b, field: emails}", "'a..b' is not a path; write name.name"),
        ("{path: 'a[k=v]', field: emails}", "'a[k=v]' ends at an object"),
        ("{path: a, field: email}", "'email' is not a field; known: addresses"),
        ("{path: a, field: 'a b'}", "'a b' is not a field"),
        ("{path: a, field: kind}", "kind has a section of its own"),
        ("{path: a, field: addresses}", "needs a part: country, extra"),
        ("{path: a, field: name.first}", "known: family, given"),
        ("{path: a, field: emails.work}", "it has no parts"),
        ("{path: a, field: identifiers}", "needs to say which, such as identifiers.vat"),
        ("{path: a, field: birth_date}", "a date needs its format"),
        ("{path: a, field: birth_date, format: '%Q'}", "'%Q' is not a date format"),
        ("{path: a, field: status}", "status needs values, each one of: active, blocked, closed"),
        ("{path: a, field: status, values: {x: gone}}", "status needs values"),
        ("{path: a, field: roles}", "roles needs values"),
        ("{path: a, field: name}", "a whole name needs a format"),
        ("{path: a, field: name, format: '{first} {last}'}", "a whole name needs a format"),
        ("{path: a, field: name, format: '{given} only'}", "a whole name needs a format"),
        ("{path: a, field: emails, takes: mobile}", "takes: mobile is for phones"),
        ("{path: a, field: emails, cleen: text}", "did you mean 'clean'?"),
    ],
)
def test_a_wrong_line_is_named_with_file_line_and_cure(write, line, message):
    with pytest.raises(ConfigError) as caught:
        read_map(write(f"{GOOD}  - {line}\n"))
    assert "mine.yaml:4: " in str(caught.value)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ("zone: Mars/Base\n", "'Mars/Base' is not a time zone"),
        ("zone: ../etc\n", "'../etc' is not a time zone"),
        ("kind: {path: a}\n", "say either values: {…} or filled: person|organisation"),
        (
            "consents: [{path: a, purpose: p, values: {x: granted}, write: denied}]\n",
            "write: denied needs the channel's word for it",
        ),
        ("kind: {path: a, values: {x: robot}}\n", "'person' or 'organisation'"),
    ],
)
def test_a_wrong_section_is_named_with_its_line(write, section, message):
    with pytest.raises(ConfigError) as caught:
        read_map(write(GOOD + section))
    assert "mine.yaml:4: " in str(caught.value)
    assert message in str(caught.value)


def test_a_map_that_identifies_nobody_is_refused(write):
    with pytest.raises(ConfigError, match="no line identifies a customer; map one of: emails"):
        read_map(write("vendor: mine\nfields: [{path: a, field: language}]\n"))
