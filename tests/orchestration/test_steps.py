import pytest

from hub.errors import ConfigError
from orchestration import steps
from pipeline.report import PullReport


def test_a_pull_that_is_held_fails_its_task(monkeypatch, tmp_path):
    """A person must look: trying again would not help."""
    monkeypatch.setenv("GOLDENROD_CONFIG", str(tmp_path / "goldenrod.yaml"))
    shop = "{profile: woocommerce, url: 'http://127.0.0.1:9'}"
    text = f"store: sqlite:///hub.db\nchannels: {{shop: {shop}}}\n"
    (tmp_path / "goldenrod.yaml").write_text(text)
    reports = [PullReport(held=7, error="shop: 7 records are not shown"), PullReport(pulled=3)]
    monkeypatch.setattr(steps, "pull", lambda *_: reports.pop(0))
    with pytest.raises(ConfigError, match="7 records"):
        steps.pull_step("shop")
    assert steps.pull_step("shop")["pulled"] == 3
