"""NOTICES: which channels must hear of which golden customers; they lie in the outbox then."""

from collections.abc import Collection

from hub.config import Settings
from pipeline.scope import Scope
from store.golden_text import GoldenText
from store.outbox import Notice


def notices(
    settings: Settings, scope: Scope, goldens: Collection[GoldenText], changed: Collection[str]
) -> list[Notice]:
    """Let every channel that holds the customer, or should, hear of it.

    Also where only a member changed: a channel may now hold something else than the golden value.
    """
    found = []
    for golden in goldens:
        if golden.id not in changed and scope.due.isdisjoint(golden.members):
            continue
        holders: dict[str, list[int | None]] = {}
        for key in golden.members:
            if not scope.records[key].deleted:
                holders.setdefault(key.channel, []).append(scope.records[key].id)
        for name, channel in settings.channels.items():
            if channel.push.enabled:
                targets = holders.get(name) or ([None] if channel.push.create else [])
                found += [Notice(golden.id, name, target, golden.version) for target in targets]
    return found
