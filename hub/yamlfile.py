"""YAML text -> a checked pydantic model, or a ConfigError that names file, line and cure.

PyYAML's own reading is too friendly for configuration: a duplicate key silently wins, ``no``
becomes False, ``012`` becomes 10 and ``1:30`` becomes 90. Here duplicate keys are refused, a key
is always text, and only ``true``, ``false``, ``null``, plain integers and plain decimals are more
than text.
"""

import re
from difflib import get_close_matches
from typing import Any, NamedTuple, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from hub.errors import ConfigError

Checked = TypeVar("Checked", bound=BaseModel)
Path = tuple[str | int, ...]


class _Loader(yaml.CSafeLoader):
    """A safe loader that guesses no booleans from words, no octals and no times."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - PyYAML's own shape

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - PyYAML's own shape
        """Take the keys as they are written."""
        return {key.value: self.construct_object(value, deep=deep) for key, value in node.value}


for _tag, _pattern, _first in (
    ("bool", r"true|false", "tf"),
    ("null", r"null|~|", ["n", "~", ""]),
    ("int", r"-?(0|[1-9][0-9]*)", "-0123456789"),
    ("float", r"-?(0|[1-9][0-9]*)\.[0-9]+", "-0123456789"),
):
    _Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_pattern})$"), list(_first)
    )


class Document(NamedTuple):
    """Parsed YAML that still knows its lines."""

    name: str
    data: Any
    lines: dict[Path, int]
    """Line (from 1) of each value by its path; a mapping's value stands at its key."""

    def where(self, *path: str | int) -> str:
        """Return ``file:line`` of the nearest known ancestor of ``path``."""
        known = (path[:length] for length in range(len(path), 0, -1) if path[:length] in self.lines)
        return f"{self.name}:{self.lines.get(next(known, ()), 1)}"

    def at(self, *path: str | int) -> Any:
        """Return what stands at ``path``; a place that the file does not have holds ``...``."""
        value = self.data
        for step in path:
            inside = range(len(value)) if isinstance(value, list) else value
            if not isinstance(inside, dict | range) or step not in inside:
                return ...
            value = value[step]
        return value


def load_yaml(text: str, name: str, model: type[Checked]) -> Checked:
    """Parse and check ``text``; ``name`` is the file's name in messages. Raises ConfigError."""
    return check(parse(text, name), model)


def parse(text: str, name: str) -> Document:
    """Parse ``text``; raises ConfigError for broken YAML and for a key written twice."""
    loader = _Loader(text)
    try:
        root = loader.get_single_node()
        lines: dict[Path, int] = {}
        if root is not None:
            _locate(root, (), name, lines)
        data = None if root is None else loader.construct_document(root)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "it can't be read"
        raise ConfigError(f"{name}{line}: this is not YAML: {problem}") from error
    except RecursionError as error:
        raise ConfigError(f"{name}: it is nested too deeply, or holds itself") from error
    finally:
        loader.dispose()
    return Document(name, data, lines)


def check(document: Document, model: type[Checked]) -> Checked:
    """Validate the document's data; every mistake becomes a line of one ConfigError."""
    try:
        return model.model_validate({} if document.data is None else document.data)
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
        lines = [_explain(document, detail, model) for detail in details]
        raise ConfigError("\n".join(lines)) from None


def _locate(node: yaml.Node, path: Path, name: str, lines: dict[Path, int]) -> None:
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                raise ConfigError(f"{name}:{line}: a setting's name must be a single word")
            here = (*path, key.value)
            if here in lines:
                raise ConfigError(f"{name}:{line}: {key.value!r} is written twice; keep one")
            lines[here] = line
            _locate(value, here, name, lines)
    elif isinstance(node, yaml.SequenceNode):
        for place, item in enumerate(node.value):
            _locate(item, (*path, place), name, lines)


def _explain(document: Document, detail: ErrorDetails, model: type[BaseModel]) -> str:
    """Say where, what is wrong and what would be right; never the value: it may be a secret."""
    path = tuple(detail["loc"])
    bad_name = path[-1:] == ("[key]",)
    path = path[:-1] if bad_name else path
    dotted = ".".join(map(str, path)) or "the file"
    where = document.where(*path)
    match detail["type"]:
        case "missing":
            return f"{where}: {dotted} is missing; add it"
        case "extra_forbidden":
            return f"{where}: {dotted} is not a setting{_suggest(path, model)}"
        case _ if document.at(*path) is None and not bad_name:
            return f"{where}: {dotted} is empty; give it a value"
        case kind:
            return f"{where}: {dotted}: {_cure(kind, detail)}"


_CURES = {
    "string_type": "must be text; put it in quotes",
    "int": "must be a whole number",
    "float": "must be a number",
    "bool": "must be true or false",
    "dict_type": "must be a block of settings, one `name: value` a line",
    "model_type": "must be a block of settings, one `name: value` a line",
    "list_type": "must be a list: [one, two]",
    "tuple_type": "must be a list: [one, two]",
    "too_short": "must hold at least {min_length}",
    "enum": "must be {expected}",
    "literal_error": "must be {expected}",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be {ge} or more",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be {le} or less",
}
"""By pydantic's kind of mistake, or by the type that it expected; see its usage_errors."""


def _cure(kind: str, detail: ErrorDetails) -> str:
    cure = _CURES.get(kind) or _CURES.get(kind.partition("_")[0])
    if cure:
        return cure.format(**detail.get("ctx", {}))
    message = detail["msg"].removeprefix("Value error, ").removeprefix("Input ")
    return f"{message[:1].lower()}{message[1:]}"


def _suggest(path: Path, model: type[BaseModel]) -> str:
    """Name the settings that are known at this place, the likeliest first."""
    known = sorted(_fields_at(path[:-1], model))
    close = get_close_matches(str(path[-1]), known, n=1)
    if close:
        return f"; did you mean {close[0]!r}?"
    return f"; known here: {', '.join(known)}" if known else ""


def _fields_at(path: Path, model: type[BaseModel]) -> set[str]:
    """Field names of the model that stands at ``path`` (also inside lists, dicts, optionals)."""
    models = [model]
    for step in path:
        fields = [m.model_fields[str(step)] for m in models if str(step) in m.model_fields]
        inner = [found for field in fields for found in _models_in(field.annotation)]
        models = inner or models  # a list's place or a dict's key is not a field: stay
    return {name for m in models for name in m.model_fields}


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for part in getattr(annotation, "__args__", ()) for found in _models_in(part)]
