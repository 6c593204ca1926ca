"""The readiness matrix weighs what a profile says against what the system answered."""

import pytest

from connectors.base import Capabilities, Seen
from hub.config import Push
from pipeline import check as check_module
from pipeline.check import check_channels
from store.database import Store
from tests.pipeline.source import FakeSource, settings_for

NOW = "2026-05-04T12:00:00+00:00"


@pytest.fixture
def store():
    with Store("sqlite://") as opened:
        opened.migrate()
        yield opened


@pytest.fixture
def source(monkeypatch):
    source = FakeSource(streams=("customers", "orders"))
    monkeypatch.setattr(check_module, "connect", lambda _channel: source)
    return source


def row(store, tmp_path, **channel):
    return check_channels(settings_for(tmp_path, **channel), store)["shop"]


def test_what_was_seen_outweighs_what_was_said(source, store, tmp_path):
    source.capabilities = Capabilities(
        write=True, incremental=True, version_check=True, consent=True, rate=4, per_day=900
    )
    source.look = lambda: Seen(incremental=False, version_check=True)
    found = row(store, tmp_path, at_once=2)
    assert found.incremental == "ignored over there: full scans"
    assert (found.version_check, found.consent, found.write) == ("seen", "yes", "yes")
    assert found.limits == "4 a second, 900 a day, 2 at once"
    assert found.streams == ("customers", "orders")
    assert found.delete == "no; theirs are found by full scans"
    source.capabilities = source.capabilities.model_copy(update={"lists_all": False})
    assert row(store, tmp_path).delete == "no; theirs are never known"


def test_what_may_not_be_written_is_switched_off(source, store, tmp_path):
    source.capabilities = Capabilities(write=True, create=True, delete=True, tombstones=True)
    found = row(store, tmp_path, push=Push(enabled=False, create=True))
    assert (found.write, found.create) == ("switched off", "switched off")
    assert found.delete == "yes; theirs are told by the channel"
    assert (found.limits, found.consent) == ("none", "no")


def test_consents_in_a_stream_are_told_and_whether_anybody_asks_for_them(source, store, tmp_path):
    source.streams = ("customers", "consents")
    assert row(store, tmp_path).consent == "a stream that nobody asks for"
    source.capabilities = Capabilities(consent=True)
    assert row(store, tmp_path, streams=("consents",)).consent == "yes; and a stream"


def test_a_full_scan_that_is_held_is_told(source, store, tmp_path):
    with store.begin() as unit:
        unit.streams.note("shop", "customers", held=7)
    assert "misses 7 records is held" in row(store, tmp_path).delete
