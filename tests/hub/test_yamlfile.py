import pytest
from pydantic import BaseModel, ConfigDict

from hub.errors import ConfigError
from hub.yamlfile import load_yaml, parse


class Leaf(BaseModel):
    model_config = ConfigDict(extra="forbid")
    colour: str = "gold"
    size: int = 1


class Tree(BaseModel):
    model_config = ConfigDict(extra="forbid")
    leaves: dict[str, Leaf] = {}
    rows: list[Leaf] = []
    name: str | None = None


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


def test_a_wrong_type_is_named_with_its_line():
    assert problem("leaves:\n  oak:\n    size: big\n").startswith(
        "tree.yaml:3: leaves.oak.size: input should be a valid integer"
    )


def test_a_missing_setting_points_at_its_parent():
    class Needy(BaseModel):
        must: int

    class Holder(BaseModel):
        inner: Needy

    with pytest.raises(ConfigError, match=r"^f:2: inner\.must is missing; add it$"):
        load_yaml("# comment\ninner: {}\n", "f", Holder)


def test_a_list_where_a_mapping_belongs_is_refused_as_a_whole():
    assert problem("- 1\n").startswith("tree.yaml:1: the file: input should be")


def test_all_mistakes_are_told_at_once():
    assert len(problem("leaves: {a: {size: x}, b: {size: y}}").splitlines()) == 2


def test_a_key_written_twice_is_refused():
    assert problem("name: a\nname: b\n") == "tree.yaml:2: 'name' is written twice; keep one"


def test_broken_yaml_is_told_with_its_line():
    assert problem("name: [1,\n").startswith("tree.yaml:2: this is not YAML")


def test_unreadable_characters_are_told_without_a_line():
    assert problem("name: \x00").startswith("tree.yaml: this is not YAML")
