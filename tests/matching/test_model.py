"""The weights: checked when they are read, and readable as numbers of bits."""

import pytest
from pydantic import ValidationError

from hub.model import Kind
from matching.comparisons.levels import LEVELS, Field, Level
from matching.weights.model import DEFAULT, LevelWeight, Model


def changed(*path, to):
    """The default model as plain data, with one value changed."""
    raw = DEFAULT.model_dump(mode="json")
    place = raw
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = to
    return raw


def test_the_default_model_knows_every_field():
    assert DEFAULT.person.fields.keys() | DEFAULT.organisation.fields.keys() == set(Field)


@pytest.mark.parametrize("kind", list(Kind))
def test_better_agreement_never_weighs_less_than_difference(kind):
    weights = DEFAULT.of(kind)
    for field in weights.fields:
        bits = [weights.bits[field, level].weight for level in LEVELS[field]]
        assert bits[-1] == min(bits) < 0
        assert bits[0] > 0


def test_a_rival_that_a_level_does_not_name_agrees_as_strangers_do():
    levels = {
        "same": {"m": 0.6, "u": 0.001, "label": "same"},
        "close": {"m": 0.1, "u": 0.001, "label": "close"},
        "different": {"m": 0.3, "u": 0.998, "label": "different"},
    }
    raw = changed("person", "fields", "phone", to=levels)
    phone = Model.model_validate(raw).person.bits[Field.PHONE, Level.SAME]
    assert phone.against == (phone.weight,)


def test_a_model_survives_being_stored():
    assert Model.model_validate_json(DEFAULT.model_dump_json()) == DEFAULT


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (changed("person", "fields", "phone", to={}), "needs the levels same, close, different"),
        (changed("person", "fields", "phone", "same", "m", to=0.9), "m must sum to 1"),
        (changed("person", "fields", "phone", "same", "u", to=0.9), "u must sum to 1"),
        (
            changed("person", "fields", "phone", "same", "rivals", "household", to=0.9),
            "household must sum to 1",
        ),
        (changed("review", to=0.95), "must not be above merge"),
        (changed("person", "prior", to=0), "greater than 0"),
    ],
)
def test_a_model_that_makes_no_sense_is_refused(raw, says):
    with pytest.raises(ValidationError, match=says):
        Model.model_validate(raw)


def test_a_level_must_be_a_table_row():
    with pytest.raises(ValidationError):
        LevelWeight.model_validate("same")
