"""Where software is kept that is installed for these tests only; it may be thrown away."""

from pathlib import Path

from tests.conftest import ROOT


def home(name: str) -> Path:
    """Return a folder that outlives a run, so that the next one needs no download."""
    folder = ROOT / ".goldenrod" / "real" / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder
