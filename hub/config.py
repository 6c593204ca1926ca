"""goldenrod.yaml and the environment, checked once; mistakes name file, line and cure.

Text may hold ``${NAME}`` or ``${NAME:-default}``: secrets come from the environment (or from a
file that only its owner can read, ``${file:PATH}``), never from goldenrod.yaml itself.
"""

import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from hub.errors import ConfigError
from hub.law import AnyTrust, AttributeName, Golden, Trust
from hub.model import Value
from hub.yamlfile import Document, check, parse

_PLACES = ("profile", "map", "url")
_NAME = re.compile(r"\$\{(?:file:(?P<file>[^}]+)|(?P<name>[A-Z0-9_]+)(?::-(?P<default>[^}]*))?)\}")


class Push(Value):
    """What a channel may be sent."""

    enabled: bool = True
    create: bool = False
    """Create customers that the channel does not have yet."""
    attributes: tuple[AttributeName, ...] | None = None
    """Only these; None: all that its map can write."""


class Channel(Value):
    """One system that customers are exchanged with."""

    name: str
    profile: str
    """A vendor that ships with the hub, or the path of a YAML file."""
    map: str
    url: str
    username: str = ""
    password: SecretStr = SecretStr("")
    secrets: dict[str, SecretStr] = Field(default_factory=dict)
    """What else the vendor's login needs, by name: ``refresh_token``, ``token_secret``."""
    trust: AnyTrust = Trust()
    region: str | None = Field(default=None, pattern="^[A-Z]{2}$")
    """ISO 3166-1 alpha-2: for phone numbers and addresses that name no country."""
    language: str | None = Field(default=None, pattern="^[a-z]{2}$")
    options: dict[str, str] = Field(default_factory=dict)
    rate: float | None = Field(default=None, gt=0)
    """Requests a second; overrides the profile's."""
    schedule: str = "@hourly"
    push: Push = Push()


class Matching(Value):
    """When a pair is merged, when a steward is asked, and how large a block may grow."""

    merge: float = Field(default=0.9, gt=0.5, lt=1)
    review: float = Field(default=0.5, gt=0, lt=1)
    block_cap: int = Field(default=100, ge=2)


class Settings(Value):
    """The whole of goldenrod.yaml."""

    store: str
    backups: str = ".goldenrod/backups"
    """The folder for backups and their manifest, seen from goldenrod.yaml."""
    channels: dict[Annotated[str, Field(pattern="^[a-z][a-z0-9_]*$")], Channel]
    matching: Matching = Matching()
    golden: Golden = Golden()

    @model_validator(mode="after")
    def _trusts_channels_that_exist(self) -> Self:
        """Refuse a misspelt channel where it stands, or its trust would silently be the default."""
        unknown = [
            InitErrorDetails(
                type=PydanticCustomError(
                    "unknown_channel",
                    "there is no such channel; configured: {known}",
                    {"known": ", ".join(self.channels)},
                ),
                loc=("golden", "trust", attribute, name),
                input=name,
            )
            for attribute, trusted in self.golden.trust.items()
            for name in trusted
            if name not in self.channels
        ]
        if unknown:
            raise ValidationError.from_exception_data("Settings", unknown)
        return self

    def channel(self, name: str) -> Channel:
        """Return the channel called ``name``; raises ConfigError naming those that exist."""
        if name not in self.channels:
            known = ", ".join(self.channels)
            raise ConfigError(f"there is no channel {name!r}; configured: {known}")
        return self.channels[name]


def load_settings(
    path: Path | str | None = None, environ: Mapping[str, str] | None = None
) -> Settings:
    """Read goldenrod.yaml: ``path``, else $GOLDENROD_CONFIG, else the one in this folder.

    A relative SQLite file and relative profile or map files are looked up from the folder of
    goldenrod.yaml, so that a scheduler may run from anywhere. Raises ConfigError.
    """
    environ = os.environ if environ is None else environ  # noqa: TID251 - the one place that reads it
    file = Path(path or environ.get("GOLDENROD_CONFIG") or "goldenrod.yaml")
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeError) as error:
        raise ConfigError(
            f"{file}: can't be read ({type(error).__name__}); "
            "name a goldenrod.yaml with --config or GOLDENROD_CONFIG"
        ) from error
    document = parse(text, str(file))
    data = _complete(_fill(document, document.data, (), environ), file.absolute().parent)
    return check(document._replace(data=data), Settings)


def _fill(document: Document, value: Any, path: tuple[Any, ...], environ: Mapping[str, str]) -> Any:
    """Put the environment's values in place of ``${…}``, all the way down."""
    if isinstance(value, dict):
        return {key: _fill(document, item, (*path, key), environ) for key, item in value.items()}
    if isinstance(value, list):
        return [_fill(document, item, (*path, n), environ) for n, item in enumerate(value)]
    if not isinstance(value, str):
        return value

    def one(found: re.Match[str]) -> str:
        if found["file"]:
            return _read_secret(document.where(*path), Path(found["file"]))
        known = environ.get(found["name"]) or found["default"]
        if known is None:
            raise ConfigError(
                f"{document.where(*path)}: the environment has no {found['name']}; "
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
        raise ConfigError(f"{where}: {file} can't be read ({type(error).__name__})") from error


def _complete(data: Any, folder: Path) -> Any:
    """Add what goldenrod.yaml need not repeat: a channel's name, its map, absolute paths."""
    if not isinstance(data, dict):
        return data
    channels = data.get("channels")
    if isinstance(channels, dict):
        data["channels"] = {
            name: _complete_channel(name, channel, folder) for name, channel in channels.items()
        }
    backups = data.get("backups", Settings.model_fields["backups"].default)
    if isinstance(backups, str):
        data["backups"] = str(folder / backups)
    return data | {"store": _absolute(data["store"], folder)} if "store" in data else data


def _complete_channel(name: str, channel: Any, folder: Path) -> Any:
    if not isinstance(channel, dict):
        return channel
    named = {"name": name, "map": channel.get("profile", ""), **channel}
    return named | {part: _absolute(named[part], folder) for part in _PLACES if part in named}


def _absolute(place: Any, folder: Path) -> Any:
    """Make a relative YAML file or SQLite file absolute; anything else stays as it is."""
    if not isinstance(place, str):
        return place
    if place.endswith((".yaml", ".yml")):
        return str(folder / place)
    head = "sqlite:///"
    relative = place.startswith(head) and not place.startswith((head + "/", head + ":memory:"))
    return f"{head}{folder / place.removeprefix(head)}" if relative and place != head else place
