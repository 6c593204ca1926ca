"""Paths reach into payloads, and what is written lies where it was read."""

import pytest

from hub.errors import RecordError
from mapping.paths import getter, list_keys, overlay, parse_path, place

META = "meta_data[key=vat].value"
PAYLOAD = {
    "id": 7,
    "billing": {"phone": "1", "geo": {"city": "Berlin"}},
    "shipping": [],
    "note": "text",
    "meta_data": [{"key": "other", "value": "x"}, "odd", {"key": "vat", "value": "DE1"}],
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("id", 7),
        ("nothing", None),
        ("billing.phone", "1"),
        ("billing.geo.city", "Berlin"),
        ("billing.nothing.city", None),
        ("shipping.phone", None),
        (META, "DE1"),
        ("meta_data[key=none].value", None),
        ("shipping[key=vat].value", None),
    ],
)
def test_a_path_finds_what_is_there_and_none_for_what_is_not(path, value):
    assert getter(path)(PAYLOAD) == value


@pytest.mark.parametrize("path", ["note.phone", "billing.phone.x.y", "note[key=vat].value"])
def test_a_payload_of_another_shape_is_an_error_that_names_the_path(path):
    with pytest.raises(RecordError) as caught:
        getter(path)(PAYLOAD)
    assert caught.value.field == path
    assert "text" not in str(caught.value)


@pytest.mark.parametrize("path", ["", "a..b", "a.", "a b", "a[0].b", "a[k=v]b", "a[b].c"])
def test_what_is_no_path_is_refused(path):
    with pytest.raises(ValueError, match="is not a path"):
        parse_path(path)


def test_a_path_that_ends_at_an_object_is_refused():
    with pytest.raises(ValueError, match=r"ends at an object; name one of its fields"):
        parse_path("meta_data[key=vat]")


def test_placing_makes_objects_and_keyed_lists_on_the_way():
    fields = {}
    for path, value in [("a.b", 1), ("a.c", 2), (META, 3), ("meta_data[key=vat].by", 4)]:
        place(fields, parse_path(path), value)
    assert fields == {
        "a": {"b": 1, "c": 2},
        "meta_data": [{"key": "vat", "value": 3, "by": 4}],
    }


def test_lists_know_the_key_of_their_objects():
    assert list_keys([parse_path("a.b"), parse_path("c." + META)]) == {("c", "meta_data"): "key"}


def test_fields_lie_over_the_payload_without_changing_it():
    fields = {
        "id": 8,
        "shipping": {"phone": "2"},
        "billing": {"geo": {"zip": "1"}},
        "meta_data": [{"key": "vat", "value": "DE2"}, {"key": "new", "value": 1}],
        "tags": ["b"],
    }
    laid = overlay(PAYLOAD, fields, {("meta_data",): "key"})
    assert laid == {
        "id": 8,
        "billing": {"phone": "1", "geo": {"city": "Berlin", "zip": "1"}},
        "shipping": {"phone": "2"},
        "note": "text",
        "meta_data": [
            {"key": "other", "value": "x"},
            "odd",
            {"key": "vat", "value": "DE2"},
            {"key": "new", "value": 1},
        ],
        "tags": ["b"],
    }
    assert PAYLOAD["billing"]["geo"] == {"city": "Berlin"}
