"""SOAP bodies -> plain JSON, with the types that the WSDL promised.

zeep's own objects cost several times the parsing itself; a listing of 100,000 customers is read
straight from the XML instead. What zeep knows is used once, to learn which elements repeat and
which are numbers. Dates stay the ISO text that they are; a missing element is a missing key.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from lxml import etree
from zeep.xsd import Boolean, ComplexType, Integer
from zeep.xsd import Element as XsdElement

_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_TEXT = "_value_1"
"""zeep's name for the text of an element that has attributes too."""


class Slot(NamedTuple):
    """What the WSDL says of one child element."""

    name: str
    many: bool
    convert: Callable[[str], Any] | None
    shape: "Shape | None"


class Shape:
    """The children of one complex type, by tag; built when first needed, for types may recurse."""

    def __init__(self, xsd_type: Any) -> None:
        self._type = xsd_type
        self._slots: dict[str, Slot] | None = None

    @property
    def slots(self) -> dict[str, Slot]:
        """The children, by qualified tag."""
        if self._slots is None:
            elements = [it for _, it in self._type.elements if isinstance(it, XsdElement)]
            self._slots = {element.qname.text: _slot(element) for element in elements}
        return self._slots

    def child(self, name: str) -> Slot | None:
        """Return the child with this local name."""
        return next((slot for slot in self.slots.values() if slot.name == name), None)


def shape_of(xsd_type: Any) -> Shape | None:
    """Return the shape of a complex type; None for a simple one."""
    return Shape(xsd_type) if isinstance(xsd_type, ComplexType) else None


def to_json(element: etree._Element, shape: Shape | None) -> dict[str, Any]:
    """Return the children of ``element`` by local name; what the WSDL doesn't know is text."""
    slots: Mapping[str, Slot] = shape.slots if shape else {}
    told: dict[str, Any] = {}
    for child in element:
        slot = slots.get(child.tag)
        if slot is None:
            name = etree.QName(child).localname
            value = _value(child, None)
            repeated = name in told
        else:
            name = slot.name
            value = _value(child, slot)
            repeated = slot.many
        if repeated:
            before = told.get(name, [])
            told[name] = [*(before if isinstance(before, list) else [before]), value]
        else:
            told[name] = value
    return told


def _value(element: etree._Element, slot: Slot | None) -> Any:
    text = element.text
    if len(element):
        return to_json(element, slot.shape if slot else None)
    if element.attrib:
        return _with_attributes(element, slot)
    if slot and slot.shape and not (text and text.strip()):
        return {}
    return slot.convert(text) if slot and slot.convert and text else text or ""


def _with_attributes(element: etree._Element, slot: Slot | None) -> Any:
    if element.get(_NIL) in ("true", "1"):
        return None
    plain = {
        etree.QName(name).localname: value
        for name, value in element.attrib.items()
        if not str(name).startswith("{http://www.w3.org/")
    }
    text = element.text or ""
    value = slot.convert(text) if slot and slot.convert and text else text
    return {_TEXT: value, **plain} if plain else value


def _slot(element: Any) -> Slot:
    kind = element.type
    convert: Callable[[str], Any] | None = None
    if isinstance(kind, Boolean):
        convert = _as_bool
    elif isinstance(kind, Integer):
        convert = _as_int
    name = etree.QName(element.qname.text).localname
    return Slot(name, bool(element.accepts_multiple), convert, shape_of(kind))


def _as_bool(text: str) -> Any:
    return {"true": True, "1": True, "false": False, "0": False}.get(text.strip(), text)


def _as_int(text: str) -> Any:
    try:
        return int(text)
    except ValueError:
        return text
