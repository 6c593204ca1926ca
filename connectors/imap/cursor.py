"""Where a pull of a mail box resumes, and who has unsubscribed in it so far."""

import json
from typing import NamedTuple, Self

from hub.errors import ConfigError


class MailCursor(NamedTuple):
    """The next UID to read; void as soon as the folder's UIDVALIDITY is another."""

    validity: int = 0
    next: int = 1
    withdrawn: dict[str, str] = {}  # noqa: RUF012 - never changed, always replaced
    """By address, when the last unsubscription came in: a word that outlives its mail."""

    def __str__(self) -> str:
        return json.dumps(self._asdict(), separators=(",", ":"), ensure_ascii=False)

    @classmethod
    def parse(cls, text: str | None, channel: str) -> Self:
        """Read a cursor back; raises ConfigError for a text that is none of ours."""
        if text is None:
            return cls()
        try:
            told = json.loads(text)
            return cls(int(told["validity"]), int(told["next"]), dict(told["withdrawn"]))
        except (ValueError, TypeError, KeyError) as error:
            raise ConfigError(
                f"{channel}: the stored cursor is not one of ours; pull it again from the start"
            ) from error
