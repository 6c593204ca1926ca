"""Households and namesakes: the groups of people that matching stumbles over.

Every group is made from scratch, so that nobody outside it shares more than a name or a town.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from sandbox.world.contacts import PhoneBook
from sandbox.world.dice import Dice
from sandbox.world.lists import Word, countries, languages
from sandbox.world.member import Group, Member, Past
from sandbox.world.people import People, Person

_NAMESAKES = (("CN", "zh"), ("DE", "de"), ("GB", "en"), ("ES", "es"))
_SUFFIXES = {"US": ("Sr.", "Jr."), "GB": ("Sr.", "Jr."), "DE": ("sen.", "jun.")}


class Households:
    """Makes groups of people, each call a new one."""

    def __init__(self, dice: Dice, book: PhoneBook, people: People) -> None:
        self._dice = dice
        self._book = book
        self._people = people
        self.kinds: dict[str, Callable[[], Group]] = {
            "single": self.single,
            "moved": self.moved,
            "married": self.married,
            "family": self.family,
            "twin": self.twins,
            "jr_sr": self.father_and_son,
            "namesake": self.namesakes,
        }

    def single(self) -> Group:
        """Return one person."""
        return [Member(self._people.person())]

    def moved(self) -> Group:
        """Return a person whose old address still stands in some systems."""
        person = self._people.person()
        home = self._book.home(person.country, among=person.home.elsewhere)
        landline = self._book.landline(home) if person.landline else None
        old = replace(person, home=home, landline=landline)
        return [Member(person, "moved", past=Past(old, self._turning_point(), "old_address"))]

    def married(self) -> Group:
        """Return a person whose maiden name still stands in some systems, and in the e-mail."""
        people = self._people
        maiden = people.person(woman=self._dice.chance(0.85))
        family = maiden.family
        while family == maiden.family:
            family = people.family_name(languages()[maiden.language], woman=maiden.woman)
        past = Past(maiden, self._turning_point(), "maiden_name")
        return [Member(replace(maiden, family=family), "married", past=past)]

    def family(self) -> Group:
        """Return two to four people of one home, of different age; most share what they can."""
        dice = self._dice
        first = self._people.person(woman=True, years=(1958, 1990))
        others = [self._relative(first, woman=False, years=(1958, 1990))]
        others += [self._relative(first, years=(1992, 2008)) for _ in range(dice.randrange(3))]
        shared = self._shared(first)
        by_initial = {first.given.roman[0]: first}
        for other in others:  # no two of one initial: "A. Meyer" stays one of them
            by_initial.setdefault(other.given.roman[0], self._join(first, other, shared))
        kept = frozenset({"initial"})
        return [Member(person, "family", kept) for person in by_initial.values()]

    def twins(self) -> Group:
        """Return two people of one home and one birth date with other given names."""
        first = second = self._people.person(years=(1970, 2006))
        while second.given.roman[0] == first.given.roman[0]:
            second = self._relative(first, years=(1970, 2006))
        second = self._join(first, replace(second, birth=first.birth), self._shared(first))
        return [Member(twin, "twin", frozenset({"given", "script"})) for twin in (first, second)]

    def father_and_son(self) -> Group:
        """Return two men of one full name; only birth date and suffix tell them apart."""
        country = countries()[self._dice.weighted({"US": 6, "GB": 2, "DE": 2})]
        language = next(iter(country.names))
        father = self._people.person(
            country=country, language=language, woman=False, years=(1940, 1965)
        )
        years = (father.birth.year + 22, father.birth.year + 36)
        son = self._relative(father, woman=False, years=years)
        son = replace(son, given=father.given, middle=father.middle)
        pair = (father, self._join(father, son, self._shared(father)))
        return [
            Member(replace(man, suffix=suffix), "jr_sr", frozenset({"birth"}))
            for man, suffix in zip(pair, _SUFFIXES[country.code], strict=True)
        ]

    def namesakes(self) -> Group:
        """Return two strangers of one of the commonest names, at home in different towns."""
        dice = self._dice
        code, language = dice.choice(_NAMESAKES)
        country, names = countries()[code], languages()[language]
        woman = dice.chance(0.4)
        given = dice.choice((names.women if woman else names.men)[:6])
        family = dice.choice(names.families[:4])
        drawn = [
            self._people.person(country=country, language=language, woman=woman) for _ in range(2)
        ]
        there = self._book.home(country, among=drawn[0].home.elsewhere)
        drawn[1] = replace(drawn[1], home=there, landline=self._book.landline(there))
        named = [
            replace(
                person,
                given=given,
                family=family,
                middle=None,
                emails=self._people.emails(given, family, person.birth),
            )
            for person in drawn
        ]
        return [Member(person, "namesake") for person in named]

    def _turning_point(self) -> date:
        return self._dice.day(date(2019, 1, 1), date(2024, 12, 31))

    def _relative(
        self, first: Person, *, woman: bool | None = None, years: tuple[int, int]
    ) -> Person:
        """Draw somebody of the same country and language."""
        return self._people.person(
            country=first.country, language=first.language, woman=woman, years=years
        )

    def _shared(self, first: Person) -> frozenset[str]:
        """Draw what a household shares beside its home."""
        shares = {"emails": 0.55, "landline": 0.9 if first.landline else 0, "mobile": 0.3}
        return frozenset(what for what, share in shares.items() if self._dice.chance(share))

    def _join(self, first: Person, member: Person, shared: frozenset[str]) -> Person:
        """Let somebody live with ``first``: same home and family name, and what is shared."""
        family = first.family if member.woman == first.woman else _counterpart(first, member)
        own = self._people.emails(member.given, family, member.birth)
        return replace(
            member,
            home=first.home,
            family=family,
            emails=first.emails if "emails" in shared else own,
            landline=first.landline if "landline" in shared else None,
            mobile=first.mobile if "mobile" in shared else member.mobile,
        )


def _counterpart(first: Person, member: Person) -> Word:
    """Return the family name of ``first`` as somebody of the other sex bears it."""
    families = languages()[first.language].families
    family = next(each for each in families if first.family in (each, each.feminine))
    return family.feminine if member.woman and family.feminine else family
