"""What blocking keys are made of: for each record, or each of its addresses, a hash an attribute.

An attribute that is missing is 0. Attributes are computed when the first key asks for them.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from matching.organisations.houses import Doors
from matching.organisations.keys import CompanyKeys, ManyKeys
from matching.table.columns import Hashes, Ints, Slots, Words, mixed, recoded
from matching.table.companies import Companies
from matching.table.contacts import Numbers
from matching.table.duck import hashes_of
from matching.table.frame import Frame
from matching.table.names import Names
from matching.text.mailboxes import mailbox_table

_NEW_YEAR = 101
"""1 January: many systems fill it in where only the year is known."""
_REGION = 3
"""Signs at the start of a postcode that name a region in most countries."""


class Attribute(NamedTuple):
    """One hash for each of the rows that ``slots`` gives to the records."""

    hashes: Hashes
    slots: Slots


def attribute(frame: Frame, name: str) -> Attribute | None:
    """Return an attribute of every record; None where the table has no such column.

    Raises KeyError for a name that nobody makes.
    """
    kind, _, which = name.partition(":")
    return _MAKERS[kind](frame, which)


def _of_words(words: Words | None, slots: Slots = Slots()) -> Attribute | None:  # noqa: B008 - frozen
    if words is None or not len(words.values):
        return None
    return Attribute(words.of(words.hashes), slots)


def _of_names(pick: Callable[[Names], Hashes]) -> Callable[[Frame, str], Attribute | None]:
    """Make an attribute of the names; a record without the needed parts has 0."""

    def make(frame: Frame, _which: str) -> Attribute | None:
        return None if frame.names is None else Attribute(pick(frame.names), Slots())

    return make


def _given(table: Callable[[Names], Hashes]) -> Callable[[Frame, str], Attribute | None]:
    return _of_names(lambda names: names.given.of(table(names)))


def _family(table: Callable[[Names], Hashes]) -> Callable[[Frame, str], Attribute | None]:
    return _of_names(lambda names: names.family.of(table(names)))


def _both(table: Callable[[Names], Hashes]) -> Callable[[Frame, str], Attribute | None]:
    """Join given and family name in either order, so that swapped columns meet."""

    def joined(names: Names) -> Hashes:
        spread = mixed(table(names))
        with np.errstate(over="ignore"):
            found = names.given.of(spread) + names.family.of(spread)
        found[(names.given.codes < 0) | (names.family.codes < 0)] = 0
        return found

    return _of_names(joined)


def _of_dates(cut: Callable[[Ints], Ints]) -> Callable[[Frame, str], Attribute | None]:
    def make(frame: Frame, _which: str) -> Attribute | None:
        if frame.births is None:
            return None
        told = mixed(cut(frame.births.numbers))
        return Attribute(frame.births.words.of(told), Slots())

    return make


def _of_places(column: str) -> Callable[[Frame, str], Attribute | None]:
    def make(frame: Frame, _which: str) -> Attribute | None:
        places = frame.places
        return None if places is None else _of_words(getattr(places, column), places.slots)

    return make


def _region(frame: Frame, _which: str) -> Attribute | None:
    if frame.places is None:
        return None
    postcode = frame.places.postcode
    start = pc.utf8_slice_codeunits(postcode.values, 0, _REGION)
    return _of_words(recoded(postcode, start), frame.places.slots)


def _of_emails(part: str) -> Callable[[Frame, str], Attribute | None]:
    def make(frame: Frame, _which: str) -> Attribute | None:
        if frame.emails is None:
            return None
        whole, local = frame.emails.whole.hashes, frame.emails.local
        if part == "whole":
            return Attribute(whole, frame.emails.slots)
        # An office's mailbox name brings no strangers together: info@ is info@ only at one domain.
        offices = hashes_of(pa.array(sorted(mailbox_table().shared)))
        return Attribute(np.where(np.isin(local, offices), whole, local), frame.emails.slots)

    return make


def _of_numbers(numbers: Numbers | None) -> Attribute | None:
    return None if numbers is None else Attribute(numbers.keys, numbers.slots)


def _of_companies(pick: Callable[[Companies], Hashes]) -> Callable[[Frame, str], Attribute | None]:
    def make(frame: Frame, _which: str) -> Attribute | None:
        if frame.companies is None:
            return None
        return Attribute(frame.companies.of(pick(frame.companies)), Slots())

    return make


def _many_of_companies(
    pick: Callable[[CompanyKeys], ManyKeys],
) -> Callable[[Frame, str], Attribute | None]:
    def make(frame: Frame, _which: str) -> Attribute | None:
        if frame.companies is None:
            return None
        return Attribute(*frame.companies.of_many(pick(frame.companies.keys)))

    return make


def _of_doors(pick: Callable[[Doors], Hashes]) -> Callable[[Frame, str], Attribute | None]:
    """Make an attribute of the street lines."""

    def make(frame: Frame, _which: str) -> Attribute | None:
        if frame.places is None or not len(frame.places.lines.values):
            return None
        return Attribute(mixed(pick(frame.places.houses.doors)), frame.places.slots)

    return make


def _way_hashes(doors: Doors) -> Hashes:
    hashes = hashes_of(pa.array(doors.ways, pa.string()))
    return np.append(hashes, np.uint64(0))[doors.way]


def _domain(frame: Frame, _which: str) -> Attribute | None:
    """Return the domains of mailboxes that are not a mail provider's."""
    if frame.emails is None:
        return None
    texts = pc.replace_substring_regex(frame.emails.whole.texts, "^.*@", "")
    public = pc.is_in(texts, pa.array(sorted(mailbox_table().providers)))
    own = pc.if_else(public, pa.scalar(None, pa.string()), texts)
    return Attribute(mixed(hashes_of(own)), frame.emails.slots)


def _month_day(numbers: Ints) -> Ints:
    """Return month and day; 0 for 1 January, which many systems fill in for a bare year."""
    month_day = numbers % 10_000
    return np.where(month_day > _NEW_YEAR, month_day, 0)


_MAKERS: Mapping[str, Callable[[Frame, str], Attribute | None]] = {
    "given": _given(lambda names: names.book.hashes),
    "family": _family(lambda names: names.book.hashes),
    "formal": _given(lambda names: names.book.formal),
    "given_sound": _given(lambda names: mixed(names.book.sounds)),
    "family_sound": _family(lambda names: mixed(names.book.sounds)),
    "given_stem": _given(lambda names: mixed(names.book.stems)),
    "family_stem": _family(lambda names: mixed(names.book.stems)),
    "given_initial": _given(lambda names: mixed(names.book.initials)),
    "family_initial": _family(lambda names: mixed(names.book.initials)),
    "names": _both(lambda names: names.book.hashes),
    "sounds": _both(lambda names: names.book.sounds),
    "birth": _of_dates(lambda numbers: numbers),
    "birth_year": _of_dates(lambda numbers: numbers // 10_000),
    "month_day": _of_dates(_month_day),
    "company": _of_companies(lambda companies: companies.keys.bag),
    "acronym": _of_companies(lambda companies: companies.keys.initials),
    "company_bones": _of_companies(lambda companies: companies.keys.bones),
    "company_stem": _of_companies(lambda companies: companies.keys.stem),
    "company_rarest": _of_companies(lambda companies: companies.keys.rarest),
    "company_word": _many_of_companies(lambda keys: keys.words),
    "company_words": _many_of_companies(lambda keys: keys.pairs),
    "line_way": _of_doors(_way_hashes),
    "line_number": _of_doors(lambda doors: doors.number.astype(np.uint64)),
    "domain": _domain,
    "email": _of_emails("whole"),
    "mailbox": _of_emails("local"),
    "phone": lambda frame, _which: _of_numbers(frame.phones),
    "website": lambda frame, _which: _of_numbers(frame.websites),
    "identifier": lambda frame, which: _of_numbers(frame.identifiers.get(which)),
    "way": _of_places("way"),
    "number": _of_places("number"),
    "postcode": _of_places("postcode"),
    "locality": _of_places("locality"),
    "region": _region,
    "attribute": lambda frame, which: _of_words(frame.attributes.get(which)),
}
