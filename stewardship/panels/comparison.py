"""Two customers side by side: rows in fixed groups, each with its agreement, differences apart."""

from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest
from typing import NamedTuple

from hub.model import Attributes, Consent, Customer, PersonName
from stewardship.panels.difference import Agreement, Pieces, agreement, likeness, pieces
from stewardship.panels.text import label

_ALIKE = 0.6
"""From this likeness on, two e-mails of a set are shown in one row."""


class Row(NamedTuple):
    """One field of both customers; a side without it has no pieces."""

    label: str
    left: Pieces
    right: Pieces
    agreement: Agreement
    how: str
    """What sets near values apart: ``accents``."""


class Group(NamedTuple):
    """Rows that belong together: identity, contact points and so on."""

    title: str
    rows: tuple[Row, ...]


class Comparison(NamedTuple):
    """What differs, and what is equal on both sides and may be folded away."""

    differing: tuple[Group, ...]
    agreeing: tuple[Group, ...]

    @property
    def agreed(self) -> tuple[str, ...]:
        """The fields that are equal on both sides."""
        return tuple(dict.fromkeys(row.label for group in self.agreeing for row in group.rows))


_Read = Callable[[Attributes], Sequence[str]]


def compare(left: Customer, right: Customer) -> Comparison:
    """Lay two customers side by side; fields that neither has are left out."""
    groups = [Group(title, tuple(_rows(fields, left, right))) for title, fields in _GROUPS.items()]
    groups.append(Group("Further fields", tuple(_extras(left, right))))
    return Comparison(_only(groups, agreeing=False), _only(groups, agreeing=True))


def _only(groups: Sequence[Group], *, agreeing: bool) -> tuple[Group, ...]:
    kept = (
        Group(g.title, tuple(r for r in g.rows if (r.agreement is Agreement.AGREE) is agreeing))
        for g in groups
    )
    return tuple(group for group in kept if group.rows)


def _rows(fields: dict[str, _Read], left: Attributes, right: Attributes) -> Iterator[Row]:
    for name, read in fields.items():
        for one, other in _pair_up(read(left), read(right)):
            yield _row(name, one, other)


def _extras(left: Attributes, right: Attributes) -> Iterator[Row]:
    for name in sorted(left.extras.keys() | right.extras.keys()):
        yield _row(label(name), left.extras.get(name, ""), right.extras.get(name, ""))


def _row(name: str, left: str, right: str) -> Row:
    found, how = agreement(left, right)
    return Row(name, *pieces(left, right), found, how)


def _pair_up(left: Sequence[str], right: Sequence[str]) -> list[tuple[str, str]]:
    """Put what belongs together into one row: equal values, then alike ones, then the rest."""
    rest, found = list(right), dict[int, str]()
    for good_enough in (1.0, _ALIKE):
        for place, value in enumerate(left):
            best = max(rest, key=lambda other, value=value: _same(value, other), default="")  # type: ignore[misc]
            if place not in found and best and _same(value, best) >= good_enough:
                rest.remove(best)
                found[place] = best
    lone = [value for place, value in enumerate(left) if place not in found]
    pairs = [(left[place], found[place]) for place in sorted(found)]
    return pairs + list(zip_longest(lone, rest, fillvalue=""))


def _same(left: str, right: str) -> float:
    """Return the likeness, 1 only for values that are equal sign by sign."""
    return 1.0 if left == right else min(likeness(left, right), 0.99)


def _part(name: str) -> _Read:
    """Read one part of a person's name."""

    def read(customer: Attributes) -> Sequence[str]:
        return _one(getattr(customer.name or PersonName(), name))

    return read


def _one(value: object) -> Sequence[str]:
    return (str(value),) if value else ()


def consent_line(consent: Consent) -> str:
    """Return one consent in a line."""
    said = f" ({consent.at:%Y-%m-%d})" if consent.at else ""
    return f"{consent.purpose} {consent.state.value}: {consent.contact}{said}"


_GROUPS: dict[str, dict[str, _Read]] = {
    "Identity": {
        "Kind": lambda c: (c.kind.value,),
        "Title": _part("prefix"),
        "Given name": _part("given"),
        "Middle name": _part("middle"),
        "Family name": _part("family"),
        "Suffix": _part("suffix"),
        "Organisation": lambda c: _one(c.organisation),
    },
    "Contact points": {"E-mail": lambda c: c.emails, "Phone": lambda c: c.phones},
    "Address": {"Address": lambda c: [str(address) for address in c.addresses]},
    "Dates": {"Birth date": lambda c: _one(c.birth_date)},
    "Business ids": {
        "Business id": lambda c: [f"{i.kind.upper()} {i.value}" for i in c.identifiers]
    },
    "Business": {
        "Status": lambda c: (c.status.value,),
        "Language": lambda c: _one(c.language),
    },
    "Consent": {"Consent": lambda c: [consent_line(consent) for consent in c.consents]},
}
"""The groups and their fields, in the order of the screen."""
