"""``${…}`` in goldenrod.yaml: from the environment, or from a file that only its owner can read.

``${NAME}`` must be there, ``${NAME:-default}`` may be missing, ``${file:PATH}`` is the content of a
file, seen from goldenrod.yaml.
"""

import re
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from hub.errors import ConfigError
from hub.yamlfile import Document

_NAME = re.compile(r"\$\{(?:file:(?P<file>[^}]+)|(?P<name>[A-Z0-9_]+)(?::-(?P<default>[^}]*))?)\}")


class Sources(NamedTuple):
    """Where ``${…}`` may take a value from."""

    environ: Mapping[str, str]
    folder: Path


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

    def one(found: re.Match[str]) -> str:
        if found["file"]:
            return _read_secret(where, sources.folder / found["file"])
        known = sources.environ.get(found["name"]) or found["default"]
        if known is None:
            raise ConfigError(
                f"{where}: the environment has no {found['name']}; "
                f"set it, or write ${{{found['name']}:-default}}"
            )
        return known

    return _NAME.sub(one, value)


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
