"""ALONE: for what must not meet any verb at work, such as a restore."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from hub.config import Settings
from store.database import Store


@contextmanager
def alone(settings: Settings, store: Store) -> Iterator[None]:
    """Keep every verb from working. Raises TransientError if one is at it for too long."""
    with ExitStack() as held:
        for name in ("resolve", "backup"):
            held.enter_context(store.exclusive(name))
        for channel in settings.channels:
            held.enter_context(store.exclusive(f"pull {channel}"))
            held.enter_context(store.exclusive(f"push {channel}"))
        yield
