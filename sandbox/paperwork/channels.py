"""Who is known where: which systems hear of a customer, when, and what each of them asks for."""

from datetime import date, timedelta
from typing import NamedTuple

from sandbox.paperwork.dirt import soil
from sandbox.world.dice import Dice
from sandbox.world.member import Group, Member, Occasion
from sandbox.world.sheet import Sheet

CHANNELS = ("erp", "shop", "mail", "crm")
FOUNDED = date(2012, 1, 9)
TODAY = date(2026, 10, 30)
"""The last day on which anything happened in the sandbox; always in the past."""

_SHARE = {"erp": 30, "shop": 28, "mail": 17, "crm": 27}
_KNOWN_BY = {1: 57, 2: 27, 3: 11, 4: 5}
_TWICE = 0.035
"""How often one system holds a customer once more."""

_ASKS: dict[str, dict[str, float]] = {
    "erp": {"email": 0.85, "phone": 0.85, "mobile": 0.4, "place": 0.96, "birth": 0.5, "vat": 0.85},
    "shop": {"email": 1, "phone": 0.75, "mobile": 0.5, "place": 0.9, "birth": 0.35, "vat": 0.5}
    | {"contact": 0.9},
    "mail": {"email": 1, "phone": 0.25, "mobile": 0.3, "place": 0.3, "birth": 0.45, "contact": 0.8},
    "crm": {"email": 0.75, "phone": 0.85, "mobile": 0.45, "place": 0.93, "birth": 0.6, "vat": 0.6}
    | {"contact": 0.8},
}
_ANCHORED = 0.92
"""How often a customer tells the one thing that he tells everybody alike."""

_ROMAN = {"erp": 0.45, "shop": 0.2, "mail": 0.4, "crm": 0.85}
"""How often a system holds a customer of another script in Latin letters."""
_ROMAN_ABROAD = 0.9
_NAMELESS = 0.1
"""How often a subscriber whose e-mail is nobody else's leaves out the name."""
_KEPT_CLEAN = {"shop": frozenset({"junk_email"}), "mail": frozenset({"junk_email"})}
"""Both check an address; the e-mail is the subscriber's id, and a shop account's login."""


class Told(NamedTuple):
    """One sheet, the system that has it, and which member of the group it is about."""

    channel: str
    sheet: Sheet
    member: int


class FrontDesk:
    """Lets customers tell their systems about themselves; remembers whose log-in an e-mail is."""

    def __init__(self, dice: Dice) -> None:
        self._dice = dice
        self._logins: set[tuple[str, str]] = set()

    def tell(self, group: Group) -> list[Told]:
        """Return the sheets of a group, each in the system that it is told to."""
        script = self._one_script(group)
        told = []
        for index, member in enumerate(group):
            anchor = self._anchor(member)
            for turn, channel in enumerate(self._known_by(member)):
                occasion = self._occasion(channel, member, anchor, script=script, early=turn == 0)
                sheet = self._sheet(channel, member, occasion)
                if self._has_login(channel, sheet):
                    told.append(Told(channel, sheet, index))
        return told

    def tell_one(self, channel: str, member: Member) -> Sheet:
        """Return the sheet of somebody whom only one system knows."""
        occasion = self._occasion(channel, member, "email", script=None)
        sheet = self._sheet(channel, member, occasion)
        self._has_login(channel, sheet)
        return sheet

    def _anchor(self, member: Member) -> str:
        """Draw what a customer tells everybody alike; who moved does so with no address."""
        lasting = [what for what in member.truth.anchors if not (member.past and what == "place")]
        return self._dice.choice(lasting)

    def _one_script(self, group: Group) -> bool | None:
        """Draw whether a whole group is in Latin letters; None: each sheet decides."""
        decided = any("script" in member.spare for member in group)
        return self._dice.chance(0.5) if decided else None

    def _known_by(self, member: Member) -> list[str]:
        """Draw the systems that know a customer; whoever is a hard case is met twice or more."""
        dice = self._dice
        count = dice.weighted(_KNOWN_BY)
        if member.tag and (member.past or dice.chance(0.6)):
            count = max(count, 2)
        known: list[str] = []
        while len(known) < count:
            channel = dice.weighted(_SHARE)
            if channel not in known:
                known.append(channel)
        return [*known, dice.choice(known)] if dice.chance(_TWICE) else known

    def _occasion(
        self,
        channel: str,
        member: Member,
        anchor: str,
        *,
        script: bool | None,
        early: bool = False,
    ) -> Occasion:
        """Draw how a system heard of a customer; ``early``: before the customer's life changed."""
        dice = self._dice
        last = member.past.until - timedelta(days=1) if early and member.past else TODAY
        created = dice.moment(FOUNDED, last - timedelta(days=120))
        changed = dice.moment(created.date() + timedelta(days=1), last)
        gives = {what for what, share in _ASKS[channel].items() if dice.chance(share)}
        if dice.chance(_ANCHORED):
            gives.add(anchor)
        gives |= member.spare & _ASKS["erp"].keys()
        latin = _ROMAN[channel] if member.truth.at_home else _ROMAN_ABROAD
        roman = dice.chance(latin) if script is None else script
        return Occasion(created, changed, frozenset(gives), anchor, roman)

    def _sheet(self, channel: str, member: Member, occasion: Occasion) -> Sheet:
        """Let a member tell, then let dirt fall."""
        dice, past = self._dice, member.past
        if past and occasion.changed.date() < past.until:
            sheet = past.truth.tell(dice, occasion).tagged(past.tag)
        else:
            sheet = member.truth.tell(dice, occasion)
        alone = occasion.anchor == "email" and not member.spare
        if channel == "mail" and alone and dice.chance(_NAMELESS):
            blank = sheet.but(prefix="", given="", middle="", family="", suffix="", company="")
            return blank.tagged("nameless")
        spare = {occasion.anchor} | member.spare | _KEPT_CLEAN.get(channel, frozenset())
        return soil(dice, sheet, frozenset(spare))

    def _has_login(self, channel: str, sheet: Sheet) -> bool:
        """Take the log-in that a sheet needs; False if it is another account's already."""
        if channel not in _KEPT_CLEAN:
            return True
        login = (channel, sheet.email.strip().lower())
        if login in self._logins:
            return False
        self._logins.add(login)
        return True
