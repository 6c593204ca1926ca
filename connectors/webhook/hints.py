"""Deliveries -> pages: whoever is named is read as it stands now, before the pull begins."""

import json
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

from connectors.base import Page
from connectors.facts.paths import reader
from connectors.webhook.facts import Webhook
from connectors.webhook.inbox import Inbox, Kept
from hub.model import Key, SourceRecord

AT_ONCE = 100
"""Deliveries that become one page."""


class Hints:
    """What the webhooks of one channel tell a pull."""

    def __init__(self, channel: str, facts: Webhook, inbox: Inbox) -> None:
        self._channel = channel
        self._facts = facts
        self._inbox = inbox
        self._id = reader(facts.id)

    def pages(
        self, cursor: str, read_back: Callable[[Sequence[str]], list[SourceRecord]]
    ) -> Iterator[Page]:
        """Yield the records that deliveries named, as they stand now; the cursor stays.

        A delivery is forgotten once its page has landed, that is, when the next page is asked for.
        """
        waiting = self._inbox.waiting()
        while group := list(islice(waiting, AT_ONCE)):
            named = {}
            for kept in group:
                remote_id, body = self._read(kept)
                if remote_id and (not self._facts.topics or kept.topic in self._facts.topics):
                    named[remote_id] = (kept.topic in self._facts.gone, body)
            records = read_back(list(named)) if named else []
            there = {record.key.id for record in records}
            records += [
                SourceRecord(Key(self._channel, remote_id), body, deleted=True)
                for remote_id, (gone, body) in named.items()
                if gone and remote_id not in there
            ]
            if records:
                yield Page(tuple(records), cursor)
            self._inbox.done(group)

    def _read(self, kept: Kept) -> tuple[str | None, dict[str, Any]]:
        try:
            body = json.loads(kept.body)
        except (ValueError, RecursionError):
            return None, {}
        told = self._id(body)
        if isinstance(told, bool) or not isinstance(told, str | int) or not isinstance(body, dict):
            return None, {}
        text = str(told)
        prefix = self._facts.id_prefix
        return (text if text.startswith(prefix) else prefix + text), body
