"""Find the duplicates in any table: no store, no set-up.

    from matching import dedupe
    result = dedupe("customers.csv")
    result.clusters   # Arrow: record_id, cluster_id, probability; a row for every input row
    result.review     # Arrow: pairs that a person should look at, with the evidence

Columns are guessed by name and content (``result.roles`` says how); ``roles`` corrects a guess.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from hub.errors import ConfigError
from hub.model import Kind
from matching.engine import Matched, match_frame
from matching.report.facts import facts
from matching.table.columns import Ints
from matching.table.duck import limit_threads
from matching.table.frame import Frame, read_frame
from matching.table.guess import ROLES, SEVERAL, guess_roles, kind_of
from matching.table.memory import give_back
from matching.table.source import Source, open_source
from matching.verdicts import chances
from matching.weights.explain import Evidence, explain_all
from matching.weights.frequencies import Bits
from matching.weights.weigh import Weighed

MERGE = 0.9
"""Probability from which a pair needs no review."""
_SILENT = {
    Kind.PERSON: {"id", "source", "number", "organisation"},
    Kind.ORGANISATION: {"id", "source", "number", "birth_date"},
}
"""Columns that alone say nothing of whether two are one."""


@dataclass(frozen=True)
class Result:
    """The clusters of a table, and all that tells how they came about."""

    frame: Frame
    matched: Matched
    roles: Mapping[str, str]
    """Which column played which role."""
    kind: Kind
    remarks: tuple[str, ...]

    @cached_property
    def clusters(self) -> pa.Table:
        """Every record once, in the order of the input: record_id, cluster_id, probability."""
        heads = _heads(self.matched.labels, self.frame.ranks)
        ids = self.frame.ids
        return pa.table(
            {
                "record_id": ids,
                "cluster_id": ids.take(pa.array(heads[self.matched.labels])),
                "probability": np.round(_membership(self.matched), 4),
            }
        )

    @cached_property
    def report(self) -> dict[str, Any]:
        """All that tells how the clusters came about, as plain data."""
        found = facts(self.frame, self.matched, self.roles, self.kind, self.remarks)
        return found | {"review": self.review.num_rows}

    @cached_property
    def review(self) -> pa.Table:
        """Pairs that a person should look at, the likeliest first."""
        pairs, labels = self.matched.pairs, self.matched.labels
        apart = labels[pairs.left] != labels[pairs.right]
        chance = chances(pairs.bits)
        places = np.flatnonzero((pairs.bits >= 0) & ((chance < MERGE) | apart))
        places = places[np.argsort(-pairs.bits[places], kind="stable")]
        found = pairs.at(places)
        lines = explain_all(found, self.matched.trained)
        return pa.table(
            {
                "left_id": self.frame.ids.take(pa.array(found.left)),
                "right_id": self.frame.ids.take(pa.array(found.right)),
                "weight": np.round(found.bits, 2),
                "probability": np.round(chance[places], 4),
                "evidence": pa.array(map(evidence_text, lines), pa.string()),
            }
        )


def evidence_text(lines: list[Evidence]) -> str:
    """Return evidence in one line of text."""
    return "; ".join(f"{line.label or line.field} {line.weight:+.1f}" for line in lines)


def dedupe(
    table: Any,
    *,
    roles: Mapping[str, str] | None = None,
    kind: str = "auto",
    id: str | None = None,  # noqa: A002 - the word that users say
    source: str | None = None,
    link_only: bool = False,
    threads: int | None = None,
) -> Result:
    """Find which rows of a table are one customer.

    ``table`` is a path, several paths, an Arrow, pandas or polars table. ``roles`` corrects the
    guess: role -> column, an empty column drops the role. ``link_only``: rows of one ``source`` are
    known to be different. Raises ConfigError for what can't be read or understood.
    """
    _check_options(kind, source, threads, link_only=link_only)
    if threads is not None:
        limit_threads(threads)
    with open_source(table) as opened:
        chosen = _chosen(opened, roles or {}, id, source, link_only=link_only)
        found = Kind(kind if kind != "auto" else kind_of(chosen, opened.columns()))
        if found is Kind.ORGANISATION and "name" in chosen:
            chosen["organisation"] = chosen.pop("name")
        if all(role in _SILENT[found] or role.startswith("attribute:") for role in chosen):
            silent = not any(one.filled for one in opened.columns())
            why = "no row says anything" if silent else "no column describes a customer"
            raise ConfigError(f"{opened.title}: {why}: there are {', '.join(opened.names)}")
        with opened.telling():
            frame = read_frame(
                opened.relation,
                _expressions(chosen),
                linked=link_only,
                inputs=opened.inputs,
                columnar=opened.columnar,
            )
    give_back()
    _check_ids(frame, id, opened.title)
    return Result(frame, match_frame(frame, found), chosen, found, opened.remarks)


def _check_options(kind: str, source: str | None, threads: int | None, *, link_only: bool) -> None:
    if kind not in {"auto", *Kind}:
        raise ConfigError(f"kind: person, organisation or auto, not {kind!r}")
    if threads is not None and threads < 1:
        raise ConfigError(f"threads: 1 or more, not {threads}")
    if link_only and source is None:
        raise ConfigError("to link only, name the column that says where each row comes from")


def _chosen(
    opened: Source,
    corrected: Mapping[str, str],
    id_column: str | None,
    source: str | None,
    *,
    link_only: bool,
) -> dict[str, str]:
    """Return role -> column, as guessed and then corrected."""
    for column in [*corrected.values(), id_column, source]:
        if column and column not in opened.names:
            raise ConfigError(
                f"{opened.title}: no column {column!r}: there are {', '.join(opened.names)}"
            )
    for role in corrected:
        if (role not in ROLES and role.partition(":")[0] not in SEVERAL) or role.endswith(":"):
            known = (*ROLES, *(f"{one}:NAME" for one in SEVERAL))
            raise ConfigError(f"no role {role!r}: there are {', '.join(known)}")
    linked = source if link_only else None
    taken = {*corrected.values(), id_column, linked}
    guessed = guess_roles([one for one in opened.columns() if one.name not in taken])
    roles = {role: column for role, column in (guessed | dict(corrected)).items() if column}
    if id_column:
        roles["id"] = id_column
    if linked:
        roles["source"] = linked
    return roles


def _expressions(roles: Mapping[str, str]) -> dict[str, str]:
    return {role: '"' + column.replace('"', '""') + '"' for role, column in roles.items()}


def _check_ids(frame: Frame, column: str | None, title: str) -> None:
    if column is None:
        return
    if frame.ids.null_count:
        row = int(np.flatnonzero(frame.ids.is_null().to_numpy(zero_copy_only=False))[0]) + 1
        raise ConfigError(f"{title}: row {row}: column {column!r} is empty, but ids are needed")
    ranks = np.sort(frame.ranks)
    if (ranks[1:] == ranks[:-1]).any():
        order = np.argsort(frame.ranks, kind="stable")
        twice = np.flatnonzero(frame.ranks[order][1:] == frame.ranks[order][:-1])
        one, other = (int(order[twice[0] + step]) for step in (0, 1))
        raise ConfigError(
            f"{title}: rows {one + 1} and {other + 1}: both have the id {frame.ids[one].as_py()!r}"
            f" in column {column!r}; leave out --id to number the rows"
        )


def _heads(labels: Ints, ranks: Any) -> Ints:
    """Return, for each cluster's label, its record of the least rank."""
    heads = np.arange(len(labels), dtype=np.int64)
    members = np.flatnonzero(np.bincount(labels, minlength=len(labels))[labels] > 1)
    least = np.full(len(labels), np.iinfo(np.uint64).max, np.uint64)
    np.minimum.at(least, labels[members], ranks[members])
    first = members[ranks[members] == least[labels[members]]][::-1]  # of equals, the first row's
    heads[labels[first]] = first
    return heads


def _membership(matched: Matched) -> Bits:
    """Return how likely each record belongs to its cluster: by the mean of its pairs inside."""
    total, many = (np.zeros(len(matched.labels)) for _ in range(2))
    inner: Weighed = matched.inner
    for pairs in (matched.pairs, inner):
        same = matched.labels[pairs.left] == matched.labels[pairs.right]
        for side in (pairs.left[same], pairs.right[same]):
            total += np.bincount(side, np.clip(pairs.bits[same], -2.2, 20), len(total))
            many += np.bincount(side, minlength=len(total))
    return np.where(many > 0, chances(total / np.maximum(many, 1)), 1.0)
