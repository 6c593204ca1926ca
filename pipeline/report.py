"""The numbers that each verb returns; the CLI prints them, the DAGs log them, tests assert on them.

``as_json(report)`` is what ``--json`` prints and what the run table keeps.
"""

from datetime import datetime
from typing import Any, NamedTuple, Self

from pydantic import BaseModel


class PullReport(NamedTuple):
    """One channel pulled: records landed, records seen but the same, rows that were unreadable."""

    pulled: int = 0
    unchanged: int = 0
    quarantined: int = 0
    suppressed: int = 0
    """Records of erased customers that the channel still has: they stay away."""
    gone: int = 0
    """Records that a full scan did not show any more, and that are tombstones now."""
    held: int = 0
    """Records that a full scan did not show; it is not believed, they stay as they are."""
    calls: int = 0
    """Requests that were sent to the channel."""
    streams: dict[str, int] = {}  # noqa: RUF012 - never changed
    """Records landed of the streams beside the customers."""
    drift: tuple[str, ...] = ()
    """What changed in the schema, each thing once."""
    error: str | None = None

    def after(self, before: Self, stream: str = "customers") -> Self:
        """Return the sum of what was pulled ``before`` and this."""
        beside = {} if stream == "customers" else {stream: self.pulled}
        return before._replace(
            pulled=before.pulled + (0 if beside else self.pulled),
            unchanged=before.unchanged + (0 if beside else self.unchanged),
            quarantined=before.quarantined + self.quarantined,
            suppressed=before.suppressed + self.suppressed,
            gone=before.gone + self.gone,
            held=before.held + self.held,
            streams=before.streams | beside,
            drift=before.drift + self.drift,
            error=before.error or self.error,
        )


class MapReport(NamedTuple):
    """One channel mapped."""

    mapped: int = 0
    unchanged: int = 0
    """The channel's own word stayed the same: an echo, or a field that the hub does not read."""
    quarantined: int = 0
    error: str | None = None


class MatchReport(NamedTuple):
    """Candidate pairs compared, and what they came to."""

    pairs: int = 0
    merged: int = 0
    review: int = 0
    oversized: int = 0
    """Blocking keys that too many records share; they were skipped."""
    crowded: dict[str, str] = {}  # noqa: RUF012 - never changed
    """By kind of key: how many of its blocks were skipped, and a record that is in the fullest."""
    model: str = ""
    """What the pairs were weighed by."""
    advice: str = ""
    """What a person should do about the model, if anything."""


class TrainReport(NamedTuple):
    """A model was trained."""

    model: str
    records: dict[str, int]
    """By kind: how many customers it was learned from; too few of a kind keep the house's weights.
    """
    decisions: int
    """How many of the stewards' decisions put it right."""
    used: bool
    """Whether it is in use: then every record waits to be matched anew."""
    changed: tuple[str, ...]
    """What weighs otherwise than before, the greatest change first."""
    caps: dict[str, int]
    """By kind of key: how many records may share one before it is skipped."""


class MergeReport(NamedTuple):
    """Golden customers made, changed and retired; pairs that a steward must decide after all."""

    created: int = 0
    changed: int = 0
    retired: int = 0
    refused: int = 0


class PushReport(NamedTuple):
    """One channel's outbox emptied: written, already right, refused for good, to be tried again."""

    sent: int = 0
    unchanged: int = 0
    dead: int = 0
    failed: int = 0
    error: str | None = None


class BackupReport(NamedTuple):
    """A backup was written."""

    file: str
    bytes: int
    dropped: int
    """Older ones that were deleted."""


class RestoreReport(NamedTuple):
    """A backup was put in the place of what was remembered."""

    file: str
    at: datetime
    """When the backup was taken."""
    erased: int
    """Customers that were erased since, and were erased again."""
    broken: int
    """Promises of the tables that do not hold; `goldenrod integrity` names them."""


class ForgetReport(NamedTuple):
    """Customers were erased."""

    erased: tuple[str, ...]
    """Their golden ids, which stay."""
    records: int
    deletions: int
    """Records that the channels will be told to delete by the next push."""
    by_hand: tuple[str, ...]
    """Records that a person must delete in their channels: the hub can't."""
    swept: bool
    """Nothing is left in the database's files; False: a reader was in the way, forget again."""


class Difference(NamedTuple):
    """A golden customer that came out otherwise than it stood in the tables."""

    golden_id: str
    what: tuple[str, ...]
    """The attributes that differ, ``provenance``, ``members``; or ``new``."""


class RebuildReport(NamedTuple):
    """Everything was derived again."""

    records: int
    customers: int
    retired: int
    """Golden ids that have no records of their own any more."""
    differences: tuple[Difference, ...]
    """There should be none."""


class RunReport(NamedTuple):
    """The whole flow, once."""

    pull: dict[str, PullReport]
    map: dict[str, MapReport]
    match: MatchReport
    merge: MergeReport
    push: dict[str, PushReport]
    seconds: float

    @property
    def errors(self) -> dict[str, str]:
        """What failed, by ``verb channel``; empty when all went well."""
        pulled = {f"pull {name}": report.error for name, report in self.pull.items()}
        mapped = {f"map {name}": report.error for name, report in self.map.items()}
        pushed = {f"push {name}": report.error for name, report in self.push.items()}
        return {step: error for step, error in (pulled | mapped | pushed).items() if error}


def as_json(report: Any) -> Any:
    """Turn reports (also nested in dicts) into plain JSON; an error that is None is left out."""
    if isinstance(report, BaseModel):
        report = report.model_dump(mode="json")
    if isinstance(report, tuple) and hasattr(report, "_asdict"):
        report = report._asdict()
    if isinstance(report, datetime):
        return report.isoformat()
    if isinstance(report, dict):
        return {
            key: as_json(value)
            for key, value in report.items()
            if not (key == "error" and value is None)
        }
    return report
