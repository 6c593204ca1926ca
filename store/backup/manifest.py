"""The manifest beside the backups: what each file is, and whom a restore must erase again.

It outlives the database, so what was erased after a backup stays erased when that one is restored.
It names golden ids and keyed hashes, no personal data.
"""

from collections.abc import Sequence
from datetime import datetime
from hashlib import file_digest
from pathlib import Path

from pydantic import ValidationError

from hub.errors import ConfigError
from hub.model import Value

_NAME = "manifest.json"


class Backup(Value):
    """One file, and what it holds."""

    file: str
    at: datetime
    database: str
    """``sqlite`` or ``postgresql``: one can't be restored into the other."""
    revision: str
    """Of the tables."""
    bytes: int
    sha256: str


class Erased(Value):
    """One customer that was erased, by its golden id and the keyed hashes of its records' keys."""

    golden_id: str
    at: datetime
    records: tuple[str, ...]


class Manifest(Value):
    """All backups of a folder, oldest first, and all erasures, in their order."""

    backups: tuple[Backup, ...] = ()
    erased: tuple[Erased, ...] = ()


def load(folder: Path) -> Manifest:
    """Read the folder's manifest; one that is not there yet is empty. Raises ConfigError."""
    file = folder / _NAME
    try:
        return Manifest.model_validate_json(file.read_bytes())
    except FileNotFoundError:
        return Manifest()
    except (OSError, ValidationError) as error:
        raise ConfigError(f"{file}: can't be read ({type(error).__name__})") from error


def save(folder: Path, manifest: Manifest) -> None:
    """Write the manifest: the new one or, if that is cut off, still the old one."""
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{_NAME}.part"
    part.touch(mode=0o600)
    part.write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")
    part.replace(folder / _NAME)


def note_erased(folder: Path, erased: Sequence[Erased]) -> None:
    """Add erasures that the manifest does not know yet."""
    manifest = load(folder)
    known = {one.golden_id for one in manifest.erased}
    new = tuple(one for one in erased if one.golden_id not in known)
    if new:
        save(folder, manifest.model_copy(update={"erased": manifest.erased + new}))


def digest(file: Path) -> str:
    """Return the SHA-256 of a file: whether a backup still is what was written."""
    with file.open("rb") as opened:
        return file_digest(opened, "sha256").hexdigest()
