"""Dirt: what clerks, keyboards, imports and customers do to a clean sheet.

Each kind of dirt is one function of (dice, sheet) that returns the sheet unchanged where it finds
nothing to spoil. ``DIRTS`` says how often each falls, and on what; ``soil`` lets it fall.
"""

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from hub.model import Kind
from sandbox.world.contacts import flat
from sandbox.world.dice import Dice
from sandbox.world.sheet import Place, Sheet

_KEYBOARD = {
    near: row[max(at - 1, 0) : at] + row[at + 1 : at + 2]
    for row in ("qwertzuiop", "asdfghjkl", "yxcvbnm", "1234567890", "йцукенгшщзхъ", "фывапролджэ")
    for at, near in enumerate(row)
}
_TOO_SHORT = 4
"""In a shorter word one slip leaves nothing to recognise."""
_MONTHS = 12
_JUNK_EMAILS = (
    "test@test.com",
    "n/a",
    "none@example.com",
    "keine",
    "noemail@example.com",
    "-",
    "x@x",
)
_JUNK_PHONES = ("0000000000", "n/a", "000", "1234567890", "-", "unbekannt", "0")
_JUNK_BIRTHS = (date(1900, 1, 1), date(1, 1, 1), date(1753, 1, 1), date(1900, 1, 1))
_JUNK_NAMES = (".", "-", "n/a", "xxx", "?")


def mistype(dice: Dice, text: str) -> str:
    """Make one slip: a neighbouring key, two keys swapped, one left out or hit twice."""
    places = [at for at in range(1, len(text) - 1) if text[at : at + 2].isalnum()]
    if len(text) < _TOO_SHORT or not places:
        return text
    at = dice.choice(places)
    slips = {
        text[:at] + text[at + 1] + text[at] + text[at + 2 :]: 3,
        text[:at] + text[at + 1 :]: 3,
        text[:at] + text[at] + text[at:]: 2,
    }
    if near := _KEYBOARD.get(text[at].lower()):
        slips[text[:at] + dice.choice(near) + text[at + 1 :]] = 4
    return dice.weighted(slips)


def garble(text: str) -> str:
    """Read UTF-8 bytes as Windows-1252: Müller becomes MÃ¼ller; unchanged where that can't be."""
    try:
        return text.encode("utf-8").decode("cp1252")
    except UnicodeDecodeError:
        return text


def _typo_given(dice: Dice, sheet: Sheet) -> Sheet:
    return sheet.but(given=mistype(dice, sheet.given))


def _typo_family(dice: Dice, sheet: Sheet) -> Sheet:
    return sheet.but(family=mistype(dice, sheet.family))


def _nickname(dice: Dice, sheet: Sheet) -> Sheet:
    return sheet.but(given=dice.choice(sheet.nicknames)) if sheet.nicknames else sheet


def _spelling(dice: Dice, sheet: Sheet) -> Sheet:
    return sheet.but(family=dice.choice(sheet.spellings)) if sheet.spellings else sheet


def _initial(_dice: Dice, sheet: Sheet) -> Sheet:
    if not flat(sheet.given).isascii():  # scripts without capital letters have no initials
        return sheet
    return sheet.but(given=f"{sheet.given[:1]}.", middle="")


def _swapped(_dice: Dice, sheet: Sheet) -> Sheet:
    return sheet.but(given=sheet.family, family=sheet.given, middle="")


def _title_in_name(dice: Dice, sheet: Sheet) -> Sheet:
    title = sheet.prefix or dice.choice(("Dr.", "Prof."))
    return sheet.but(prefix="", given=f"{title} {sheet.given}")


def _middle_in_given(_dice: Dice, sheet: Sheet) -> Sheet:
    return sheet.but(given=f"{sheet.given} {sheet.middle}".strip(), middle="")


def _junk_given(dice: Dice, sheet: Sheet) -> Sheet:
    return sheet.but(given=dice.choice(_JUNK_NAMES), middle="")


def _no_suffix(_dice: Dice, sheet: Sheet) -> Sheet:
    return sheet.but(suffix="")


def _typo_company(dice: Dice, sheet: Sheet) -> Sheet:
    first, *rest = sheet.company.split(" ")
    return sheet.but(company=" ".join((mistype(dice, first), *rest)))


def _each_text(sheet: Sheet, change: Callable[[str], str]) -> Sheet:
    """Change every name and the address alike, as an import does."""
    place = sheet.place
    return sheet.but(
        given=change(sheet.given),
        middle=change(sheet.middle),
        family=change(sheet.family),
        company=change(sheet.company),
        place=place._replace(street=change(place.street), town=change(place.town)),
    )


def _upper(_dice: Dice, sheet: Sheet) -> Sheet:
    return _each_text(sheet, str.upper)


def _lower(_dice: Dice, sheet: Sheet) -> Sheet:
    return sheet.but(given=sheet.given.lower(), family=sheet.family.lower())


def _flat(_dice: Dice, sheet: Sheet) -> Sheet:
    return _each_text(sheet, lambda text: flat(text) if flat(text).isascii() else text)


def _mojibake(_dice: Dice, sheet: Sheet) -> Sheet:
    return _each_text(sheet, garble)


def _lost_letters(_dice: Dice, sheet: Sheet) -> Sheet:
    """Lose accented letters for good; a name of another script would lose everything."""
    if not flat(sheet.family + sheet.given + sheet.company).isascii():
        return sheet
    return _each_text(sheet, lambda text: text.encode("ascii", "replace").decode("ascii"))


def _stray_spaces(dice: Dice, sheet: Sheet) -> Sheet:
    if sheet.kind is Kind.ORGANISATION:
        return sheet.but(company=sheet.company.replace(" ", "  ", 1) + " ")
    return sheet.but(given=f" {sheet.given}", family=sheet.family + dice.choice((" ", "\u00a0")))


def _typo_email(dice: Dice, sheet: Sheet) -> Sheet:
    local, at, domain = sheet.email.partition("@")
    return sheet.but(email=mistype(dice, local) + at + domain)


def _shouted_email(dice: Dice, sheet: Sheet) -> Sheet:
    local, at, domain = sheet.email.partition("@")
    return sheet.but(email=dice.choice((sheet.email.upper(), local.title() + at + domain)))


def _junk_email(dice: Dice, sheet: Sheet) -> Sheet:
    return sheet.but(email=dice.choice(_JUNK_EMAILS))


def _typo_phone(dice: Dice, sheet: Sheet) -> Sheet:
    if not sheet.phone[-1:].isdigit():
        return sheet
    wrong = dice.choice("0123456789".replace(sheet.phone[-1], ""))
    return sheet.but(phone=sheet.phone[:-1] + wrong)


def _junk_phone(dice: Dice, sheet: Sheet) -> Sheet:
    return sheet.but(phone=dice.choice(_JUNK_PHONES)) if sheet.phone else sheet


def _full_width(_dice: Dice, sheet: Sheet) -> Sheet:
    """Write digits as an East Asian keyboard does, each as wide as a letter there."""
    if sheet.country.code not in {"CN", "JP"}:
        return sheet
    wide = str.maketrans("0123456789-", "０１２３４５６７８９－")  # noqa: RUF001 - that is the point
    place = sheet.place._replace(postcode=sheet.place.postcode.translate(wide))
    return sheet.but(phone=sheet.phone.translate(wide), place=place)


def _swapped_birth(_dice: Dice, sheet: Sheet) -> Sheet:
    born = sheet.birth
    if not born or born.day > _MONTHS:
        return sheet
    return sheet.but(birth=born.replace(month=born.day, day=born.month))


def _typo_birth(dice: Dice, sheet: Sheet) -> Sheet:
    if not sheet.birth or (sheet.birth.month, sheet.birth.day) == (2, 29):
        return sheet
    return sheet.but(birth=sheet.birth.replace(year=sheet.birth.year + dice.choice((-10, -1, 1))))


def _junk_birth(dice: Dice, sheet: Sheet) -> Sheet:
    return sheet.but(birth=dice.choice(_JUNK_BIRTHS))


def _short_street(_dice: Dice, sheet: Sheet) -> Sheet:
    street = sheet.place.street
    for long, short in sheet.country.short.items():
        street = street.replace(long, short)
    return sheet.but(place=sheet.place._replace(street=street))


def _typo_street(dice: Dice, sheet: Sheet) -> Sheet:
    first, *rest = sheet.place.street.split(" ")
    return sheet.but(place=sheet.place._replace(street=" ".join((mistype(dice, first), *rest))))


def _typo_postcode(dice: Dice, sheet: Sheet) -> Sheet:
    return sheet.but(place=sheet.place._replace(postcode=mistype(dice, sheet.place.postcode)))


def _junk_place(_dice: Dice, sheet: Sheet) -> Sheet:
    return sheet.but(place=Place("n/a", "00000", "n/a", "", sheet.place.country))


class Dirt(NamedTuple):
    """One kind of dirt: how often it falls (of 1), what it spoils, and how."""

    rate: float
    spoils: frozenset[str]
    fall: Callable[[Dice, Sheet], Sheet]


def _dirt(rate: float, spoils: str, fall: Callable[[Dice, Sheet], Sheet]) -> Dirt:
    return Dirt(rate, frozenset(spoils.split()), fall)


ON_PEOPLE: dict[str, Dirt] = {
    "nickname": _dirt(0.1, "given", _nickname),
    "spelling": _dirt(0.12, "spelling", _spelling),
    "typo_given": _dirt(0.045, "given", _typo_given),
    "typo_family": _dirt(0.06, "family", _typo_family),
    "initial": _dirt(0.05, "given initial", _initial),
    "swapped": _dirt(0.04, "given", _swapped),
    "title_in_name": _dirt(0.02, "title", _title_in_name),
    "middle_in_given": _dirt(0.2, "given", _middle_in_given),
    "junk_given": _dirt(0.008, "given initial", _junk_given),
    "no_suffix": _dirt(0.35, "suffix", _no_suffix),
    "lower": _dirt(0.03, "case", _lower),
    "swapped_birth": _dirt(0.06, "birth", _swapped_birth),
    "typo_birth": _dirt(0.03, "birth", _typo_birth),
    "junk_birth": _dirt(0.05, "birth", _junk_birth),
}
ON_COMPANIES: dict[str, Dirt] = {
    "typo_company": _dirt(0.1, "company", _typo_company),
}
ON_ALL: dict[str, Dirt] = {
    "flat": _dirt(0.08, "accents", _flat),
    "mojibake": _dirt(0.05, "accents", _mojibake),
    "lost_letters": _dirt(0.012, "accents", _lost_letters),
    "upper": _dirt(0.05, "case", _upper),
    "stray_spaces": _dirt(0.03, "space", _stray_spaces),
    "typo_email": _dirt(0.035, "email", _typo_email),
    "shouted_email": _dirt(0.04, "email_case", _shouted_email),
    "junk_email": _dirt(0.03, "email junk_email", _junk_email),
    "typo_phone": _dirt(0.03, "phone", _typo_phone),
    "junk_phone": _dirt(0.04, "phone", _junk_phone),
    "full_width": _dirt(0.1, "width", _full_width),
    "short_street": _dirt(0.3, "short", _short_street),
    "typo_street": _dirt(0.04, "place", _typo_street),
    "typo_postcode": _dirt(0.02, "place", _typo_postcode),
    "junk_place": _dirt(0.015, "place", _junk_place),
}
DIRTS = {**ON_PEOPLE, **ON_COMPANIES, **ON_ALL}

_NAME = frozenset({"given", "family", "spelling", "initial", "accents", "company"})


def soil(dice: Dice, sheet: Sheet, spare: frozenset[str]) -> Sheet:
    """Let dirt fall on a sheet, but not on what is in ``spare``; a name is spoiled once at most."""
    own = ON_PEOPLE if sheet.kind is Kind.PERSON else ON_COMPANIES
    for tag, dirt in {**own, **ON_ALL}.items():
        if dirt.spoils & spare or not dice.chance(dirt.rate):
            continue
        soiled = dirt.fall(dice, sheet)
        if soiled == sheet:
            continue
        sheet = soiled.tagged(tag)
        if dirt.spoils & _NAME:
            spare |= _NAME
    return sheet
