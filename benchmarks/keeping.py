"""What was measured is kept as JSON, so that the page can be written again without measuring."""

import json
from pathlib import Path
from typing import Any


def keep(work: Path, name: str, results: Any, *, part: bool = False) -> None:
    """Keep what one benchmark measured; a part takes the place of the same sets and tools only."""
    if part:
        done = {(row["set"], row["tool"]) for row in results}
        before = kept(work, name) or []
        results = [row for row in before if (row["set"], row["tool"]) not in done] + results
    folder = work / "results"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps(results, indent=1), encoding="utf-8")


def kept(work: Path, name: str) -> Any:
    """Read what one benchmark measured last; nothing if it never ran."""
    file = work / "results" / f"{name}.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else None
