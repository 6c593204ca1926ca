"""UNDO: an act is taken back by its inverse, unless somebody acted later on the same records."""

from datetime import datetime

from hub.errors import ConflictError
from store.acts import REDO, UNDO, Inverse, StoredAct
from store.database import Unit


def take_back(
    unit: Unit, act: StoredAct, author: str, at: datetime, called: str | None = None
) -> int:
    """Apply the inverse of an act, as an act of its own, and return its number.

    Nothing is merged yet: the records are marked as due. Raises ConflictError if the act can't be
    taken back, was already, or others on the same records came later.
    """
    if act.inverse is None:
        raise ConflictError(f"act {act.id} ({act.act}) can't be taken back")
    if not act.stands:
        raise ConflictError(f"act {act.id} ({act.act}) was taken back already")
    if later := unit.acts.since(act.id):
        told = ", ".join(f"{one.id} ({one.act} by {one.author})" for one in later)
        raise ConflictError(f"not taken back: on the same records came later act {told}")
    inverse = _invert(unit, act.inverse, author, at)
    records = unit.acts.records(act.id)
    unit.records.mark_for_merge(records)
    subject = {name: act.subject[name] for name in act.subject if name != "reason"}
    subject["of"] = act.subject.get("of", act.act)
    called = called or (REDO if act.act == UNDO else UNDO)
    return unit.acts.record(author, called, subject, at, records, inverse, undoes=act.id)


def _invert(unit: Unit, did: Inverse, author: str, at: datetime) -> Inverse:
    """Close what the act opened and let stand again what it closed; return what that did."""
    for number in did.opened:
        unit.decisions.close(number, author, at)
    unit.pins.close(did.pinned, author, at)
    return Inverse(
        opened=unit.decisions.restore(did.closed),
        closed=did.opened,
        pinned=unit.pins.restore(did.unpinned),
        unpinned=did.pinned,
    )
