"""Where customers are reached: addresses, e-mail addresses and telephone numbers, all fictional.

E-mail lives under example.com, example.org and example.net, which IANA keeps for documentation.
"""

import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from sandbox.world.dice import Dice
from sandbox.world.lists import Country, Town, Word
from sandbox.world.sheet import Place

MAILBOXES = {
    "mail.example.com": 9,
    "post.example.net": 7,
    "inbox.example.org": 6,
    "example.com": 4,
    "webmail.example.net": 3,
    "example.org": 2,
}

# What each country's keyboard makes of its own letters; the rest just loses its accents.
_FLAT = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}
    | {"ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "\N{LATIN SMALL LETTER DOTLESS I}": "i", "'": ""}
)


def flat(text: str) -> str:
    """Return Latin text without accents: Müller is Mueller, Çelik is Celik."""
    pieces = unicodedata.normalize("NFKD", text.translate(_FLAT))
    return "".join(sign for sign in pieces if not unicodedata.combining(sign))


def slug(text: str) -> str:
    """Return what of a romanised name may stand in an e-mail address."""
    return "".join(sign for sign in flat(text).lower() if sign.isascii() and sign.isalnum())


class Phone(NamedTuple):
    """A telephone number in the parts that its spellings are made of."""

    calling_code: str
    trunk: str
    area: str
    rest: str

    @property
    def grouped(self) -> str:
        """The subscriber's part in groups of two, a first odd digit with the first group."""
        head = 2 + len(self.rest) % 2
        pairs = (self.rest[at : at + 2] for at in range(head, len(self.rest), 2))
        return " ".join((self.rest[:head], *pairs))


_INTERNATIONAL = {
    "+{0.calling_code} {0.area} {0.rest}": 5,
    "+{0.calling_code}{0.area}{0.rest}": 5,
    "00{0.calling_code} {0.area} {0.rest}": 2,
    "00{0.calling_code}{0.area}{0.rest}": 2,
    "+{0.calling_code} {0.area} {0.grouped}": 3,
    "+{0.calling_code}-{0.area}-{0.rest}": 1,
    "+{0.calling_code} ({0.area}) {0.rest}": 1,
}
_BOTH = "+{0.calling_code} ({0.trunk}){0.area} {0.rest}"
_NATIONAL = {
    "{0.trunk}{0.area} {0.rest}": 4,
    "{0.trunk}{0.area}/{0.rest}": 3,
    "({0.trunk}{0.area}) {0.rest}": 2,
    "{0.trunk}{0.area}-{0.rest}": 2,
    "{0.trunk}{0.area}{0.rest}": 3,
    "{0.trunk}{0.area} {0.grouped}": 2,
}
_REMARKS = ("{} (mobil)", "Tel. {}", "mobil: {}", "{} privat", "Tel.: {}")


def spell_phone(dice: Dice, phone: Phone | None, *, national: bool) -> str:
    """Write a number in one of the many ways; ``national`` allows to leave the country out.

    Empty if there is none.
    """
    if phone is None:
        return ""
    styles = _INTERNATIONAL | ({_BOTH: 2} if phone.trunk == "0" else {})
    if national and dice.chance(0.6):
        styles = _NATIONAL
    text = dice.weighted(styles).format(phone)
    return dice.choice(_REMARKS).format(text) if dice.chance(0.04) else text


class Home(NamedTuple):
    """A true address, in both scripts."""

    country: Country
    town: Town
    street: Word
    number: str
    postcode: str

    @property
    def elsewhere(self) -> list[Town]:
        """The other towns of the country."""
        return [town for town in self.country.towns if town is not self.town]

    def written(self, *, roman: bool) -> Place:
        """Write the address down in full, without any abbreviation."""
        line = self.country.roman_line if roman else self.country.line
        return Place(
            street=line.format(street=self.street.written(roman=roman), number=self.number),
            postcode=self.postcode,
            town=self.town.name.written(roman=roman),
            region=self.town.region,
            country=self.country.code,
        )


class PhoneBook:
    """Hands out homes, numbers and addresses so that no two customers get the same by accident."""

    def __init__(self, dice: Dice) -> None:
        self._dice = dice
        self._given: dict[str, int] = {}
        self._taken: set[str] = set()

    def home(self, country: Country, *, among: Sequence[Town] = ()) -> Home:
        """Draw an address, in one of the towns ``among`` if some are named."""
        dice = self._dice
        town = dice.choice(among or country.towns)
        number = str(dice.randrange(1, 190)) + (dice.choice("abc") if dice.chance(0.07) else "")
        return Home(country, town, dice.choice(country.streets), number, dice.fill(town.postcode))

    def landline(self, home: Home) -> Phone:
        """Draw a telephone number of a town."""
        return self._number(home.country, home.town.landline)

    def mobile(self, country: Country) -> Phone:
        """Draw a mobile number of a country."""
        return self._number(country, country.mobile)

    def _number(self, country: Country, pattern: str) -> Phone:
        """Fill a pattern: the same number comes again only when the pattern is used up."""
        area, rest = pattern.split(" ")
        size = rest.count("#")
        first = self._given.setdefault(pattern, self._dice.randrange(10**size))
        self._given[pattern] = first + 6373  # no factor in common with ten: meets every number
        digits = iter(f"{first % 10**size:0{size}d}")
        filled = "".join(next(digits) if sign == "#" else sign for sign in rest)
        return Phone(country.calling_code, country.trunk, area, filled)

    def email(self, local: str, domain: str = "") -> str:
        """Hand out ``local@domain``, with a number where that is taken; a mailbox if no domain."""
        domain = domain or self._dice.weighted(MAILBOXES)
        email = f"{local}@{domain}"
        while email in self._taken:
            email = f"{local}{self._dice.randrange(2, 1000)}@{domain}"
        self._taken.add(email)
        return email

    def domain(self, name: str) -> str:
        """Hand out a company's domain, with a number where the name is taken."""
        top = self._dice.weighted({"com": 5, "net": 2, "org": 1})
        domain = f"{name}.example.{top}"
        while domain in self._taken:
            domain = f"{name}{self._dice.randrange(2, 1000)}.example.{top}"
        self._taken.add(domain)
        return domain
