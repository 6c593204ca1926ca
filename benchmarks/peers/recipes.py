"""How Splink is set up for each set: as its own notebooks do, or as a competent user would.

febrl3, febrl4, historical_50k and fake_1000 follow Splink's demo notebooks of those names (for
fake_1000 it is "accuracy analysis from labels column"). For the made sets and the organisations
there is no notebook: cleaning, rules and levels below were tried out until neither more rules nor
other levels made it better on them, and the thresholds of households and organisations were chosen
with the truth at hand, in its favour (docs/benchmarks.md says what was tried).
"""

from dataclasses import dataclass, replace

Comparison = tuple[str, ...]


@dataclass(frozen=True)
class Recipe:
    """What Splink is told. A rule is a tuple of columns or SQL expressions that must be equal."""

    select: str
    comparisons: tuple[Comparison, ...]
    rules: tuple[tuple[str, ...], ...]
    sure: tuple[tuple[str, ...], ...]  # rules that hardly ever join strangers: they give the prior
    train: tuple[tuple[str, ...], ...]
    recall: float = 0.7
    random_pairs: float = 1e6
    threshold: float = 0.95
    without_term_frequencies: bool = True
    link: bool = False


_FEBRL = """
    record_id, source, given_name, surname, street_number, address_1, state, postcode,
    date_of_birth, soc_sec_id"""

_PERSON = """
    record_id, source, sex, nullif(birth_date, '1900-01-01') as birth_date,
    lower(given_name) as given_name, lower(family_name) as family_name,
    lower(given_name) || ' ' || lower(family_name) as full_name,
    nullif(nullif(nullif(lower(street), 'n/a'), 'unknown'), '-') as street,
    lower(city) as city, postcode,
    case when email like '%@%.%' and email not in ('none@none.com', 'noemail@example.com')
        then lower(email) end as email,
    case when length(digits) >= 10 and digits not in ('9999999999', '1234567890')
        then right(digits, 10) end as phone"""

PERSON = Recipe(
    select=_PERSON,
    comparisons=(
        ("names", "given_name", "family_name", "full_name"),
        ("birth", "birth_date", "%Y-%m-%d"),
        ("address", "street", "postcode", "city"),
        ("email", "email"),
        ("phone", "phone"),
        ("exact", "sex"),
    ),
    rules=(
        ("email",),
        ("phone",),
        ("given_name", "family_name", "substr(birth_date, 1, 4)"),
        ("family_name", "birth_date"),
        ("given_name", "birth_date"),
        ("given_name", "street"),
        ("given_name", "family_name", "postcode"),
        ("given_name", "family_name", "city"),
        ("birth_date", "postcode"),
    ),
    sure=(("email", "given_name"), ("given_name", "family_name", "birth_date")),
    recall=0.85,
    # The fewest that leave Splink as right as ten or a hundred million do, on both sets of a
    # million (docs/benchmarks.md has the figures); its default is a million.
    random_pairs=5e6,
    # Rules that give a few hundred thousand pairs of a million rows: names or births alone give
    # 5 to 15 million and no better model; a mailbox gives whole families, which spoils it.
    train=(
        ("given_name", "birth_date"),
        ("given_name", "family_name", "postcode"),
        ("birth_date", "postcode"),
    ),
)

_ORGANISATION = """
    record_id, source, {address} as street, {city} as city, {postcode} as postcode,
    lower({website}) as website, nullif(right(digits, 7), '') as phone,
    trim(regexp_replace(regexp_replace(lower({name}), '[^a-z0-9]+', ' ', 'g'),
        '\\b(ltd|limited|inc|incorporated|llc|corp|corporation|co|company|plc|gmbh|the|and)\\b', '',
        'g')) as name"""


def _organisation(threshold: float = 0.95, **columns: str) -> Recipe:
    missing = {"website": "null::varchar", "postcode": "null::varchar", "city": "null::varchar"}
    given = missing | {field: f'"{column}"' for field, column in columns.items()}
    given["address"] = f"lower({given['address']})"
    return Recipe(
        select=_ORGANISATION.format(**given),
        comparisons=(
            ("fuzzy", "name"),
            ("address", "street", "postcode", "city"),
            ("phone", "phone"),
            *((("exact", "website"),) if "website" in columns else ()),
        ),
        rules=(
            ("name",),
            ("substr(name, 1, 5)",) if len(columns) < 6 else ("substr(name, 1, 8)", "city"),
            ("phone",),
            ("street",),
            *((("website",),) if "website" in columns else ()),
        ),
        sure=(("name", "phone"), ("name", "street")),
        train=(("name",), ("street",)),
        threshold=threshold,
    )


RECIPES = {
    "plain": PERSON,
    "households": replace(PERSON, threshold=0.999999),
    "historical_50k": Recipe(
        select="""
            record_id, source, first_name, surname, dob, birth_place, postcode_fake, occupation,
            first_name || ' ' || surname as full_name""",
        comparisons=(
            ("names", "first_name", "surname", "full_name"),
            ("birth", "dob", "%Y-%m-%d"),
            ("postcode", "postcode_fake"),
            ("exact", "birth_place"),
            ("exact", "occupation"),
        ),
        rules=(
            ("substr(first_name,1,3)", "substr(surname,1,4)"),
            ("surname", "dob"),
            ("first_name", "dob"),
            ("postcode_fake", "first_name"),
            ("postcode_fake", "surname"),
            ("dob", "birth_place"),
            ("substr(postcode_fake,1,3)", "dob"),
            ("substr(postcode_fake,1,3)", "first_name"),
            ("substr(postcode_fake,1,3)", "surname"),
            ("substr(first_name,1,2)", "substr(surname,1,2)", "substr(dob,1,4)"),
        ),
        sure=(
            ("first_name", "surname", "dob"),
            ("substr(first_name,1,2)", "surname", "substr(postcode_fake,1,2)"),
            ("dob", "postcode_fake"),
        ),
        recall=0.6,
        random_pairs=1e7,
        train=(("first_name", "surname"), ("dob",)),
    ),
    "fake_1000": Recipe(
        select="record_id, source, first_name, surname, dob, city, email, "
        "first_name || ' ' || surname as full_name",
        comparisons=(
            ("names", "first_name", "surname", "full_name"),
            ("birth", "dob", "%Y-%m-%d"),
            ("exact", "city"),
            ("email", "email"),
        ),
        rules=(("first_name",), ("surname",), ("dob",), ("email",)),
        sure=(("first_name", "dob"), ("surname", "dob"), ("first_name", "surname"), ("email",)),
        train=(("dob",), ("email",), ("first_name", "surname")),
        threshold=0.5,
    ),
    "febrl3": Recipe(
        select=_FEBRL,
        comparisons=(
            ("name", "given_name"),
            ("name", "surname"),
            ("birth", "date_of_birth", "%Y%m%d"),
            ("number", "soc_sec_id", "2"),
            ("exact", "street_number"),
            ("exact", "postcode"),
        ),
        rules=(("soc_sec_id",), ("given_name",), ("surname",), ("date_of_birth",), ("postcode",)),
        sure=(("soc_sec_id",), ("given_name", "surname", "date_of_birth")),
        recall=0.9,
        train=(("date_of_birth",), ("postcode",)),
        threshold=0.5,
        without_term_frequencies=False,
    ),
    "febrl4": Recipe(
        select=_FEBRL,
        comparisons=(
            ("name", "given_name"),
            ("name", "surname"),
            ("birth", "date_of_birth", "%Y%m%d"),
            ("number", "soc_sec_id", "1", "2"),
            ("exact", "street_number"),
            ("number", "postcode", "1", "2"),
        ),
        rules=(
            ("given_name", "surname"),
            ("date_of_birth",),
            ("soc_sec_id",),
            ("state", "address_1"),
            ("street_number", "address_1"),
            ("postcode",),
        ),
        sure=(("soc_sec_id",), ("given_name", "surname", "date_of_birth")),
        recall=0.8,
        train=(("date_of_birth",), ("postcode",)),
        threshold=0.5,
        link=True,
    ),
    "orgs_hard": _organisation(
        0.8, name="org_name", address="street", city="city", postcode="postcode",
        website="website",
    ),
    "fodors_zagats": _organisation(0.5, name="name", address="addr", city="city"),
    "chicago": _organisation(threshold=0.5, name="Site name", address="Address", postcode="Zip"),
    "companies": _organisation(
        0.9999, name="name", address="street", city="city", postcode="postcode",
        website="website", phone="phone",
    ),
}  # fmt: skip
