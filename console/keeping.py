"""Commands that keep the hub itself: backup, restore, integrity."""

from pathlib import Path
from typing import Annotated

import typer

from console.installation import Config, Json, answer, fail_if, installation


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    for command in (backup, restore, integrity):
        app.command()(command)


def backup(
    *,
    config: Config = None,
    json: Json = False,
    keep: Annotated[
        int | None, typer.Option(min=1, help="Delete all but so many of the youngest.")
    ] = None,
) -> None:
    """Write all that the hub remembers to one file, while it works."""
    from pipeline.backup import backup as verb

    with installation(config) as (settings, store):
        answer({"backup": verb(settings, store, keep=keep)}, as_json=json)


def restore(
    file: Annotated[
        Path | None, typer.Argument(help="One of the backups (default: the youngest).")
    ] = None,
    *,
    config: Config = None,
    json: Json = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Put a backup in the place of all that the hub remembers now."""
    from pipeline.backup import restore as verb

    with installation(config) as (settings, store):
        if not yes:
            typer.confirm("What the hub learnt since that backup is lost. Restore?", abort=True)
        answer({"restore": verb(settings, store, file)}, as_json=json)


def integrity(*, config: Config = None, json: Json = False) -> None:
    """Check the database, and every promise that its tables must keep."""
    with installation(config) as (_, store):
        broken = {one.promise: one.rows for one in store.broken()}
    answer({"integrity": {"broken": broken}}, as_json=json)
    fail_if(broken)
