"""The chart of docs/benchmarks.md: two groups of bars as one plain SVG."""

from collections.abc import Iterator
from html import escape
from statistics import median
from typing import Any

_COLOURS = {"goldenrod": "#b8860b", "splink": "#4a6fa5", "recordlinkage": "#8a8a8a"}
_VARIANTS = {"splink, 1e6 random pairs": "#9db4d6"}
_WIDTH, _LEFT, _BAR = 760, 170, 13
_SCALE = 440


def draw(accuracy: list[dict[str, Any]], speed: list[dict[str, Any]]) -> str:
    """Draw F1 for each set and tool, and seconds for a million rows."""
    lines = []
    y = 40
    lines.append(_text(10, y - 16, "Clustered pairwise F1", "bold"))
    for line, height in _bars(y, _accuracy(accuracy), 1.0, "{:.3f}"):
        lines.append(line)
        y = height
    seconds = _speed(speed)
    if seconds:
        y += 40
        lines.append(_text(10, y - 16, "Seconds, whole process (median)", "bold"))
        top = max(value for _, _, value in seconds)
        for line, height in _bars(y, seconds, top, "{:.1f} s"):
            lines.append(line)
            y = height
    y += 24
    for place, (tool, colour) in enumerate((_COLOURS | _VARIANTS).items()):
        x = _LEFT + place * 140
        lines.append(f'<rect x="{x}" y="{y - 10}" width="12" height="12" fill="{colour}"/>')
        lines.append(_text(x + 18, y, tool))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {y + 16}" role="img" '
        'font-family="sans-serif" font-size="12"><title>Accuracy and speed beside the peers'
        '</title><rect width="100%" height="100%" fill="white"/>' + "\n".join(lines) + "</svg>\n"
    )


def _accuracy(rows: list[dict[str, Any]]) -> list[tuple[str, str, float]]:
    order = list(dict.fromkeys(row["set"] for row in rows))
    told = [(row["set"], row["tool"], row["f1"]) for row in rows if "f1" in row]
    return sorted(told, key=lambda bar: (order.index(bar[0]), list(_COLOURS).index(bar[1])))


def _speed(rows: list[dict[str, Any]]) -> list[tuple[str, str, float]]:
    keys = dict.fromkeys((row["set"], row["tool"]) for row in rows if not row["code"])
    return [
        (
            *key,
            median(row["seconds"] for row in rows if (row["set"], row["tool"]) == key),
        )
        for key in keys
    ]


def _bars(
    y: int, rows: list[tuple[str, str, float]], top: float, shape: str
) -> Iterator[tuple[str, int]]:
    last = None
    for name, tool, value in rows:
        if name != last:
            y += 8 if last else 0
            yield _text(10, y + _BAR - 2, name), y
        last = name
        width = max(1, round(_SCALE * value / top))
        told = escape(f"{name}, {tool}: {shape.format(value)}")
        yield (
            f'<rect x="{_LEFT}" y="{y}" width="{width}" height="{_BAR - 2}" '
            f'fill="{(_COLOURS | _VARIANTS)[tool]}"><title>{told}</title></rect>'
            + _text(_LEFT + width + 6, y + _BAR - 3, shape.format(value)),
            y := y + _BAR,
        )


def _text(x: int, y: int, words: str, weight: str = "normal") -> str:
    return f'<text x="{x}" y="{y}" font-weight="{weight}">{escape(words)}</text>'
