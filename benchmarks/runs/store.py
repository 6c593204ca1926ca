"""The hub at size: a first load, a small change, look-ups; on SQLite and, if found, PostgreSQL."""

import json
import shutil
import subprocess
import sys
from typing import Any

from benchmarks.hub.payloads import write_pages
from benchmarks.hub.server import postgres
from benchmarks.runs import Options, table
from benchmarks.sets import made

_STEPS = ("first", "change", "lookups", "busy")
_LIMITS = {"first": 300, "change": 10}
_MEMORY = 3_000
_LOOK_UP = 10


def run(options: Options) -> list[dict[str, Any]]:
    """Load a million source records of households (QUICK: ten thousand) into an empty store."""
    size = 10_000 if options.quick else 1_000_000
    chosen = made("households", size, options.work)
    pages = options.work / "pages" / chosen.name
    write_pages(chosen.file, pages)
    folder = options.work / "stores"
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    file = folder / f"{chosen.name}.db"
    for rest in folder.glob(f"{file.name}*"):
        rest.unlink()
    rows.append(_run("sqlite", f"sqlite:///{file.absolute()}", str(pages)))
    with postgres(folder / "postgres") as url:
        if url is not None:
            rows.append(_run("postgresql", url, str(pages)))
    shutil.rmtree(folder)
    return [{"set": chosen.name, "records": size, **row} for row in rows]


def _run(store: str, url: str, pages: str) -> dict[str, Any]:
    """Do it in a process of its own, as a run of the hub is one."""
    command = [sys.executable, "-m", "benchmarks.hub.load", url, pages, *_STEPS]
    told = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
    return {"store": store, **json.loads(told)}


def render(rows: list[dict[str, Any]]) -> str:
    """Tell the loads step by step, then the look-ups."""
    loads, lookups = [], []
    for row in rows:
        for step, most_seconds in _LIMITS.items():
            figures = row[step]
            for name, one in {**figures["steps"], "all": figures}.items():
                limit = f" (at most {most_seconds})" if name == "all" else ""
                most = f" (at most {_MEMORY})" if name == "all" and step == "first" else ""
                what = "first load" if step == "first" else "1,000 changed"
                loads.append([
                    f"{row['set']}, {row['store']}, {what}: {name}",
                    f"{one['seconds']:.1f}{limit}", f"{one['cpu']:.1f}",
                    f"{one['megabytes']:.0f}{most}",
                ])  # fmt: skip
        for step, when in (("lookups", "idle"), ("busy", "during a load")):
            lookups += [
                [f"{row['set']}, {row['store']}, {when}: by {name}", f"{one['p50']:.2f}",
                 f"{one['p99']:.2f} (at most {_LOOK_UP})", f"{one['worst']:.1f}"]
                for name, one in row[step].items()
            ]  # fmt: skip
    return "\n".join([
        table(["load", "seconds", "CPU seconds", "peak MB, all processes"], loads),
        table(["look-up", "p50 ms", "p99 ms", "worst ms"], lookups),
        "CPU seconds are those of the hub and its workers; PostgreSQL's own are not in them.\n",
    ])  # fmt: skip
