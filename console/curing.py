"""Commands for what could not be used: quarantine, fix, ignore, replay, drift."""

import getpass
import json as json_module
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from console.installation import Config, Json, fail_if, installation
from hub.errors import ConfigError

if TYPE_CHECKING:
    from store.quarantine import Which

Channel = Annotated[str | None, typer.Argument(help="Only this channel (default: all).")]
Stream = Annotated[str | None, typer.Option(help="Only this stream, such as orders.")]
Stage = Annotated[str | None, typer.Option(help="pull, schema or map.")]
Rule = Annotated[str | None, typer.Option(help="What was broken, as listed.")]
Field = Annotated[str | None, typer.Option(help="The field at fault.")]
Reason = Annotated[str | None, typer.Option(help="A piece of the reason.")]
Id = Annotated[str | None, typer.Option("--id", help="One record: its id in the channel.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do it; without, only count.")]


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    for command in (quarantine, fix, ignore, replay, drift):
        app.command()(command)


def quarantine(
    channel: Channel = None,
    *,
    stream: Stream = None,
    stage: Stage = None,
    rule: Rule = None,
    field: Field = None,
    reason: Reason = None,
    state: Annotated[str | None, typer.Option(help="waiting, fixed, ignored, dropped.")] = None,
    remote_id: Id = None,
    rows: Annotated[bool, typer.Option("--rows", help="Single records, raw.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="With --rows: at most so many.")] = 20,
    config: Config = None,
    json: Json = False,
) -> None:
    """Count the records in quarantine by reason, or show them."""
    from console.render import listed
    from store.quarantine import Which

    which = Which(channel, stream, stage, rule, field, reason, remote_id, state)
    with installation(config) as (_, store), store.read() as unit:
        found: list[dict[str, Any]] = (
            [_row(row) for row in unit.quarantine.rows(which, limit)]
            if rows
            else [_sum(tally, short=not json) for tally in unit.quarantine.tally(which)]
        )
    listed("quarantine", found, as_json=json)


def fix(
    key: Annotated[str, typer.Argument(help="The record, such as erp:C10001.")],
    values: Annotated[
        list[str], typer.Argument(help='path=text, or path:=JSON, such as "tags:=[]".')
    ],
    *,
    config: Config = None,
) -> None:
    """Put values right in a record in quarantine; the channel itself is not changed."""
    from hub.model import Key
    from pipeline.cure import fix as verb

    try:
        named = Key.parse(key)
    except ValueError as error:
        raise ConfigError(str(error)) from error
    with installation(config) as (_, store):
        verb(store, named, dict(map(_value, values)), author=getpass.getuser())
    typer.echo(f"{key} is fixed; let it try again: goldenrod replay {named.channel}")


def ignore(
    channel: Channel = None,
    *,
    stream: Stream = None,
    stage: Stage = None,
    rule: Rule = None,
    field: Field = None,
    reason: Reason = None,
    remote_id: Id = None,
    yes: Yes = False,
    config: Config = None,
) -> None:
    """Leave records in quarantine for good; shows how many, and does it with --yes."""
    from pipeline.cure import ignore as verb
    from store.quarantine import Which

    which = Which(channel, stream, stage, rule, field, reason, remote_id, "waiting")
    with installation(config) as (_, store):
        if _counted(store, which, "would be ignored", yes=yes):
            typer.echo(f"{verb(store, which, author=getpass.getuser())} records are ignored")


def replay(
    channel: Channel = None,
    *,
    stream: Stream = None,
    stage: Stage = None,
    rule: Rule = None,
    field: Field = None,
    reason: Reason = None,
    state: Annotated[str | None, typer.Option(help="waiting, fixed, ignored, dropped.")] = None,
    remote_id: Id = None,
    yes: Yes = False,
    config: Config = None,
    json: Json = False,
) -> None:
    """Let records try again; shows how many, and does it with --yes."""
    from console.installation import answer
    from pipeline.cure import replay as verb
    from store.quarantine import Which

    which = Which(channel, stream, stage, rule, field, reason, remote_id, state)
    with installation(config) as (settings, store):
        if not _counted(store, which, "would try again", yes=yes):
            return
        answer({"replay": verb(settings, store, which)}, as_json=json)


def drift(
    channel: Channel = None,
    *,
    accept: Annotated[
        bool, typer.Option("--accept", help="Know the open ones from now on.")
    ] = False,
    every: Annotated[bool, typer.Option("--all", help="Also what was accepted.")] = False,
    config: Config = None,
    json: Json = False,
) -> None:
    """Show what changed in the channels' schemas and was not accepted yet."""
    from console.render import listed
    from pipeline.cure import accept_drift

    with installation(config) as (_, store):
        if accept:
            noted: Sequence[Any] = accept_drift(store, channel, author=getpass.getuser())
        else:
            with store.read() as unit:
                noted = unit.schemas.drifts(channel, only_open=not every)
    found = [
        {"channel": it.channel, "stream": it.stream, **it.drift._asdict()}
        | {"seen_at": it.seen_at, "accepted": accept or it.accepted_at is not None}
        for it in noted
    ]
    listed("drift", found, as_json=json)
    fail_if(not accept and any(not row["accepted"] for row in found))


def _counted(store: Any, which: "Which", what: str, *, yes: bool) -> bool:
    """Say how many it would be; True if it is to be done."""
    if yes:
        return True
    with store.read() as unit:
        number = unit.quarantine.count(which)
    typer.echo(f"{number} records {what}; add --yes to do it")
    return False


def _value(text: str) -> tuple[str, Any]:
    path, sign, told = text.partition("=")
    if not (path.strip(":") and sign):
        raise ConfigError(f"{text!r} is no value to set: expected path=text or path:=JSON")
    if not path.endswith(":"):
        return path, told
    try:
        return path[:-1], json_module.loads(told)
    except ValueError as error:
        raise ConfigError(f"{text!r}: what stands after := is no JSON") from error


def _sum(tally: Any, *, short: bool) -> dict[str, Any]:
    """Return a count with all that is known of it, or as much as a screen has room for."""
    told: dict[str, Any] = tally._asdict()
    if not short:
        return told
    stream = "" if tally.stream == "customers" else f" {tally.stream}"
    since = f"{tally.first_seen:%Y-%m-%d}"
    where = {"channel": tally.channel + stream, "stage": tally.stage, "field": tally.field}
    return {
        "records": tally.number,
        **where,
        "reason": tally.reason,
        "state": tally.state,
        "since": since,
    }


def _row(row: Any) -> dict[str, Any]:
    record = row.record
    key = f"{record.channel}:{record.remote_id}"
    seen = {"first_seen": row.first_seen, "times": row.times, "fix": row.fix}
    told = {name: getattr(record, name) for name in ("stream", "stage", "field", "reason", "state")}
    return {"key": key, **told, **seen, "payload": record.payload}
