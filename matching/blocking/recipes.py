"""The blocking keys: each joins attributes that two records of one customer likely share.

Many weak keys find more than few strong ones, as long as each is cheap: a block that is too large
is skipped, and the pairs in it meet by another key.
"""

from typing import NamedTuple


class Recipe(NamedTuple):
    """One kind of key. The number is stored with every key: never reuse one."""

    number: int
    parts: tuple[str, ...]
    """Attributes that must all be known."""
    wide: bool = False
    """Only in small tables: finds the very dirty ones, at many pairs a record."""
    plenty: bool = False
    """Twice the budget: branches share so much that copies come late among the blocks."""

    @property
    def name(self) -> str:
        """The parts in words."""
        return "+".join(self.parts)


PERSON = (
    Recipe(1, ("mailbox",)),
    Recipe(2, ("phone",)),
    Recipe(3, ("names",)),
    Recipe(4, ("sounds",)),
    Recipe(5, ("family",)),
    Recipe(6, ("family_sound", "birth")),
    Recipe(7, ("family_sound", "postcode")),
    Recipe(8, ("family_sound", "way")),
    Recipe(9, ("given_stem", "family_stem", "locality")),
    Recipe(10, ("given_sound", "birth")),
    Recipe(11, ("formal", "postcode")),
    Recipe(12, ("formal", "way")),
    Recipe(13, ("given_stem", "number", "postcode")),
    Recipe(14, ("birth", "postcode")),
    Recipe(15, ("birth", "locality")),
    Recipe(16, ("way", "number")),
)
"""What every table of persons is searched by."""

NO_ADDRESS = (
    Recipe(20, ("formal", "family")),
    Recipe(21, ("formal", "family_sound", "birth_year")),
    Recipe(22, ("family", "month_day")),
    Recipe(23, ("formal", "month_day", "given_initial")),
)
"""Where no address is known: names and birth dates must do."""

WIDE = tuple(
    Recipe(number, parts, wide=True)
    for number, parts in enumerate(
        (
            ("formal", "family"),
            ("formal", "family_sound", "birth_year"),
            ("family", "month_day"),
            ("formal", "month_day", "locality"),
            ("formal", "month_day", "postcode"),
            ("formal", "birth_year", "locality"),
            ("family_sound", "number"),
            ("family_stem",),
            ("given_stem", "family_stem", "birth_year"),
            ("given_stem", "family_initial"),
            ("family_sound",),
            ("given_sound", "family_initial"),
            ("given_initial", "family_stem", "birth_year"),
            ("family", "birth_year"),
            ("family", "locality"),
            ("formal", "region"),
            ("family_sound", "region"),
            ("given",),
            ("given_sound", "way"),
            ("birth",),
            ("postcode",),
            ("number",),
            ("way",),
            ("number", "postcode"),
            ("way", "postcode"),
        ),
        30,
    )
)

COMPANY = tuple(
    Recipe(number, parts, plenty=True)
    for number, parts in enumerate(
        (
            ("company",),
            ("acronym",),
            ("company_word",),
            ("domain",),
            ("email",),
            ("company_words",),
            ("company_bones",),
            ("company_stem",),
            ("company", "locality"),
            ("company", "line_way"),
            ("company_rarest", "locality"),
            ("company_rarest", "line_way"),
            ("company_rarest", "postcode"),
            ("acronym", "postcode"),
            ("acronym", "line_way"),
            ("company_stem", "locality"),
        ),
        100,
    )
)
"""What companies are searched by: the name, alone or with a place."""

HOUSE = tuple(
    Recipe(number, parts, plenty=True)
    for number, parts in enumerate(
        (
            ("phone",),
            ("website",),
            ("line_way", "line_number"),
            ("line_number", "postcode"),
            ("postcode",),
            ("line_number", "website"),
        ),
        120,
    )
)
"""What a table of organisations is searched by besides."""

HUB = (*PERSON, *NO_ADDRESS, Recipe(60, ("identifier:",)), *COMPANY)
"""What the hub's customers are searched by, at any size."""

_ATTRIBUTE = (("birth",), ("postcode",), ("family",), ("formal", "locality"))
"""What an attribute such as the occupation is joined with."""


def recipes(attributes: tuple[str, ...], identifiers: tuple[str, ...]) -> tuple[Recipe, ...]:
    """Return the recipes for a table with these attributes and kinds of identifiers."""
    issued = (Recipe(60 + i, (f"identifier:{kind}",)) for i, kind in enumerate(identifiers))
    further = (
        Recipe(80 + len(_ATTRIBUTE) * i + j, (f"attribute:{name}", *parts), wide=True)
        for i, name in enumerate(attributes)
        for j, parts in enumerate(_ATTRIBUTE)
    )
    return (*PERSON, *issued, *WIDE, *further)
