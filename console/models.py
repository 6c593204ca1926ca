"""Commands on the matching model: train one, list them, use an earlier one, see what differs."""

import getpass
from typing import Annotated

import typer

from console.installation import Config, Json, answer, installation, watched

models = typer.Typer(help="Look at the matching models, and choose one.", no_args_is_help=True)
Version = Annotated[str, typer.Argument(help="Such as trained-2, or default-1: the house's own.")]
Author = Annotated[
    str, typer.Option("--author", default_factory=getpass.getuser, help="Who says so.")
]


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command()(train)
    app.add_typer(models, name="models")


def train(
    *,
    try_only: Annotated[
        bool, typer.Option("--try", help="Keep the model, but go on with the one in use.")
    ] = False,
    author: Author,
    config: Config = None,
    json: Json = False,
) -> None:
    """Learn a new matching model from all customers and the stewards' decisions.

    From then on it is in use: the next match weighs every pair anew.
    """
    from pipeline.models import train as verb

    with (
        watched(config, silent=json) as (_, store, watch),
        store.exclusive("resolve"),
        watch("train"),
    ):
        report = verb(store, author=author, use=not try_only)
    if json:
        answer({"train": report}, as_json=True)
        return
    records = ", ".join(f"{number:,} {kind}s" for kind, number in report.records.items())
    typer.echo(f"{report.model}: learned from {records} and {report.decisions} decisions.")
    for line in report.changed:
        typer.echo(f"  {line}")
    if report.used:
        typer.echo("It is in use; every customer waits for the next match.")


@models.command(name="list")
def list_(*, config: Config = None, json: Json = False) -> None:
    """List the models, the newest first."""
    from console.render import print_json
    from pipeline.models import HOUSE, versions

    with installation(config) as (_, store):
        found = versions(store)
    if json:
        print_json([
            one._asdict() | {"version": one.version, "trained_at": one.trained_at.isoformat(),
                             "used_at": one.used_at and one.used_at.isoformat()}
            for one in found
        ])  # fmt: skip
        return
    used = any(one.used_at for one in found)
    for one in found:
        records = ", ".join(f"{number:,} {kind}s" for kind, number in one.records.items())
        typer.echo(
            f"{'*' if one.used_at else ' '} {one.version:<12} {one.trained_at:%Y-%m-%d %H:%M}  "
            f"{records}, {one.decisions} decisions, by {one.author}"
        )
    typer.echo(f"{' ' if used else '*'} {HOUSE:<12} the house's own")


@models.command()
def use(version: Version, *, config: Config = None) -> None:
    """Use this model from now on; the next match weighs every pair anew."""
    from pipeline.models import choose

    with installation(config) as (_, store), store.exclusive("resolve"):
        choose(store, version)
    typer.echo(f"{version} is in use; every customer waits for the next match.")


@models.command()
def diff(
    before: Version,
    after: Version,
    *,
    limit: Annotated[int, typer.Option(min=1, help="Only the greatest changes.")] = 40,
    config: Config = None,
    json: Json = False,
) -> None:
    """Show what weighs otherwise in one model than in another, the greatest change first."""
    from console.render import print_json
    from pipeline.models import diff as verb

    with installation(config) as (_, store):
        found = verb(store, before, after)
    if json:
        print_json([one._asdict() for one in found])
        return
    for one in found[:limit]:
        what = f"{one.kind.value:<13} {one.field:<14} {one.level.replace('_', ' '):<16}"
        typer.echo(f"{what} {one.before:+6.1f} -> {one.after:+6.1f}")
