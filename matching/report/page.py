"""The facts of a match as one page that needs nothing else: no script, no network."""

from collections.abc import Iterable, Mapping
from html import escape
from itertools import groupby
from typing import Any

from matching.report.charts import balance, columns

_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
body{color:#222}h1{font-weight:600}h2{margin-top:2.5rem;border-bottom:1px solid #ddd}
svg{width:100%;height:auto}svg text{font-size:11px;fill:#444}line{stroke:#999}
rect{fill:#c8961e}rect.for{fill:#3a7d44}rect.against{fill:#b5482f}
table{border-collapse:collapse;width:100%}
td,th{padding:.2rem .6rem;text-align:left;border-bottom:1px solid #eee}
.figures{display:flex;gap:2rem;flex-wrap:wrap}.figures b{display:block;font-size:1.7rem}
.remark{background:#fff6dd;padding:.5rem .8rem}
"""


def page(report: Mapping[str, Any]) -> str:
    """Return the report as HTML; every value of the table is escaped."""
    body = "".join(
        (
            "<h1>Who is who</h1>",
            _figures(report),
            *(f'<p class="remark">{escape(remark)}</p>' for remark in report["remarks"]),
            "<h2>How the columns were read</h2>",
            _table(("role", "column"), report["roles"].items()),
            "<h2>Records of one customer</h2>",
            columns([(size, many) for size, many in report["sizes"].items()], "cluster sizes"),
            "<h2>Weights of candidate pairs, in bits</h2>",
            columns([(f"{bar['from']:.0f}", bar["pairs"]) for bar in report["scores"]], "weights"),
            "<h2>What agreement tells, in bits</h2>",
            *_weights(report["weights"]),
            "<h2>Keys that brought pairs together</h2>",
            _keys(report["keys"]),
            "<h2>Pairs at the thresholds</h2>",
            *map(_example, report["examples"]),
        )
    )
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Goldenrod: who is who</title>'
        f"<style>{_STYLE}</style><body>{body}</body></html>"
    )


def _figures(report: Mapping[str, Any]) -> str:
    figures = {
        "records": report["records"],
        "customers": report["clusters"],
        "of several records": report["merged"],
        "pairs compared": report["pairs"],
        "pairs to look at": report["review"],
    }
    shown = "".join(f"<div><b>{value:,}</b>{name}</div>" for name, value in figures.items())
    return f'<div class="figures">{shown}</div>'


def _weights(weights: Iterable[Mapping[str, Any]]) -> list[str]:
    return [
        f"<h3>{escape(field)}</h3>"
        + balance([(level["label"], level["bits"]) for level in reversed(list(levels))], field)
        for field, levels in groupby(weights, key=lambda level: level["field"])
    ]


def _keys(keys: Iterable[Mapping[str, Any]]) -> str:
    rows = (
        (
            key["key"],
            f"{key['pairs']:,}",
            f"{key['skipped_blocks']:,}",
            f"{key['largest_block']:,}",
            key["crowded_by"],
        )
        for key in keys
    )
    return _table(("key", "pairs", "blocks skipped", "largest", "crowded by"), rows)


def _example(example: Mapping[str, Any]) -> str:
    title = (
        f"{escape(example['left'])} and {escape(example['right'])}: {example['weight']:+.1f} bits"
        f" (near {example['threshold']:.0%})"
    )
    lines = [(line["label"] or line["field"], line["weight"]) for line in example["evidence"]]
    return f"<h3>{title}</h3>{balance(lines, 'evidence')}"


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in heads)
    body = "".join(
        f"<tr>{''.join(f'<td>{escape(str(cell))}</td>' for cell in row)}</tr>" for row in rows
    )
    return f"<table><tr>{head}</tr>{body}</table>"
