"""People: who they are, and what they tell."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from hub.model import Kind
from sandbox.world.contacts import Home, Phone, PhoneBook, slug, spell_phone
from sandbox.world.dice import Dice
from sandbox.world.lists import Country, Language, Word, countries, languages
from sandbox.world.member import Occasion
from sandbox.world.sheet import NOWHERE, Sheet

_LOCAL_PARTS = {
    "{given}.{family}": 9,
    "{given}{family}": 3,
    "{initial}.{family}": 4,
    "{family}.{given}": 2,
    "{given}_{family}": 2,
    "{given}{year}": 2,
    "{family}{year}": 1,
    "{pet}{number}": 3,
}
_PETS = ("sunny", "bluebird", "mondschein", "luckystar", "fuchs", "pixel", "radler", "teatime")


@dataclass(frozen=True, slots=True)
class Person:
    """A real person."""

    woman: bool
    language: str
    given: Word
    middle: Word | None
    family: Word
    birth: date
    home: Home
    emails: tuple[str, ...]
    """The first is the one that is used most."""
    landline: Phone | None
    mobile: Phone
    title: str = ""
    suffix: str = ""

    kind: ClassVar[Kind] = Kind.PERSON
    anchors: ClassVar[tuple[str, ...]] = (*("email",) * 3, *("mobile",) * 2, "birth", "place")

    @property
    def country(self) -> Country:
        """Where the person lives."""
        return self.home.country

    @property
    def at_home(self) -> bool:
        """Whether the person's language is that of the country."""
        return self.language == next(iter(self.country.names))

    @property
    def foreign(self) -> bool:
        """Whether the person's own script is not Latin."""
        return self.family.foreign

    def tell(self, dice: Dice, occasion: Occasion) -> Sheet:
        """Say what is true, cleanly."""
        roman, gives = occasion.roman, occasion.gives
        national = "place" in gives or self.country.code == "DE"
        email = self.emails[0]
        if occasion.anchor != "email" and dice.chance(0.3):
            email = self.emails[-1]
        sheet = Sheet(
            kind=Kind.PERSON,
            country=self.country,
            created=occasion.created,
            changed=occasion.changed,
            prefix=self.title if dice.chance(0.8) else "",
            given=self.given.written(roman=roman),
            middle=self.middle.written(roman=roman) if self.middle and dice.chance(0.3) else "",
            family=self.family.written(roman=roman),
            suffix=self.suffix,
            email=email if "email" in gives else "",
            phone=spell_phone(dice, self.landline, national=national) if "phone" in gives else "",
            mobile=spell_phone(dice, self.mobile, national=national) if "mobile" in gives else "",
            place=self.home.written(roman=roman) if "place" in gives else NOWHERE,
            birth=self.birth if "birth" in gives else None,
            nicknames=self.given.others(roman=roman),
            spellings=self.family.others(roman=roman),
        )
        return sheet.tagged("romanised") if self.foreign and roman else sheet


class People:
    """Makes people who share nothing with anybody but by chance."""

    def __init__(self, dice: Dice, book: PhoneBook) -> None:
        self._dice = dice
        self._book = book

    def person(
        self,
        *,
        country: Country | None = None,
        language: str = "",
        woman: bool | None = None,
        years: tuple[int, int] = (1940, 2006),
    ) -> Person:
        """Make one person, born in one of ``years`` (both possible); what is not given is drawn."""
        dice = self._dice
        country = country or self.country()
        language = language or dice.weighted(country.names)
        names = languages()[language]
        woman = dice.chance(0.5) if woman is None else woman
        given, family = self.given_name(names, woman=woman), self.family_name(names, woman=woman)
        birth = dice.day(date(years[0], 1, 1), date(years[1], 12, 31))
        home = self._book.home(country)
        return Person(
            woman=woman,
            language=language,
            given=given,
            middle=self._middle_name(names, given, woman=woman),
            family=family,
            birth=birth,
            home=home,
            emails=self.emails(given, family, birth),
            landline=self._book.landline(home) if dice.chance(0.65) else None,
            mobile=self._book.mobile(country),
            title=dice.choice(names.titles) if names.titles and dice.chance(0.06) else "",
        )

    def country(self) -> Country:
        """Draw a country by its weight."""
        weights = {code: country.weight for code, country in countries().items()}
        return countries()[self._dice.weighted(weights)]

    def given_name(self, names: Language, *, woman: bool) -> Word:
        """Draw a given name."""
        return self._dice.choice(names.women if woman else names.men)

    def family_name(self, names: Language, *, woman: bool) -> Word:
        """Draw a family name, in the form that a woman bears if there is one."""
        family = self._dice.choice(names.families)
        return family.feminine if woman and family.feminine else family

    def emails(self, given: Word, family: Word, birth: date) -> tuple[str, ...]:
        """Hand out one e-mail address, or two."""
        dice = self._dice
        local = dice.weighted(_LOCAL_PARTS).format(
            given=slug(given.roman),
            initial=slug(given.roman)[:1],
            family=slug(family.roman),
            year=f"{birth.year % 100:02d}",
            pet=dice.choice(_PETS),
            number=dice.randrange(10, 9999),
        )
        first = self._book.email(local)
        if not dice.chance(0.3):
            return (first,)
        return (first, self._book.email(f"{slug(given.roman)}.{slug(family.roman)}"))

    def _middle_name(self, names: Language, given: Word, *, woman: bool) -> Word | None:
        if not (names.has_middle_names and self._dice.chance(0.3)):
            return None
        middle = self.given_name(names, woman=woman)
        return middle if middle is not given else None
