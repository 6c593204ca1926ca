"""Where a pull of files resumes: which files were read, and how far the one under way was."""

import json
from typing import NamedTuple, Self

from hub.errors import ConfigError


class Sign(NamedTuple):
    """A file as it was when it was read."""

    size: int
    time: float
    digest: str


class FilesCursor(NamedTuple):
    """The files of the folder that were read whole, by name; a file that is gone is forgotten."""

    seen: dict[str, Sign]
    name: str = ""
    """The file under way."""
    digest: str = ""
    row: int = 0
    """Rows of it that were handed over."""

    def __str__(self) -> str:
        under_way = {"name": self.name, "digest": self.digest, "row": self.row} if self.name else {}
        return json.dumps({"seen": self.seen, **under_way}, separators=(",", ":"))

    @classmethod
    def parse(cls, text: str | None, channel: str) -> Self:
        """Read a cursor back; raises ConfigError for a text that is none of ours."""
        if text is None:
            return cls({})
        try:
            told = json.loads(text)
            seen = {name: Sign(*facts) for name, facts in told.pop("seen").items()}
            return cls(seen, **told)
        except (ValueError, TypeError, AttributeError, KeyError) as error:
            raise ConfigError(
                f"{channel}: the stored cursor is not one of ours; pull it again from the start"
            ) from error
