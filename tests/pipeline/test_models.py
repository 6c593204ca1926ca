"""Models in the hub: trained, kept, compared, chosen; and the first one by itself."""

import pytest

from hub.errors import ConfigError
from hub.model import Key, Verdict
from matching import training
from matching.weights import archive
from pipeline import models
from pipeline.match import match
from pipeline.models import HOUSE, choose, diff, judge_for, train, versions
from tests.matching.people import company, person
from tests.matching.tables import persons
from tests.pipeline.hub import resolve, settings_for, told

SETTINGS = settings_for()


@pytest.fixture(scope="module")
def crowd():
    return [
        person(
            f"{row['surname']}, {row['first_name']}", born=row["dob"], email=row["email"] or (),
            phone=row["phone"] or (),
        )
        for row in persons(120).to_pylist()
    ]  # fmt: skip


@pytest.fixture(autouse=True)
def _a_few_are_enough(monkeypatch):
    for module in (training, models):
        monkeypatch.setattr(module, "LEAST", 100)


@pytest.fixture
def store(crowd):
    with told(crowd) as store:
        yield store


def test_a_trained_model_is_in_use_until_another_is_chosen(store):
    resolve(SETTINGS, store)
    report = train(store, author="eva")
    [first, *_] = versions(store)
    assert (report.model, first.version, first.author) == ("trained-1", "trained-1", "eva")
    assert (report.used, first.used_at is not None) == (True, True)
    assert report.records["person"] > 100
    assert report.changed
    assert report.caps["family"] <= 60
    assert match(SETTINGS, store).model == "trained-1"  # every customer waited for it
    assert match(SETTINGS, store).pairs == 0

    tried = train(store, author="eva", use=False)
    assert (tried.model, tried.changed) == ("trained-2", ())  # nothing new to learn from
    assert [one.used_at is not None for one in versions(store)] == [False, True]
    choose(store, "trained-2")
    choose(store, HOUSE)
    assert {one.used_at for one in versions(store)} == {None}
    assert match(SETTINGS, store).model == HOUSE
    assert diff(store, HOUSE, "trained-1")
    with pytest.raises(ConfigError, match="there is no model 'x'; there are default-1, trained-2"):
        choose(store, "x")


def test_decisions_of_people_put_a_model_right_and_the_hubs_own_do_not(store):
    before = train(store, author="eva").model
    with store.begin() as unit:
        keys = [Key("shop", f"{number:06}") for number in (1, 2, 3, 4)]
        numbers = {key: one.id for key, one in unit.records.by_key(keys).items()}
        one, other, third, fourth = (numbers[key] for key in keys)
        at = versions_at(unit)
        unit.decisions.decide(one, other, Verdict.DIFFERENT, "eva", at)
        unit.decisions.decide(third, fourth, Verdict.SAME, "goldenrod", at)
    assert train(store, author="eva").decisions == 1
    choose(store, before)
    with store.read() as unit:
        assert judge_for(unit, SETTINGS).version == before


def versions_at(unit):
    return unit.models.all()[0].trained_at


def test_a_store_of_plenty_trains_its_first_model_by_itself(crowd, monkeypatch):
    with told(crowd) as store:
        monkeypatch.setattr(models, "PLENTY", len(crowd) + 1)
        assert match(SETTINGS, store).model == HOUSE
        monkeypatch.setattr(models, "PLENTY", len(crowd))
        report = match(SETTINGS, store)
        assert (report.model, report.pairs > 0) == ("trained-1", True)
        assert versions(store)[0].author == "goldenrod"
        choose(store, HOUSE)
        assert match(SETTINGS, store).model == HOUSE  # a person's choice stands


def test_plenty_of_neither_kind_is_matched_by_the_house(monkeypatch):
    monkeypatch.setattr(models, "PLENTY", 2)
    with told([person("Adler, Anna"), company("Nova")]) as store:
        assert match(SETTINGS, store).model == HOUSE
        with pytest.raises(ConfigError, match="100 persons or 100 organisations"):
            train(store, author="eva")


def test_a_store_that_outgrew_its_model_is_told_so(crowd, monkeypatch):
    with told(crowd) as store:
        train(store, author="eva")
        assert match(SETTINGS, store).advice == ""
        monkeypatch.setattr(models, "_GROWN", 1)
        with store.begin() as unit:
            unit.records.rematch()
        assert "goldenrod train" in match(SETTINGS, store).advice


def test_a_model_of_another_duckdb_says_what_to_do(store, monkeypatch):
    train(store, author="eva")
    monkeypatch.setattr(archive, "hash_probe", lambda: "another")
    models._kept.clear()
    with pytest.raises(ConfigError, match="goldenrod train"), store.read() as unit:
        judge_for(unit, SETTINGS)
