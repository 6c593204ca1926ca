"""How to reach people: addresses, phones, e-mail addresses and birth dates, many at once."""

from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from benchmarks.generate.pools import Names, Places
from benchmarks.generate.rows import Ints, choose, join, lookup, texts

_FREE = ("gmail.com", "yahoo.com", "hotmail.com", "outlook.com", "icloud.com", "gmx.de", "mail.ru")
_DOMAINS = pa.array([*_FREE, *(f"firm{n}.example" for n in range(5000))])
_LAST_DAY = int(np.datetime64("2025-12-31").astype(np.int64))


class Address(NamedTuple):
    """Columns of one address each, and the number of its town."""

    street: Any
    city: Any
    postcode: Any
    town: Ints

    def pick(self, index: Ints) -> "Address":
        """Take addresses by number."""
        return Address(
            lookup(self.street, index),
            lookup(self.city, index),
            lookup(self.postcode, index),
            self.town[index],
        )

    def instead(self, where: Any, other: "Address") -> "Address":
        """Use the other address in these rows."""
        return Address(
            choose(where, other.street, self.street),
            choose(where, other.city, self.city),
            choose(where, other.postcode, self.postcode),
            np.where(where, other.town, self.town),
        )


def addresses(rng: np.random.Generator, places: Places, size: int) -> Address:
    """Draw homes: a house number and street, a town, and one of the town's postcodes."""
    town, street = places.town.draw(rng, size), places.street.draw(rng, size)
    number = 1 + (rng.random(size) ** 2 * 220).astype(np.int64)
    zone = (street * 7 + number // 40 + town) % places.postcodes[town]
    postcode = 10000 + (town * 37 % 900) * 100 + zone
    return Address(
        join(texts(number), " ", lookup(places.streets, street)),
        lookup(places.towns, town),
        texts(postcode),
        town,
    )


def phones(rng: np.random.Generator, town: Ints) -> Any:
    """Draw numbers of ten digits; the first three say where."""
    return texts((201 + town % 700) * 10_000_000 + rng.integers(2_000_000, 10_000_000, len(town)))


def emails(rng: np.random.Generator, names: Names, given: Ints, family: Ints) -> Any:
    """Draw addresses that people with these names have: mostly made of the name."""
    size = len(given)
    first, last = lookup(names.given_slug, given), lookup(names.family_slug, family)
    first_letter = pa.compute.utf8_slice_codeunits(first, 0, 1)
    last_letter = pa.compute.utf8_slice_codeunits(last, 0, 1)
    kind, own = rng.random(size), rng.random(size) < 0.25
    number = choose(own, "", texts(rng.integers(1, 10_000, size)))
    local = choose(kind < 0.45, join(first, ".", last), join(last_letter, first))
    for below, shape in (
        (0.30, join(first, "_", last)),
        (0.22, join(first_letter, last)),
        (0.12, join(last, first_letter)),
    ):
        local = choose(kind < below, shape, local)
    local = choose(kind > 0.92, join("user", texts(rng.integers(10**6, 10**7, size))), local)
    free = np.minimum(rng.geometric(0.42, size) - 1, len(_FREE) - 1)
    domain = np.where(own, rng.integers(len(_FREE), len(_DOMAINS), size), free)
    return join(local, number, "@", lookup(_DOMAINS, domain))


def birth_dates(rng: np.random.Generator, age_low: Any, age_high: Any, size: int) -> Ints:
    """Draw days of birth, as days since 1970, for ages between two bounds at the end of 2025."""
    days = (age_low + rng.random(size) * (np.asarray(age_high) - age_low)) * 365.25
    born: Ints = _LAST_DAY - days.astype(np.int64)
    return born


def dates(days: Ints) -> Any:
    """Write days as ISO dates."""
    return pa.array(days.astype(np.int32)).cast(pa.date32()).cast(pa.string())
