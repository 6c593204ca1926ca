"""Small charts as SVG: bars beside each other, bars to both sides of a line. Nothing is fetched."""

from collections.abc import Sequence
from html import escape

_WIDTH, _ROW, _LABEL = 720, 20, 300
_HEIGHT = 140


def columns(values: Sequence[tuple[str, float]], title: str) -> str:
    """Draw upright bars, each with its label and value as a tooltip."""
    top = max((value for _, value in values), default=0) or 1
    step = _WIDTH / max(len(values), 1)
    bars = "".join(
        f'<rect x="{place * step:.1f}" y="{_HEIGHT * (1 - value / top):.1f}"'
        f' width="{step * 0.85:.1f}" height="{_HEIGHT * value / top:.1f}">'
        f"<title>{escape(label)}: {value:,.0f}</title></rect>"
        for place, (label, value) in enumerate(values)
    )
    first, last = (escape(values[end][0]) if values else "" for end in (0, -1))
    axis = (
        f'<text x="0" y="{_HEIGHT + 16}">{first}</text>'
        f'<text x="{_WIDTH}" y="{_HEIGHT + 16}" text-anchor="end">{last}</text>'
    )
    return _svg(_WIDTH, _HEIGHT + 22, bars + axis, title)


def balance(values: Sequence[tuple[str, float]], title: str) -> str:
    """Draw a bar a line, to the right of the middle for what is above 0, else to the left."""
    most = max((abs(value) for _, value in values), default=0) or 1
    middle = _LABEL + (_WIDTH - _LABEL) / 2
    scale = (_WIDTH - _LABEL) / 2 / most * 0.8
    rows = "".join(
        f'<text x="0" y="{line * _ROW + 14}">{escape(label)}</text>'
        f'<rect class="{"for" if value > 0 else "against"}" y="{line * _ROW + 3}"'
        f' height="{_ROW - 6}" x="{middle + min(value, 0) * scale:.1f}"'
        f' width="{abs(value) * scale:.1f}"/>'
        f'<text x="{middle + value * scale + (4 if value > 0 else -4):.1f}" y="{line * _ROW + 14}"'
        f' text-anchor="{"start" if value > 0 else "end"}">{value:+.1f}</text>'
        for line, (label, value) in enumerate(values)
    )
    axis = f'<line x1="{middle}" x2="{middle}" y1="0" y2="{len(values) * _ROW}"/>'
    return _svg(_WIDTH, len(values) * _ROW + 4, axis + rows, title)


def _svg(width: float, height: float, content: str, title: str) -> str:
    return (
        f'<svg viewBox="0 0 {width:.0f} {height:.0f}" role="img" aria-label="{escape(title)}">'
        f"{content}</svg>"
    )
