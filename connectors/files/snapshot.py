"""Files that are whole -> copies of them in a folder of our own, which nobody changes any more."""

import logging
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from connectors.files.folder import Entry, Folder
from connectors.files.profile import Bounds, Ready
from connectors.pace import Sleep
from hub.errors import ConfigError

log = logging.getLogger(__name__)
_CHUNK = 1 << 20
_DAY = 86_400
_TICK = 2
"""Seconds: the coarsest clock of a file system (FAT)."""


class Copy(NamedTuple):
    """A copy, and what it was copied from."""

    entry: Entry
    file: Path
    digest: str


class Snapshots:
    """Looks for whole files in a folder and copies them, one at a time."""

    def __init__(
        self, folder: Folder, ready: Ready, bounds: Bounds, clock: Callable[[], float], sleep: Sleep
    ) -> None:
        self._folder = folder
        self._ready = ready
        self._bounds = bounds
        self._clock = clock
        self._sleep = sleep

    def whole(self, pattern: str, known: Callable[[Entry], bool]) -> list[Entry]:
        """Return the files that fit, are not ``known`` yet, and that nobody is still writing.

        Without a marker: those that did not move while we looked twice, a pause apart. Only what is
        a day old needs no second look: the server's clock may differ from ours.
        """
        fitting = self._folder.list(pattern, self._bounds.files)
        found = [entry for entry in fitting if not known(entry)]
        if self._ready.marker:
            return [entry for entry in found if self._marked(entry, self._ready.marker)]
        young = [entry for entry in found if not self._is_old(entry)]
        if young and self._ready.quiet:
            self._sleep(self._ready.quiet)
        return [entry for entry in found if entry not in young or self._is_still(entry)]

    def is_settled(self, entry: Entry) -> bool:
        """Tell whether a later edit of this file will show in its size or time.

        Not if it is read at once: a second edit in the same second leaves both as they are.
        """
        return self._ready.quiet >= _TICK or self._is_old(entry)

    def _is_old(self, entry: Entry) -> bool:
        return entry.time < self._clock() - _DAY

    @contextmanager
    def copied(self, entry: Entry) -> Iterator[Copy | None]:
        """Copy a file; None if it moved meanwhile: then it is read in the next pull.

        The memos of a DBF table come along: they lie in a file of their own beside it.
        """
        if entry.size > self._bounds.file:
            raise ConfigError(
                f"{self._folder.name}: {entry.name} has {entry.size} bytes, more than a file may; "
                "raise bounds.file in the profile if that is right"
            )
        with tempfile.TemporaryDirectory(prefix="goldenrod-") as place:
            file = Path(place) / Path(entry.name).name
            for memo in self._memos(file):
                self._folder.fetch(memo, file.with_name(memo))
            self._folder.fetch(entry.name, file)
            if file.stat().st_size == entry.size and self._is_still(entry):
                yield Copy(entry, file, _digest(file))
            else:
                log.info("%s: %s is still being written", self._folder.name, entry.name)
                yield None

    def _memos(self, file: Path) -> list[str]:
        if file.suffix.lower() != ".dbf":
            return []
        kinds = (".dbt", ".fpt")
        return [it.name for kind in kinds for it in self._folder.list(file.stem + kind, 2)]

    def _marked(self, entry: Entry, marker: str) -> bool:
        name = marker.replace("{name}", entry.name)
        return self._folder.look(name) is not None

    def _is_still(self, entry: Entry) -> bool:
        return self._folder.look(entry.name) == entry


def _digest(file: Path) -> str:
    digest = blake2b(digest_size=12)
    with file.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
