"""now() and new_id(): the only two things that differ from run to run."""

from datetime import UTC, datetime

from uuid_utils import uuid7


def now() -> datetime:
    """Return this moment, aware, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - the one place that reads the clock


def new_id(prefix: str) -> str:
    """Return a new opaque id such as ``cus_019ab…``: sortable by time of birth, never reused."""
    return f"{prefix}_{uuid7().hex}"
