"""An empty store, and a channel that shows what a test says."""

import shutil

import pytest

from pipeline import pull as pull_module
from store.database import Store
from tests.pipeline.source import FakeSource, settings_for


@pytest.fixture
def store(tmp_path, sqlite_template):
    shutil.copy(sqlite_template, tmp_path / "hub.db")
    with Store(f"sqlite:///{tmp_path / 'hub.db'}", "planted secret") as opened:
        yield opened


@pytest.fixture
def connected(monkeypatch):
    """Return a function that lets a source be what every channel leads to."""

    def connect(source):
        monkeypatch.setattr(pull_module, "connect", lambda _channel: source)
        return source

    return connect


@pytest.fixture
def shop(connected):
    return connected(FakeSource())


@pytest.fixture
def feed(connected):
    return connected(FakeSource(incremental=True))


@pytest.fixture
def settings(tmp_path):
    return settings_for(tmp_path)
