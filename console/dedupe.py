"""``goldenrod dedupe``: the duplicates of any table, as files, with no store and no set-up."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import mkdtemp
from typing import Annotated, Any

import typer

Files = Annotated[list[Path], typer.Argument(help="CSV or Parquet files: one table.")]
Out = Annotated[Path, typer.Option("--out", help="The folder to write to.")]
Map = Annotated[
    list[str] | None,
    typer.Option("--map", help="ROLE=COLUMN corrects a guess, ROLE= drops it; may be repeated."),
]
Id = Annotated[str | None, typer.Option("--id", help="The column of ids (default: row numbers).")]
KindOf = Annotated[str, typer.Option("--kind", help="person, organisation or auto.")]
SourceColumn = Annotated[str | None, typer.Option("--source", help="Where each row comes from.")]
LinkOnly = Annotated[
    bool, typer.Option("--link-only", help="No source holds duplicates of its own.")
]
Threads = Annotated[int | None, typer.Option(help="Processors to use (default: all).")]
Json = Annotated[bool, typer.Option("--json", help="Print the report as one JSON object.")]


def dedupe(
    files: Files,
    *,
    out: Out,
    corrections: Map = None,
    id_column: Id = None,
    kind: KindOf = "auto",
    source: SourceColumn = None,
    threads: Threads = None,
    link_only: LinkOnly = False,
    as_json: Json = False,
) -> None:
    """Find the duplicates in CSV or Parquet files: clusters, doubtful pairs, a report."""
    from matching.deduplicate import dedupe as find  # noqa: PLC0415 - numpy and DuckDB take time
    from matching.table.memory import share_heap  # noqa: PLC0415

    share_heap()
    result = find(
        files,
        roles=_corrections(corrections or []),
        kind=kind,
        id=id_column,
        source=source,
        link_only=link_only,
        threads=threads,
    )
    report = _write(out, result)
    typer.echo(json.dumps(report) if as_json else _summary(report, out))


def _corrections(given: list[str]) -> dict[str, str]:
    pairs = [one.partition("=") for one in given]
    wrong = next((role for role, sign, _ in pairs if not sign), None)
    if wrong is not None:
        raise typer.BadParameter(f"--map {wrong}: expected ROLE=COLUMN")
    return {role: column for role, _, column in pairs}


def _write(out: Path, result: Any) -> dict[str, Any]:
    """Write all files, or none: beside the folder first, then moved into it. Return the report."""
    from matching.report.page import page  # noqa: PLC0415
    from matching.table.duck import write_csv  # noqa: PLC0415

    out.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        with ThreadPoolExecutor(1) as pool:
            written = pool.submit(lambda: write_csv(result.clusters, scratch / "clusters.csv"))
            write_csv(result.review, scratch / "review.csv")
            report: dict[str, Any] = result.report
            (scratch / "report.json").write_text(json.dumps(report, indent=2, ensure_ascii=False))
            (scratch / "report.html").write_text(page(report))
            written.result()
        out.mkdir(exist_ok=True)
        for file in sorted(scratch.iterdir()):
            file.replace(out / file.name)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return report


def _summary(report: dict[str, Any], out: Path) -> str:
    columns = ", ".join(f"{role}={column}" for role, column in report["roles"].items())
    lines = [
        f"{report['records']:,} records ({report['kind']}), read as: {columns}",
        *report["remarks"],
        f"{report['clusters']:,} customers, {report['merged']:,} of them of several records",
        f"{report['review']:,} pairs to look at",
        f"written to {out}: clusters.csv, review.csv, report.json, report.html",
    ]
    return "\n".join(lines)
