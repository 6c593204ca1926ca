from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from connectors.base import Connector
from connectors.registry import connect
from hub.config import Channel

BASE = "http://127.0.0.1:1/api"


@pytest.fixture
def naps() -> list[float]:
    """The pauses that a connector wanted to make: tests never sleep."""
    return []


@pytest.fixture
def channel() -> Callable[..., Channel]:
    def make(profile: str, url: str = BASE, **facts: Any) -> Channel:
        given = {"username": "hub", "password": SecretStr("s3cret-planted"), **facts}
        return Channel(name="shop", profile=profile, map="none", url=url, **given)

    return make


@pytest.fixture
def open_profile(
    tmp_path: Path, channel: Callable[..., Channel], naps: list[float]
) -> Callable[..., Connector]:
    """Connect to a channel whose profile is the YAML given."""

    def make(text: str, url: str = BASE, **facts: Any) -> Connector:
        file = tmp_path / "vendor.yaml"
        file.write_text(text, encoding="utf-8")
        return connect(channel(str(file), url, **facts), sleep=naps.append)

    return make
