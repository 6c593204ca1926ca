"""The command line as a user or a scheduler meets it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import requests
from typer.testing import CliRunner

from console.app import app, main
from hub.config import load_settings
from store.database import Store
from tests.conftest import ROOT

YAML = str(ROOT / "goldenrod.yaml")


@pytest.fixture
def goldenrod(environment, monkeypatch, tmp_path):
    """Run a command in this process; raises what the hub would explain to a person."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)

    def call(*words):
        return CliRunner().invoke(app, list(words), catch_exceptions=True)

    return call


def test_run_prints_one_json_object_of_the_documented_shape(goldenrod):
    result = goldenrod("run", "--json", "-c", YAML)
    assert result.exit_code == 0
    report = json.loads(result.stdout)
    assert list(report) == ["pull", "map", "match", "merge", "push", "seconds"]
    assert report["pull"]["erp"].keys() >= {"pulled", "unchanged", "quarantined"}
    assert report["match"].keys() >= {"pairs", "merged", "review"}
    assert report["merge"].keys() >= {"created", "changed", "retired"}
    assert report["push"]["shop"].keys() >= {"sent", "unchanged", "dead"}


def test_the_verbs_one_by_one_do_what_run_does(goldenrod):
    for verb in ("pull", "map", "match", "merge", "push"):
        result = goldenrod(verb, "--json", "-c", YAML)
        assert result.exit_code == 0, result.output
        assert list(json.loads(result.stdout)) == [verb]
    again = json.loads(goldenrod("run", "--json", "-c", YAML).stdout)
    assert again["merge"]["created"] == again["merge"]["changed"] == 0


def test_tables_are_printed_for_a_person(goldenrod):
    result = goldenrod("run", "-c", YAML)
    assert "pulled" in result.stdout
    assert "golden" not in result.stderr.lower() or result.exit_code == 0


def test_check_prints_what_every_channel_can_do(goldenrod):
    report = json.loads(goldenrod("check", "--json", "-c", YAML).stdout)["check"]
    assert report.keys() == {"erp", "shop", "mail", "crm"}
    assert report["erp"]["capabilities"]["version_check"] is True
    assert "emails" in report["shop"]["writes"]


def test_a_channel_that_is_down_makes_exit_code_1_and_the_others_go_on(goldenrod, monkeypatch):
    monkeypatch.setenv("GOLDENROD_SHOP_URL", "http://127.0.0.1:9/wp-json/wc/v3")
    result = goldenrod("run", "--json", "-c", YAML)
    assert result.exit_code == 1
    report = json.loads(result.stdout)
    assert "shop" in report["pull"]["shop"]["error"]
    assert report["pull"]["erp"]["pulled"] > 0
    assert report["merge"]["created"] > 0


def test_show_finds_by_key_and_names_the_origin_of_every_value(goldenrod, population):
    goldenrod("run", "-c", YAML)
    no = population.erp[0]["No"]
    [golden] = json.loads(goldenrod("show", f"erp:{no}", "--json", "-c", YAML).stdout)
    assert ["erp", no] in golden["members"]
    assert all(origin["rule"] for found in golden["provenance"].values() for origin in found)
    shown = goldenrod("show", f"erp:{no}", "-c", YAML).stdout
    assert golden["id"] in shown
    assert "most_trusted" in shown


def test_show_of_nobody_fails(goldenrod):
    result = goldenrod("show", "nobody at all", "-c", YAML)
    assert result.exit_code == 1
    assert "Nobody found" in result.stdout


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("store: sqlite:///x.db\nchannels:\n  shop: {profil: woo, url: u}\n", "mine.yaml:3:"),
        ("store: sqlite:///x.db\nchannels:\n  a: {profile: nothing, url: u}\n", "nothing"),
        ("store: nonsense\nchannels: {}\n", "store"),
        ("store: [", "mine.yaml:2: this is not YAML"),
    ],
)
def test_a_wrong_configuration_is_told_and_nothing_is_started(tmp_path, text, told):
    (tmp_path / "mine.yaml").write_text(text)
    done = subprocess.run(
        [sys.executable, "-m", "console.app", "run", "-c", "mine.yaml"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["mine.yaml"]


def test_the_help_is_quick_because_it_loads_nothing_heavy():
    program = (
        "import sys, console.app;"
        "assert not {'sqlalchemy', 'zeep', 'fastapi', 'pypinyin', 'airflow'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_no_part_of_the_flow_loads_airflow():
    program = (
        "import sys, pipeline.run, pipeline.review, stewardship.app, console.demo;"
        "assert 'airflow' not in sys.modules"
    )
    subprocess.run([sys.executable, "-W", "ignore", "-c", program], check=True)


def test_the_demo_tells_how_close_it_came_to_the_truth(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    home = str(tmp_path / "demo")
    result = CliRunner().invoke(app, ["demo", "--once", "--records", "200", "--directory", home])
    assert result.exit_code == 0, result.output
    assert "Second run" in result.stdout
    assert "precision of merges" in result.stdout


def test_the_sandbox_command_serves_until_it_is_ended(tmp_path):
    command = [sys.executable, "-m", "console.app", "sandbox", "--any-port", "--records", "40"]
    process = subprocess.Popen(
        [*command, "--directory", str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    with process:
        lines = dict(
            line.strip().split("=", 1) for line in iter(process.stdout.readline, "ready\n")
        )
        shop = lines["GOLDENROD_SHOP_URL"]
        answer = requests.get(f"{shop}/customers", auth=("ck_sandbox", "cs_sandbox"), timeout=5)
        assert answer.json()
        process.terminate()
    assert process.returncode == 0


def test_main_explains_and_exits(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(sys, "argv", ["goldenrod", "check", "-c", str(tmp_path / "none.yaml")])
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 2
    assert "can't be read" in capsys.readouterr().err


def test_what_the_command_line_left_can_be_opened_by_the_library(goldenrod, environment):
    goldenrod("pull", "crm", "-c", YAML)
    settings = load_settings(Path(YAML), environment)
    with Store(settings.store) as store, store.read() as unit:
        assert unit.records.cursor("crm")
        assert unit.records.cursor("erp") is None
