"""The command line as a user or a scheduler meets it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import requests
from typer.testing import CliRunner

from console.app import app, main
from console.demo import _sandbox, _settings
from hub.config import load_settings
from hub.errors import ConfigError
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
    assert (report["erp"]["incremental"], report["erp"]["version_check"]) == ("seen", "seen")
    assert report["shop"]["incremental"] == "no"
    assert report["shop"]["create"] == "switched off"
    assert report["crm"]["delete"] == "yes; theirs are told by the channel"
    assert report["mail"]["calls_today"] >= 2
    assert "emails" in report["shop"]["writes"]


def test_a_channel_that_is_down_makes_exit_code_1_and_the_others_go_on(goldenrod, monkeypatch):
    monkeypatch.setenv("GOLDENROD_SHOP_URL", "http://127.0.0.1:9/wp-json/wc/v3")
    result = goldenrod("run", "--json", "-c", YAML)
    assert result.exit_code == 1
    report = json.loads(result.stdout)
    assert "shop" in report["pull"]["shop"]["error"]
    assert report["pull"]["erp"]["pulled"] > 0
    assert report["merge"]["created"] > 0


def test_show_finds_by_key_and_names_the_origin_of_every_value(goldenrod, population, after_a_run):
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


def test_show_of_an_erased_customer_says_so(goldenrod, monkeypatch):
    monkeypatch.setattr("pipeline.views.was_erased", lambda _store, name: name == "cus_1")
    result = goldenrod("show", "cus_1", "-c", YAML)
    assert result.exit_code == 1
    assert "cus_1 was erased: nothing is held on it any more." in result.stderr
    assert "erased" not in goldenrod("show", "cus_2", "-c", YAML).output


GOOD = """\
store: sqlite:///hub.db
channels:
  shop:
    profile: woocommerce
    url: http://127.0.0.1:9/wp-json/wc/v3
    region: DE
"""


def wrong(before, after):
    """Return a goldenrod.yaml with one mistake."""
    assert before in GOOD
    return GOOD.replace(before, after)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("store: [", "2: this is not YAML"),
        (wrong("profile", "profil"), "3: channels.shop.profile is missing; add it"),
        (wrong("woocommerce", "woo"), "4: channels.shop.profile: there is no profile 'woo'"),
        (wrong("woocommerce", "woo.yaml\n    map: m.yaml"), "4: channels.shop.profile: "),
        (wrong("    url", "    map: woo\n    url"), "5: channels.shop.map: there is no map 'woo'"),
        (wrong("    url", "    map: m.yaml\n    url"), "5: channels.shop.map: "),
        (wrong("http:", "ftp:"), "5: channels.shop.url: a web address is needed"),
        (wrong("woocommerce", "dynamics_nav").replace("http:", "ftp:"), "5: channels.shop.url: "),
        (wrong("woocommerce", "legacy_crm"), "5: channels.shop.url: this is no database"),
        (wrong("region: DE", "region: XX"), "6: channels.shop.region: there is no country of this"),
        (wrong("region: DE", "language: xx"), "6: channels.shop.language: there is no language of"),
        (
            wrong("region: DE", "options: {colour: red}"),
            "6: channels.shop.options: connectors/prof",
        ),
        (wrong("sqlite:///hub.db", "nonsense"), "1: store: this is not a database URL; expected"),
        (wrong("sqlite:///hub.db", "mysql://h/d"), "1: store: 'mysql' is not supported; expected"),
        (wrong("sqlite:///hub.db", "sqlite://"), "1: store: this is no file; write sqlite:///FILE"),
        (wrong("sqlite:///hub.db", "sqlite:///mine.yaml"), "1: store: "),
        (wrong("sqlite:///hub.db", "postgresql://u:s3cret@127.0.0.1:9/d"), "1: store: "),
    ],
)
def test_a_wrong_configuration_is_told_with_file_and_line_and_nothing_is_started(
    tmp_path, monkeypatch, capsys, text, told
):
    monkeypatch.chdir(tmp_path)
    Path("mine.yaml").write_text(text)
    monkeypatch.setattr(sys, "argv", ["goldenrod", "run", "-c", "mine.yaml"])
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(f"mine.yaml:{told}")
    assert "s3cret" not in said.err
    assert [file.name for file in tmp_path.iterdir()] == ["mine.yaml"]


def test_a_check_reaches_the_store_too(goldenrod, monkeypatch):
    monkeypatch.setenv("GOLDENROD_STORE", "postgresql://u:s3cret@127.0.0.1:9/d")
    result = goldenrod("check", "-c", YAML)
    assert isinstance(result.exception, ConfigError)
    assert "store: postgresql" in str(result.exception)
    assert "s3cret" not in str(result.exception)


def test_a_wrong_configuration_ends_the_program_with_code_2_and_no_stack_trace(tmp_path):
    (tmp_path / "mine.yaml").write_text(wrong("woocommerce", "woo"))
    done = subprocess.run(
        [sys.executable, "-m", "console.app", "run", "--json", "-c", "mine.yaml"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("mine.yaml:4: channels.shop.profile: there is no profile 'woo'")


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
    assert "Precision of merges" in result.stdout
    assert "golden customers" in result.stdout


def test_the_demo_never_runs_on_the_systems_of_a_company(tmp_path, monkeypatch):
    text = (ROOT / "goldenrod.yaml").read_text()
    monkeypatch.setenv("GOLDENROD_SHOP_URL", "https://shop.example/wp-json/wc/v3")
    monkeypatch.setenv("GOLDENROD_CONFIG", "elsewhere.yaml")
    monkeypatch.chdir(ROOT)
    with _sandbox(tmp_path / "sandbox", 40) as addresses:
        settings = _settings(tmp_path, addresses)
        assert settings.channel("shop").url == addresses["GOLDENROD_SHOP_URL"]
        monkeypatch.chdir(tmp_path)
        Path("goldenrod.yaml").write_text(text.replace("${GOLDENROD_SHOP_URL:-", "${X:-"))
        with pytest.raises(ConfigError, match=r"yaml:\d+: channels\.shop\.url: this is not the"):
            _settings(tmp_path, addresses)


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
