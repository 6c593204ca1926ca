"""The life of a golden customer as a table for a person, or as JSON for a program."""

from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from console.render import print_json
from hub.model import Key
from pipeline.past import Difference, Life, Step
from pipeline.report import as_json as plain


def lives(found: Sequence[Life], *, as_json: bool) -> None:
    """Print what changed of each golden customer: when, by whom, what."""
    if as_json:
        print_json([_plain(life) for life in found])
        return
    screen = Console()
    if not found:
        screen.print("Nobody found.")
    for life in found:
        if life.steps:
            screen.print(_life(life))
        else:  # only an erasure takes versions away
            screen.print(f"{life.golden_id} was erased: nothing is held on it any more.")


def _plain(life: Life) -> dict[str, Any]:
    return {
        "golden_id": life.golden_id,
        "successors": life.successors,
        "steps": [
            {
                "version": step.version,
                "at": step.at.isoformat(),
                "run_id": step.run_id,
                "acts": [
                    {"act": act.id, "what": act.act, "author": act.author, **act.subject}
                    for act in step.acts
                ],
                "joined": [str(key) for key in step.joined],
                "left": [str(key) for key in step.left],
                "changed": [_changed(one) for one in step.differences],
                "retired": step.retired,
            }
            for step in life.steps
        ],
    }


def _changed(one: Difference) -> dict[str, Any]:
    return {
        "attribute": one.attribute,
        "before": plain_value(one.before),
        "after": plain_value(one.after),
        "origin": plain(one.origin),
    }


def plain_value(value: Any) -> Any:
    """Return a golden value as plain JSON."""
    if isinstance(value, tuple) and not isinstance(value, Key):
        return [plain_value(one) for one in value]
    return value if value is None or isinstance(value, dict) else str(value)


def _life(life: Life) -> Table:
    title = life.golden_id
    if life.successors != (life.golden_id,):
        title += f"  [dim]retired; now {', '.join(life.successors) or 'nobody'}[/dim]"
    table = Table(title=title, title_justify="left")
    for column in ("version", "when", "by", "what"):
        table.add_column(column, overflow="fold")
    for step in life.steps:
        what = "\n".join(escape(line) for line in _lines(step))
        table.add_row(str(step.version), f"{step.at:%Y-%m-%d %H:%M:%S}", escape(_by(step)), what)
    return table


def _by(step: Step) -> str:
    acts = [f"{act.act} by {act.author} (act {act.id})" for act in step.acts]
    return "\n".join(acts) or step.run_id or "the hub"


def _lines(step: Step) -> Iterator[str]:
    yield from (act.subject["reason"] for act in step.acts if act.subject.get("reason"))
    if step.retired:
        yield "merged away"
        return
    yield from (f"+ {key}" for key in step.joined)
    yield from (f"- {key}" for key in step.left)
    for one in step.differences:
        said = f" ({one.origin.key})" if one.origin else ""
        yield f"{one.attribute}: {_text(one.before)} -> {_text(one.after)}{said}"


def _text(value: Any) -> str:
    if isinstance(value, tuple) and not isinstance(value, Key):
        return "; ".join(map(str, value)) or "nothing"
    return "nothing" if value is None or value == {} else str(value)
