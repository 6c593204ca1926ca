"""Names and places to draw from, with the skew of real life: few are common, most are rare."""

import csv
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from anyascii import anyascii
from numpy.typing import NDArray

from benchmarks.generate.rows import Ints

DATA = Path(__file__).parent.parent / "data"
CULTURES = ("latin", "chinese", "cyrillic", "arabic", "japanese", "korean", "greek")

# Rare family names are composed: nobody's list is long enough for ten million people.
_STEMS = (
    "Ash Ald Arn Bar Beck Ber Bex Black Bol Bran Brom Bur Cal Car Chal Clif Col Cor Cran Dal "
    "Dar Den Dor Dun East Ed Eld El Elm Fal Far Fen Fin Ford Fos Gar Gil Glad Gold Gran Green "
    "Had Hal Ham Har Hart Haw Hay Heath Hel Hol Hor Hul Ing Kel Ken Kil Kin Kirk Lam Lan Lang "
    "Lar Led Lin Lock Lun Mal Man Mar Mel Mer Mil Mor Nel New Nor Oak Ol Os Pal Par Pem Pen "
    "Pres Quin Rad Ram Rav Red Rich Rock Ros Row Rud Sal San Sel Shel Sher Sil Som Stan Ster "
    "Sut Tal Tan Thorn Til Tor Tre Tur Val Van Wal War Wen Wes Whit Wil Win Wol Wood Wor Yar"
).split()
_MIDDLES = ("", "er", "ing", "en", "al", "is", "o", "in", "am", "ul")
_ENDS = (
    "by field ford ham head hurst ley low man mann mer more ner over person pole rick ridge "
    "sell sen shaw ski son stad stead stein ster stock ston stone ton vale ville ward water "
    "way well wick win wood worth"
).split()
_TAIL_SHARE = 0.45
_STREET_KINDS = ("Street", "Road", "Avenue", "Lane", "Drive", "Close", "Court", "Way")


class Choice(NamedTuple):
    """Numbers to draw from, each with its weight, added up."""

    numbers: Ints
    reach: NDArray[np.float64]

    def draw(self, rng: np.random.Generator, size: int) -> Ints:
        """Draw with repetition."""
        at = np.searchsorted(self.reach, rng.random(size) * self.reach[-1], side="right")
        drawn: Ints = self.numbers[np.minimum(at, len(self.numbers) - 1)]
        return drawn


class Names(NamedTuple):
    """Given and family names as parallel columns; the choices say who may be called what."""

    given: Any
    given_romanised: Any
    given_slug: Any
    family: Any
    family_feminine: Any
    family_romanised: Any
    family_slug: Any
    given_by: dict[tuple[str, str], Choice]
    family_by: dict[str, Choice]


class Places(NamedTuple):
    """Towns, each with postcodes and an area code, and streets by how common they are."""

    towns: Any
    streets: Any
    town: Choice
    street: Choice
    postcodes: Ints


@cache
def names() -> Names:
    """Read the names."""
    given, family = _read("given_names.csv"), _read("family_names.csv")
    family += _rare_names(sum(float(row["weight"]) for row in family if row["culture"] == "latin"))
    return Names(
        _column(given, "native"),
        _column(given, "romanised"),
        _slugs(given),
        _column(family, "native"),
        _column(family, "feminine"),
        _column(family, "romanised"),
        _slugs(family),
        {
            (culture, sex): _choice(given, culture=culture, sex=sex)
            for culture in CULTURES
            for sex in "FM"
        },
        {culture: _choice(family, culture=culture) for culture in CULTURES},
    )


@cache
def places(towns: int = 2500, streets: int = 6000) -> Places:
    """Make up towns and streets; always the same."""
    rng = np.random.default_rng(7)
    stems, ends = np.array(_STEMS), np.array(_ENDS)
    made = {
        f"{front}{stem}{end}"
        for stem in _STEMS
        for end in ends
        for front in ("", "North ", "Great ", "Saint ")
    }
    town = rng.permutation(sorted(made))[:towns]
    plain = [f"{word} {kind}" for word in _WORDS for kind in _STREET_KINDS]
    rare = rng.permutation(
        [f"{s}{e} {k}" for s in stems for e in ends[::3] for k in _STREET_KINDS[:4]]
    )
    street = [*plain, *rare.tolist()][:streets]
    return Places(
        pa.array(town.tolist()),
        pa.array(street),
        _zipf(towns, 0.8),
        _zipf(streets, 0.7),
        1 + (40 * (np.arange(towns) + 3.0) ** -0.6).astype(np.int64),
    )


@cache
def nicknames() -> dict[str, list[str]]:
    """Read the nicknames of each formal given name."""
    found: dict[str, list[str]] = {}
    for row in _read("nicknames.csv"):
        found.setdefault(row["formal"], []).append(row["nickname"])
    return found


def nickname(value: str, _where: float, what: float) -> str:
    """Call someone by a nickname, where the name has one."""
    short = nicknames().get(value)
    return short[int(what * len(short))] if short else value


def _rare_names(common: float) -> list[dict[str, str]]:
    made = [s + m + e for s in _STEMS for m in _MIDDLES for e in _ENDS]
    order = np.random.default_rng(11).permutation(len(made))
    weights = (np.arange(len(made)) + 50.0) ** -0.75
    weights *= common * _TAIL_SHARE / (1 - _TAIL_SHARE) / weights.sum()
    return [
        dict.fromkeys(("native", "feminine", "romanised"), made[place])
        | {"culture": "latin", "weight": str(weight)}
        for place, weight in zip(order, weights, strict=True)
    ]


def _read(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _column(rows: Iterable[dict[str, str]], name: str) -> Any:
    return pa.array([row[name] for row in rows])


def _slugs(rows: Iterable[dict[str, str]]) -> Any:
    return pa.array(
        ["".join(filter(str.isalnum, anyascii(row["romanised"]).lower())) for row in rows]
    )


def _choice(rows: list[dict[str, str]], **wanted: str) -> Choice:
    at = [n for n, row in enumerate(rows) if wanted.items() <= row.items()]
    return Choice(np.array(at), np.cumsum([float(rows[n]["weight"]) for n in at]))


def _zipf(size: int, steep: float) -> Choice:
    return Choice(np.arange(size), np.cumsum((np.arange(size) + 8.0) ** -steep))


_WORDS = (
    "High Main Church Station Park Victoria Green Mill King Queen Albert School Oak Elm Maple "
    "Cedar Pine Lake Hill River Spring Garden Bridge Market North South East West Chapel Castle "
    "Manor Grange Orchard Meadow Forest Sunset Washington Lincoln Jackson Franklin Union Liberty "
    "Harbour Canal College Abbey Priory Rectory Windmill Tower Kingfisher Swan Heron Lark Robin"
).split()
