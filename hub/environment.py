"""``${…}`` in goldenrod.yaml: from the environment, a file of the owner's, an Airflow connection.

``${NAME}`` must be there, ``${NAME:-default}`` may be missing, ``${file:PATH}`` is the content of a
file that only its owner can read, seen from goldenrod.yaml, and ``${conn:ID.password}`` a field of
a connection that the scheduler keeps. A secret never stands in goldenrod.yaml itself.
"""

import re
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from hub.errors import ConfigError
from hub.yamlfile import Document

_NAME = re.compile(
    r"\$\{(?:file:(?P<file>[^}]+)"
    r"|conn:(?P<conn>[\w-]+)\.(?P<field>[\w.]+)"
    r"|(?P<name>[A-Z0-9_]+)(?::-(?P<default>[^}]*))?)\}"
)
Connections = Callable[[str, str], str | None]
"""Connection and field -> value; None if there is none."""


class Sources(NamedTuple):
    """Where ``${…}`` may take a value from."""

    environ: Mapping[str, str]
    folder: Path
    connections: Connections | None = None


def fill(document: Document, sources: Sources) -> Any:
    """Return the document's data with values in place of ``${…}``, all the way down.

    Raises ConfigError, with the line, for what can't be had.
    """
    return _fill(document, document.data, (), sources)


def _fill(document: Document, value: Any, path: tuple[Any, ...], sources: Sources) -> Any:
    if isinstance(value, dict):
        return {key: _fill(document, item, (*path, key), sources) for key, item in value.items()}
    if isinstance(value, list):
        return [_fill(document, item, (*path, n), sources) for n, item in enumerate(value)]
    if not isinstance(value, str):
        return value
    where = document.where(*path)
    if "${" in _NAME.sub("", value):
        raise ConfigError(
            f"{where}: ${{ begins nothing that is known; write ${{NAME}} in capital letters, "
            "${NAME:-default} or ${file:PATH}"
        )

    return _NAME.sub(lambda found: _one(found, where, sources), value)


def _one(found: re.Match[str], where: str, sources: Sources) -> str:
    if found["file"]:
        return _read_secret(where, sources.folder / found["file"])
    if found["conn"]:
        return _ask_connection(where, found["conn"], found["field"], sources.connections)
    known = sources.environ.get(found["name"]) or found["default"]
    if known is None:
        raise ConfigError(
            f"{where}: the environment has no {found['name']}; "
            f"set it, or write ${{{found['name']}:-default}}"
        )
    return known


def refuse_plain_secrets(document: Document) -> None:
    """Raise ConfigError for a secret that stands in the file itself."""
    channels = document.data.get("channels") if isinstance(document.data, dict) else None
    for name, channel in channels.items() if isinstance(channels, dict) else ():
        told = channel if isinstance(channel, dict) else {}
        more = told.get("secrets")
        more = more if isinstance(more, dict) else {}
        secrets: list[tuple[tuple[str, ...], Any]] = [(("password",), told.get("password"))]
        secrets += [(("secrets", key), value) for key, value in more.items()]
        for path, value in secrets:
            if value and isinstance(value, str) and "${" not in value:
                raise ConfigError(
                    f"{document.where('channels', name, *path)}: a secret stands here in plain "
                    "text; write ${NAME}, ${file:PATH} or ${conn:ID.password}"
                )


def unread(_connection: str, _field: str) -> str:
    """Answer for connections where nobody will log in: a DAG file that is only parsed."""
    return ""


def _ask_connection(where: str, name: str, field: str, ask: Connections | None) -> str:
    if ask is None:
        raise ConfigError(
            f"{where}: connection {name} is known inside Airflow only; "
            "outside write ${NAME} or ${file:PATH}"
        )
    known = ask(name, field)
    if known is None:
        raise ConfigError(f"{where}: Airflow has no connection {name} with {field}; add it there")
    return known


def _read_secret(where: str, file: Path) -> str:
    try:
        if stat.S_IMODE(file.stat().st_mode) & 0o077:
            raise ConfigError(f"{where}: {file} is open to others; chmod 600 {file}")
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeError) as error:
        kind = type(error).__name__
        raise ConfigError(
            f"{where}: {file} can't be read ({kind}); write the secret into it, chmod 600"
        ) from error
