"""A golden customer as text, as it is written: made and compared without a database."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Self

from pydantic import TypeAdapter

from hub.model import Attributes, GoldenCustomer, Key, Origin

Provenance = Mapping[str, tuple[Origin, ...]]
_PROVENANCE: TypeAdapter[dict[str, tuple[Origin, ...]]] = TypeAdapter(dict[str, tuple[Origin, ...]])


class GoldenText(NamedTuple):
    """A golden customer; values and provenance are JSON."""

    id: str
    version: int
    kind: str
    display_name: str
    status: str
    attributes: str
    provenance: str
    members: tuple[Key, ...]
    gone: tuple[Key, ...]

    @classmethod
    def stored(cls, row: Sequence[Any], members: Iterable[tuple[Key, bool]]) -> Self:
        """Read a row with the first columns, given its records and whether each is deleted."""
        id_, version, kind, display_name, status, attributes, provenance = row
        ordered = sorted(members)
        return cls(
            *(id_, version, kind, display_name, status, attributes, provenance),
            tuple(key for key, _ in ordered),
            tuple(key for key, deleted in ordered if deleted),
        )

    @classmethod
    def of(cls, golden: GoldenCustomer) -> Self:
        """Write a golden customer down."""
        said = golden.attributes
        return cls(
            golden.id,
            golden.version,
            said.kind.value,
            said.display_name,
            said.status.value,
            said.written(),
            _PROVENANCE.dump_json(golden.provenance, exclude_defaults=True).decode(),
            golden.members,
            golden.gone,
        )

    def says(self, other: Self) -> bool:
        """Tell whether both show the same values of the same records, for the same reasons.

        Written by another release, the same may be in other letters.
        """
        if (self.members, self.gone) != (other.members, other.gone):
            return False
        if (self.attributes, self.provenance) == (other.attributes, other.provenance):
            return True
        return read_attributes(self.attributes) == read_attributes(
            other.attributes
        ) and read_provenance(self.provenance) == read_provenance(other.provenance)


def read_attributes(text: str) -> Attributes:
    """Read values as they were written."""
    return Attributes.model_validate_json(text)


def read_provenance(text: str) -> dict[str, tuple[Origin, ...]]:
    """Read a provenance as it was written."""
    return _PROVENANCE.validate_json(text)
