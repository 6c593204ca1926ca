"""The journal: what ran, with its report, and who did what. Only ever added to."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, insert, select, update

from hub.clock import new_id
from store.encoding import dump, load
from store.tables import event, run


class Run(NamedTuple):
    """One execution of a verb; without an end it is under way, or it was killed."""

    id: str
    verb: str
    started_at: datetime
    ended_at: datetime | None
    outcome: str | None
    report: Any


class Event(NamedTuple):
    """One act of a person or a rule; the subject names keys and ids, no personal data."""

    id: int
    at: datetime
    author: str
    act: str
    subject: dict[str, Any]


class Journal:
    """Runs and events."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def start(self, verb: str, at: datetime) -> str:
        """Note that a run began and return its id."""
        run_id = new_id("run")
        self._connection.execute(insert(run).values(id=run_id, verb=verb, started_at=at))
        return run_id

    def end(self, run_id: str, report: Any, outcome: str, at: datetime) -> None:
        """Note how a run ended; ``report`` is plain JSON."""
        self._connection.execute(
            update(run)
            .where(run.c.id == run_id)
            .values(ended_at=at, outcome=outcome, report=dump(report))
        )

    def record(self, author: str, act: str, subject: Mapping[str, Any], at: datetime) -> None:
        """Note an act."""
        self._connection.execute(
            insert(event).values(author=author, act=act, subject=dump(dict(subject)), at=at)
        )

    def runs(self, limit: int = 20) -> list[Run]:
        """Return the last runs, newest first."""
        query = select(run).order_by(run.c.started_at.desc(), run.c.id.desc()).limit(limit)
        return [
            Run(**row._asdict())._replace(report=load(row.report))
            for row in self._connection.execute(query)
        ]

    def events(self, limit: int = 50) -> list[Event]:
        """Return the last acts, newest first."""
        columns = (event.c[name] for name in Event._fields)
        query = select(*columns).order_by(event.c.id.desc()).limit(limit)
        return [
            Event(**row._asdict())._replace(subject=load(row.subject))
            for row in self._connection.execute(query)
        ]
