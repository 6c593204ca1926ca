"""Write docs/benchmarks.md and its chart from what was measured."""

import os
import platform
from importlib.metadata import distributions
from pathlib import Path

from benchmarks.chart import draw
from benchmarks.keeping import kept
from benchmarks.runs import Benchmark

_MARK = "<!-- From here on `make bench` writes. -->"
_TOLD = {"goldenrod", "splink", "recordlinkage", "duckdb", "numpy"}
_TITLES = {
    "accuracy": "Accuracy",
    "speed": "Speed beside Splink",
    "scaling": "Growth",
    "hostile": "Hostile tables",
    "order": "Order of rows",
    "incremental": "What changed against everything",
    "store": "The hub at size",
}


def write(work: Path, docs: Path, benchmarks: dict[str, Benchmark]) -> None:
    """Replace all below the mark of docs/benchmarks.md; what people wrote above it stays."""
    page = docs / "benchmarks.md"
    above = page.read_text(encoding="utf-8").split(_MARK)[0]
    parts = [above, _MARK, "\n\n", _machine()]
    for name, benchmark in benchmarks.items():
        results = kept(work, name)
        if results:
            title = _TITLES.get(name, name.capitalize())
            parts.append(f"\n## {title}\n\n{benchmark.render(results)}")
    page.write_text("".join(parts), encoding="utf-8")
    chart = draw(kept(work, "accuracy") or [], kept(work, "speed") or [])
    (docs / "benchmarks.svg").write_text(chart, encoding="utf-8")


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = ", ".join(
        sorted({f"{d.name} {d.version}" for d in distributions() if d.name in _TOLD})
    )
    return (
        f"Measured with {os.cpu_count()} cores, {memory:.0f} GB, Python "
        f"{platform.python_version()}; {versions}.\n"
    )
