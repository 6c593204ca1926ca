"""What is drawn while the work goes on: on a terminal, and only there."""

import sys
from types import SimpleNamespace

import pytest

from console.app import main
from console.progress import watching
from tests.conftest import ROOT


@pytest.fixture
def terminal(monkeypatch, capsys):
    """Have rich and us take the captured streams for a terminal."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    terminal = SimpleNamespace(stdout=SimpleNamespace(isatty=lambda: True))
    monkeypatch.setattr("console.progress.sys", terminal)
    return capsys


def test_a_step_is_drawn_with_its_name_its_count_and_a_tick_at_its_end(terminal):
    with watching() as watch, watch("pull erp") as progress:
        progress(1000)
        progress(464)
    drawn = terminal.readouterr().err
    assert "pull erp" in drawn
    assert "1,464" in drawn
    assert "✓" in drawn


def test_a_step_that_fails_gets_a_cross_and_no_tick(terminal):
    with watching() as watch, pytest.raises(ValueError, match="no"), watch("map"):
        raise ValueError("no")
    drawn = terminal.readouterr().err
    assert "map" in drawn
    assert "✗" in drawn
    assert "✓" not in drawn


def test_nothing_is_drawn_where_a_program_reads(terminal):
    with watching(silent=True) as watch, watch("map") as progress:
        progress(1)
    assert terminal.readouterr().err == ""


def test_nothing_is_drawn_where_standard_output_goes_into_a_file(monkeypatch, capsys):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    with watching() as watch, watch("map") as progress:
        progress(1)
    assert capsys.readouterr().err == ""


def test_every_command_of_the_flow_draws_its_steps(terminal, environment, monkeypatch, tmp_path):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)

    def drawn(*words):
        monkeypatch.setattr(sys, "argv", ["goldenrod", *words, "-c", str(ROOT / "goldenrod.yaml")])
        with pytest.raises(SystemExit) as left:
            main()
        assert not left.value.code
        return terminal.readouterr().err

    assert "pull crm" in drawn("pull", "crm")
    for verb in ("map", "match", "merge"):
        assert verb in drawn(verb)
    assert "push crm" in drawn("push", "crm")
    whole = drawn("run")
    for step in ("pull erp", "pull mail", "map", "match", "merge", "push shop"):
        assert step in whole
    assert drawn("run", "--json") == ""
