"""What a channel should hold: the golden customer, with care for what the channel already has.

In: the golden attributes and those that the channel holds. Out: the attributes it should hold.
Values are never emptied, sets are filled and not rotated, and of consents only denials flow.
"""

from collections.abc import Collection, Hashable, Iterator
from itertools import chain
from typing import Any

from golden.claims import sameness
from hub.model import Attributes, Consent, ConsentState

_SETS = frozenset({"emails", "phones", "identifiers"})


def desired(
    golden: Attributes,
    held: Attributes,
    writable: Collection[str],
    only: Collection[str] | None = None,
) -> Attributes:
    """Return what the channel should hold.

    ``writable`` are the attributes that its map can write; ``only`` those that the configuration
    lets us write (None: all). All others stay as they are held.
    """
    wanted = {
        name: _wanted(name, golden, held)
        for name in Attributes.model_fields
        if name in writable and (only is None or name in only) and name != "consents"
    }
    view = Attributes.model_validate({**dict(_attributes(held)), **wanted})
    if "consents" in writable and (only is None or "consents" in only):
        return view.model_copy(update={"consents": _with_denials(golden, view)})
    return view


def differing(held: Attributes, view: Attributes) -> frozenset[str]:
    """Return the names of the attributes that differ; empty: there is nothing to send."""
    return frozenset(
        name for name in Attributes.model_fields if getattr(held, name) != getattr(view, name)
    )


def _attributes(held: Attributes) -> Iterator[tuple[str, Any]]:
    """Yield the attributes alone, also of a ``Customer``, which has more."""
    for name in Attributes.model_fields:
        yield name, getattr(held, name)


def _wanted(name: str, golden: Attributes, held: Attributes) -> Any:
    ours, theirs = getattr(golden, name), getattr(held, name)
    if not ours:
        return theirs
    if name in _SETS:
        return _filled(theirs, ours)
    if name == "addresses":
        return _filled((ours[0], *theirs), ours)
    if name == "extras":
        return theirs | ours
    return theirs if sameness(theirs) == sameness(ours) else ours


def _filled(theirs: tuple[Any, ...], ours: tuple[Any, ...]) -> tuple[Any, ...]:
    """Keep what both know in the channel's order and spelling, then add what it lacks."""
    known = {sameness(value) for value in ours}
    values: dict[Hashable, Any] = {}
    for value in chain((one for one in theirs if sameness(one) in known), ours):
        values.setdefault(sameness(value), value)
    return tuple(values.values())


def _with_denials(golden: Attributes, view: Attributes) -> tuple[Consent, ...]:
    """Lay the golden customer's denials over the channel's consents, for contacts that it holds."""
    contacts = {sameness(contact) for contact in (*view.emails, *view.phones)}
    contacts |= {sameness(consent.contact) for consent in view.consents}
    consents = {(sameness(one.contact), one.purpose): one for one in view.consents}
    for denial in golden.consents:
        point = (sameness(denial.contact), denial.purpose)
        held = consents.get(point)
        already = held is not None and held.state is ConsentState.DENIED
        flows = denial.state is ConsentState.DENIED and denial.medium is None
        if flows and point[0] in contacts and not already:
            consents[point] = denial
    return tuple(consents.values())
