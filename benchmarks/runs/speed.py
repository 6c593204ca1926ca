"""How fast: whole processes side by side, in alternating rounds, so that a slow hour hits all."""

from statistics import median
from typing import Any

from benchmarks.measure import run as measure
from benchmarks.runs import Options, table
from benchmarks.sets import made
from benchmarks.tools import OURS, SPLINK, TOOLS

_ROUNDS = 3
_LIMITS = {"plain": 0.40, "households": 0.20}  # share of Splink's time that we may take
_MEMORY = 0.7


def run(options: Options) -> list[dict[str, Any]]:
    """Let ours and Splink take turns on a million persons, plain and in households."""
    size, rounds = (100_000, 1) if options.quick else (1_000_000, _ROUNDS)
    rows: list[dict[str, Any]] = []
    for kind in _LIMITS:
        chosen = made(kind, size, options.work)
        file = chosen.blind(options.work)
        for turn in range(rounds):
            for name in (OURS, SPLINK):
                out = options.work / "out" / name / chosen.name
                out.mkdir(parents=True, exist_ok=True)
                command = TOOLS[name].command(chosen, file, out)
                ran = measure(command, out.with_suffix(".log"))
                rows.append({"set": chosen.name, "kind": kind, "tool": name, "round": turn,
                             **ran._asdict()})  # fmt: skip
                print(rows[-1], flush=True)
    return rows


def ratios(rows: list[dict[str, Any]], kind: str, what: str) -> list[float]:
    """Ours divided by Splink's, round by round."""
    of = {(row["round"], row["tool"]): row[what] for row in rows if row["kind"] == kind}
    return [of[turn, OURS] / of[turn, SPLINK] for turn in sorted({turn for turn, _ in of})]


def render(rows: list[dict[str, Any]]) -> str:
    """Tell it: seconds of each round, and the median ratio with the limit it must keep."""
    lines = []
    for kind, limit in _LIMITS.items():
        for name in (OURS, SPLINK):
            own = [row for row in rows if (row["kind"], row["tool"]) == (kind, name)]
            failed = " (failed)" if any(row["code"] for row in own) else ""
            lines.append([
                f"{own[0]['set']}, {name}{failed}", " / ".join(f"{r['seconds']:.2f}" for r in own),
                " / ".join(f"{r['cpu']:.1f}" for r in own),
                f"{max(r['megabytes'] for r in own):.0f}",
                *(
                    (f"**{median(ratios(rows, kind, 'seconds')):.2f}** (at most {limit})",
                     f"**{median(ratios(rows, kind, 'megabytes')):.2f}** (at most {_MEMORY})")
                    if name == OURS else ("", "")
                ),
            ])  # fmt: skip
    head = [
        "set, tool",
        "seconds by round",
        "CPU seconds",
        "peak MB",
        "time against Splink",
        "memory against it",
    ]
    return table(head, lines)
