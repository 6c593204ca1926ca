"""Companies: groups with branches and subsidiaries, legal forms, acronyms, shared addresses."""

from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.generate import edits
from benchmarks.generate.details import Address, addresses, phones
from benchmarks.generate.persons import SOURCES, numbered, owners
from benchmarks.generate.pools import names, places
from benchmarks.generate.rows import Bools, Ints, Rows, choose, join, lookup, texts

COPIES = (0.55, 0.25, 0.12, 0.05, 0.03)
TAGS = (
    "branch", "subsidiary", "legal_form", "abbreviation", "acronym", "word_order", "typo", "case",
    "moved", "shared_address", "other_phone", "phone_format", "missing",
)  # fmt: skip
_SIZES = (0.70, 0.14, 0.07, 0.04, 0.03, 0.02)  # companies of one group
_FORMS = (
    ("Ltd", "Limited"), ("Inc", "Incorporated"), ("LLC", "L.L.C."), ("GmbH", "Ges. mbH"),
    ("Corp", "Corporation"), ("PLC", "Public Limited Company"), ("S.A.", "SA"), ("AG", "A.G."),
    ("S.r.l.", "Srl"), ("B.V.", "BV"), ("AB", "Aktiebolag"), ("Pty Ltd", "Proprietary Limited"),
)  # fmt: skip
_TRADES = (
    "Logistics Plumbing Engineering Consulting Foods Plastics Electronics Motors Software Textiles "
    "Printing Packaging Catering Construction Furniture Optics Pharmaceuticals Chemicals Security "
    "Cleaning Transport Energy Metals Timber Marine Media Design Travel Insurance Systems Tools "
    "Dairy Brewery Bakery Nurseries Roofing Glass Steel Paper Recruitment"
).split()
_KINDS = (
    "International Manufacturing Services Solutions Group Technologies Industries Associates "
    "Brothers Partners Distribution Management Development Supplies Trading Holdings"
).split()
_SHORT = {
    "International": "Intl", "Manufacturing": "Mfg", "Services": "Svcs", "Technologies": "Tech",
    "Industries": "Ind.", "Associates": "Assoc", "Brothers": "Bros", "Distribution": "Distr",
    "Management": "Mgmt", "Development": "Dev", "Engineering": "Eng", "Company": "Co",
    "and": "&", "&": "and", "Group": "Grp", "Construction": "Constr",
}  # fmt: skip
_STREETS = {"Street": "St", "Road": "Rd", "Avenue": "Ave", "Lane": "Ln", "Drive": "Dr"}
_SIDES = (
    "UK Deutschland France Ireland Europe Asia Nordic Iberia Ventures Capital Labs Leasing "
    "Properties Retail Export Rentals"
).split()
_CONSONANTS, _VOWELS = "bcdfgklmnprstvz", "aeiou"


class Firms(NamedTuple):
    """One entry a company; those of one group side by side, the head office first."""

    group: Ints
    place: Ints
    branch: Bools
    subsidiary: Bools
    core: Any
    form: Ints


def companies(rng: np.random.Generator, first: int, copies: Ints) -> Rows:
    """Make companies numbered from ``first``, each with so many records.

    A branch is a company of its own: same name and website, other address and phone. A subsidiary
    has a longer name, and half the time the address of its parent.
    """
    firms = _firms(rng, len(copies))
    owner, copy = owners(copies)
    rows = Rows(rng, len(owner), TAGS)
    home, later = (_seats(rng, firms) for _ in range(2))
    moved = rows.some(0.06, copy)
    where = home[0].pick(owner).instead(moved, later[0].pick(owner))
    phone = [phones(rng, home[0].town) for _ in range(2)]
    rows.columns = {
        "entity_id": numbered("e", first + owner),
        "household_id": numbered("g", first + firms.group[owner]),
        "source": lookup(SOURCES, rng.integers(0, 4, rows.length)),
        "name": lookup(_full(firms.core, firms.form, 0), owner),
        "street": where.street,
        "city": where.city,
        "postcode": where.postcode,
        "phone": lookup(phone[0], owner),
        "website": lookup(_websites(rng, firms), owner),
    }
    rows.tag(moved, "moved")
    rows.tag(firms.branch[owner], "branch")
    rows.tag(firms.subsidiary[owner], "subsidiary")
    rows.tag(home[1][owner], "shared_address")
    rows.replace("phone", rows.some(0.12, copy), lookup(phone[1], owner), "other_phone")
    _rename(rows, copy, firms, owner)
    _spoil(rows, copy, firms.branch[owner])
    return rows


def _firms(rng: np.random.Generator, size: int) -> Firms:
    sizes = rng.choice(np.arange(1, 7), size, p=_SIZES)
    group = np.repeat(np.arange(size), sizes)[:size]
    place = np.arange(size) - (np.cumsum(sizes) - sizes)[group]
    subsidiary = (place > 0) & (rng.random(size) < 0.35)
    core = lookup(_cores(rng, int(group.max()) + 1), group)
    side = lookup(pa.array(_SIDES), rng.integers(0, len(_SIDES), size))
    core = choose(subsidiary, join(core, " ", side), core)
    form = rng.choice(len(_FORMS), size, p=_falling(len(_FORMS)))
    head = form[np.searchsorted(group, np.arange(group.max() + 1))][group]
    return Firms(group, place, (place > 0) & ~subsidiary, subsidiary, core,
                 np.where(subsidiary, form, head))  # fmt: skip


def _cores(rng: np.random.Generator, size: int) -> Any:
    """Make names: a founder, two founders, a made-up word, a town; then a trade or a kind."""
    pool = names()
    family = [lookup(pool.family, pool.family_by["latin"].draw(rng, size)) for _ in range(2)]
    town = lookup(places().towns, places().town.draw(rng, size))
    trade = lookup(pa.array(_TRADES), rng.choice(len(_TRADES), size, p=_falling(len(_TRADES))))
    kind = lookup(pa.array(_KINDS), rng.choice(len(_KINDS), size, p=_falling(len(_KINDS))))
    made, which, tail = _invented(rng, size), rng.random(size), rng.random(size)
    front = choose(which < 0.25, join(family[0], " & ", family[1]), family[0])
    front = choose(which > 0.45, made, front)
    front = choose(which > 0.85, town, front)
    name = choose(tail < 0.65, join(front, " ", trade), front)
    return choose((tail > 0.40) & (tail < 0.85), join(name, " ", kind), name)


def _invented(rng: np.random.Generator, size: int) -> Any:
    syllables = pa.array([a + b for a in _CONSONANTS for b in _VOWELS])
    ends = pa.array(["x", "n", "ra", "tek", "co", "via", "s", "lor", "don", "mex"])
    parts = [lookup(syllables, rng.integers(0, len(syllables), size)) for _ in range(2)]
    longer = lookup(syllables, rng.integers(0, len(syllables), size))
    end = lookup(ends, rng.integers(0, len(ends), size))
    more = choose(rng.random(size) < 0.5, longer, "")
    return pc.utf8_capitalize(join(*parts, more, end))


def _falling(size: int) -> Any:
    weights = 1 / (np.arange(size) + 3.0)
    return weights / weights.sum()


def _full(core: Any, form: Ints, spelling: int) -> Any:
    return join(core, " ", lookup(pa.array([pair[spelling] for pair in _FORMS]), form))


def _seats(rng: np.random.Generator, firms: Firms) -> tuple[Address, Bools]:
    """Give each a seat: its own, its parent's, or a business park that many others use."""
    size = len(firms.group)
    own, park = addresses(rng, places(), size), addresses(rng, places(), 300)
    parks = rng.random(size) < 0.06
    seat = own.instead(parks, park.pick(np.minimum(rng.zipf(1.4, size), 300) - 1))
    heads = np.searchsorted(firms.group, firms.group)
    with_parent = firms.subsidiary & (rng.random(size) < 0.5)
    return seat.instead(with_parent, seat.pick(heads)), parks | with_parent


def _websites(rng: np.random.Generator, firms: Firms) -> Any:
    plain = pc.utf8_normalize(pc.utf8_lower(firms.core), "NFKD")
    slug = pc.replace_substring_regex(plain, "[^a-z0-9]+", "")
    number = choose(rng.random(len(slug)) < 0.5, texts(firms.group % 97), "")
    site = join("www.", slug, number, ".example")
    heads = np.searchsorted(firms.group, firms.group)
    shared = ~firms.subsidiary | (rng.random(len(slug)) < 0.4)
    site = choose(shared, lookup(site, heads), site)
    none = (rng.random(len(slug)) < 0.15)[heads]
    return pc.if_else(pa.array(none), pa.scalar(None, pa.string()), site)


def _rename(rows: Rows, copy: Bools, firms: Firms, owner: Ints) -> None:
    """Write the name another way: long or no legal form, another one, an acronym."""
    core, form = lookup(firms.core, owner), firms.form[owner]
    other = (form + 1 + rows.rng.integers(0, len(_FORMS) - 1, rows.length)) % len(_FORMS)
    for share, values in (
        (0.15, _full(core, form, 1)),
        (0.15, core),
        (0.03, _full(core, other, 0)),
    ):
        rows.replace("name", rows.some(share, copy), values, "legal_form")
    rows.edit("name", rows.some(0.20, copy), _abbreviate, "abbreviation")
    rows.edit("name", rows.some(0.04, copy), _acronym, "acronym")
    rows.edit("name", rows.some(0.04, copy), _turn, "word_order")


def _spoil(rows: Rows, copy: Bools, branch: Bools) -> None:
    rows.edit("name", rows.some(0.07, copy), edits.typo, "typo")
    rows.edit("name", rows.some(0.08, copy), edits.upper, "case")
    rows.edit("street", rows.some(0.30, copy), _short_street, "abbreviation")
    rows.edit("street", rows.some(0.05, copy), edits.typo, "typo")
    rows.edit("phone", rows.some(0.03, copy), edits.digit, "typo")
    rows.edit("phone", rows.some(0.30, copy), edits.phone_format, "phone_format")
    # A branch without street and phone is nobody's in particular: nothing could place it.
    rows.blank("phone", rows.some(0.10, ~branch))
    for column, share in (("street", 0.05), ("city", 0.04), ("postcode", 0.10), ("website", 0.12)):
        rows.blank(column, rows.some(share, ~branch if column == "street" else None))


def _abbreviate(value: str, _where: float, _what: float) -> str:
    return " ".join(_SHORT.get(word, word) for word in value.split())


def _acronym(value: str, _where: float, _what: float) -> str:
    """Keep the first letters of all words but the last, which is the legal form."""
    *words, form = value.split()
    letters = "".join(word[0] for word in words if word[0].isalpha())
    return f"{letters.upper()} {form}" if len(letters) > 2 else value


def _turn(value: str, _where: float, _what: float) -> str:
    first, *rest = value.split()
    return f"{' '.join(rest)}, {first}" if len(rest) > 1 else value


def _short_street(value: str, _where: float, _what: float) -> str:
    *front, kind = value.split()
    return " ".join([*front, _STREETS.get(kind, kind)])
