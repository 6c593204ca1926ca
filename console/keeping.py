"""Commands that keep the hub and its promises to customers: backup, erasure, export."""

from pathlib import Path
from typing import Annotated

import typer

from console.installation import Config, Json, answer, fail_if, installation


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    for command in (backup, restore, integrity, rebuild, forget, export):
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


def rebuild(*, config: Config = None, json: Json = False) -> None:
    """Derive all golden customers again, and report every difference: there should be none."""
    from pipeline.rebuild import rebuild as verb

    with installation(config) as (settings, store):
        report = verb(settings, store)
    answer({"rebuild": report}, as_json=json)
    fail_if(report.differences or report.retired)


def forget(
    customers: Annotated[list[str], typer.Argument(help="Golden ids, or keys such as erp:C10001.")],
    *,
    config: Config = None,
    json: Json = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    deleted: Annotated[
        bool,
        typer.Option("--deleted", help="These keys were deleted in their channels by hand."),
    ] = False,
) -> None:
    """Erase customers from every table, and have the channels delete them."""
    from getpass import getuser

    from pipeline.forget import confirm, keys_of
    from pipeline.forget import forget as verb

    with installation(config) as (settings, store):
        if deleted:
            for key in keys_of(customers):
                confirm(store, key, author=getuser())
            answer({"forget": {"confirmed": len(customers)}}, as_json=json)
            return
        if not yes:
            typer.confirm(f"Erase {', '.join(customers)} for ever?", abort=True)
        report = verb(settings, store, *customers, author=getuser())
    answer({"forget": report}, as_json=json)
    fail_if(not report.swept)


def export(
    customer: Annotated[str, typer.Argument(help="A golden id, or a key such as erp:C10001.")],
    *,
    config: Config = None,
) -> None:
    """Print all that is held on one customer, as JSON."""
    from console.render import print_json
    from pipeline.export import export as verb

    with installation(config) as (_, store):
        print_json(verb(store, customer))
