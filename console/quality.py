"""`goldenrod profile`: the data-quality report of a channel or a file, as text, HTML or JSON."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from console.installation import Config, Json, installation

if TYPE_CHECKING:
    from pipeline.quality import Column, QualityReport

_LEGEND = (
    "Formats: A and a stand for letters, 9 for digits, 文 for Chinese, however many in a row; a "
    "column of few short codes shows these. Junk fills a column without a meaning; broken letters "
    "were read in a wrong encoding."
)
_TEMPLATE = Path(__file__).with_name("quality.html")


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(profile)


def profile(
    what: Annotated[str, typer.Argument(help="A channel, or a CSV, JSON or Parquet file.")],
    *,
    stream: Annotated[str, typer.Option(help="Of a channel: this stream.")] = "customers",
    html: Annotated[Path | None, typer.Option(help="Write the report to this file, too.")] = None,
    config: Config = None,
    json: Json = False,
) -> None:
    """Tell how good the data is before it goes live; nothing is landed."""
    from pipeline.quality import profile_channel, profile_file

    with installation(config) as (settings, store):
        if what in settings.channels:
            report = profile_channel(settings, store, what, stream)
        else:
            report = profile_file(store, Path(what))
    if html is not None:
        html.write_text(as_html(report), encoding="utf-8")
    _show(report, as_json=json)


def as_html(report: "QualityReport") -> str:
    """Return the report as one page that needs nothing else."""
    from jinja2 import Environment

    page = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(
        _TEMPLATE.read_text(encoding="utf-8")
    )
    remarks = {column.name: remarks_on(column, report.rows) for column in report.columns}
    return page.render(report=report, remarks=remarks, share=share, legend=_LEGEND)


def share(part: int, whole: int) -> str:
    """Return a percentage that is never rounded to a whole it is not."""
    if not whole or part in (0, whole):
        return f"{100 if whole and part else 0} %"
    return f"{min(max(100 * part / whole, 0.1), 99.9):.1f} %"


def remarks_on(column: "Column", rows: int) -> list[str]:
    """Return what a person should look at in this column."""
    counted = {
        "junk": (column.junk, column.junk_examples),
        "broken letters": (column.broken, column.broken_examples),
        "with blanks around": (column.padded, ()),
        "blank": (column.blank, ()),
        "absent": (column.absent, ()),
        "in several rows": (column.shared, ()),
    }
    told = [
        f"{number} {what}" + (f" ({', '.join(examples)})" if examples else "")
        for what, (number, examples) in counted.items()
        if number
    ]
    if column.known is not None:
        told.append(f"{column.known} known to the hub")
    if rows and column.distinct == rows == column.filled:
        told.append("each one different")
    return told


def _show(report: "QualityReport", *, as_json: bool) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from console.render import print_json

    if as_json:
        told: dict[str, Any] = report._asdict()
        print_json({"profile": told | {"columns": [it._asdict() for it in report.columns]}})
        return
    screen = Console()
    known = "" if report.known is None else f", {report.known} known to the hub"
    broken = f", {report.broken_bytes} bytes that are no UTF-8" if report.broken_bytes else ""
    screen.print(
        f"{report.source}: {report.rows} rows, {report.identical} repeat another one{known}{broken}"
    )
    table = Table("column", "looks like", "filled", "distinct", "formats", "look at")
    for column in report.columns:
        formats = " · ".join(shape for shape, _ in column.formats[:3])
        table.add_row(
            *(escape(column.name), column.looks_like, share(column.filled, report.rows)),
            *(str(column.distinct), escape(formats)),
            escape("; ".join(remarks_on(column, report.rows))),
        )
    screen.print(table)
    screen.print(_LEGEND)
