"""The assets that hand the flow from one DAG to the next: landed -> golden -> pushed."""

from airflow.sdk import Asset

GOLDEN = Asset(name="goldenrod_golden", uri="goldenrod://golden/customers")
"""Golden customers were made or changed; the outbox holds what each channel must hear."""


def landed(channel: str) -> Asset:
    """Source records of ``channel`` have landed."""
    return Asset(name=f"goldenrod_landed_{channel}", uri=f"goldenrod://landed/{channel}")


def pushed(channel: str) -> Asset:
    """``channel`` holds what the golden customers say."""
    return Asset(name=f"goldenrod_pushed_{channel}", uri=f"goldenrod://pushed/{channel}")
