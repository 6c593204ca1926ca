"""Look-ups: one golden customer by id, key, e-mail or phone, as a page or an API call does it."""

import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import select

from hub.config import Settings
from store.database import Store
from store.tables import golden as golden_table

_SAMPLE = 2_000
_HEAD_START = 5.0  # seconds that the load has begun before


def look_up(
    settings: Settings, store: Store, folder: Path | None = None
) -> dict[str, dict[str, float]]:
    """Time look-ups of customers picked by chance; with a ``folder``, while it is loaded again."""
    wanted = _sample(store)
    with _load(settings.store, folder):
        return {name: _timed(store, texts) for name, texts in wanted.items()}


def _sample(store: Store) -> dict[str, list[str]]:
    chance = random.Random(7)  # noqa: S311 - a sample, no secret
    found: dict[str, list[str]] = {"id": [], "key": [], "e-mail": [], "phone": []}
    with store.read() as unit:
        living = select(golden_table.c.id).where(golden_table.c.retired.is_(False))
        ids = sorted(unit.connection.execute(living).scalars())
        picked = unit.golden.get(chance.sample(ids, min(2 * _SAMPLE, len(ids))))
    for golden in picked.values():
        found["id"].append(golden.id)
        found["key"].append(str(golden.members[0]))
        found["e-mail"] += golden.attributes.emails[:1]
        found["phone"] += golden.attributes.phones[:1]
    return {name: chance.sample(texts, min(_SAMPLE, len(texts))) for name, texts in found.items()}


def _timed(store: Store, texts: list[str]) -> dict[str, float]:
    times = []
    for text in texts:
        begun = time.perf_counter()
        with store.read() as unit:
            found = unit.golden.find(text)
        times.append(1000 * (time.perf_counter() - begun))
        if not found:
            raise ValueError("a customer that is there was not found")
    ranks = statistics.quantiles(times, n=100)
    return {"p50": round(ranks[49], 2), "p99": round(ranks[98], 2), "worst": round(max(times), 2)}


@contextmanager
def _load(url: str, folder: Path | None) -> Iterator[None]:
    """Let another process load changed records in the meantime."""
    if folder is None:
        yield
        return
    command = [sys.executable, "-m", "benchmarks.hub.writer", url, str(folder)]
    with subprocess.Popen(command) as writer:
        try:
            time.sleep(_HEAD_START)
            yield
            if writer.poll() is not None:
                raise RuntimeError("the load ended before the look-ups did")
        finally:
            writer.terminate()
