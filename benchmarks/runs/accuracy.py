"""How right: every set with its truth, every tool with its defaults, in one run."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from benchmarks import scoring
from benchmarks.keeping import keep
from benchmarks.measure import run as measure
from benchmarks.runs import Options, table, three
from benchmarks.scoring import Ints
from benchmarks.sets import Set, labelled, made
from benchmarks.tools import OURS, TOOLS, our_pairs, read_clusters, read_pairs, read_probabilities

_SURE = 0.9  # from here on the hub merges without asking
_ERRORS = 40


def sets(options: Options) -> list[Set]:
    """All labelled sets, and made ones of 10,000 to a million rows."""
    sizes = [10_000] if options.quick else [100_000, 1_000_000]
    wanted = [
        *labelled(options.data),
        *(
            made(kind, size, options.work)
            for kind in ("plain", "households", "companies")
            for size in sizes
        ),
    ]
    return [chosen for chosen in wanted if not options.only or chosen.name in options.only]


def run(options: Options) -> list[dict[str, Any]]:
    """Run every tool on every set that it serves, and score what it left."""
    rows = []
    for chosen in sets(options):
        whole = chosen.read()
        for name in options.tools:
            if TOOLS[name].serves(chosen):
                rows.append(_one(options, chosen, whole, name))
                keep(options.work, "accuracy", rows, part=True)  # an hour of work is not lost
                print(json.dumps({k: v for k, v in rows[-1].items() if k != "tags"}), flush=True)
    return rows


def _one(options: Options, chosen: Set, whole: pa.Table, name: str) -> dict[str, Any]:
    out = options.work / "out" / name / chosen.name
    out.mkdir(parents=True, exist_ok=True)
    for file in out.iterdir():
        file.unlink()
    command = TOOLS[name].command(chosen, chosen.blind(options.work), out)
    ran = measure(command + (["--pairs"] if name != OURS else []), out.with_suffix(".log"))
    row: dict[str, Any] = {
        "set": chosen.name, "tool": name, "rows": whole.num_rows, "target": chosen.target,
        "seconds": ran.seconds, "cpu": ran.cpu, "megabytes": ran.megabytes, "code": ran.code,
    }  # fmt: skip
    if ran.code == 0 and name == OURS:
        measure(our_pairs(chosen, chosen.blind(options.work), out), out.with_suffix(".pairs.log"))
    if ran.code == 0:
        row |= score(options, chosen, whole, name)
    return row


def score(options: Options, chosen: Set, whole: pa.Table, name: str) -> dict[str, Any]:
    """Score what a tool left of a set, against the truth."""
    out = options.work / "out" / name / chosen.name
    truth, found = scoring.codes(whole["entity_id"]), read_clusters(out, whole["record_id"])
    source = scoring.codes(whole["source"]) if chosen.link else None
    whole_score = scoring.clustered(truth, found, source)
    result: dict[str, Any] = {
        "precision": whole_score.precision,
        "recall": whole_score.recall,
        "f1": whole_score.f1,
        "b_cubed": scoring.b_cubed(truth, found)[2],
        "largest": int(np.bincount(found).max()),
        "sure": _sure(truth, found, read_probabilities(out, whole["record_id"]), source),
    }
    pairs = read_pairs(out, whole["record_id"])
    if pairs is not None:
        cut, best = scoring.best_cut(pairs, truth, whole_score.true)
        hit = scoring.scored(pairs, truth, whole_score.true, -np.inf)
        sure = scoring.scored(pairs, truth, whole_score.true, np.log(_SURE / (1 - _SURE)))
        result |= {"best_cut": cut, "best_f1": best, "blocking_recall": hit.recall}
        result["sure"] = sure.precision if result["sure"] is None else result["sure"]
    tags = next((whole[name] for name in ("dirt", "hardness") if name in whole.column_names), None)
    if tags is not None:
        result["tags"] = {
            tag: [score.precision, score.recall, score.found, score.true]
            for tag, score in scoring.by_tag(truth, found, tags).items()
        }
    _tell_errors(options.work / "errors" / f"{chosen.name}_{name}.txt", whole, truth, found)
    return result


def _sure(truth: Ints, found: Ints, chance: Any, source: Ints | None) -> float | None:
    """Precision of what was merged without asking: pairs whose records are both sure of it."""
    if chance is None:
        return None
    at = np.flatnonzero(chance >= _SURE)
    return scoring.clustered(truth[at], found[at], None if source is None else source[at]).precision


def _tell_errors(file: Path, whole: pa.Table, truth: Ints, found: Ints) -> None:
    """Leave a list of wrong pairs beside the results, to be read by who mends them."""
    file.parent.mkdir(parents=True, exist_ok=True)
    wrong = scoring.errors(truth, found, _ERRORS)
    with file.open("w", encoding="utf-8") as out:
        for word, some in zip(("MERGED STRANGERS", "MISSED"), wrong, strict=True):
            for pair in some:
                out.write(f"{word}\n")
                for row in whole.take(pa.array(pair)).to_pylist():
                    out.write("  " + " | ".join(f"{v}" for v in row.values() if v) + "\n")


def render(rows: list[dict[str, Any]]) -> str:
    """Tell it: one line for each set and tool, then recall and precision by kind of dirt."""
    order = list(dict.fromkeys(row["set"] for row in rows))
    rows = sorted(rows, key=lambda row: (order.index(row["set"]), list(TOOLS).index(row["tool"])))
    lines = [
        [
            row["set"], row["tool"], three(row.get("precision")), three(row.get("recall")),
            f"**{three(row['f1'])}**" if "f1" in row else "failed",
            three(row.get("b_cubed")), three(row.get("best_f1")),
            f"{row['best_cut']:+.1f}" if "best_cut" in row else "",
            three(row.get("sure")), three(row.get("blocking_recall")), str(row.get("largest", "")),
            f"{row['seconds']:.1f}", f"{row['megabytes']:.0f}",
        ]
        for row in rows
    ]  # fmt: skip
    head = [
        "set", "tool", "precision", "recall", "F1", "B-cubed F1", "best pairwise F1",
        "at cut (logits)", "precision at p >= 0.9", "blocking recall", "largest", "s", "MB",
    ]  # fmt: skip
    return table(head, lines) + "".join(map(_render_tags, rows))


def _render_tags(row: dict[str, Any]) -> str:
    if row["tool"] != OURS or not row.get("tags"):
        return ""
    lines = [
        [tag, three(precision), three(recall), f"{true:,}"]
        for tag, (precision, recall, _, true) in sorted(
            row["tags"].items(), key=lambda item: item[1][1]
        )
    ]
    head = ["dirt", "precision", "recall", "true pairs"]
    return f"\n{row['set']}, ours, by the dirt of either record:\n\n{table(head, lines)}"
