from datetime import date
from typing import Annotated

import pytest
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from hub.errors import ConfigError
from hub.yamlfile import load_yaml, parse


def _word(key):
    if not key.isalpha():
        raise ValueError("is not even a word")
    return key


class Leaf(BaseModel):
    model_config = ConfigDict(extra="forbid")
    colour: str = "gold"
    size: int = 1


class Tree(BaseModel):
    model_config = ConfigDict(extra="forbid")
    leaves: dict[str, Leaf] = {}
    rows: list[Leaf] = []
    name: str | None = None
    height: float = Field(default=1, lt=3)
    tags: dict[Annotated[str, AfterValidator(_word)], str] = Field(default={"a": "b"}, min_length=1)
    born: date | None = None


def problem(text):
    with pytest.raises(ConfigError) as caught:
        load_yaml(text, "tree.yaml", Tree)
    return str(caught.value)


def test_a_good_file_becomes_its_model():
    tree = load_yaml("leaves: {oak: {size: 3}}\nrows: [{colour: red}]", "tree.yaml", Tree)
    assert tree == Tree(leaves={"oak": Leaf(size=3)}, rows=[Leaf(colour="red")])


def test_an_empty_file_is_an_empty_mapping():
    assert load_yaml("", "tree.yaml", Tree) == Tree()


@pytest.mark.parametrize("word", ["no", "NO", "off", "yes", "012", "1:30", "0x10", "2026-01-31"])
def test_words_times_and_odd_numbers_stay_text(word):
    assert load_yaml(f"name: {word}", "tree.yaml", Tree).name == word


def test_numbers_booleans_and_null_are_read():
    assert parse("[1, -2, 1.5, true, false, null, ~, ]", "t").data == [
        1, -2, 1.5, True, False, None, None,
    ]  # fmt: skip


def test_a_misspelt_setting_is_named_with_its_line_and_the_likely_one():
    text = "leaves:\n  oak:\n    colur: red\n"
    assert problem(text) == (
        "tree.yaml:3: leaves.oak.colur is not a setting; did you mean 'colour'?"
    )


def test_a_strange_setting_is_answered_with_what_is_known_there():
    assert problem("rows:\n- zzz: 1\n") == (
        "tree.yaml:2: rows.0.zzz is not a setting; known here: colour, size"
    )


def test_a_setting_where_none_can_stand_is_refused():
    class Flat(BaseModel):
        model_config = ConfigDict(extra="forbid")

    with pytest.raises(ConfigError, match=r"^f:1: a is not a setting$"):
        load_yaml("a: 1", "f", Flat)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("leaves:\n  oak:\n    size: big", "3: leaves.oak.size: must be a whole number"),
        ("leaves:\n  oak:\n    colour: 7", "3: leaves.oak.colour: must be text; put it in quotes"),
        ("leaves:\n  oak:\n    colour:", "3: leaves.oak.colour is empty; give it a value"),
        ("rows: 7", "1: rows: must be a list: [one, two]"),
        ("rows: [7]", "1: rows.0: must be a block of settings, one `name: value` a line"),
        ("leaves: [7]", "1: leaves: must be a block of settings, one `name: value` a line"),
        ("height: 3", "1: height: must be less than 3.0"),
        ("height: tall", "1: height: must be a number"),
        ("tags: {}", "1: tags: must hold at least 1"),
        ("tags:\n  4: x", "2: tags.4: is not even a word"),
        ("born: soon", "1: born: should be a valid date"),
    ],
)
def test_a_wrong_value_is_told_with_its_line_and_what_would_be_right(text, told):
    assert problem(text).startswith(f"tree.yaml:{told}")


def test_the_wrong_value_itself_is_never_told_for_it_may_be_a_secret():
    assert "s3cret" not in problem("height: s3cret")


def test_keys_are_text_as_they_are_written():
    assert parse("{1: a, true: b, null: c, <<: d}", "t").data == {
        "1": "a", "true": "b", "null": "c", "<<": "d",
    }  # fmt: skip


def test_a_key_that_is_no_single_word_is_refused():
    assert problem("name: a\n? [b, c]\n: d") == (
        "tree.yaml:2: a setting's name must be a single word"
    )


@pytest.mark.parametrize("text", ["rows: &a [*a]", "rows: " + 3000 * "[" + 3000 * "]"])
def test_a_file_without_an_end_is_refused(text):
    assert problem(text) == "tree.yaml: it is nested too deeply, or holds itself"


def test_a_value_is_found_by_its_path_where_there_is_one():
    document = parse("a: [{b: null}, 2]", "t")
    assert document.at("a", 0, "b") is None
    assert document.at("a", 1) == 2
    assert [document.at(*path) for path in (("c",), ("a", 2), ("a", "b"), ("a", 1, "d"))] == 4 * [
        ...
    ]


def test_a_missing_setting_points_at_its_parent():
    class Needy(BaseModel):
        must: int

    class Holder(BaseModel):
        inner: Needy

    with pytest.raises(ConfigError, match=r"^f:2: inner\.must is missing; add it$"):
        load_yaml("# comment\ninner: {}\n", "f", Holder)


def test_a_list_where_a_mapping_belongs_is_refused_as_a_whole():
    assert problem("- 1\n").startswith("tree.yaml:1: the file: must be a block of settings")


def test_all_mistakes_are_told_at_once():
    assert len(problem("leaves: {a: {size: x}, b: {size: y}}").splitlines()) == 2


def test_a_key_written_twice_is_refused():
    assert problem("name: a\nname: b\n") == "tree.yaml:2: 'name' is written twice; keep one"


def test_broken_yaml_is_told_with_its_line():
    assert problem("name: [1,\n").startswith("tree.yaml:2: this is not YAML")


def test_unreadable_characters_are_told_without_a_line():
    assert problem("name: \x00").startswith("tree.yaml: this is not YAML")
