"""The lines of a map compiled into functions that write: attributes -> fields of the channel.

Never a null, never a text that the column is too short for, never a name that would be read back
as another one: such an attribute is left out, and the channel keeps what it has.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from hub.model import Attributes, Identifier, Payload, PersonName
from mapping.clean.addresses import country_name
from mapping.clean.dates import ISO
from mapping.clean.names import full_name, is_generation, write_name
from mapping.clean.phones import mobility
from mapping.clean.text import UncleanError
from mapping.fieldmap import Blank, FieldMap, Write, to_channel
from mapping.lines import Place, Reader, compile_line
from mapping.paths import Step, parse_path
from mapping.reading import as_values, by_unit, compile_address, compile_name, fold_case

_ORNAMENTS = frozenset({"prefix", "suffix"})
"""Parts of a name that may stay away where they find no room: who is meant is clear without."""


class NoRoomError(Exception):
    """The channel can't hold this value as it is: the whole attribute is left out."""


class Written(NamedTuple):
    """One value on its way to one place in the channel's payload."""

    path: tuple[Step, ...]
    value: str


class Base(NamedTuple):
    """The record as the channel holds it, and where its numbers without a country code belong."""

    payload: Payload
    region: str | None


Writer = Callable[[Attributes, Base | None], list[Written]]
"""Takes the record as it is there, None on creation. May raise NoRoomError."""


class _Column(NamedTuple):
    """A line that is written, and how."""

    line: FieldMap
    path: tuple[Step, ...]
    render: Callable[[Any], str | None]
    """Value -> the channel's spelling; None if it has no word for it. May raise NoRoomError."""

    def is_due(self, base: Base | None) -> bool:
        return base is None or self.line.write is not Write.CREATE

    def write_part(self, value: Any) -> list[Written]:
        """Write one part of a unit; without a value its column is emptied if the map says so."""
        text = None if value is None else self.render(value)
        if text is None and self.line.blank is Blank.CLEAR:
            text = ""
        return [] if text is None else [Written(self.path, text)]


def _columns(lines: Iterable[FieldMap], place: Place) -> list[_Column]:
    return [
        _Column(line, parse_path(line.path), _renderer(line, place))
        for line in lines
        if line.is_written
    ]


def compile_writers(lines: Iterable[FieldMap], place: Place) -> dict[str, Writer]:
    """Return a writer for each attribute that these lines can write."""
    groups: dict[str, list[FieldMap]] = {}
    for line in lines:
        groups.setdefault(line.target.attribute, []).append(line)
    return {
        attribute: _COMPILERS.get(attribute, _scalar)(group, place)
        for attribute, group in groups.items()
        if any(line.is_written for line in group)
    }


def _scalar(lines: Sequence[FieldMap], place: Place) -> Writer:
    columns, attribute = _columns(lines, place), lines[0].target.attribute

    def write(attributes: Attributes, base: Base | None) -> list[Written]:
        value = getattr(attributes, attribute)
        due = [column for column in columns if column.is_due(base)]
        return [written for column in due for written in column.write_part(value)]

    return write


def _name(lines: Sequence[FieldMap], place: Place) -> Writer:
    """Write a person's name into every unit that takes one, unless the record has that name."""
    units = [_columns(unit, place) for unit in by_unit(lines)]
    read = compile_name(lines, place)

    def write(attributes: Attributes, base: Base | None) -> list[Written]:
        held = None if base is None else read(*base)
        if attributes.name in (None, held):
            return []
        return [
            written
            for unit in units
            for column, value in _parts(attributes.name, unit)
            if column.is_due(base)
            for written in column.write_part(value)
        ]

    return write


def _parts(name: PersonName, unit: Sequence[_Column]) -> list[tuple[_Column, Any]]:
    """Give each column its part; what has no column joins the neighbour where people look."""
    own = {column.line.target.part for column in unit}
    given, family = name.given, name.family
    if name.middle and "middle" not in own:
        given = " ".join(filter(None, (given, name.middle)))
    if family and name.suffix and "suffix" not in own and is_generation(name.suffix):
        family = f"{family} {name.suffix}"
    parts = name.model_dump() | {"given": given, "family": family, "": name}
    return [
        (column, value)
        for column in unit
        for part, value in [(column.line.target.part, parts[column.line.target.part])]
        if not (part in _ORNAMENTS and value and _is_long(value, column.line))
    ]


def _addresses(lines: Sequence[FieldMap], place: Place) -> Writer:
    """Write the first address into the first unit, and so on: whole, or not at all.

    An address that the record holds already, be it in a unit that is only read, stays there.
    """
    units = by_unit(lines)
    readers = [compile_address(unit, place) for unit in units]
    targets = [columns for unit in units if (columns := _columns(unit, place))]

    def write(attributes: Attributes, base: Base | None) -> list[Written]:
        held = [] if base is None else [read(*base) for read in readers]
        return [
            written
            for address, columns in zip(attributes.addresses, targets, strict=False)
            if address not in held and (address.street or address.postcode or address.locality)
            for column in columns
            if column.is_due(base)
            for written in column.write_part(getattr(address, column.line.target.part))
        ]

    return write


def _set(lines: Sequence[FieldMap], place: Place) -> Writer:
    """Write a set into the columns that the channel has for it.

    A value that the record holds already stays where it is; the others take, in their order, the
    columns that hold nothing of the set. What finds no column is left out.
    """
    columns, attribute = _columns(lines, place), lines[0].target.attribute
    readers = [(parse_path(line.path), compile_line(line, place)) for line in lines]

    def write(attributes: Attributes, base: Base | None) -> list[Written]:
        wanted = {fold_case(value): value for value in getattr(attributes, attribute)}
        free = [column for column in columns if column.is_due(base)]
        if base is not None:
            held = [(path, fold_case(value)) for path, value in _held(readers, base)]
            kept = {path for path, value in held if value in wanted}
            free = [column for column in free if column.path not in kept]
            for _, value in held:
                wanted.pop(value, None)
        return _fill(free, list(wanted.values()))

    return write


def _held(
    readers: Sequence[tuple[tuple[Step, ...], Reader]], base: Base
) -> list[tuple[tuple[Step, ...], Any]]:
    """Return what the record holds, and where."""
    return [(path, value) for path, read in readers for value in as_values(read(*base))]


def _fill(columns: Sequence[_Column], wanted: list[Any]) -> list[Written]:
    """Fill free columns: mobiles where only these belong, the rest in order, then maybe-mobiles."""
    written: dict[tuple[Step, ...], str] = {}
    for takes, least in (("mobile", 2), (None, 0), ("mobile", 1)):
        for column in columns:
            if column.line.takes != takes or column.path in written:
                continue
            value = next((v for v in wanted if _fits(v, column.line, least)), None)
            if value is not None and (text := column.render(value)):
                written[column.path] = text
                wanted.remove(value)
    return [Written(path, text) for path, text in written.items()]


def _fits(value: Any, line: FieldMap, least: int) -> bool:
    if isinstance(value, Identifier):
        return value.kind == line.target.part and not _is_long(value.value, line)
    return (line.takes is None or mobility(value) >= least) and not _is_long(value, line)


# How a value is spelled over there


def _renderer(line: FieldMap, place: Place) -> Callable[[Any], Any]:
    spell = _speller(line, place)

    def render(value: Any) -> Any:
        text = spell(value)
        if isinstance(text, str) and _is_long(text, line):
            raise NoRoomError
        return text

    return render


def _is_long(text: str, line: FieldMap) -> bool:
    return line.max is not None and len(text) > line.max


def _speller(line: FieldMap, place: Place) -> Callable[[Any], Any]:
    attribute, _, part = line.target
    if line.values:
        return to_channel(line.values).get
    if attribute == "birth_date":
        layout = line.format[0]
        return lambda day: day.isoformat() if layout == ISO else day.strftime(layout)
    if attribute == "name" and not part:
        return lambda name: _spell_name(name, line.format[0])
    if part == "country" and "name" in line.format:
        return lambda code: country_name(code, place.language or "en")
    return lambda value: value.value if isinstance(value, Identifier) else value


def _spell_name(name: PersonName, template: str) -> str:
    """Write a name into one column, if it will be read back as the same name."""
    text = write_name(name, template)
    try:
        again = full_name(text)
    except UncleanError:
        raise NoRoomError from None
    if again is None or (again.family, str(again)) != (name.family, str(name)):
        raise NoRoomError
    return text


_COMPILERS: dict[str, Callable[[Sequence[FieldMap], Place], Writer]] = {
    "name": _name,
    "addresses": _addresses,
    "emails": _set,
    "phones": _set,
    "identifiers": _set,
}
