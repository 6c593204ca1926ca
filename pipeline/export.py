"""EXPORT: all that is held on one customer, as plain JSON, for the customer to read."""

from typing import Any

from pipeline.forget import whom
from store.database import Store


def export(store: Store, name: str) -> dict[str, Any]:
    """Return the rows of every table on the customer of this golden id or key, by table.

    It shows what `forget` would erase. Raises RecordError for a name that means nobody or several.
    """
    with store.read() as unit:
        found = whom(unit, name)
        numbers = [record.id for record in found.records]
        return {"id": found.golden_id, **unit.erasures.holdings(found.golden_id, numbers)}
