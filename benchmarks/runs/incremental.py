"""What changed against everything: how long it takes, and whether it comes to the same clusters.

A thousand changed customers are matched and merged in hubs of growing size, on SQLite and, if
found, PostgreSQL. And a hub that is told its customers in random portions, some of them twice, is
compared with one that is told all at once, pair by pair and cluster by cluster.
"""

import random
import shutil
import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from sqlalchemy import bindparam, select, update

from benchmarks.hub.cost import Figures, cost
from benchmarks.hub.server import postgres
from benchmarks.made import change, customers, fill, settings_for
from benchmarks.runs import Options, table
from benchmarks.sets import made
from hub.config import Settings
from pipeline.match import match
from pipeline.merge import merge
from pipeline.models import train
from store.database import Store
from store.match_tables import pair
from store.records import Due
from store.tables import source_record

_CHANGED, _ROUNDS, _PORTIONS = 1_000, 5, 7
_SECONDS, _GROWTH = 1.5, 1.5
_WHAT = f"""{_CHANGED:,} changed customers in a hub that has matched and merged all it knows, from
reading them to golden customers, review pairs and outbox written: the median of {_ROUNDS} rounds,
the worst of them, and the first in a fresh process, which reads the model. CPU seconds are those of
the hub's process; PostgreSQL's own come on top.
"""


def run(options: Options) -> dict[str, Any]:
    """Measure at 100,000 and at a million (QUICK: at 10,000 and 20,000)."""
    sizes = (10_000, 20_000) if options.quick else (100_000, 1_000_000)
    times = []
    for size in sizes:
        known = customers(pq.read_table(made("plain", size, options.work).file))
        for kind in ("sqlite", "postgresql"):
            with _empty(kind, options.work) as url:
                if url is not None:
                    times.append({"store": kind, "known": size, **_times(url, known)})
                    print(times[-1], flush=True)
    same = [_same(options, kind, sizes[0]) for kind in ("plain", "households")]
    return {"times": times, "same": same}


@contextmanager
def _empty(kind: str, work: Path) -> Iterator[str | None]:
    """Make an empty database, and take it away afterwards; None: there is no such server here."""
    folder = work / "changed"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        file = (folder / "hub.db").absolute()
        server = kind == "postgresql"
        yield stack.enter_context(postgres(folder / "pg")) if server else f"sqlite:///{file}"


def _times(url: str, known: list[tuple[str, str]]) -> dict[str, Any]:
    """Let a hub know these customers under a model of its own, then change a thousand."""
    settings = settings_for(url)
    with Store(url) as store:
        store.migrate()
        fill(store, known, None)
        train(store, author="bench")
        match(settings, store)
        merge(settings, store)
        _settle(store)
        return rounds(settings, store)


def rounds(settings: Settings, store: Store) -> dict[str, float]:
    """Change some customers again and again in a hub that is up to date."""
    first, *found = [_round(settings, store, seed) for seed in range(_ROUNDS + 1)]
    middle = {name: round(statistics.median(one[name] for one in found), 2) for name in first}
    worst = max(one["seconds"] for one in found)
    return middle | {"worst": round(worst, 2), "first": round(first["seconds"], 2)}


def _settle(store: Store) -> None:
    """Let PostgreSQL tidy up and learn what is in its tables, as it does itself after a while."""
    if store.database == "postgresql":
        store.sweep()
        with store.begin() as unit:
            unit.connection.exec_driver_sql("ANALYZE")


def _round(settings: Settings, store: Store, seed: int) -> dict[str, float]:
    change(store, seed, _CHANGED)
    spent: Figures = {}
    begun = time.monotonic()
    with cost(spent):
        found = match(settings, store)
        matched = time.monotonic() - begun
        merge(settings, store)
        seconds = time.monotonic() - begun
    return {"seconds": seconds, "match": matched, "cpu": spent["cpu"], "pairs": found.pairs}


def _same(options: Options, kind: str, size: int) -> dict[str, Any]:
    """Compare random portions with all at once."""
    known = customers(pq.read_table(made(kind, size, options.work).file))
    told, crowded = [], 0
    for portions in (1, _PORTIONS):
        with _empty("sqlite", options.work) as url:
            found, crowded = _by_portions(str(url), known, portions)
            told.append(found)
    row = {"set": f"{kind}, {size:,}", "portions": _PORTIONS, "crowded": crowded,
           "pairs": told[0][0] == told[1][0], "clusters": told[0][1] == told[1][1],
           "merged": size - len(set(told[0][1]))}  # fmt: skip
    print(row, flush=True)
    return row


def _by_portions(url: str, known: list[tuple[str, str]], portions: int) -> tuple[Any, int]:
    """Match and merge portion by portion; the first words of a tenth are wrong, and mended last."""
    settings, dice = settings_for(url), random.Random(portions)  # noqa: S311 - no secret
    with Store(url) as store:
        store.migrate()
        fill(store, known, None)
        train(store, author="bench")
        with store.begin() as unit:
            unit.connection.execute(update(source_record).values(due=None))
            right = {
                one.record_id: one.customer for one in unit.records.words(unit.records.worded())
            }
            if portions > 1:
                unit.connection.execute(update(source_record).values(customer=None))
        order, oversized = list(right), 0
        dice.shuffle(order)
        wrong = set(order[: len(order) // 10]) if portions > 1 else set()
        steps = [order[place::portions] for place in range(portions)] + [sorted(wrong)]
        for number, step in enumerate(filter(None, steps)):
            _tell(store, step, right, wrong if number < portions else set())
            oversized = max(oversized, match(settings, store).oversized)
            merge(settings, store)
        return _found(store), oversized


def _tell(store: Store, step: list[int], right: dict[int, str], wrong: set[int]) -> None:
    """Let customers speak; a wrong one says what another says."""
    last = max(right)
    with store.begin() as unit:
        unit.connection.execute(
            update(source_record)

            .where(source_record.c.id == bindparam("number"))
            .values(customer=bindparam("said"), due=Due.MATCH.value),
            [{"number": n, "said": right[n % last + 1] if n in wrong else right[n]} for n in step],
        )  # fmt: skip


def _found(store: Store) -> tuple[Any, Any]:
    """Return all pairs, and for each record the least one of its golden customer."""
    with store.read() as unit:
        rows = unit.connection.execute(
            select(pair.c.left_id, pair.c.right_id, pair.c.weight, pair.c.outcome, pair.c.reason)
            .order_by(pair.c.left_id, pair.c.right_id)
        ).all()  # fmt: skip
        homes = unit.connection.execute(
            select(source_record.c.id, source_record.c.golden_id).order_by(source_record.c.id)
        ).all()
    first: dict[str, int] = {}
    return [tuple(row) for row in rows], [first.setdefault(home, n) for n, home in homes]


def render(found: dict[str, Any]) -> str:
    """Tell the times with their growth, then whether the clusters were the same."""
    least: dict[str, float] = {}
    lines = []
    for row in found["times"]:
        first = least.setdefault(row["store"], row["seconds"])
        lines.append([
            f"{row['store']}, {row['known']:,} known", f"{row['seconds']:.2f} (at most {_SECONDS})",
            *(f"{row[name]:.2f}" for name in ("worst", "first", "match", "cpu")),
            f"{row['pairs']:,.0f}", f"{row['seconds'] / first:.2f} (at most {_GROWTH})",
        ])  # fmt: skip
    same = [
        [row["set"], str(row["portions"]), f"{row['crowded']:,}", f"{row['merged']:,}",
         *("yes" if row[name] else "**no**" for name in ("pairs", "clusters"))]
        for row in found["same"]
    ]  # fmt: skip
    return "\n".join([
        _WHAT,
        table(["store", "seconds", "worst", "first", "match alone", "CPU seconds",
               "pairs compared", "growth"], lines),
        *([table(["told in portions", "portions", "crowded blocks", "duplicates", "same pairs",
                  "same clusters"], same)] if same else []),
    ])  # fmt: skip
