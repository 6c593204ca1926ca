"""How it grows: the same kind of table, ten and a hundred times as long."""

from typing import Any

from benchmarks.measure import run as measure
from benchmarks.runs import Options, table
from benchmarks.sets import made
from benchmarks.tools import OURS, TOOLS

_SIZES = (100_000, 1_000_000, 10_000_000)


def run(options: Options) -> list[dict[str, Any]]:
    """Dedupe plain persons of growing number with our tool."""
    rows = []
    for size in _SIZES[: 2 if options.quick else 3]:
        chosen = made("plain", size, options.work)
        out = options.work / "out" / OURS / chosen.name
        out.mkdir(parents=True, exist_ok=True)
        command = TOOLS[OURS].command(chosen, chosen.blind(options.work), out)
        ran = measure(command, out.with_suffix(".log"))
        rows.append({"size": size, **ran._asdict()})
        print(rows[-1], flush=True)
    return rows


def render(rows: list[dict[str, Any]]) -> str:
    """Tell it, and how the growth compares with a straight line: from the least, and by step.

    The first million pays for the start of the program, so the step after it tells more.
    """
    lines = [
        [
            f"{row['size']:,}",
            "failed" if row["code"] else f"{row['seconds']:.1f}",
            f"{row['cpu']:.1f}",
            f"{row['megabytes']:.0f}",
            *(f"{_linear(row, before):.2f}" for before in (rows[0], rows[max(place - 1, 0)])),
        ]
        for place, row in enumerate(rows)
    ]
    head = [
        "rows",
        "seconds",
        "CPU seconds",
        "peak MB",
        "times linear (at most 1.15)",
        "times linear from the size before",
    ]
    return table(head, lines)


def _linear(row: dict[str, Any], before: dict[str, Any]) -> float:
    """Return how many times the seconds a record takes have grown."""
    grown: float = row["seconds"] / before["seconds"] / (row["size"] / before["size"])
    return grown
