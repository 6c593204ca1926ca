"""`python -m benchmarks.hub.load STORE PAGES STEP ...`: load, as the flow does; figures as JSON.

Steps: ``first`` (everything), ``change`` (a thousand records changed), ``lookups``, ``busy`` (the
same look-ups while records are loaded).
"""

import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from benchmarks.hub.cost import Figures, cost
from benchmarks.hub.lookups import look_up
from benchmarks.hub.payloads import CHANNELS, pages, some
from connectors.base import Page
from hub.config import Settings, load_settings
from pipeline.landing import Landing
from pipeline.match import match
from pipeline.merge import merge
from pipeline.run import map_channels
from pipeline.wiring import open_store
from store.database import Store
from store.quarantine import CUSTOMERS

_ROOT = Path(__file__).parent.parent.parent
CHANGED = 1_000


def settings_for(url: str) -> Settings:
    """Return the embedded default on another store."""
    return load_settings(_ROOT / "goldenrod.yaml", {"GOLDENROD_STORE": url})


def first_load(settings: Settings, store: Store, folder: Path) -> Figures:
    """Load everything into an empty store."""
    given = [(channel, pages(folder, channel)) for channel in CHANNELS]
    return _measured({
        "land": lambda: [land(settings, store, *one, whole=True) for one in given],
        **_resolve(settings, store),
    })  # fmt: skip


def change(settings: Settings, store: Store, folder: Path, words: str) -> Figures:
    """Let some records change, and resolve."""
    given = list(some(folder, CHANGED, words))
    return _measured({
        "land": lambda: [land(settings, store, channel, [page]) for channel, page in given],
        **_resolve(settings, store),
    })  # fmt: skip


def land(
    settings: Settings, store: Store, channel: str, given: Iterable[Page], *, whole: bool = False
) -> int:
    """Land pages as a pull does, each with its cursor in its transaction; count what is new."""
    new = 0
    landing = Landing(store, settings.channel(channel), CUSTOMERS, whole=whole)
    for page in given:
        with store.begin() as unit:
            new += landing.land(unit, page, sight=False).pulled
    with store.begin() as unit:
        landing.finish(unit)
    return new


def _resolve(settings: Settings, store: Store) -> dict[str, Callable[[], Any]]:
    """Return what `pipeline.run.resolve` does, step by step."""
    return {
        "map": lambda: map_channels(settings, store),
        "match": lambda: match(settings, store),
        "merge": lambda: merge(settings, store),
    }


def _measured(steps: dict[str, Callable[[], Any]]) -> Figures:
    figures: Figures = {"steps": {}}
    with cost(figures):
        for name, step in steps.items():
            own: Figures = {}
            with cost(own):
                told = step()
            figures["steps"][name] = own
            print(name, own, told, file=sys.stderr, flush=True)
    return figures


def main() -> None:
    """Do the steps, in their order."""
    url, folder, *steps = sys.argv[1:]
    settings, pages_of = settings_for(url), Path(folder)
    figures: dict[str, Figures] = {}
    with open_store(settings) as store:
        for step in steps:
            match step:
                case "first":
                    figures[step] = first_load(settings, store, pages_of)
                case "change":
                    figures[step] = change(settings, store, pages_of, "2nd floor")
                case _:
                    busy = pages_of if step == "busy" else None
                    figures[step] = look_up(settings, store, busy)
            print(step, figures[step], file=sys.stderr, flush=True)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
