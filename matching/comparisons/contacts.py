"""E-mails, phones and identifiers: sets of which the best pair speaks."""

from collections.abc import Iterable, Iterator

from rapidfuzz.distance import OSA

from matching.comparisons.levels import LEVELS, Field, Level
from matching.text.mailboxes import Email

_TYPO_LOCAL = 5
"""Shortest local part in which a wrong letter is a typing error, not another mailbox."""
_IDENTIFIER_TAIL = 8

Found = Iterator[tuple[Field, Level]]


def compare_emails(left: tuple[Email, ...], right: tuple[Email, ...]) -> Found:
    """Compare two sets of e-mail addresses, if both have one."""
    if left and right:
        yield (
            Field.EMAIL,
            best(Field.EMAIL, (_email(one, other) for one in left for other in right)),
        )


def compare_phones(left: tuple[str, ...], right: tuple[str, ...]) -> Found:
    """Compare two sets of phone numbers by their last digits, if both have one."""
    if left and right:
        yield (
            Field.PHONE,
            best(Field.PHONE, (_number(one, other) for one in left for other in right)),
        )


def compare_identifiers(
    left: tuple[tuple[str, str], ...], right: tuple[tuple[str, str], ...]
) -> Found:
    """Compare identifiers of one kind; kinds that only one side has say nothing."""
    levels = [
        _identifier(one, other)
        for kind, one in left
        for other_kind, other in right
        if kind == other_kind
    ]
    if levels:
        yield Field.IDENTIFIER, best(Field.IDENTIFIER, levels)


def best(field: Field, levels: Iterable[Level]) -> Level:
    """Return the strongest of the levels that a field's values reached."""
    return min(levels, key=LEVELS[field].index)


def _email(one: Email, other: Email) -> Level:
    if one.match == other.match:
        return Level.SHARED if one.shared else Level.SAME
    if (one.local == other.local and not one.shared) or _typing_error(one, other):
        return _other_mailbox(one, other)
    if one.own_domain and one.domain == other.domain:
        return Level.SAME_DOMAIN
    return Level.DIFFERENT


def _other_mailbox(one: Email, other: Email) -> Level:
    """Name the likeness of two mailboxes; namesakes' are alike because their names are."""
    if one.named or other.named:
        return Level.NAMESAKE
    return Level.SAME_LOCAL if one.local == other.local else Level.CLOSE


def _typing_error(one: Email, other: Email) -> bool:
    """Never by likeness: the local part is made of the name, and namesakes' are alike."""
    return (
        min(len(one.local), len(other.local)) >= _TYPO_LOCAL
        and one.digits == other.digits
        and OSA.distance(one.match, other.match, score_cutoff=2) <= 2  # noqa: PLR2004 - two slips
    )


def _number(one: str, other: str) -> Level:
    if one == other:
        return Level.SAME
    return Level.CLOSE if OSA.distance(one, other, score_cutoff=1) <= 1 else Level.DIFFERENT


def _identifier(one: str, other: str) -> Level:
    """``DE123456789`` and ``123456789`` are one number, with and without its country."""
    short, long = sorted((one, other), key=len)
    if one == other or (len(short) >= _IDENTIFIER_TAIL and long.endswith(short)):
        return Level.SAME
    return Level.CLOSE if OSA.distance(one, other, score_cutoff=1) <= 1 else Level.DIFFERENT
