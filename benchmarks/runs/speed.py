"""How fast: whole processes side by side, in alternating rounds, so that a slow hour hits all.

Splink takes part twice: as its recipe says, and with its own default number of random pairs, which
is faster and less right. Nobody need believe that we chose its slow side.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import scoring
from benchmarks.measure import run as measure
from benchmarks.runs import Options, table, three
from benchmarks.sets import Set, made
from benchmarks.tools import OURS, SPLINK, TOOLS, read_clusters

_ROUNDS = 3
_LIMITS = {"plain": 0.40, "households": 0.20}  # share of Splink's time that we may take
_MEMORY = 0.7
DEFAULT = "splink, 1e6 random pairs"
_CONTESTANTS: Mapping[str, Callable[[Set, Path, Path], list[str]]] = {
    OURS: TOOLS[OURS].command,
    SPLINK: TOOLS[SPLINK].command,
    DEFAULT: lambda *given: [*TOOLS[SPLINK].command(*given), "--random-pairs", "1e6"],
}


def run(options: Options) -> list[dict[str, Any]]:
    """Let ours and Splink take turns on a million persons, plain and in households."""
    size, rounds = (100_000, 1) if options.quick else (1_000_000, _ROUNDS)
    rows: list[dict[str, Any]] = []
    for kind in _LIMITS:
        chosen = made(kind, size, options.work)
        file = chosen.blind(options.work)
        for turn in range(rounds):
            for name, command in _CONTESTANTS.items():
                out = options.work / "out" / name.partition(",")[0] / chosen.name
                out.mkdir(parents=True, exist_ok=True)
                ran = measure(command(chosen, file, out), out.with_suffix(".log"))
                rows.append({
                    "set": chosen.name, "kind": kind, "tool": name, "round": turn,
                    **ran._asdict(), "f1": None if ran.code else _f1(chosen, out),
                })  # fmt: skip
                print(rows[-1], flush=True)
    return rows


def _f1(chosen: Set, out: Path) -> float:
    """Score the clusters that were left: speed that costs accuracy is none."""
    whole = chosen.read().select(["entity_id", "record_id"])
    found = read_clusters(out, whole["record_id"])
    return scoring.clustered(scoring.codes(whole["entity_id"]), found).f1


def ratios(rows: list[dict[str, Any]], kind: str, what: str, peer: str = SPLINK) -> list[float]:
    """Ours divided by a peer's, round by round."""
    of = {(row["round"], row["tool"]): row[what] for row in rows if row["kind"] == kind}
    return [of[turn, OURS] / of[turn, peer] for turn in sorted({turn for turn, _ in of})]


def render(rows: list[dict[str, Any]]) -> str:
    """Tell it: seconds of each round, and beside each peer what we take of its time and memory."""
    lines = []
    for kind, limit in _LIMITS.items():
        for name in dict.fromkeys(row["tool"] for row in rows):
            own = [row for row in rows if (row["kind"], row["tool"]) == (kind, name)]
            failed = " (failed)" if any(row["code"] for row in own) else ""
            lines.append([
                f"{own[0]['set']}, {name}{failed}", " / ".join(f"{r['seconds']:.2f}" for r in own),
                " / ".join(f"{r['cpu']:.1f}" for r in own),
                f"{max(r['megabytes'] for r in own):.0f}",
                three(own[-1].get("f1")),
                *(
                    f"**{median(ratios(rows, kind, what, name)):.2f}** (at most {most})"
                    if name != OURS else ""
                    for what, most in (("seconds", limit), ("megabytes", _MEMORY))
                ),
            ])  # fmt: skip
    head = [
        "set, tool",
        "seconds by round",
        "CPU seconds",
        "peak MB",
        "F1",
        "our part of its time",
        "our part of its memory",
    ]
    return table(head, lines)
