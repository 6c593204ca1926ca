"""The lines of a map compiled into one function: payload -> values of a Customer."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from hub.model import Address, Payload, PersonName
from mapping.clean.addresses import may_be_in
from mapping.clean.names import person_name
from mapping.fieldmap import FieldMap, Write
from mapping.lines import Place, Reader, compile_line, text_reader


def compile_values(lines: Iterable[FieldMap], place: Place) -> Callable[[Payload], dict[str, Any]]:
    """Return a function payload -> the values of a Customer that these lines fill.

    Raises RecordError there. The country of the first address says where phone numbers and
    identifiers without a prefix are at home.
    """
    readers = {
        attribute: _ASSEMBLERS.get(attribute, _first)(group, place)
        for attribute, group in by_attribute(lines).items()
    }
    read_addresses = readers.pop("addresses", _read_none)

    def read(payload: Payload) -> dict[str, Any]:
        addresses = read_addresses(payload, place.region)
        values = {"addresses": addresses} if addresses else {}
        region = (addresses[0].country if addresses else None) or place.region
        for attribute, reader in readers.items():
            value = reader(payload, region)
            if value:
                values[attribute] = value
        return values

    return read


def by_attribute(lines: Iterable[FieldMap]) -> dict[str, list[FieldMap]]:
    """Group the lines that are read, in their order."""
    groups: dict[str, list[FieldMap]] = {}
    for line in lines:
        if line.write is not Write.ONLY:
            groups.setdefault(line.target.attribute, []).append(line)
    return groups


def by_unit(lines: Iterable[FieldMap]) -> list[list[FieldMap]]:
    """Group the lines of one attribute by unit, in order of first appearance."""
    units: dict[str, list[FieldMap]] = {}
    for line in lines:
        units.setdefault(line.target.unit, []).append(line)
    return list(units.values())


def _read_none(_payload: Payload, _region: str | None) -> None:
    return None


def _first(lines: Sequence[FieldMap], place: Place) -> Reader:
    """Take the first line that is filled."""
    readers = [compile_line(line, place) for line in lines]

    def read(payload: Payload, region: str | None) -> Any:
        values = [reader(payload, region) for reader in readers]
        return next(filter(None, values), None)

    return readers[0] if len(readers) == 1 else read


def compile_name(lines: Sequence[FieldMap], place: Place) -> Reader:
    """Return a function that reads the first unit that names somebody; parts never cross units."""
    units = [_name_unit(unit, place) for unit in by_unit(lines)]

    def read(payload: Payload, region: str | None) -> PersonName | None:
        for unit in units:
            name: PersonName | None = unit(payload, region)
            if name is not None:
                return name
        return None

    return read


def _name_unit(lines: Sequence[FieldMap], place: Place) -> Reader:
    whole = next((line for line in lines if not line.target.part), None)
    if whole is not None:
        return compile_line(whole, place)
    parts = [(line.target.part, compile_line(line, place)) for line in lines]
    return lambda payload, region: person_name(
        **{part: reader(payload, region) for part, reader in parts}
    )


def _addresses(lines: Sequence[FieldMap], place: Place) -> Reader:
    units = [compile_address(unit, place) for unit in by_unit(lines)]

    def read(payload: Payload, region: str | None) -> tuple[Address, ...]:
        found = [unit(payload, region) for unit in units]
        return tuple(dict.fromkeys(address for address in found if address is not None))

    return read


def compile_address(lines: Sequence[FieldMap], place: Place) -> Reader:
    """Return a function that reads one unit; a blank country column means the channel's own."""
    parts = [(line.target.part, compile_line(line, place)) for line in lines]
    raw_country = [text_reader(line.path) for line in lines if line.target.part == "country"]

    def read(payload: Payload, region: str | None) -> Address | None:
        found = {part: value for part, reader in parts if (value := reader(payload, region))}
        if not found.keys() - {"country", "region"}:
            return None  # a country alone is no address
        is_blank = "country" not in found and not any(says(payload) for says in raw_country)
        if is_blank and may_be_in(found.get("postcode"), region):
            found["country"] = region
        return Address(**found)

    return read


def _set(lines: Sequence[FieldMap], place: Place) -> Reader:
    """Collect what all lines hold, in their order, each value once (e-mails in any case)."""
    readers = [compile_line(line, place) for line in lines]

    def read(payload: Payload, region: str | None) -> tuple[Any, ...]:
        found: dict[Any, Any] = {}
        for reader in readers:
            for value in as_values(reader(payload, region)):
                found.setdefault(fold_case(value), value)
        return tuple(found.values())

    return read


def as_values(value: Any) -> tuple[Any, ...]:
    """Return what one column holds: a column of e-mails may hold several."""
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)


def fold_case(value: Any) -> Any:
    """Return what makes a value of a set the same as another: for e-mails, whatever the case."""
    return value.lower() if isinstance(value, str) else value


def _extras(lines: Sequence[FieldMap], place: Place) -> Reader:
    readers = [(line.target.part, compile_line(line, place)) for line in lines]
    return lambda payload, region: {
        name: value for name, reader in readers if (value := reader(payload, region))
    }


_ASSEMBLERS: dict[str, Callable[[Sequence[FieldMap], Place], Reader]] = {
    "name": compile_name,
    "addresses": _addresses,
    "emails": _set,
    "phones": _set,
    "identifiers": _set,
    "extras": _extras,
    "roles": _set,
}
