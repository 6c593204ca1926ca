"""Planning, judging and tuning the match on the command line."""

import json

import pytest
from typer.testing import CliRunner

from console.app import app
from hub.clock import now
from hub.model import Verdict
from store.database import Store
from tests.conftest import ROOT
from tests.matching.people import person
from tests.pipeline.hub import enter, resolve, say, settings_for

ANNA = {"email": "a.adler@gmx.example", "born": "1970-05-04"}


@pytest.fixture
def store(tmp_path, monkeypatch):
    url = f"sqlite:///{tmp_path / 'hub.db'}"
    monkeypatch.setenv("GOLDENROD_STORE", url)
    with Store(url) as store:
        store.migrate()
        people = [person("Adler, Anna", **ANNA), person("Adler, Anna", **ANNA), person("Graf, Ida")]
        enter(store, people)
        resolve(settings_for(), store)
        yield store


@pytest.fixture
def goldenrod(store):
    def call(*words, code=0):
        words = (*words, "-c", str(ROOT / "goldenrod.yaml"))
        result = CliRunner().invoke(app, words, catch_exceptions=False)
        assert result.exit_code == code, result.output
        return result.stdout

    return call


def test_a_match_is_judged_by_labels(goldenrod, tmp_path):
    file = tmp_path / "labels.csv"
    file.write_text("key,entity\nshop:000001,a\nshop:000002,b\nshop:000003,b\n", encoding="utf-8")
    shown = goldenrod("match", "--evaluate", str(file))
    assert "B-cubed" in shown
    assert "Merged, but different" in shown
    assert "Not merged, but the same" in shown
    found = json.loads(goldenrod("match", "--evaluate", str(file), "--json"))["evaluate"]
    assert found["wrong"][0]["left"] == "shop:000001"
    assert found["clustered"]["precision"] == 0


def test_a_plan_is_shown_and_nothing_is_written(goldenrod, store):
    say(store, {1: person("Zimmer, Ute"), 3: person("Adler, Anna", **ANNA)})
    shown = goldenrod("match", "--plan")
    assert "1 merges, 1 splits." in shown
    assert "several customers: cus_" in shown
    assert "one customer: cus_" in shown
    assert shown.endswith("Nothing was written.\n")
    found = json.loads(goldenrod("match", "--plan", "--merge", "0.99", "--json"))["plan"]
    assert found["match"]["model"] == "default-1"
    goldenrod("match", "--merge", "0.99", code=2)
    with store.begin() as unit:
        unit.decisions.decide(1, 2, Verdict.SAME, "eva", now())
    assert "decided same, would be decided otherwise" in goldenrod("match", "--plan")


def test_thresholds_are_weighed(goldenrod, store):
    assert "matching.merge: 0.5" in goldenrod("tune", "--precision", "0.9")
    with store.begin() as unit:
        unit.decisions.decide(1, 2, Verdict.DIFFERENT, "eva", now())
    assert "By the decisions a weight counts" in goldenrod("tune")
    found = json.loads(goldenrod("tune", "--json"))["tune"]
    assert found["costs"][0]["wrong"] == 1
