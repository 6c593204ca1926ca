"""Faults are met here in plenty; the waits between a connector's attempts are not."""

from functools import partial

import pytest

from connectors.registry import connect
from pipeline import check as check_module
from pipeline import pull as pull_module
from pipeline import push as push_module


@pytest.fixture(autouse=True)
def hurried(monkeypatch):
    """Let connectors try again at once."""
    for module in (check_module, pull_module, push_module):
        monkeypatch.setattr(module, "connect", partial(connect, sleep=lambda _seconds: None))
