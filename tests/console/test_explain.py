"""Two records explained on the command line."""

import json

import pytest
from typer.testing import CliRunner

from console.app import app
from store.database import Store
from tests.conftest import ROOT
from tests.matching.people import person
from tests.pipeline.hub import enter, resolve, settings_for


@pytest.fixture
def goldenrod(tmp_path, monkeypatch):
    """Explain records of a hub of three customers."""
    url = f"sqlite:///{tmp_path / 'hub.db'}"
    monkeypatch.setenv("GOLDENROD_STORE", url)
    said = {"email": "a.adler@gmx.example", "at": "Bergweg 7, 80331, München"}
    with Store(url) as store:
        store.migrate()
        enter(store, [
            person("Adler, Anna", born="1970-05-04", **said),
            person("Adler, Anna", born="1970-05-04", **said),
            person("Adler, Bernd", born="1968-01-09", **said),
        ])  # fmt: skip
        resolve(settings_for(), store)

    def call(*words):
        words = ("explain", *words, "-c", str(ROOT / "goldenrod.yaml"))
        return CliRunner().invoke(app, words, catch_exceptions=False)

    return call


def test_the_evidence_is_drawn_with_its_sum_and_what_would_alter_it(goldenrod):
    shown = goldenrod("shop:000001", "shop:000002").stdout
    assert "same family name" in shown
    assert "Merged; would" in shown
    assert "They are one golden customer now." in shown
    shown = goldenrod("shop:000001", "shop:000003").stdout
    assert "Not without a steward: different given names." in shown
    assert "They are not one now." in shown


def test_a_program_reads_the_same_as_json(goldenrod):
    found = json.loads(goldenrod("shop:000001", "shop:000002", "--json").stdout)["explain"]
    assert sum(line["weight"] for line in found["evidence"]) == pytest.approx(found["weight"])
    assert found["changes"][0]["field"]
    assert found["left"] == "shop:000001"


def test_what_is_no_key_is_told(goldenrod):
    assert goldenrod("Anna", "shop:000002").exit_code == 2
