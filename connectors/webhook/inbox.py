"""Deliveries as they came, in a folder, until the pull after them has landed.

One file a delivery, written whole or not at all and synced before the vendor gets its answer. The
name begins with the time, so that the oldest comes first, and ends with a digest of the delivery's
id, so that the same one twice is kept once.
"""

import json
import os
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from hub.errors import ConfigError

LARGEST = 10_000
"""Deliveries of one channel that are kept: a vendor that sends more is asked to wait."""


class Kept(NamedTuple):
    """One delivery."""

    name: str
    topic: str
    body: bytes


class FullError(Exception):
    """There is no room for one more; the vendor will send it again."""


class Inbox:
    """The deliveries of one channel."""

    def __init__(self, folder: Path, channel: str) -> None:
        self._folder = folder / channel

    def keep(self, delivery: str, topic: str, body: bytes, at: datetime) -> None:
        """Keep a delivery for good; raises FullError, and ConfigError if nothing can be kept."""
        digest = sha256((delivery or body.hex()).encode()).hexdigest()[:32]
        told = {"topic": topic, "body": b64encode(body).decode()}
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            names = self._names()
            if any(name.endswith(f"-{digest}.json") for name in names):
                return
            if len(names) >= LARGEST:
                raise FullError
            self._write(f"{at:%Y%m%dT%H%M%S%f}-{digest}.json", json.dumps(told).encode())
        except OSError as error:
            kind = type(error).__name__
            raise ConfigError(f"{self._folder}: the inbox can't be written ({kind})") from error

    def waiting(self) -> Iterator[Kept]:
        """Yield what is kept, oldest first; a file that is none of ours is passed over."""
        for name in self._names():
            try:
                told = json.loads((self._folder / name).read_bytes())
                yield Kept(name, str(told["topic"]), b64decode(told["body"]))
            except (OSError, ValueError, KeyError, TypeError):
                continue

    def done(self, kept: Iterable[Kept]) -> None:
        """Forget deliveries whose records have landed."""
        for it in kept:
            (self._folder / it.name).unlink(missing_ok=True)

    def _names(self) -> list[str]:
        if not self._folder.is_dir():
            return []
        return sorted(it.name for it in self._folder.glob("[0-9]*.json"))

    def _write(self, name: str, content: bytes) -> None:
        """Write whole or not at all, and onto the disk before anybody is told."""
        draft = self._folder / f".{name}.{os.getpid()}"
        draft.touch(mode=0o600)
        with draft.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        draft.rename(self._folder / name)
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
