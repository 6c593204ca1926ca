"""What the routes work with, and the two acts: decide and undo.

An act names what the steward saw. If somebody else, or the same steward in another tab, acted
meanwhile, nothing is written and the answer says who was first.
"""

from threading import Lock
from typing import Annotated, NamedTuple

from fastapi import Depends, Request

from hub.config import Settings
from hub.model import Decision, Key, Verdict
from pipeline import review
from pipeline.views import last_act, standing
from store.database import Store

Pair = tuple[Key, Key]
NOTHING_SEEN = 0
"""Stands for the number of a decision where the steward saw none."""


class Office(NamedTuple):
    """One installation, and the lock that makes look-then-act one step."""

    settings: Settings
    store: Store
    lock: Lock

    def decide(
        self, pair: Pair, verdict: Verdict, *, author: str, note: str = "", seen: int = NOTHING_SEEN
    ) -> bool:
        """Record a verdict; False if the pair's standing decision is not the one that was seen.

        Raises RecordError for a record that nobody knows.
        """
        with self.lock:
            before = standing(self.store, *pair)
            if (before.id if before else NOTHING_SEEN) != seen:
                return False
            review.decide(self.settings, self.store, pair, verdict, author=author, note=note)
            return True

    def undo(self, *, author: str, expected: int | None = None) -> Decision | None:
        """Take back the author's last decision; None if there is none, or not the expected one."""
        with self.lock:
            last = last_act(self.store, author)
            if last is None or expected not in (None, last.id):
                return None
            return review.undo(self.settings, self.store, author=author)


def _office(request: Request) -> Office:
    found: Office = request.app.state.office
    return found


Here = Annotated[Office, Depends(_office)]
