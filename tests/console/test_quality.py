"""`goldenrod profile`, as a person types it."""

import json

from typer.testing import CliRunner

from console.app import app
from tests.conftest import ROOT

YAML = str(ROOT / "goldenrod.yaml")


def test_a_file_and_a_channel_are_profiled(monkeypatch, tmp_path, environment):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "people.csv").write_text("nr,mail\n1,a@b.example\n", encoding="utf-8")
    page = tmp_path / "report.html"

    def call(*words):
        result = CliRunner().invoke(app, ["profile", *words, "-c", YAML])
        assert result.exit_code == 0, result.output
        return result.stdout

    assert "people.csv: 1 rows" in call(str(tmp_path / "people.csv"), "--html", str(page))
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    found = json.loads(call("shop", "--json"))["profile"]
    mail = next(it for it in found["columns"] if it["name"] == "email")
    assert (found["source"], mail["looks_like"]) == ("shop customers", "e-mail")
    assert mail["filled"] <= found["rows"]
