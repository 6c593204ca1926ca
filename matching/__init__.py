"""MATCH: customers -> candidate pairs -> weights -> clusters; pure.

``dedupe`` finds the duplicates in any table.
"""

from typing import Any

__all__ = ["dedupe"]


def __getattr__(name: str) -> Any:
    """Load ``dedupe`` when it is asked for: most who import from here need one small part."""
    if name == "dedupe":
        from matching.deduplicate import dedupe  # noqa: PLC0415

        return dedupe
    raise AttributeError(name)
