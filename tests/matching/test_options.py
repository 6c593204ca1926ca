"""What the caller of ``dedupe`` says: guesses corrected, ids, and what makes no sense."""

import pyarrow as pa
import pytest

import matching
from hub.errors import ConfigError
from matching import dedupe
from tests.matching.tables import PERSONS, rows


def test_the_columns_are_read_as_a_person_would_read_them(found):
    assert found.roles == {
        "given": "first_name", "family": "surname", "birth_date": "dob", "street": "street",
        "postcode": "postcode", "locality": "city", "email": "email", "phone": "phone",
        "attribute:sex": "sex", "id": "record_id",
    }  # fmt: skip


def test_a_guess_can_be_corrected_and_dropped():
    result = dedupe(PERSONS, roles={"family": "first_name", "given": "", "attribute:sex": ""})
    assert result.roles["family"] == "first_name"
    assert "given" not in result.roles
    assert "attribute:sex" not in result.roles


def test_columns_that_are_not_there_are_told():
    with pytest.raises(ConfigError, match="no column 'age'"):
        dedupe(PERSONS, roles={"attribute:age": "age"})
    with pytest.raises(ConfigError, match="no column 'nr'"):
        dedupe(PERSONS, id="nr")


@pytest.mark.parametrize(
    ("column", "kind"),
    [("company", "person"), ("birth_date", "organisation"), ("house_number", "auto")],
)
def test_a_column_that_says_nothing_of_who_it_is_is_not_enough(column, kind):
    with pytest.raises(ConfigError, match="no column describes a customer"):
        dedupe(rows(**{column: ["12", "12"]}), kind=kind)


def test_ids_must_be_there_and_differ():
    table = pa.table({"id": ["a", "b", "a"], "surname": ["Graf", "Graf", "Voigt"]})
    with pytest.raises(ConfigError, match="rows 1 and 3: both have the id 'a'"):
        dedupe(table, id="id")
    table = pa.table({"id": ["a", None], "surname": ["Graf", "Graf"]})
    with pytest.raises(ConfigError, match="row 2: column 'id' is empty"):
        dedupe(table, id="id")


def test_a_folder_and_an_option_that_makes_no_sense_are_told_clearly(tmp_path):
    with pytest.raises(ConfigError, match="a folder, not a file"):
        dedupe(tmp_path)
    with pytest.raises(ConfigError, match="File name too long"):
        dedupe(tmp_path / ("x" * 300 + ".csv"))
    for option, says in (
        ({"kind": "dog"}, "kind: person, organisation or auto"),
        ({"threads": 0}, "threads: 1 or more"),
        ({"link_only": True}, "name the column"),
        ({"roles": {"shoes": "surname"}}, "no role 'shoes'"),
        ({"source": "shop"}, "no column 'shop'"),
    ):
        with pytest.raises(ConfigError, match=says):
            dedupe(PERSONS, **option)


def test_only_what_is_asked_for_is_loaded():
    with pytest.raises(AttributeError):
        _ = matching.nothing
