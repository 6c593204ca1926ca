"""`goldenrod demo`: the sandbox, the flow on it twice, how close it came to the truth, the page.

The second run shows that nothing changes when nothing changed.
"""

import csv
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from rich.console import Console

from console.progress import watching
from console.render import answer
from hub.config import Settings, load_settings
from hub.errors import ConfigError, TransientError
from hub.model import Key
from matching.evaluate import Scores, implied_pairs, pairs_found, pairwise
from pipeline.report import RunReport
from pipeline.run import run
from pipeline.wiring import open_store, verify
from store.database import Store

_ALL = 1_000_000


class Closeness(NamedTuple):
    """How close the golden customers and the review queue come to the sandbox's truth."""

    merged: Scores
    proposed: Scores
    """Pairs merged and pairs for review, together."""


def demonstrate(directory: Path, *, records: int, once: bool) -> None:
    """Run the demo in ``directory`` (made anew). Raises ConfigError, TransientError."""
    screen = Console(highlight=False)
    screen.print(
        f"Four systems with {records:,} customer records: an ERP (SOAP), a web shop and a mailing "
        "system (REST), and a CRM of the nineties (SQL)."
    )
    if directory.exists():
        shutil.rmtree(directory)
    with _sandbox(directory / "sandbox", records) as environment:
        settings = _settings(directory, environment)
        with open_store(settings) as store:
            _twice(settings, store, screen)
            _tell_truth(store, directory / "sandbox" / "truth.csv", screen)
            if not once:
                _open_page(settings, screen)


def _twice(settings: Settings, store: Store, screen: Console) -> None:
    for title in ("First run", "Second run: nothing changed, so nothing happens"):
        screen.rule(title)
        with watching() as watch:
            report = run(settings, store, watch=watch)
        answer(report, as_json=False)
        _stop_on(report)


def _stop_on(report: RunReport) -> None:
    if report.errors:
        raise TransientError("; ".join(f"{step}: {why}" for step, why in report.errors.items()))


def _settings(directory: Path, environment: Mapping[str, str]) -> Settings:
    """Read goldenrod.yaml as it is, but for the sandbox's addresses.

    The caller's own environment may lead to the systems of a company. Raises ConfigError if
    goldenrod.yaml does.
    """
    store = {"GOLDENROD_STORE": f"sqlite:///{(directory / 'hub.db').absolute()}"}
    settings = load_settings("goldenrod.yaml", {**environment, **store})
    for name, channel in settings.channels.items():
        with settings.told_at("channels", name, "url"):
            if channel.url not in environment.values():
                raise ConfigError("this is not the sandbox, and the demo is for nothing else")
    verify(settings)
    return settings


@contextmanager
def _sandbox(home: Path, records: int) -> Iterator[dict[str, str]]:
    """Start the four systems as a process of their own; give the environment that names them."""
    home.mkdir(parents=True)
    program = [sys.executable, "-m", "console.app", "sandbox", "--any-port"]
    options = ["--directory", str(home), "--records", str(records)]
    with (home / "log.txt").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own program
            [*program, *options], stdout=subprocess.PIPE, stderr=log
        )
    with process:
        try:
            yield _addresses(process, home)
        finally:
            process.terminate()


def _addresses(process: "subprocess.Popen[bytes]", home: Path) -> dict[str, str]:
    """Read the lines ``NAME=address`` that the sandbox says before ``ready``."""
    environment: dict[str, str] = {}
    for line in process.stdout or ():
        name, _, address = line.decode().strip().partition("=")
        if name == "ready":
            return environment
        environment[name] = address
    raise ConfigError(f"the sandbox did not start; see {home / 'log.txt'}")


def closeness(store: Store, truth: Mapping[Key, str]) -> Closeness:
    """Compare the golden customers and the open pairs with the truth.

    ``truth`` names for each key its real customer; a key that it does not hold is not judged.
    """
    with store.read() as unit:
        clusters = [golden.members for golden in unit.golden.page(limit=_ALL)]
        open_pairs = unit.pairs.review(limit=_ALL)
        numbers = {number for pair in open_pairs for number in (pair.left_id, pair.right_id)}
        keys = {record.id: record.key for record in unit.records.get(numbers)}
    asked = [(keys[pair.left_id], keys[pair.right_id]) for pair in open_pairs]
    proposed = pairs_found([*implied_pairs(clusters), *asked], truth)
    return Closeness(pairwise(clusters, truth), proposed)


def read_truth(file: Path) -> dict[Key, str]:
    """Read the sandbox's truth, without records that are invalid or deleted over there."""
    with file.open(encoding="utf-8", newline="") as rows:
        return {
            Key(row["channel"], row["id"]): row["entity"]
            for row in csv.DictReader(rows)
            if row["entity"] and "deleted" not in row["tags"].split()
        }


def _tell_truth(store: Store, file: Path, screen: Console) -> None:
    found = closeness(store, read_truth(file))
    with store.read() as unit:
        golden, cases = unit.golden.count(), unit.pairs.count_review()
    screen.rule("How close to the truth, which the sandbox knows")
    screen.print(
        f" [bold]{golden:,}[/bold] golden customers, "
        f"[bold]{cases:,}[/bold] cases for the stewards.\n"
        f" Precision of merges [bold]{found.merged.precision:.4f}[/bold]; recall "
        f"{found.merged.recall:.3f}, with the stewards' cases "
        f"[bold]{found.proposed.recall:.3f}[/bold]."
    )


def _open_page(settings: Settings, screen: Console) -> None:
    from stewardship.server import serve  # noqa: PLC0415 - only when somebody wants to look

    def ready(address: str) -> None:
        screen.print(f" The stewards' page: [bold]{address}[/bold]  (Ctrl-C ends the demo)")

    serve(settings, 8700, or_any=True, ready=ready)
