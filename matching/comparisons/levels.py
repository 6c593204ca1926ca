"""The levels of agreement: for every field the ordered words that a comparison may answer.

A comparison that has nothing to say answers nothing: what is missing speaks neither for nor
against. How much a level weighs is the model's business; what it means to a reader, too.
"""

from enum import StrEnum


class Field(StrEnum):
    """What is compared."""

    GIVEN = "given"
    FAMILY = "family"
    MIDDLE = "middle"
    GENERATION = "generation"
    """Jr, Sr, III."""
    COMPANY = "company"
    CONTACT = "contact"
    """A company's contact person."""
    BIRTH_DATE = "birth_date"
    EMAIL = "email"
    PHONE = "phone"
    ADDRESS = "address"
    HOUSE = "house"
    """An organisation's address: the door tells most."""
    IDENTIFIER = "identifier"
    WEBSITE = "website"
    ATTRIBUTE = "attribute"
    """Whatever else a table says of a customer: sex, occupation, place of birth."""


class Level(StrEnum):
    """How far two values of a field agree."""

    SAME = "same"
    REORDERED = "reordered"
    """The same words in other columns or another order."""
    VARIANT = "variant"
    """Known to be another form of it: nickname, part of a double name, other legal form."""
    INITIAL = "initial"
    CLOSE = "close"
    """A typing error away."""
    TRANSLITERATED = "transliterated"
    """Alike when both are written in Latin letters."""
    PART = "part"
    """One is contained in the other, or abbreviates it."""
    SIMILAR = "similar"
    DIFFERENT = "different"
    # company
    LONGER = "longer"
    """One has a word more."""
    ACRONYM = "acronym"
    MOST = "most"
    """Most is common, but each has a word of its own, or their numbers differ."""
    SOME = "some"
    LITTLE = "little"
    ONE_SIDED = "one_sided"
    """Only one side says it."""
    # birth date
    TWO_PARTS = "two_parts"
    SAME_YEAR = "same_year"
    NEAR_YEAR = "near_year"
    # e-mail
    SHARED = "shared"
    """The same mailbox, but one of an office or a family."""
    SAME_LOCAL = "same_local"
    SAME_DOMAIN = "same_domain"
    # address
    SAME_STREET = "same_street"
    """Street and number agree, the town is not known to."""
    SAME_AREA = "same_area"
    """Street or number agree within the same town."""
    SAME_POSTCODE = "same_postcode"
    SAME_TOWN = "same_town"
    NEIGHBOURING = "neighbouring"
    NEXT_DOOR = "next_door"
    SAME_WAY = "same_way"
    POSTCODE_ALONE = "postcode_alone"
    """The same postcode; the street is not known on both sides."""
    TOWN_ALONE = "town_alone"


LEVELS: dict[Field, tuple[Level, ...]] = {
    Field.GIVEN: (
        Level.SAME,
        Level.REORDERED,
        Level.VARIANT,
        Level.CLOSE,
        Level.INITIAL,
        Level.TRANSLITERATED,
        Level.SIMILAR,
        Level.DIFFERENT,
    ),
    Field.FAMILY: (
        Level.SAME,
        Level.REORDERED,
        Level.PART,
        Level.CLOSE,
        Level.TRANSLITERATED,
        Level.INITIAL,
        Level.SIMILAR,
        Level.DIFFERENT,
    ),
    Field.MIDDLE: (Level.SAME, Level.INITIAL, Level.DIFFERENT),
    Field.GENERATION: (Level.SAME, Level.ONE_SIDED, Level.DIFFERENT),
    Field.COMPANY: (
        Level.SAME,
        Level.VARIANT,
        Level.CLOSE,
        Level.LONGER,
        Level.PART,
        Level.ACRONYM,
        Level.TRANSLITERATED,
        Level.MOST,
        Level.SOME,
        Level.LITTLE,
        Level.DIFFERENT,
    ),
    Field.CONTACT: (Level.SAME, Level.DIFFERENT),
    Field.BIRTH_DATE: (
        Level.SAME,
        Level.CLOSE,
        Level.TWO_PARTS,
        Level.SAME_YEAR,
        Level.NEAR_YEAR,
        Level.DIFFERENT,
    ),
    Field.EMAIL: (
        Level.SAME,
        Level.SHARED,
        Level.SAME_LOCAL,
        Level.CLOSE,
        Level.SAME_DOMAIN,
        Level.DIFFERENT,
    ),
    Field.PHONE: (Level.SAME, Level.CLOSE, Level.DIFFERENT),
    Field.ADDRESS: (
        Level.SAME,
        Level.SAME_STREET,
        Level.SAME_AREA,
        Level.SAME_POSTCODE,
        Level.CLOSE,
        Level.NEIGHBOURING,
        Level.SAME_TOWN,
        Level.DIFFERENT,
    ),
    Field.HOUSE: (
        Level.SAME,
        Level.SAME_STREET,
        Level.CLOSE,
        Level.POSTCODE_ALONE,
        Level.TOWN_ALONE,
        Level.NEXT_DOOR,
        Level.SAME_WAY,
        Level.SAME_TOWN,
        Level.DIFFERENT,
    ),
    Field.IDENTIFIER: (Level.SAME, Level.CLOSE, Level.DIFFERENT),
    Field.WEBSITE: (Level.SAME, Level.DIFFERENT),
    Field.ATTRIBUTE: (Level.SAME, Level.DIFFERENT),
}
"""Every field's levels, strongest first."""


def levels_of(field: str) -> tuple[Level, ...]:
    """Return the levels of a field, strongest first; ``attribute:sex`` has those of attributes."""
    return LEVELS[Field(field.partition(":")[0])]


CODES: dict[Field, dict[Level, int]] = {
    field: {level: len(levels) - place for place, level in enumerate(levels)}
    for field, levels in LEVELS.items()
}
"""Every level as a number, for arrays: 0 is missing, 1 the weakest, the strongest the maximum."""
