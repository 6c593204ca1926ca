"""E-mails, phones, identifiers and web sites in bulk: sets, of which the best pair speaks."""

import numpy as np
import pyarrow.compute as pc

from matching.comparisons.levels import CODES, Field, Level
from matching.comparisons.texts import likeness, mistyped, take
from matching.table.columns import Flags, Ints, Levels
from matching.table.contacts import Emails, Numbers, are_shared
from matching.table.duck import numbers_of
from matching.table.names import Names
from matching.text.mailboxes import is_made_of

_EMAIL, _PHONE = CODES[Field.EMAIL], CODES[Field.PHONE]
_IDENTIFIER, _WEBSITE = CODES[Field.IDENTIFIER], CODES[Field.WEBSITE]
_TYPO_LOCAL = 5
"""Shortest local part in which a wrong letter is a typing error, not another mailbox."""
_SLIPS = 2


def compare_emails(emails: Emails, names: Names | None, left: Ints, right: Ints) -> Levels:
    """Compare the e-mails of each pair; 0 where one side has none."""
    owners = emails.slots.owners(len(emails.local)) if emails.slots.starts is not None else None

    def levels(one: Ints, other: Ints) -> Levels:
        found = _email_levels(emails, one, other)
        alike = np.flatnonzero((found == _EMAIL[Level.SAME_LOCAL]) | (found == _EMAIL[Level.CLOSE]))
        if names is not None and len(alike):
            made = _made_of_names(emails, names, one[alike], owners)
            found[alike[made]] = 0  # what any namesake's would be says nothing
        return found

    return emails.slots.best(left, right, levels)


def _email_levels(emails: Emails, one: Ints, other: Ints) -> Levels:
    a, b = emails.whole.hashes[one], emails.whole.hashes[other]
    found = np.full(len(one), _EMAIL[Level.DIFFERENT], np.int8)
    apart = np.flatnonzero((a != b) & (a != 0) & (b != 0))
    domains = emails.domains[one[apart]], emails.domains[other[apart]]
    found[apart[(domains[0] == domains[1]) & (domains[0] != 0)]] = _EMAIL[Level.SAME_DOMAIN]
    found[apart[_typing_errors(emails, one[apart], other[apart])]] = _EMAIL[Level.CLOSE]
    local = emails.local[one[apart]] == emails.local[other[apart]]
    found[apart[local]] = _EMAIL[Level.SAME_LOCAL]
    same = np.flatnonzero((a == b) & (a != 0))
    found[same] = _EMAIL[Level.SAME]
    crowd = np.concatenate([same, apart[local]])
    shared = are_shared(take(emails.whole.texts, one[crowd]))
    found[crowd[shared]] = np.where(
        found[crowd[shared]] == _EMAIL[Level.SAME], _EMAIL[Level.SHARED], _EMAIL[Level.DIFFERENT]
    )
    found[(a == 0) | (b == 0)] = 0
    return found


def _typing_errors(emails: Emails, left: Ints, right: Ints) -> Flags:
    """Never by likeness: the local part is made of the name, and namesakes' are alike.

    At most two slips, none of them in a digit, and not in a local part of a few letters.
    """
    found = np.zeros(len(left), np.bool_)
    near = np.flatnonzero(np.abs(emails.lengths[left] - emails.lengths[right]) <= _SLIPS)
    one, other = (take(emails.whole.texts, side[near]) for side in (left, right))
    alike = np.flatnonzero(likeness(one, other, 0.9) > 0)
    if not len(alike):
        return found
    one, other = take(one, alike), take(other, alike)
    slips = np.flatnonzero(mistyped(one, other, _SLIPS))
    near, one, other = near[alike[slips]], take(one, slips), take(other, slips)
    digits, lengths = (
        [numbers_of(expression, {"text": side}) for side in (one, other)]
        for expression in (
            "hash(regexp_replace(split_part(text, '@', 1), '[^0-9]', '', 'g'))",
            "strpos(text, '@') - 1",
        )
    )
    found[near] = (digits[0] == digits[1]) & (np.minimum(*lengths) >= _TYPO_LOCAL)
    return found


def _made_of_names(emails: Emails, names: Names, rows: Ints, owners: Ints | None) -> Flags:
    """Tell which local parts are made of their owner's name, as any namesake's would be."""
    records = rows if owners is None else owners[rows]
    given, family = names.given.codes[records], names.family.codes[records]
    locals_ = pc.replace_substring_regex(take(emails.whole.texts, rows), "@.*$", "")
    digits = pc.match_substring_regex(locals_, "[0-9]").to_numpy(zero_copy_only=False)
    numbered = names.book.numbered
    # A digit in a mailbox must be one of the name, and names have next to none.
    worth = np.flatnonzero(
        (given >= 0) & (family >= 0) & (~digits | numbered[given] | numbered[family])
    )
    sides = (take(names.book.roman, codes[worth]).to_pylist() for codes in (given, family))
    found = np.zeros(len(rows), np.bool_)
    found[worth] = [
        is_made_of(*texts) for texts in zip(take(locals_, worth).to_pylist(), *sides, strict=True)
    ]
    return found


def compare_phones(phones: Numbers, left: Ints, right: Ints) -> Levels:
    """Compare the phones of each pair by their last digits; 0 where one side has none."""

    def levels(one: Ints, other: Ints) -> Levels:
        return _number_levels(phones, one, other, _PHONE)

    return phones.slots.best(left, right, levels)


def compare_identifiers(numbers: Numbers, left: Ints, right: Ints) -> Levels:
    """Compare identifiers of one kind; kinds that only one side has say nothing."""

    def levels(one: Ints, other: Ints) -> Levels:
        found = _number_levels(numbers, one, other, _IDENTIFIER)
        if numbers.kinds is not None:
            found[numbers.kinds.codes[one] != numbers.kinds.codes[other]] = 0
        return found

    return numbers.slots.best(left, right, levels)


def compare_websites(sites: Numbers, left: Ints, right: Ints) -> Levels:
    """Compare web sites: the same domain or another."""

    def levels(one: Ints, other: Ints) -> Levels:
        a, b = sites.values.hashes[one], sites.values.hashes[other]
        found = np.where(a == b, _WEBSITE[Level.SAME], _WEBSITE[Level.DIFFERENT]).astype(np.int8)
        found[(a == 0) | (b == 0)] = 0
        return found

    return sites.slots.best(left, right, levels)


def _number_levels(numbers: Numbers, one: Ints, other: Ints, codes: dict[Level, int]) -> Levels:
    a, b = numbers.values.hashes[one], numbers.values.hashes[other]
    found = np.full(len(one), codes[Level.DIFFERENT], np.int8)
    apart = np.flatnonzero((a != b) & (a != 0) & (b != 0))
    texts = numbers.values.texts
    slips = mistyped(take(texts, one[apart]), take(texts, other[apart]))
    found[apart[slips]] = codes[Level.CLOSE]
    found[a == b] = codes[Level.SAME]
    found[(a == 0) | (b == 0)] = 0
    return found
