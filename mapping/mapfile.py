"""A map as its YAML file states it, checked: mistakes name file, line and cure."""

from importlib.resources import files
from pathlib import Path
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, model_validator

from hub.errors import ConfigError
from hub.model import Value
from hub.yamlfile import load_yaml
from mapping.fieldmap import ConsentMap, FieldMap, KindMap, StreamConsentMap

_IDENTIFYING = frozenset({"name", "organisation", "emails", "phones", "identifiers"})


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError):
        raise ValueError(f"{name!r} is not a time zone; write one like Europe/Berlin") from None
    return name


class MapFile(Value):
    """One vendor's map."""

    vendor: str
    zone: Annotated[str, AfterValidator(_known_zone)] = "UTC"
    """What a time without a zone is in."""
    kind: KindMap | None = None
    """None: all are persons."""
    fields: tuple[FieldMap, ...] = Field(min_length=1)
    consents: tuple[ConsentMap, ...] = ()
    """What a customer's own record says on consent."""
    stream_consents: tuple[StreamConsentMap, ...] = ()
    """What the records of the stream ``consents`` say."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not any(line.target.attribute in _IDENTIFYING for line in self.fields):
            known = ", ".join(sorted(_IDENTIFYING))
            raise ValueError(f"no line identifies a customer; map one of: {known}")
        return self


def read_map(name_or_path: str) -> MapFile:
    """Read a map that ships with the hub by its name, or any YAML file. Raises ConfigError."""
    return load_yaml(*text_of(name_or_path), MapFile)


def text_of(name_or_path: str) -> tuple[str, str]:
    """Return a map's YAML and the name of its file for messages. Raises ConfigError."""
    if name_or_path.endswith((".yaml", ".yml")):
        return _read_file(name_or_path), name_or_path
    shipped = {
        file.name.removesuffix(".yaml"): file
        for file in files("mapping.maps").iterdir()
        if file.name.endswith(".yaml")
    }
    if name_or_path not in shipped:
        known = ", ".join(sorted(shipped))
        raise ConfigError(
            f"there is no map {name_or_path!r}; shipped: {known}; or name a file ending in .yaml"
        )
    file = shipped[name_or_path]
    return file.read_text(encoding="utf-8"), f"mapping/maps/{file.name}"


def _read_file(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeError) as error:
        raise ConfigError(
            f"{path}: can't be read ({type(error).__name__}); a map is a YAML file in UTF-8"
        ) from error
