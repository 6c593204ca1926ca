"""A trained model as plain values: what a store keeps, and reads back to the last bit.

The weights are JSON, which a person can read and a program compare. How common values are lies in
arrays of hashes beside it: no value can be read from them, and only what several records share is
in there at all.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from io import BytesIO
from typing import Any, NamedTuple

import numpy as np

from hub.model import Kind
from matching.organisations.words import WordCounts
from matching.table.columns import Ints
from matching.table.duck import hash_probe
from matching.weights.calibrate import Calibration
from matching.weights.frequencies import Frequencies
from matching.weights.model import KindModel
from matching.weights.namesakes import Heard, Namesakes
from matching.weights.trained import Trained
from matching.weights.wording import Wording

LEAST_SHARED = 5
"""A value that fewer records share counts as rare: it tells nothing, and it may be one person's."""
_NAMESAKES = ("given", "family", "whole")


class Archived(NamedTuple):
    """A model as a store keeps it."""

    weights: str
    """JSON: by kind of customer the weights, and beside them the caps of the keys."""
    arrays: bytes
    """How common values are, in NumPy's own format, without pickles."""


class Kept(NamedTuple):
    """What is kept of a model."""

    kinds: Mapping[Kind, Trained]
    caps: Mapping[int, int]
    """By the number of a recipe: blocks of more records are skipped."""
    calibrations: Mapping[Kind, Calibration]


class OtherHashesError(ValueError):
    """The model was trained by a DuckDB that hashes texts otherwise."""


def trimmed(trained: Trained) -> Trained:
    """Leave out the values that few records share; what is left is all that is ever kept."""
    names = trained.namesakes
    if names is not None:
        given, family, whole = map(_shared, names[:3])
        heard = names.heard and Heard(*map(_shared, names.heard))
        names = names._replace(given=given, family=family, whole=whole, heard=heard)
    frequencies = {name: _shared(known) for name, known in trained.frequencies.items()}
    return replace(trained, frequencies=frequencies, namesakes=names)


def pack(kept: Kept) -> Archived:
    """Write a model as plain values."""
    arrays: dict[str, Ints] = {}
    told: dict[str, Any] = {
        "hashes": hash_probe(),
        "caps": {str(number): cap for number, cap in sorted(kept.caps.items())},
        "calibrations": {kind.value: list(one) for kind, one in kept.calibrations.items()},
    }
    for kind, trained in kept.kinds.items():
        told[kind.value] = _facts(trained)
        for name, known in _frequencies(trained):
            arrays[f"{kind.value}/{name}/hashes"] = known.hashes
            arrays[f"{kind.value}/{name}/counts"] = known.counts
        if trained.namesakes is not None:
            arrays[f"{kind.value}/excess"] = trained.namesakes.excess
    held = BytesIO()
    np.savez(held, **arrays)  # type: ignore[arg-type]  # numpy's stub takes the names for options
    return Archived(json.dumps(told, ensure_ascii=False), held.getvalue())


def unpack(archived: Archived) -> Kept:
    """Read a model back. Raises OtherHashesError where its hashes mean nothing any more."""
    told = json.loads(archived.weights)
    if told["hashes"] != hash_probe():
        raise OtherHashesError
    with np.load(BytesIO(archived.arrays), allow_pickle=False) as arrays:
        kinds = {kind: _trained(kind, told[kind.value], arrays) for kind in Kind}
    caps = {int(number): cap for number, cap in told["caps"].items()}
    calibrations = {Kind(kind): Calibration(*one) for kind, one in told["calibrations"].items()}
    return Kept(kinds, caps, calibrations)


def weights_of(weights: str) -> dict[Kind, KindModel]:
    """Read only the weights of an archived model: what a person compares."""
    told = json.loads(weights)
    return {kind: KindModel.model_validate(told[kind.value]["weights"]) for kind in Kind}


def _shared(known: Frequencies) -> Frequencies:
    kept = known.counts >= LEAST_SHARED
    return Frequencies(known.known, known.hashes[kept], known.counts[kept])


def _frequencies(trained: Trained) -> Iterator[tuple[str, Frequencies]]:
    for name, known in trained.frequencies.items():
        yield f"field/{name}", known
    if trained.namesakes is not None:
        for name in _NAMESAKES:
            yield f"namesake/{name}", getattr(trained.namesakes, name)
        if trained.namesakes.heard is not None:
            for name in Heard._fields:
                yield f"heard/{name}", getattr(trained.namesakes.heard, name)


def _facts(trained: Trained) -> dict[str, Any]:
    wording = trained.wording
    return {
        "weights": trained.weights.model_dump(mode="json"),
        "known": {name: known.known for name, known in _frequencies(trained)},
        "expected": dict(trained.expected),
        "copies": trained.copies,
        "namesakes": trained.namesakes and trained.namesakes.copies,
        "wording": wording
        and {
            "names": wording.counts.names,
            "common": dict(sorted(wording.counts.common.items())),
            "usual": {str(level): bits for level, bits in wording.usual.items()},
        },
    }


def _trained(kind: Kind, told: Mapping[str, Any], arrays: Mapping[str, Ints]) -> Trained:
    known = {
        name: Frequencies(
            number,
            arrays[f"{kind.value}/{name}/hashes"],
            arrays[f"{kind.value}/{name}/counts"],
        )
        for name, number in told["known"].items()
    }
    wording = told["wording"]
    return Trained(
        kind,
        KindModel.model_validate(told["weights"]),
        {name[6:]: one for name, one in known.items() if name.startswith("field/")},
        told["expected"],
        told["copies"],
        None
        if told["namesakes"] is None
        else Namesakes(
            known["namesake/given"],
            known["namesake/family"],
            known["namesake/whole"],
            told["namesakes"],
            arrays[f"{kind.value}/excess"],
            Heard(*(known[f"heard/{name}"] for name in Heard._fields))
            if "heard/whole" in known
            else None,
        ),
        wording
        and Wording(
            WordCounts(wording["names"], wording["common"]),
            {int(level): bits for level, bits in wording["usual"].items()},
        ),
    )
