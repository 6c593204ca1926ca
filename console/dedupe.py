"""``goldenrod dedupe``: the duplicates of any table, as files, with no store and no set-up."""

import gc
import json
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import Annotated, Any

import typer

from hub.errors import ConfigError

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
_SELDOM = 1_000_000
"""New objects after which Python looks for circles of garbage: a run that ends soon leaves few."""
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
    gc.set_threshold(_SELDOM)
    from matching.deduplicate import dedupe as find  # noqa: PLC0415 - numpy and DuckDB take time
    from matching.table.memory import share_heap  # noqa: PLC0415

    share_heap()
    with _beside(out) as scratch:
        result = find(
            files,
            roles=_corrections(corrections or []),
            kind=kind,
            id=id_column,
            source=source,
            link_only=link_only,
            threads=threads,
        )
        report = _write(scratch, result)
        _move(scratch, out)
    typer.echo(json.dumps(report) if as_json else _summary(report, out))


def _corrections(given: list[str]) -> dict[str, str]:
    pairs = [one.partition("=") for one in given]
    wrong = next((role for role, sign, _ in pairs if not sign), None)
    if wrong is not None:
        raise typer.BadParameter(f"--map {wrong}: expected ROLE=COLUMN")
    return {role: column for role, _, column in pairs}


@contextmanager
def _beside(out: Path) -> Iterator[Path]:
    """Lend a folder on the disk of the one to write to. Raises ConfigError where none can be."""
    if out.exists() and not out.is_dir():
        raise ConfigError(f"{out}: a file, not a folder to write to")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        made = mkdtemp(prefix=f".{out.name}-", dir=out if out.is_dir() else out.parent)
    except OSError as error:
        raise ConfigError(f"{out}: nothing can be written there: {error.strerror}") from None
    try:
        yield Path(made)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _write(scratch: Path, result: Any) -> dict[str, Any]:
    """Write all files; return the report."""
    from matching.report.page import page  # noqa: PLC0415
    from matching.table.duck import write_csv  # noqa: PLC0415

    with ThreadPoolExecutor(1) as pool:
        written = pool.submit(lambda: write_csv(result.clusters, scratch / "clusters.csv"))
        write_csv(result.review, scratch / "review.csv")
        report: dict[str, Any] = result.report
        told = json.dumps(report, indent=2, ensure_ascii=False)
        (scratch / "report.json").write_text(told, "utf-8")
        (scratch / "report.html").write_text(page(report), "utf-8")
        written.result()
    return report


def _move(scratch: Path, out: Path) -> None:
    """Put all files into their folder, or none."""
    files = sorted(scratch.iterdir())
    taken = next((file.name for file in files if (out / file.name).is_dir()), None)
    if taken:
        raise ConfigError(f"{out / taken}: a folder, where a file is to be written")
    out.mkdir(exist_ok=True)
    for file in files:
        file.replace(out / file.name)


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
