"""What the commands share: their options, the opened installation, the answer and its exit code."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from hub.config import Settings
    from pipeline.progress import Watch
    from store.database import Store

Config = Annotated[
    Path | None, typer.Option("--config", "-c", help="goldenrod.yaml (default: in this folder).")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object for a program to read.")]


@contextmanager
def installation(config: Path | None) -> "Iterator[tuple[Settings, Store]]":
    """Read the configuration and open the hub's database."""
    from pipeline.wiring import open_store

    settings = verified(config)
    with open_store(settings) as store:
        yield settings, store


@contextmanager
def watched(config: Path | None, *, silent: bool) -> "Iterator[tuple[Settings, Store, Watch]]":
    """Open the installation, and draw how the work goes on unless ``silent``."""
    from console.progress import watching

    with installation(config) as (settings, store), watching(silent=silent) as watch:
        yield settings, store, watch


def verified(config: Path | None) -> "Settings":
    """Read all configuration before anything starts."""
    from hub.config import load_settings
    from pipeline.wiring import verify

    settings = load_settings(config)
    verify(settings)
    return settings


def answer(report: object, *, as_json: bool) -> None:
    """Print the report of a command."""
    from console.render import answer as show

    show(report, as_json=as_json)


def fail_if(failed: object) -> None:
    """End with exit code 1 if there is anything in ``failed``."""
    if failed:
        raise typer.Exit(1)
