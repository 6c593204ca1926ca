"""Reports and customers as tables for a person, or as one JSON object for a program."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from golden.claims import elements
from hub.law import Rule
from hub.model import GoldenCustomer, Origin, RunnerUp
from pipeline.check import CheckReport
from pipeline.report import RunReport
from pipeline.report import as_json as plain

_IF_ANY = frozenset(
    {"suppressed", "gone", "held", "calls", "streams", "drift", "crowded", "model", "advice"}
)
"""Columns that are shown only where there is something in them."""


def answer(report: Any, *, as_json: bool) -> None:
    """Print a report, or a dict of reports by verb."""
    numbers = plain(report)
    if as_json:
        print_json(numbers)
        return
    screen = Console(highlight=False)
    if isinstance(report, RunReport):
        _run(report, screen)
        return
    for verb, found in numbers.items():
        screen.print(_table(verb, found))


_READINESS = """ seen: the system answered so · yes: its profile says so · no: it can't
 switched off: goldenrod.yaml does not let the hub (push) · theirs: what is deleted over there"""


def readiness(report: Mapping[str, CheckReport], *, as_json: bool) -> None:
    """Print what every channel can do: a column a channel, then what stands in the way."""
    if as_json:
        print_json({"check": plain(report)})
        return
    screen = Console(highlight=False)
    ready = {name: row._asdict() for name, row in report.items() if row.error is None}
    table = Table("check", *ready, box=SIMPLE_HEAD, collapse_padding=True, pad_edge=False)
    for fact in CheckReport._fields[:-1]:
        words = fact.replace("_", " ")
        table.add_row(words, *(escape(_cell(row[fact])) for row in ready.values()))
    if ready:
        screen.print(table)
        screen.print(_READINESS)
    for row in report.values():
        if row.error is not None:
            screen.print(f" [red]{escape(row.error)}[/red]")


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


def listed(title: str, rows: Sequence[Mapping[str, Any]], *, as_json: bool) -> None:
    """Print rows that share their columns."""
    if as_json:
        print_json({title: rows})
        return
    if not rows:
        Console().print(f"{title}: nothing there.")
        return
    table = Table(*rows[0], title=title, title_justify="left")
    for row in rows:
        table.add_row(*(escape(_cell(value)) for value in row.values()))
    Console().print(table)


def print_json(value: Any) -> None:
    """Print one JSON document on standard output, and nothing else."""
    print(json.dumps(value, ensure_ascii=False, indent=2, default=str))  # noqa: T201


def _run(report: RunReport, screen: Console) -> None:
    """Print the whole flow on one screen: a row a channel, then what became of them together."""
    columns = ("pulled", "unchanged", "mapped", "quarantined", "sent", "already right")
    table = _new_table("channel", *columns, "dead letters")
    for name, pulled in report.pull.items():
        mapped, pushed = report.map[name], report.push[name]
        quarantined = pulled.quarantined + mapped.quarantined
        came = (pulled.pulled, pulled.unchanged, mapped.mapped, quarantined)
        went = (pushed.sent, pushed.unchanged, pushed.dead)
        table.add_row(name, *map(_cell, came + went))
    screen.print(table)
    match, merge = report.match, report.merge
    screen.print(
        f" {match.pairs:,} candidate pairs: {match.merged:,} merged, {match.review:,} for review."
    )
    if merge.refused:
        screen.print(f" {merge.refused:,} merges were held back: a steward decides these, too.")
    if match.oversized:
        screen.print(f" {match.oversized:,} blocking keys are too common to tell anything.")
    if match.advice:
        screen.print(f" {match.advice}.")
    screen.print(
        f" Golden customers: {merge.created:,} created, {merge.changed:,} changed, "
        f"{merge.retired:,} retired. {report.seconds:.1f} s."
    )
    for name, pushed in report.push.items():
        if pushed.failed:
            screen.print(f" {pushed.failed:,} deliveries to {name} will be tried again.")
    for step, error in report.errors.items():
        screen.print(f" [red]{step} failed:[/red] {escape(error)}")


def _new_table(name: str, *columns: str) -> Table:
    table = Table(name, box=SIMPLE_HEAD, collapse_padding=True, pad_edge=False)
    for column in columns:
        longest = max(map(len, column.split()))  # a number's name is never cut
        table.add_column(column, justify="right", min_width=longest)
    return table


def _table(verb: str, numbers: Mapping[str, Any]) -> Table:
    """One row a channel where the verb works by channel, else one row in all."""
    by_channel = all(isinstance(value, Mapping) for value in numbers.values())
    rows = numbers if numbers and by_channel else {"all": numbers}
    columns = list(
        dict.fromkeys(
            column
            for row in rows.values()
            for column, value in row.items()
            if value or column not in _IF_ANY
        )
    )
    table = Table(verb, box=SIMPLE_HEAD, collapse_padding=True, pad_edge=False)
    for column in columns:
        counted = all(isinstance(row.get(column, 0), int) for row in rows.values())
        table.add_column(column, justify="right" if counted else "left")
    for name, row in rows.items():
        table.add_row(name, *(escape(_cell(row.get(column))) for column in columns))
    return table


def _cell(value: Any) -> str:
    """Return a number, a list, or what is true of a channel (``read, write, batch 100``)."""
    match value:
        case None:
            return ""
        case Mapping():
            true = (
                name if item is True else f"{name} {item}" for name, item in value.items() if item
            )
            return ", ".join(true).replace("_", " ")
        case list() | tuple():
            return ", ".join(str(item) for item in value) or "none"
        case int():
            return f"{value:,}"
        case _:
            return str(value)


def _customer(golden: GoldenCustomer) -> Table:
    name = escape(golden.attributes.display_name)
    title = f"{name}  [dim]{golden.id}, version {golden.version}[/dim]"
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, collapse_padding=True)
    table.add_column("attribute", no_wrap=True)
    table.add_column("value", ratio=3, overflow="fold")
    table.add_column("from", ratio=2, overflow="fold")
    table.add_column("rule", min_width=max(map(len, Rule)))  # no rule's name is ever cut
    table.add_column("else", ratio=2, overflow="fold")
    for attribute, origins in golden.provenance.items():
        value = getattr(golden.attributes, attribute)
        values = [value] * len(origins) if isinstance(value, dict) else elements(value)
        for item, origin in zip(values, origins, strict=False):
            table.add_row(attribute, escape(str(item)), *_origin(origin))
    gone = set(golden.gone)
    members = (f"{key} (deleted there)" if key in gone else str(key) for key in golden.members)
    table.caption = escape("members: " + ", ".join(members))
    return table


def _origin(origin: Origin) -> tuple[str, str, str]:
    said = f"{origin.at:%Y-%m-%d}" if origin.at else "unknown"
    rule = f"{origin.rule}; {origin.doubt}" if origin.doubt else origin.rule
    return f"{escape(str(origin.key))}, {said}", escape(rule), escape(_runner_up(origin.runner_up))


def _runner_up(second: RunnerUp | None) -> str:
    """Say what the value would be, had its record said nothing."""
    if second is None:
        return ""
    return (
        f"{second.key} says the same" if second.value is None else f"{second.value} ({second.key})"
    )
