"""The command line: `goldenrod run` and its single steps; each command is one verb of the flow.

Exit code 0: all well; 1: a channel failed, the others went on; 2: a person must mend the
configuration and nothing was started. Imports stand inside the commands, so that `--help` is quick.
"""

import logging
import sys
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import Annotated

import typer

from console import curing, explain, golden, keeping, matching, models, quality
from console.dedupe import dedupe
from console.installation import Config, Json, answer, fail_if, installation, verified, watched
from hub.errors import ConfigError, HubError

app = typer.Typer(
    help="Pull customers from every system, find out who is who, keep one golden record.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
Channels = Annotated[
    list[str] | None, typer.Argument(help="Only these channels (default: all that are configured).")
]


class _Unneeded(MetaPathFinder):
    """Arrow loads pandas wherever it is installed, though nobody here needs it."""

    def find_spec(self, fullname: str, *_: object) -> None:
        """Find nothing, and for pandas let nobody else."""
        if fullname == "pandas":
            raise ModuleNotFoundError(name=fullname)


def main() -> None:
    """Run the command line; what the hub knows how to explain ends without a stack trace."""
    sys.meta_path.insert(0, _Unneeded())
    try:
        app()
    except HubError as error:
        typer.secho(str(error), fg="red", err=True)
        sys.exit(2 if isinstance(error, ConfigError) else 1)


@app.callback()
def options(
    *,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Log each step to standard error.")
    ] = False,
) -> None:
    """Set up logging for every command."""
    level = logging.INFO if verbose else logging.WARNING
    logging.basicConfig(level=level, format="%(asctime)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)


app.command()(dedupe)


@app.command()
def check(*, config: Config = None, json: Json = False) -> None:
    """Reach the store and every channel, log in, and show what each can do."""
    from console.render import readiness
    from pipeline.check import check_channels

    with installation(config) as (settings, store):
        report = check_channels(settings, store)
    readiness(report, as_json=json)
    fail_if(any(found.error for found in report.values()))


@app.command()
def pull(
    channels: Channels = None,
    *,
    full: Annotated[
        bool, typer.Option("--full", help="Read everything again, also what has not changed.")
    ] = False,
    gone: Annotated[
        int | None,
        typer.Option(min=0, help="Of one channel: believe that so many records are gone there."),
    ] = None,
    config: Config = None,
    json: Json = False,
) -> None:
    """Land what changed in the channels."""
    from pipeline.pull import Wish
    from pipeline.run import pull_channels

    if gone is not None and len(channels or ()) != 1:
        raise ConfigError("--gone goes with one channel: goldenrod pull CHANNEL --gone N")
    with watched(config, silent=json) as (settings, store, watch):
        report = pull_channels(settings, store, channels or (), wish=Wish(full, gone), watch=watch)
    answer({"pull": report}, as_json=json)
    fail_if(any(found.error for found in report.values()))


@app.command(name="map")
def map_(*, config: Config = None, json: Json = False) -> None:
    """Turn what landed into customers in the hub's terms."""
    from pipeline.run import map_channels

    with watched(config, silent=json) as (settings, store, watch), store.exclusive("resolve"):
        report = map_channels(settings, store, watch=watch)
    answer({"map": report}, as_json=json)
    fail_if(any(found.error for found in report.values()))


@app.command()
def merge(*, config: Config = None, json: Json = False) -> None:
    """Make golden customers of the clusters, and fill the outbox."""
    from pipeline.merge import merge as verb

    with (
        watched(config, silent=json) as (settings, store, watch),
        store.exclusive("resolve"),
        watch("merge") as progress,
    ):
        report = verb(settings, store, progress=progress)
    answer({"merge": report}, as_json=json)


@app.command()
def push(channels: Channels = None, *, config: Config = None, json: Json = False) -> None:
    """Deliver what is due to the channels."""
    from pipeline.run import push_channels

    with watched(config, silent=json) as (settings, store, watch):
        report = push_channels(settings, store, channels or (), watch=watch)
    answer({"push": report}, as_json=json)
    fail_if(any(found.error for found in report.values()))


@app.command()
def run(*, config: Config = None, json: Json = False) -> None:
    """Run the whole flow once: pull, map, match, merge, push."""
    from pipeline.run import run as verb

    with watched(config, silent=json) as (settings, store, watch):
        report = verb(settings, store, watch=watch)
    answer(report, as_json=json)
    fail_if(report.errors)


golden.register(app)
models.register(app)
matching.register(app)
explain.register(app)
keeping.register(app)
curing.register(app)
quality.register(app)


@app.command()
def sandbox(
    *,
    directory: Annotated[Path, typer.Option(help="Where the legacy CRM's database lies.")] = Path(
        ".goldenrod/sandbox"
    ),
    seed: Annotated[int, typer.Option(help="The same seed makes the same customers.")] = 1,
    records: Annotated[int, typer.Option(help="Records in all four systems together.")] = 2000,
    any_port: Annotated[
        bool, typer.Option("--any-port", help="Free ports, not the ones of goldenrod.yaml.")
    ] = False,
) -> None:
    """Start the four sandbox systems on this machine, until interrupted."""
    from sandbox.serving import DEMO_PORTS, FREE_PORTS, serve_forever

    ports = FREE_PORTS if any_port else DEMO_PORTS
    serve_forever(directory, seed=seed, records=records, ports=ports)


@app.command()
def serve(
    *,
    config: Config = None,
    port: Annotated[int, typer.Option(help="On 127.0.0.1; 0: any free port.")] = 8700,
) -> None:
    """Open the stewards' page on this machine."""
    from stewardship.server import serve as serve_page

    serve_page(verified(config), port)


@app.command()
def listen(
    *,
    config: Config = None,
    host: Annotated[str, typer.Option(help="Put a proxy with TLS before it.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="0: any free port.")] = 8710,
) -> None:
    """Take webhooks from the channels that have an inbox; the next pull looks at whom they name."""
    from console.listening import listen as take_webhooks

    take_webhooks(verified(config), host, port)


@app.command()
def demo(
    *,
    once: Annotated[bool, typer.Option("--once", help="End after printing.")] = False,
    records: Annotated[int, typer.Option(help="Records in all four systems together.")] = 2000,
    directory: Annotated[Path, typer.Option(help="Made anew each time.")] = Path(".goldenrod/demo"),
) -> None:
    """Watch customers flow: sandbox, two runs, how close to the truth, the stewards' page."""
    from console.demo import demonstrate

    demonstrate(directory, records=records, once=once)


if __name__ == "__main__":
    main()
