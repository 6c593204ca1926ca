"""Reports and customers as tables for a person, or as one JSON object for a program."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from hub.model import GoldenCustomer, Origin, RunnerUp
from pipeline.report import RunReport
from pipeline.report import as_json as plain


def answer(report: Any, *, as_json: bool) -> None:
    """Print a report, or a dict of reports by verb."""
    numbers = plain(report)
    if as_json:
        print_json(numbers)
        return
    screen = Console()
    for verb, found in numbers.items():
        if isinstance(found, dict):
            screen.print(_table(verb, found))
    if isinstance(report, RunReport):
        screen.print(f"{report.seconds:.1f} s")


def customers(found: Sequence[GoldenCustomer], *, as_json: bool) -> None:
    """Print golden customers with the origin of every value."""
    if as_json:
        print_json([golden.model_dump(mode="json") for golden in found])
        return
    screen = Console()
    if not found:
        screen.print("Nobody found.")
    for golden in found:
        screen.print(_customer(golden))


def print_json(value: Any) -> None:
    """Print one JSON document on standard output, and nothing else."""
    print(json.dumps(value, ensure_ascii=False, indent=2, default=str))  # noqa: T201


def _table(verb: str, numbers: Mapping[str, Any]) -> Table:
    """One row a channel where the verb works by channel, else one row in all."""
    rows = numbers if _by_channel(numbers) else {"": numbers}
    columns = list(dict.fromkeys(column for row in rows.values() for column in row))
    table = Table(verb, *columns, title_justify="left")
    for name, row in rows.items():
        table.add_row(name, *(escape(_cell(row.get(column, ""))) for column in columns))
    return table


def _by_channel(numbers: Mapping[str, Any]) -> bool:
    return any(isinstance(value, Mapping) for value in numbers.values())


def _cell(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_cell(item)}" for name, item in value.items() if item)
    if isinstance(value, list | tuple):
        return ", ".join(str(item) for item in value)
    return str(value)


def _customer(golden: GoldenCustomer) -> Table:
    title = f"{golden.attributes.display_name}  [dim]{golden.id}, version {golden.version}[/dim]"
    columns = ("attribute", "value", "from", "said", "rule", "else")
    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(column, no_wrap=column == "rule", overflow="fold")
    for attribute, origins in golden.provenance.items():
        value = getattr(golden.attributes, attribute)
        values = value if isinstance(value, tuple) else [value] * len(origins)
        for item, origin in zip(values, origins, strict=False):
            table.add_row(attribute, escape(str(item)), *_origin(origin))
    table.caption = "members: " + ", ".join(map(str, golden.members))
    return table


def _origin(origin: Origin) -> tuple[str, str, str, str]:
    said = f"{origin.at:%Y-%m-%d}" if origin.at else "unknown"
    rule = f"{origin.rule}; {origin.doubt}" if origin.doubt else origin.rule
    return str(origin.key), said, rule, escape(_runner_up(origin.runner_up))


def _runner_up(second: RunnerUp | None) -> str:
    """Say what the value would be, had its record said nothing."""
    if second is None:
        return ""
    return (
        f"{second.key} says the same" if second.value is None else f"{second.value} ({second.key})"
    )
