"""`python -m benchmarks.hub.writer STORE PAGES`: load changed records until it is ended."""

import sys
from itertools import count
from pathlib import Path

from benchmarks.hub.load import land, settings_for
from benchmarks.hub.payloads import CHANNELS, pages
from pipeline.run import resolve
from pipeline.wiring import open_store
from store.bulk import chunks

_AT_ONCE = 10  # pages


def main() -> None:
    """Land, map, match and merge all records again and again, each time with a change."""
    url, folder = sys.argv[1:]
    settings = settings_for(url)
    with open_store(settings) as store:
        for number in count():
            for channel in CHANNELS:
                changed = pages(Path(folder), channel, change=f"room {number}")
                for some in chunks(changed, _AT_ONCE):
                    land(settings, store, channel, some)
                    resolve(settings, store)


if __name__ == "__main__":
    main()
