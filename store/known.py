"""The attributes of all golden customers at once, for counting; never parsed here."""

from collections.abc import Iterator

from sqlalchemy import Connection, select

from store.tables import golden

_CHUNK = 20_000


class Known:
    """Whom the hub knows."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def attributes(self) -> Iterator[list[str]]:
        """Yield the JSON of all that live, some thousands at a time."""
        query = select(golden.c.attributes).where(golden.c.retired.is_(False))
        found = self._connection.execution_options(yield_per=_CHUNK).execute(query)
        for some in found.scalars().partitions():
            yield list(some)
