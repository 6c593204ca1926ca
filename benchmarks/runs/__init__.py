"""The benchmarks: each module runs one and tells it as Markdown; a new one joins by its line here.

A module has ``run(options)``, which measures and gives back plain data (kept as JSON, so that the
report can be written again without measuring again), and ``render(results)``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple


@dataclass(frozen=True)
class Options:
    """What to run: the labelled sets, a folder to work in, which tools, and whether in brief."""

    data: Path
    work: Path
    tools: tuple[str, ...]
    quick: bool = False
    only: tuple[str, ...] = ()


class Benchmark(NamedTuple):
    """One benchmark."""

    run: Callable[[Options], Any]
    render: Callable[[Any], str]


def table(head: list[str], rows: list[list[str]]) -> str:
    """Write a Markdown table, its numbers to the right."""
    line = ["---" if place == 0 else "---:" for place in range(len(head))]
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, line, *rows]) + "\n"


def three(value: float | None) -> str:
    """Write a share with three digits, rounded down, so that no claim is rounded up."""
    return "" if value is None else f"{int(value * 1000 + 1e-9) / 1000:.3f}"
