"""Households: families that share name, home, phone and mailbox, and what makes them hard."""

from typing import NamedTuple

import numpy as np
import pyarrow as pa

from benchmarks.generate import edits
from benchmarks.generate.details import addresses, birth_dates, dates, emails, phones
from benchmarks.generate.persons import SOURCES, numbered, owners, spoil
from benchmarks.generate.persons import TAGS as PERSON_TAGS
from benchmarks.generate.pools import CULTURES, Names, names, places
from benchmarks.generate.rows import Bools, Ints, Rows, choose, join, lookup

COPIES = (0.72, 0.20, 0.06, 0.02)
TAGS = (
    *PERSON_TAGS, "twin", "junior", "married_name", "family_email", "home_phone", "office_phone",
    "romanised", "full_width", "phone_format", "junk", "common_name",
)  # fmt: skip
COMMON = ("伟", "李")  # 李伟: three hundred thousand people are called so
_SIZES = (0.28, 0.32, 0.16, 0.15, 0.06, 0.03)
_CULTURES = (0.76, 0.06, 0.05, 0.04, 0.03, 0.03, 0.03)
_OWN_NAME = (0.12, 0.95, 0.05, 0.90, 0.02, 0.95, 0.30)  # partners who keep their family name
_JUNK = {
    "email": ["test@test", "n/a", "none@none.com", "-", "noemail@example.com"],
    "phone": ["000000", "0", "n/a", "9999999999", "1234567890"],
    "birth_date": ["1900-01-01"],
    "street": ["n/a", "unknown", "-"],
}


class People(NamedTuple):
    """One entry a person, members of one household side by side."""

    household: Ints
    place: Ints
    culture: Ints
    male: Bools
    given: Ints
    family: Ints
    maiden: Ints
    born: Ints
    twin: Bools
    junior: Bools
    senior: Bools
    common: Bools

    @property
    def adult(self) -> Bools:
        """Whether this one heads the household."""
        return self.place < 2


def households(rng: np.random.Generator, first: int, copies: Ints, common: int) -> Rows:
    """Make persons numbered from ``first``, each with so many records, in households.

    The first ``common`` of them live alone, are nobody's kin, and all have one name.
    """
    people, pool = _people(rng, len(copies), common), names()
    number = people.household.max() + 1
    owner, copy = owners(copies)
    rows = Rows(rng, len(owner), TAGS)
    own = people.household[owner]
    home, later = (addresses(rng, places(), number) for _ in range(2))
    elsewhere = addresses(rng, places(), len(copies))
    family_moved = rows.some(0.05, copy)
    left = rows.some(0.06, copy)
    where = home.pick(own).instead(family_moved, later.pick(own))
    where = where.instead(left, elsewhere.pick(owner))
    rows.tag(family_moved | left, "moved")
    roman = _romanised(rows, people, owner)
    rows.columns = {
        "entity_id": numbered("e", first + owner),
        "household_id": numbered("h", first + own),
        "source": lookup(SOURCES, rng.integers(0, 4, rows.length)),
        "given_name": choose(
            roman,
            lookup(pool.given_romanised, people.given[owner]),
            lookup(pool.given, people.given[owner]),
        ),
        "family_name": _family_names(pool, people.family, people.male, roman, owner),
        "birth_date": lookup(dates(people.born), owner),
        "street": where.street,
        "city": where.city,
        "postcode": where.postcode,
        **_contacts(rng, rows, people, owner, home.town),
        "sex": lookup(pa.array(["F", "M"]), people.male.astype(np.int64)[owner]),
    }
    maiden = people.maiden[owner]
    rows.replace(
        "family_name",
        rows.some(0.25, copy & (maiden >= 0)),
        _family_names(pool, np.maximum(people.maiden, 0), people.male, roman, owner),
        "married_name",
    )
    _namesakes(rows, people, owner)
    spoil(rows, copy, np.isin(people.culture, (0, 2, 3, 6))[owner] | roman)
    _habits(rows, people.culture[owner])
    return rows


def _people(rng: np.random.Generator, size: int, common: int) -> People:
    sizes = rng.choice(np.arange(1, 7), size - common, p=_SIZES)
    sizes = np.concatenate([np.ones(common, np.int64), sizes])
    household = np.repeat(np.arange(len(sizes)), sizes)[:size]
    starts = np.cumsum(sizes) - sizes
    place = np.arange(size) - starts[household]
    culture = rng.choice(len(CULTURES), len(sizes), p=_CULTURES)
    culture[:common] = CULTURES.index("chinese")
    culture, members = culture[household], sizes[household]
    head_male = rng.random(len(sizes)) < 0.5
    male = rng.random(size) < 0.5
    male = np.where(place == 0, head_male[household], male)
    male = np.where(place == 1, ~head_male[household] ^ (rng.random(size) < 0.03), male)
    born = _born(rng, household, place, len(sizes))
    twin = (place == 3) & (rng.random(size) < 0.06)
    born[twin] = born[np.flatnonzero(twin) - 1]
    twin[np.flatnonzero(twin) - 1] = True
    given = _given(rng, household, culture, male)
    junior = (place == 2) & (members > 2) & (rng.random(size) < 0.08)
    at = np.flatnonzero(junior)
    at = at[male[at - 2]]
    given[at], male[at] = given[at - 2], True
    junior, senior = np.zeros(size, bool), np.zeros(size, bool)
    junior[at], senior[at - 2] = True, True
    family = _families(rng, household, culture, len(sizes))
    maiden = np.full(size, -1)
    partner = np.flatnonzero((place == 1) & ~male)
    maiden[partner] = _drawn(rng, culture[partner])
    keeps = partner[rng.random(len(partner)) < np.take(_OWN_NAME, culture[partner])]
    family[keeps], maiden[keeps] = maiden[keeps], -1
    chosen = np.arange(size) < common
    pool = names()
    if common:
        given[chosen] = pool.given.index(COMMON[0]).as_py()
        family[chosen] = pool.family.index(COMMON[1]).as_py()
    return People(
        household, place, culture, male, given, family, maiden, born, twin, junior, senior, chosen
    )


def _born(rng: np.random.Generator, household: Ints, place: Ints, number: int) -> Ints:
    head = birth_dates(rng, 24, 85, number)[household]
    size = len(household)
    partner = head + (rng.normal(0, 4, size) * 365).astype(np.int64)
    gap = (rng.uniform(21, 38, size) * 365.25).astype(np.int64)
    child = np.minimum(head + gap, birth_dates(rng, 0, 3, size))
    return np.where(place == 0, head, np.where(place == 1, partner, child))


def _given(rng: np.random.Generator, household: Ints, culture: Ints, male: Bools) -> Ints:
    """Give names so that nobody in a household has the same one."""
    given = np.empty(len(household), np.int64)
    again = np.ones(len(household), bool)
    for _ in range(4):
        for number, name in enumerate(CULTURES):
            for letter, sex in (("F", ~male), ("M", male)):
                at = np.flatnonzero(again & (culture == number) & sex)
                given[at] = names().given_by[name, letter].draw(rng, len(at))
        both = household * len(names().given) + given
        order = np.argsort(both, kind="stable")
        again = np.zeros(len(household), bool)
        again[order[1:][both[order[1:]] == both[order[:-1]]]] = True
    return given


def _drawn(rng: np.random.Generator, culture: Ints) -> Ints:
    family = np.empty(len(culture), np.int64)
    for number, name in enumerate(CULTURES):
        at = np.flatnonzero(culture == number)
        family[at] = names().family_by[name].draw(rng, len(at))
    return family


def _families(rng: np.random.Generator, household: Ints, culture: Ints, number: int) -> Ints:
    of_household = np.zeros(number, np.int64)
    of_household[household] = culture
    return _drawn(rng, of_household)[household]


def _romanised(rows: Rows, people: People, owner: Ints) -> Bools:
    """Spell names of another script in Latin letters in some records, and drop some accents."""
    foreign = people.culture[owner] > 0
    accents = rows.some(0.15, ~foreign)
    roman = rows.some(0.35, foreign) | accents
    rows.tag(roman & foreign, "romanised")
    return roman


def _family_names(pool: Names, family: Ints, male: Bools, roman: Bools, owner: Ints) -> pa.Array:
    native = choose(male, lookup(pool.family, family), lookup(pool.family_feminine, family))
    return choose(roman, lookup(pool.family_romanised, family[owner]), lookup(native, owner))


def _contacts(
    rng: np.random.Generator, rows: Rows, people: People, owner: Ints, town: Ints
) -> dict[str, pa.Array]:
    """Own mailbox and mobile, or those of the family; now and then the phone of an office."""
    size, pool, copy_of = len(people.household), names(), people.household
    heads = np.searchsorted(copy_of, np.arange(copy_of.max() + 1))
    shared_mail = lookup(emails(rng, pool, people.given[heads], people.family[heads]), copy_of)
    home_phone = lookup(phones(rng, town), copy_of)
    mail = [emails(rng, pool, people.given, people.family) for _ in range(2)]
    mobile = [phones(rng, town[copy_of]) for _ in range(2)]
    office = phones(rng, np.arange(50) * 13)
    alone = np.bincount(copy_of)[copy_of] == 1
    uses_family = ~alone & (rng.random(size) < np.where(people.adult, 0.12, 0.45))
    uses_home = rng.random(size) < np.where(people.adult, 0.35, 0.60)
    columns = {
        "email": lookup(mail[0], owner),
        "phone": lookup(mobile[0], owner),
    }
    rows.columns = columns
    again = np.concatenate([[False], owner[1:] == owner[:-1]])
    rows.replace("email", rows.some(0.12, again), lookup(mail[1], owner), "other_email")
    rows.replace("phone", rows.some(0.12, again), lookup(mobile[1], owner), "other_phone")
    rows.replace("email", uses_family[owner], lookup(shared_mail, owner), "family_email")
    home = uses_home[owner] ^ rows.some(0.05)
    rows.replace("phone", home, lookup(home_phone, owner), "home_phone")
    desk = np.minimum(rng.zipf(1.5, rows.length), 50) - 1
    rows.replace("phone", rows.some(0.002), lookup(office, desk), "office_phone")
    return rows.columns


def _namesakes(rows: Rows, people: People, owner: Ints) -> None:
    """Father and son of one name, now and then written with Sr and Jr; twins; 李伟."""
    rows.tag(people.junior[owner] | people.senior[owner], "junior")
    rows.tag(people.twin[owner], "twin")
    rows.tag(people.common[owner], "common_name")
    name = rows.columns["family_name"]
    latin = people.culture[owner] == 0
    name = choose(rows.some(0.4, people.junior[owner] & latin), join(name, " Jr"), name)
    rows.columns["family_name"] = choose(
        rows.some(0.15, people.senior[owner] & latin), join(name, " Sr"), name
    )


def _habits(rows: Rows, culture: Ints) -> None:
    """How systems and clerks write: formats, full-width digits, names the other way, junk."""
    rows.edit("phone", rows.some(0.2), edits.phone_format, "phone_format")
    rows.edit("phone", rows.some(0.1, np.isin(culture, (1, 4))), edits.full_width, "full_width")
    eastern = rows.some(0.06, np.isin(culture, (1, 4, 5)))
    rows.swap("given_name", "family_name", eastern, "swapped_names")
    for column, junk in _JUNK.items():
        values = lookup(pa.array(junk), rows.rng.integers(0, len(junk), rows.length))
        rows.replace(column, rows.some(0.006), values, "junk")
