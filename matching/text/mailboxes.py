"""E-mail addresses made comparable: what reaches the same mailbox, and how private it is."""

import re
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

import yaml

from matching.text.fold import fold
from matching.text.romanise import skeleton

_BREAK = re.compile(r"[.\-_0-9]+")
_NO_DIGIT = re.compile(r"\D+")
_KEPT = frozenset("bdlmnr")
"""Consonants that every way to romanise a name keeps: a cheap look before a dear one."""
_CACHED = 1 << 16


class Email(NamedTuple):
    """An e-mail address in comparable parts."""

    match: str
    """What reaches the same mailbox: lower case, no ``+tag``, no dots where they don't count."""
    local: str
    domain: str
    digits: str
    """The digits of the local part: two addresses that differ in these are two mailboxes."""
    shared: bool
    """A mailbox of an office or a family, by its name."""
    own_domain: bool
    """The domain is not a mail provider's, so who shares it belongs together."""
    named: bool = False
    """The local part is made of the customer's name, as any namesake's would be."""


class MailboxTable(NamedTuple):
    """Words that tell of a mailbox: providers' domains, offices' and families' local parts."""

    providers: frozenset[str]
    shared: frozenset[str]
    dotless: frozenset[str]


@lru_cache(_CACHED)
def email_of(text: str) -> Email | None:
    """Read an e-mail address as given; None if it has no local part or no domain."""
    local, _, domain = text.strip().casefold().rpartition("@")
    local = local.partition("+")[0]
    table = mailbox_table()
    if domain in table.dotless:
        local, domain = local.replace(".", ""), "gmail.com"
    if not (local and domain):
        return None
    return Email(
        match=f"{local}@{domain}",
        local=local,
        domain=domain,
        digits=_NO_DIGIT.sub("", local),
        shared=not table.shared.isdisjoint((local, *_BREAK.split(local))),
        own_domain=domain not in table.providers,
    )


@lru_cache(_CACHED)
def is_made_of(local: str, given: str, family: str) -> bool:
    """Tell whether a local part is the name in Latin letters, or initials of it.

    Names of other scripts have many Latin spellings, so the consonants decide: محمد الخطيب is
    mohammed.alkhatib as well as mohamad_elkhatib.
    """
    letters = fold(local).replace(" ", "")
    one, other = given.replace(" ", ""), family.replace(" ", "")
    made = {
        first + last
        for a, b in ((one, other), (other, one))
        for first in ("", a[:1], a)
        for last in ("", b[:1], b)
    }
    if not letters or letters in made:
        return bool(letters)
    bones, kept = skeleton(letters), _KEPT.intersection(letters)
    likely = (name for name in made if _KEPT.intersection(name) == kept)
    return bool(bones) and bones in map(skeleton, likely)


@cache
def mailbox_table() -> MailboxTable:
    """Return what domains and local parts tell of a mailbox."""
    text = files("matching.text").joinpath("mailboxes.yaml").read_text("utf-8")
    table = yaml.load(text, yaml.CSafeLoader)
    return MailboxTable(*(frozenset(table[name]) for name in MailboxTable._fields))
