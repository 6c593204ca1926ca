"""Training and choosing a model from the command line."""

import json

import pytest
from typer.testing import CliRunner

from console.app import app
from matching import training
from pipeline import models
from store.database import Store
from tests.conftest import ROOT
from tests.matching.people import person
from tests.matching.tables import persons
from tests.pipeline.hub import enter

YAML = str(ROOT / "goldenrod.yaml")


@pytest.fixture
def goldenrod(tmp_path, monkeypatch):
    """Run a command on a hub of a few customers, which are enough to train here."""
    url = f"sqlite:///{tmp_path / 'hub.db'}"
    monkeypatch.setenv("GOLDENROD_STORE", url)
    for module in (training, models):
        monkeypatch.setattr(module, "LEAST", 100)
    with Store(url) as store:
        store.migrate()
        enter(store, [
            person(f"{row['surname']}, {row['first_name']}", born=row["dob"])
            for row in persons(80).to_pylist()
        ])  # fmt: skip

    def call(*words):
        result = CliRunner().invoke(app, [*words, "-c", YAML], catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.stdout

    return call


def test_a_model_is_trained_listed_compared_and_chosen(goldenrod):
    assert goldenrod("models", "list").startswith("* default-1")
    report = json.loads(goldenrod("train", "--json", "--author", "eva"))["train"]
    assert (report["model"], report["used"], bool(report["changed"])) == ("trained-1", True, True)
    assert "trained-2" in goldenrod("train", "--try")
    lines = goldenrod("models", "list").splitlines()
    assert [line[:11].strip() for line in lines] == ["trained-2", "* trained-1", "default-1"]
    assert "by eva" in lines[1]
    found = json.loads(goldenrod("models", "list", "--json"))
    assert [(one["version"], bool(one["used_at"])) for one in found] == [
        ("trained-2", False), ("trained-1", True),
    ]  # fmt: skip
    assert " -> " in goldenrod("models", "diff", "default-1", "trained-1", "--limit", "3")
    [first, *_] = json.loads(goldenrod("models", "diff", "default-1", "trained-1", "--json"))
    assert first["kind"] == "person"
    assert "default-1 is in use" in goldenrod("models", "use", "default-1")
    assert json.loads(goldenrod("match", "--json"))["match"]["model"] == "default-1"
