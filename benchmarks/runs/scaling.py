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
    """Tell it, and how the growth compares with a straight line."""
    first = rows[0]
    lines = [
        [
            f"{row['size']:,}",
            "failed" if row["code"] else f"{row['seconds']:.1f}",
            f"{row['megabytes']:.0f}",
            f"{row['seconds'] / first['seconds'] / (row['size'] / first['size']):.2f}",
        ]
        for row in rows
    ]
    return table(["rows", "seconds", "peak MB", "times linear (at most 1.15)"], lines)
