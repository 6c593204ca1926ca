import pytest
from pydantic import TypeAdapter, ValidationError

from connectors.facts.templates import Template, fill, fill_path

VALUES = {"id": "a/b c", "size": 100, "at": None, "fields": {"email": "x@y.example"}}


def test_a_text_that_is_one_placeholder_becomes_the_value_itself():
    assert fill({"n": "{size}", "f": "{fields}"}, VALUES) == {"n": 100, "f": VALUES["fields"]}


def test_placeholders_inside_a_text_are_filled():
    assert fill("{size}..", VALUES) == "100.."
    assert fill(["<{fields.email}>", 1], VALUES) == ["<x@y.example>", 1]


def test_what_has_no_value_is_left_out():
    assert fill({"at": "{at}", "size": 1}, VALUES) == {"size": 1}


def test_a_value_cannot_add_steps_to_an_address():
    assert fill_path("/customers/{id}", VALUES) == "/customers/a%2Fb%20c"


@pytest.mark.parametrize("template", ["{nobody}", {"a": ["{nobody}"]}])
def test_a_placeholder_that_nothing_fills_is_refused(template):
    with pytest.raises(ValidationError, match=r"nobody.*is not a placeholder"):
        TypeAdapter(Template).validate_python(template)


def test_braces_with_a_blank_inside_are_no_placeholder():
    text = "query { customers { id } }"
    assert TypeAdapter(Template).validate_python(text) == fill(text, VALUES) == text


@pytest.mark.parametrize(
    ("escape", "expected"), [("doubled", "'O''Brien\\'"), ("escaped", "'O\\'Brien\\\\'")]
)
def test_a_text_between_quotes_cannot_end_them(escape, expected):
    template = TypeAdapter(Template).validate_python(f"'{{fields.name|{escape}}}'")
    assert fill(template, {"fields": {"name": "O'Brien\\"}}) == expected


@pytest.mark.parametrize("template", ["'{id|magic}'", {"{nobody}": 1}, "{password}", "{method}"])
def test_an_unknown_escape_or_name_and_a_secret_out_of_place_are_refused(template):
    with pytest.raises(ValidationError, match="is not a placeholder"):
        TypeAdapter(Template).validate_python(template)


def test_a_name_may_hold_a_placeholder_too():
    assert fill({"party,{id}": "{size}"}, VALUES) == {"party,a/b c": 100}
