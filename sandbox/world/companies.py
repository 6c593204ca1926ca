"""Organisations: their names, legal forms, branches, and owners who are customers themselves."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

import stdnum
from stdnum.luhn import calc_check_digit

from hub.model import Kind
from sandbox.world.contacts import Home, Phone, PhoneBook, slug, spell_phone
from sandbox.world.dice import Dice
from sandbox.world.lists import Country, Word, languages, namings
from sandbox.world.member import Group, Member, Occasion, Past
from sandbox.world.people import People, Person
from sandbox.world.sheet import NOWHERE, Sheet

_TRIES = 30
_DESKS = {"info": 8, "office": 3, "contact": 3, "sales": 2, "service": 1, "accounts": 1}


@dataclass(frozen=True, slots=True)
class Company:
    """A real organisation; a branch is a customer of its own."""

    order: str
    roman_order: str
    word: Word
    trade: Word
    form: tuple[Word, ...]
    """The spellings of its legal form, the registered one first."""
    seat: Word
    """The town that stands in the name in some countries; it stays when the company moves."""
    home: Home
    emails: tuple[str, ...]
    phone: Phone
    vat: str
    contact: Person | None
    is_branch: bool = False

    kind: ClassVar[Kind] = Kind.ORGANISATION
    at_home: ClassVar[bool] = True

    @property
    def country(self) -> Country:
        """Where the company sits."""
        return self.home.country

    @property
    def foreign(self) -> bool:
        """Whether the company's own script is not Latin."""
        return self.word.foreign

    @property
    def anchors(self) -> tuple[str, ...]:
        """What this company may tell everybody alike."""
        return ("email", "phone", "vat") if self.vat else ("email", "email", "phone")

    def name(self, form: str, *, roman: bool) -> str:
        """Return the company's name with its legal form written like that (empty: left out)."""
        order = self.roman_order if roman else self.order
        text = order.format(
            word=self.word.written(roman=roman),
            trade=self.trade.written(roman=roman),
            town=self.seat.written(roman=roman),
            form=form,
        )
        return text.strip() if form else text.strip(" «»")

    def tell(self, dice: Dice, occasion: Occasion) -> Sheet:
        """Say what is true, cleanly."""
        roman, gives = occasion.roman, occasion.gives
        registered, *others = (form.written(roman=roman) for form in self.form)
        form = dice.weighted({registered: 60, dice.choice([registered, *others]): 28, "": 12})
        name = self.name(form, roman=roman)
        if self.is_branch and dice.chance(0.5):
            name = f"{name}, {self.home.town.name.written(roman=roman)}"
        contact = self.contact if "contact" in gives else None
        latin = roman or not self.foreign
        national = "place" in gives or self.country.code == "DE"
        sheet = Sheet(
            kind=Kind.ORGANISATION,
            country=self.country,
            created=occasion.created,
            changed=occasion.changed,
            company=name,
            given=contact.given.written(roman=latin) if contact else "",
            family=contact.family.written(roman=latin) if contact else "",
            email=self._email(dice, occasion) if "email" in gives else "",
            phone=spell_phone(dice, self.phone, national=national) if "phone" in gives else "",
            place=self.home.written(roman=roman) if "place" in gives else NOWHERE,
            vat=self.vat if "vat" in gives else "",
        )
        said = {
            "romanised": self.foreign and roman,
            "legal_form": form != registered,
        }
        return sheet.but(tags=tuple(tag for tag, true in said.items() if true))

    def _email(self, dice: Dice, occasion: Occasion) -> str:
        main = occasion.anchor == "email" or dice.chance(0.7)
        return self.emails[0] if main else self.emails[-1]


class Companies:
    """Makes organisations, each call a new group of them."""

    def __init__(self, dice: Dice, book: PhoneBook, people: People) -> None:
        self._dice = dice
        self._book = book
        self._people = people
        self._names: set[tuple[Word, Word]] = set()
        self.kinds: dict[str, Callable[[], Group]] = {
            "company": self.single,
            "moved_company": self.moved,
            "branch": self.branches,
            "owner": self.owner,
        }

    def company(self, owner: Person | None = None) -> Company:
        """Make one organisation, in the name and the house of its owner if one is given."""
        dice, book = self._dice, self._book
        country = owner.country if owner else self._people.country()
        naming = namings()[country.code]
        word, trade = self._name(country, owner)
        home = owner.home if owner else book.home(country)
        domain = book.domain(f"{slug(word.roman)}-{slug(trade.roman)}")
        contact = owner or (self._people.person(country=country) if dice.chance(0.6) else None)
        desks = [book.email(dice.weighted(_DESKS), domain)]
        if contact and dice.chance(0.5):
            desks.append(
                book.email(f"{slug(contact.given.roman)[:1]}.{slug(contact.family.roman)}", domain)
            )
        return Company(
            order=naming.order,
            roman_order=naming.roman_order,
            word=word,
            trade=trade,
            form=dice.choice(naming.forms),
            seat=home.town.name,
            home=home,
            emails=tuple(desks),
            phone=book.landline(home),
            vat=vat_number(dice, country),
            contact=contact,
        )

    def single(self) -> Group:
        """Return one organisation."""
        return [Member(self.company())]

    def moved(self) -> Group:
        """Return an organisation whose old address still stands in some systems."""
        company = self.company()
        old = self._book.home(company.country, among=company.home.elsewhere)
        until = self._dice.day(date(2019, 1, 1), date(2024, 12, 31))
        past = Past(replace(company, home=old), until, "old_address")
        return [Member(company, "moved", past=past)]

    def branches(self) -> Group:
        """Return a head office and one or two branches: one name and domain, other towns."""
        head = replace(self.company(), contact=None)
        domain = head.emails[0].partition("@")[2]
        head = replace(head, emails=head.emails[:1])
        group = [head]
        for town in self._dice.some(head.home.elsewhere, self._dice.randrange(1, 3)):
            home = self._book.home(head.country, among=[town])
            email = self._book.email(slug(town.name.roman), domain)
            phone = self._book.landline(home)
            branch = replace(head, home=home, emails=(email,), phone=phone, vat="", is_branch=True)
            group.append(branch)
        return [Member(each, "branch", frozenset({"place"})) for each in group]

    def owner(self) -> Group:
        """Return a person and the company of that name in the same house."""
        person = self._people.person()
        company = self.company(owner=person)
        if self._dice.chance(0.5):
            company = replace(company, emails=person.emails)
        if person.landline:
            company = replace(company, phone=person.landline)
        named = frozenset({"initial"})  # an e-mail alone would not say which of the two it is
        return [Member(person, "owner", named), Member(company, "owner", named)]

    def _name(self, country: Country, owner: Person | None) -> tuple[Word, Word]:
        """Draw a word and a trade that no other company has, as long as that is easy."""
        drawn = (self._draw_name(country, owner) for _ in range(_TRIES))
        name = next((name for name in drawn if name not in self._names), None)
        name = name or self._draw_name(country, owner)
        self._names.add(name)
        return name

    def _draw_name(self, country: Country, owner: Person | None) -> tuple[Word, Word]:
        dice, naming = self._dice, namings()[country.code]
        trade = dice.choice(naming.trades)
        if owner:
            word = owner.family if trade.foreign else Word(owner.family.roman, owner.family.roman)
        elif not trade.foreign and dice.chance(0.4):
            word = dice.choice(languages()[next(iter(country.names))].families)
        else:
            word = dice.choice(naming.words)
        return word, trade


def vat_number(dice: Dice, country: Country) -> str:
    """Draw a number whose check digits are right; empty for countries without a pattern."""
    if not country.vat:
        return ""
    if country.code == "FR":  # two independent checks: searching would take a thousand draws
        body = dice.fill("99######")
        siren = body + calc_check_digit(body)
        return f"FR{(12 + 3 * int(siren)) % 97:02d}{siren}"
    rules = stdnum.get_cc_module(country.code.lower(), "vat")
    if rules is None:
        raise ValueError(f"countries.yaml: no rules are known for a VAT number of {country.code}")
    while not rules.is_valid(number := dice.fill(country.vat)):
        pass
    return number
