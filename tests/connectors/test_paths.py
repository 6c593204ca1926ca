import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.facts.paths import put, reader

RECORD = {
    "id": 7,
    "billing": {"email": "a@b.example"},
    "meta": [{"key": "other", "value": 1}, {"key": "ours", "value": "cus_1"}],
    "lines": [[1, 2], [3]],
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("id", 7),
        ("billing.email", "a@b.example"),
        ("meta[key=ours].value", "cus_1"),
        ("meta[0].value", 1),
        ("lines[0][1]", 2),
        ("", RECORD),
        ("nothing", None),
        ("nothing.below", None),
        ("id.below", None),
        ("meta[key=nobody].value", None),
        ("meta[9].value", None),
        ("billing[0]", None),
    ],
)
def test_a_path_finds_its_value_or_nothing(path, value):
    assert reader(path)(RECORD) == value


@pytest.mark.parametrize("path", ["a..b", ".a", "a[", "a[]", "a]b", "a[k=]"])
def test_a_malformed_path_is_refused(path):
    with pytest.raises(ValueError, match="is not a path"):
        reader(path)


@pytest.mark.parametrize(
    ("path", "laid"),
    [
        ("a", {"a": "x"}),
        ("a.b", {"a": {"b": "x"}}),
        ("m[key=k].value", {"m": [{"key": "k", "value": "x"}]}),
        ("m[1].v", {"m": [None, {"v": "x"}]}),
        ('["@odata.etag"]', {"@odata.etag": "x"}),
        ('a["b."][0].c', {"a": {"b.": [{"c": "x"}]}}),
    ],
)
def test_what_is_missing_on_the_way_is_made(path, laid):
    assert put({}, path, "x") == laid


def test_laying_a_value_keeps_what_lies_beside_it_and_leaves_the_original_alone():
    before = {"meta": [{"id": 1, "key": "ours", "value": "old"}, {"key": "b"}], "other": 1}
    after = put(before, "meta[key=ours].value", "new")
    assert after["meta"] == [{"id": 1, "key": "ours", "value": "new"}, {"key": "b"}]
    assert after["other"] == 1
    assert before["meta"][0]["value"] == "old"


def test_a_path_that_is_no_field_cannot_be_written():
    with pytest.raises(TypeError):
        put({}, "", "x")


STEP = st.sampled_from(["a", "b", "[0]", "[2]", "[k=v].c"])


@given(st.lists(STEP, min_size=1, max_size=4), st.integers())
def test_what_was_laid_is_read_again(steps, value):
    path = ".".join(["root", *steps, "leaf"]).replace(".[", "[")
    assert reader(path)(put({}, path, value)) == value
