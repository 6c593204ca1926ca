"""Plain persons, each on their own, and the dirt that any record of a person collects."""

from typing import Any

import numpy as np
import pyarrow as pa

from benchmarks.generate import edits
from benchmarks.generate.details import addresses, birth_dates, dates, emails, phones
from benchmarks.generate.pools import names, nickname, places
from benchmarks.generate.rows import Bools, Ints, Rows, choose, lookup, texts

COPIES = (0.66, 0.22, 0.08, 0.03, 0.01)  # of one person: how many records there are
SOURCES = pa.array(["erp", "shop", "mail", "crm"])
TAGS = (
    "typo", "ocr", "nickname", "initial", "swapped_names", "date_slip", "moved", "other_email",
    "other_phone", "no_middle", "missing",
)  # fmt: skip


def plain(rng: np.random.Generator, first: int, copies: Ints) -> Rows:
    """Make persons numbered from ``first``, each with so many records."""
    people, pool = len(copies), names()
    male = rng.random(people) < 0.5
    given = _given(rng, male)
    middle, has_middle = _given(rng, male), rng.random(people) < 0.6
    family = pool.family_by["latin"].draw(rng, people)
    home, other = (addresses(rng, places(), people) for _ in range(2))
    owner, copy = owners(copies)
    rows = Rows(rng, len(owner), TAGS)
    moved = rows.some(0.10, copy)
    mail = [emails(rng, pool, given, family) for _ in range(2)]
    phone = [phones(rng, home.town) for _ in range(2)]
    where = home.pick(owner).instead(moved, other.pick(owner))
    rows.tag(moved, "moved")
    rows.columns = {
        "entity_id": numbered("e", first + owner),
        "source": lookup(SOURCES, rng.integers(0, 4, rows.length)),
        "given_name": lookup(pool.given, given[owner]),
        "middle_name": choose(has_middle[owner], lookup(pool.given, middle[owner]), None),
        "family_name": lookup(pool.family, family[owner]),
        "birth_date": lookup(dates(birth_dates(rng, 16, 95, people)), owner),
        "street": where.street,
        "city": where.city,
        "postcode": where.postcode,
        "email": lookup(mail[0], owner),
        "phone": lookup(phone[0], owner),
        "sex": lookup(pa.array(["F", "M"]), male.astype(np.int64)[owner]),
    }
    rows.replace("email", rows.some(0.14, copy), lookup(mail[1], owner), "other_email")
    rows.replace("phone", rows.some(0.14, copy), lookup(phone[1], owner), "other_phone")
    short = rows.some(0.5, copy)
    rows.edit("middle_name", short & rows.some(0.6), edits.initial, "no_middle")
    rows.blank("middle_name", short & rows.some(0.4), "no_middle")
    spoil(rows, copy, np.ones(rows.length, bool))
    return rows


def spoil(rows: Rows, copy: Bools, alphabetic: Bools) -> None:
    """Put errors into the copies of persons: slips of hand and eye, nicknames, empty cells.

    A name in Han letters or syllables gets no typo: one letter off is another name there.
    """
    lettered = copy & alphabetic
    rows.edit("given_name", rows.some(0.08, lettered), nickname, "nickname")
    rows.edit("given_name", rows.some(0.03, lettered), edits.initial, "initial")
    for column, slips, misreads in (
        ("given_name", 0.05, 0.012),
        ("family_name", 0.06, 0.015),
        ("street", 0.05, 0.015),
        ("city", 0.03, 0.01),
        ("email", 0.04, 0.01),
    ):
        among = lettered if column.endswith("name") else copy
        rows.edit(column, rows.some(slips, among), edits.typo, "typo")
        rows.edit(column, rows.some(misreads, among), edits.misread, "ocr")
    rows.edit("phone", rows.some(0.03, copy), edits.digit, "typo")
    rows.edit("postcode", rows.some(0.02, copy), edits.digit, "typo")
    rows.edit("birth_date", rows.some(0.06, copy), edits.date_slip, "date_slip")
    rows.swap("given_name", "family_name", rows.some(0.02, copy), "swapped_names")
    for column, share in (
        ("given_name", 0.005),
        ("family_name", 0.003),
        ("birth_date", 0.08),
        ("street", 0.05),
        ("city", 0.05),
        ("postcode", 0.07),
        ("email", 0.12),
        ("phone", 0.12),
        ("sex", 0.06),
    ):
        rows.blank(column, rows.some(share))


def owners(copies: Ints) -> tuple[Ints, Bools]:
    """For every record, whose it is, and whether it is a further one of that person."""
    owner = np.repeat(np.arange(len(copies)), copies)
    starts = np.cumsum(copies) - copies
    return owner, np.arange(len(owner)) > starts[owner]


def numbered(letter: str, numbers: Ints) -> Any:
    """Write numbers as ids that start with a letter."""
    return pa.compute.binary_join_element_wise(letter, texts(numbers), "")


def _given(rng: np.random.Generator, male: Bools) -> Ints:
    by, size = names().given_by, len(male)
    return np.where(male, by["latin", "M"].draw(rng, size), by["latin", "F"].draw(rng, size))
