"""goldenrod.yaml and the environment, checked once; mistakes name file, line and cure.

Text may hold ``${NAME}`` or ``${NAME:-default}``: secrets come from the environment (or from a
file that only its owner can read, ``${file:PATH}``, or from an Airflow connection,
``${conn:ID.password}``), never from goldenrod.yaml itself.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, PrivateAttr, SecretStr, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from hub.checks import Address, ChannelName, Country, Language, NoTruth, Schedule
from hub.environment import Connections, Sources, fill, refuse_plain_secrets
from hub.errors import ConfigError
from hub.law import AnyTrust, AttributeName, Golden, Trust
from hub.model import Value
from hub.yamlfile import Document, check, parse

_PLACES = ("profile", "map", "url")
_YAML = (".yaml", ".yml")


class Drift(StrEnum):
    """What to do with a record whose columns are new, missing or of another type."""

    EVOLVE = "evolve"
    """Take it as it is; the change is reported."""
    FREEZE = "freeze"
    """Stop the channel until a person has accepted the change."""
    DROP_VALUE = "drop_value"
    """Leave the value out; what the record said before stands."""
    DROP_ROW = "drop_row"
    """Leave the record in quarantine, dropped."""
    HOLD = "hold"
    """Leave the record in quarantine, waiting."""


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
    url: Address
    username: str = ""
    password: SecretStr = SecretStr("")
    secrets: dict[str, SecretStr] = Field(default_factory=dict)
    """What else the vendor's login needs, by name: ``refresh_token``, ``token_secret``."""
    inbox: str | None = None
    """The folder where webhooks are kept until the next pull; None: none are taken."""
    trust: AnyTrust = Trust()
    role: str | None = Field(default=None, min_length=1)
    """What its records are to us, such as ``customer`` or ``supplier``; None: nobody says."""
    region: Country | None = None
    """ISO 3166-1 alpha-2: for phone numbers and addresses that name no country."""
    language: Language | None = None
    options: dict[str, str] = Field(default_factory=dict)
    rate: Annotated[float, NoTruth] | None = Field(default=None, gt=0)
    """Requests a second; this and the next two override the profile's."""
    per_day: int | None = Field(default=None, ge=1)
    """Requests a day."""
    at_once: int | None = Field(default=None, ge=1)
    """Requests under way at the same time."""
    streams: tuple[str, ...] = ()
    """What to read beside the customers, of what the profile knows: ``orders``, ``visits``."""
    drift: Drift = Drift.EVOLVE
    """What to do when the channel's records look different from what they did before."""
    poison: int = Field(default=1_000, ge=1)
    """With more records than this waiting in quarantine, the channel is stopped."""
    full_scan_hours: float | None = Field(default=168, gt=0)
    """How often everything is read again, to find what no filter by time shows; None: never."""
    shrink: float = Field(default=0.1, ge=0, le=1)
    """A full scan that misses more than this part of the known records is held."""
    schedule: Schedule = "@hourly"
    push: Push = Push()


class Matching(Value):
    """When a pair is merged, when a steward is asked, and how large a block may grow."""

    merge: float = Field(default=0.9, gt=0.5, lt=1)
    review: float = Field(default=0.5, gt=0, lt=1)
    block_cap: Annotated[int, NoTruth] = Field(default=100, ge=2)

    @model_validator(mode="after")
    def _review_below_merge(self) -> Self:
        if self.review > self.merge:
            message = "review must not be above merge: what is merged needs no review"
            raise ValueError(message)
        return self


class Settings(Value):
    """The whole of goldenrod.yaml."""

    store: str
    backups: str = ".goldenrod/backups"
    """The folder for backups and their manifest, seen from goldenrod.yaml."""
    erasure_secret: SecretStr = SecretStr("")
    """Recognises the records of erased customers by hash; never to be changed once in use."""
    channels: dict[ChannelName, Channel] = Field(min_length=1)
    workers: int | None = Field(default=None, ge=1)
    """Processes for mapping much at once; None: one a processor."""
    matching: Matching = Matching()
    golden: Golden = Golden()
    _document: Document = PrivateAttr(Document("goldenrod.yaml", None, {}))

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

    @contextmanager
    def told_at(self, *path: str) -> Iterator[None]:
        """Have a ConfigError that leaves this block say file and line of the setting at ``path``.

        An error that names a ``setting`` itself means the one of that name beside it.
        """
        try:
            yield
        except ConfigError as error:
            place = (*path[:-1], error.setting or path[-1])
            where, dotted = self._document.where(*place), ".".join(place)
            problem = str(error).removeprefix(f"{path[-2:][0]}: ")  # the channel's name, or "store"
            raise ConfigError(f"{where}: {dotted}: {problem}") from error


def load_settings(
    path: Path | str | None = None,
    environ: Mapping[str, str] | None = None,
    *,
    connections: Connections | None = None,
) -> Settings:
    """Read goldenrod.yaml: ``path``, else $GOLDENROD_CONFIG, else the one in this folder.

    A relative SQLite file and relative profile or map files are looked up from the folder of
    goldenrod.yaml, so that a scheduler may run from anywhere. ``connections`` answers for
    ``${conn:ID.field}``: a scheduler that keeps secrets brings it. Raises ConfigError, also for a
    secret that stands there in plain text.
    """
    environ = os.environ if environ is None else environ  # noqa: TID251 - the one place that reads it
    file = Path(path or environ.get("GOLDENROD_CONFIG") or "goldenrod.yaml")
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise ConfigError(
            f"{file}: can't be read ({type(error).__name__}); "
            "name a goldenrod.yaml with --config or GOLDENROD_CONFIG"
        ) from error
    document = parse(_decode(raw, file), str(file))
    folder = file.absolute().parent
    refuse_plain_secrets(document)
    filled = fill(document, Sources(environ, folder, connections))
    settings = check(document._replace(data=_complete(document, filled, folder)), Settings)
    settings._document = document  # noqa: SLF001 - its own attribute, which pydantic lets nobody pass
    return settings


def _decode(raw: bytes, file: Path) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{file}:{line}: this is not UTF-8; save the file as UTF-8") from error


def _complete(document: Document, data: Any, folder: Path) -> Any:
    """Add what goldenrod.yaml need not repeat: a channel's name, its map, absolute paths."""
    if not isinstance(data, dict):
        return data
    channels = data.get("channels")
    if isinstance(channels, dict):
        for name, channel in channels.items():
            if isinstance(channel, dict) and "name" in channel:
                where = document.where("channels", name, "name")
                raise ConfigError(f"{where}: a channel's name stands above it: {name}; drop this")
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
    named = {"name": name, **channel}
    profile = channel.get("profile", "")
    if not (isinstance(profile, str) and profile.endswith(_YAML)):
        named.setdefault("map", str(profile))  # a vendor that ships with the hub brings its map
    if isinstance(named.get("inbox"), str):
        named["inbox"] = str(folder / named["inbox"])
    return named | {part: _absolute(named[part], folder) for part in _PLACES if part in named}


def _absolute(place: Any, folder: Path) -> Any:
    """Make a relative YAML file or SQLite file absolute; anything else stays as it is."""
    if not isinstance(place, str):
        return place
    if place.endswith(_YAML):
        return str(folder / place)
    head = "sqlite:///"
    relative = place.startswith(head) and not place.startswith((head + "/", head + ":memory:"))
    return f"{head}{folder / place.removeprefix(head)}" if relative and place != head else place
