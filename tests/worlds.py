"""A world as it once was, put back in a moment: living through it again would take seconds."""

import sqlite3
from contextlib import closing
from copy import deepcopy

STATE = {
    "erp": ("_cards", "_numbers", "_last_number"),
    "shop": ("_records", "_next_id", "_next_meta_id", "_by_email"),
    "mail": ("_members", "_forgotten"),
}
"""What each of the sandbox's servers remembers."""


class World:
    """The sandbox's four systems and a hub on SQLite, as they stand now."""

    def __init__(self, sandbox, settings, said=None):
        self.said = said
        self._systems = {
            name: deepcopy({what: vars(system)[what] for what in STATE[name]})
            for name, system in _systems(sandbox)
        }
        self._databases = []
        for live in _databases(settings):
            kept = sqlite3.connect(":memory:", check_same_thread=False)
            with closing(sqlite3.connect(live)) as source:
                source.backup(kept)
            self._databases.append(kept)

    def put_back(self, sandbox, settings):
        """Make another sandbox and another hub what these were; return what was said then."""
        for name, system in _systems(sandbox):
            vars(system).update(deepcopy(self._systems[name]))
        for kept, live in zip(self._databases, _databases(settings), strict=True):
            with closing(sqlite3.connect(live)) as target:
                kept.backup(target)
        return self.said


def _systems(sandbox):
    return [(name, getattr(sandbox, name).system) for name in STATE]


def _databases(settings):
    return [url.removeprefix("sqlite:///") for url in (settings.store, settings.channel("crm").url)]
