"""Quarantine, fix, ignore, replay and drift, as a person types them."""

import json

import pytest
from typer.testing import CliRunner

from console.app import app
from hub.clock import now
from hub.config import load_settings
from hub.errors import ConfigError
from hub.model import Key, SourceRecord
from store.database import Store
from store.quarantine import Quarantined
from store.schema import Drift
from tests.conftest import ROOT

YAML = str(ROOT / "goldenrod.yaml")
BAD = {"No": "C1", "Name": "", "E_Mail": ""}


@pytest.fixture
def goldenrod(monkeypatch, tmp_path):
    url = f"sqlite:///{tmp_path / 'hub.db'}"
    monkeypatch.setenv("GOLDENROD_STORE", url)
    with Store(url) as store:
        store.migrate()
        with store.begin() as unit:
            unit.records.land([SourceRecord(Key("erp", "C1"), BAD)], now())
            row = Quarantined("erp", "C1", "map", "Name", "nothing names it", BAD, "map: Name")
            unit.records.quarantine([row, row._replace(channel="shop", remote_id="7")], now())
            new = Drift("fax", "new", "text", "erp:C1")
            unit.schemas.note("erp", "customers", [new], now(), accepted=False)

    def call(*words):
        return CliRunner().invoke(app, [*words, "-c", YAML])

    return call


def test_quarantine_is_counted_by_reason(goldenrod):
    assert load_settings(YAML)
    found = json.loads(goldenrod("quarantine", "--json").stdout)["quarantine"]
    assert [(it["channel"], it["rule"], it["number"]) for it in found] == [
        ("erp", "map: Name", 1),
        ("shop", "map: Name", 1),
    ]
    assert "nothing names it" in goldenrod("quarantine", "erp").stdout.replace("\n", " ")
    assert "nothing there" in goldenrod("quarantine", "mail").stdout


def test_single_rows_show_the_raw_record(goldenrod):
    (row,) = json.loads(goldenrod("quarantine", "erp", "--rows", "--json").stdout)["quarantine"]
    assert (row["key"], row["payload"], row["times"]) == ("erp:C1", BAD, 1)


def test_nothing_is_done_before_it_was_counted(goldenrod):
    assert "1 records would be ignored" in goldenrod("ignore", "erp").stdout
    assert "1 records would try again" in goldenrod("replay", "erp").stdout
    assert "1 records are ignored" in goldenrod("ignore", "erp", "--yes").stdout
    assert "0 records would be ignored" in goldenrod("ignore", "erp").stdout


def test_a_record_is_fixed_and_tries_again(goldenrod):
    result = goldenrod("fix", "erp:C1", "Name=Anna Quell", 'E_Mail:="anna@quell.example"')
    assert "goldenrod replay erp" in result.stdout
    report = json.loads(goldenrod("replay", "erp", "--yes", "--json").stdout)
    assert report == {"replay": {"erp": {"cured": 1, "still": 0}}}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("fix", "erp", "Name=x"), "expected channel:id"),
        (("fix", "erp:C1", "Name"), "path=text"),
        (("fix", "erp:C1", "Name:=x"), "is no JSON"),
        (("fix", "erp:C2", "Name=x"), "not in quarantine"),
    ],
)
def test_a_mistake_is_told_with_its_cure(words, told, goldenrod):
    result = goldenrod(*words)
    assert isinstance(result.exception, ConfigError)
    assert told in str(result.exception)


def test_an_open_drift_is_shown_and_accepted(goldenrod):
    result = goldenrod("drift", "--json")
    assert result.exit_code == 1
    (found,) = json.loads(result.stdout)["drift"]
    assert (found["name"], found["kind"], found["example"]) == ("fax", "new", "erp:C1")
    assert goldenrod("drift", "erp", "--accept").exit_code == 0
    assert goldenrod("drift").exit_code == 0
    assert "fax" in goldenrod("drift", "--all").stdout
