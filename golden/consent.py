"""Consent: the customer's last word for each contact and purpose.

Merging is the union of all words, then the same fold. So a merge never turns a consent on, and
never loses an opt-out: a word belongs to the contact point, not to the record that it came in.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

from hub.model import Consent, ConsentState, Key

_OLDEST = datetime.min.replace(tzinfo=UTC)


class Word(NamedTuple):
    """One channel's record of what the customer said."""

    consent: Consent
    key: Key


def last_words(words: Iterable[Word], now: datetime) -> tuple[Word, ...]:
    """Return the last word per contact and purpose, sorted by these; order in makes no difference.

    Of two words at one time the denial is the last. A time in the future counts as now. Of unknown
    time, a grant counts as the oldest word and a denial as the newest.
    """
    last: dict[tuple[str, str], Word] = {}
    for word in words:
        point = (word.consent.contact.casefold(), word.consent.purpose)
        if point not in last or _order(word, now) > _order(last[point], now):
            last[point] = word
    return tuple(last[point] for point in sorted(last))


def _order(word: Word, now: datetime) -> tuple[datetime, bool, bool, Key, str]:
    denied = word.consent.state is ConsentState.DENIED
    timed = word.consent.at is not None
    at = min(word.consent.at or (now if denied else _OLDEST), now)
    # A denial of unknown time is newer than everything that can have been said by now.
    return at, denied, denied and not timed, word.key, word.consent.contact
