"""An echo is our own push coming back: it never changes a channel's own word.

In: a record as it was mapped again, the channel's own word before, and what we told it. Out: the
channel's own word now, for survivorship and for matching alike.
"""

from collections.abc import Mapping
from typing import Any

from hub.model import Attributes, Customer

_FIELDS = tuple(Attributes.model_fields)


def own_word(
    mapped: Customer, previous: Customer | None, told: Mapping[str, Any] | None
) -> Customer:
    """Take what we told the channel out of what it says.

    ``told`` is by attribute, as values or as plain JSON; None if we never wrote to this record. An
    attribute that is still as we told it keeps the channel's former word, or none. Of a set that
    somebody changed since, the elements that we told and the channel did not have are taken out.
    ``changed_at`` moves only with the channel's own word.
    """
    if not told:
        return mapped
    before = previous or _silent(mapped)
    said = Attributes.model_validate(dict(told))
    own = {
        name: _own(getattr(mapped, name), getattr(before, name), getattr(said, name))
        for name in _FIELDS
        if name in told
    }
    word = mapped.model_copy(update=own)
    if all(getattr(word, name) == getattr(before, name) for name in _FIELDS):
        return word.model_copy(update={"changed_at": before.changed_at})
    return word


def is_silent(word: Customer) -> bool:
    """Tell whether a channel has said nothing of its own: we created the record.

    Such a record belongs to its customer, but is no evidence and has no claims.
    """
    if word.name is not None or word.organisation or word.emails:  # as nearly all have
        return False
    silence = _silent(word)
    return all(getattr(word, name) == getattr(silence, name) for name in _FIELDS)


def _silent(mapped: Customer) -> Customer:
    """Return the word of a channel that has said nothing: we created the record."""
    return Customer(key=mapped.key, kind=mapped.kind)


def _own(mapped: Any, before: Any, told: Any) -> Any:
    if isinstance(mapped, tuple):
        if set(mapped) == set(told):
            return before
        return tuple(one for one in mapped if one in before or one not in told)
    if isinstance(mapped, dict):
        return _own_extras(mapped, before, told)
    return before if mapped == told else mapped


def _own_extras(
    mapped: Mapping[str, str], before: Mapping[str, str], told: Mapping[str, str]
) -> dict[str, str]:
    echoed = {name for name, value in mapped.items() if told.get(name) == value}
    kept = {name: value for name, value in before.items() if name in echoed}
    return {name: value for name, value in mapped.items() if name not in echoed} | kept
