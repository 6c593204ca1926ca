"""The customer card of the sandbox ERP: its fields, its Key, what it accepts, and its XML."""

import base64
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from sandbox.wire.soap import Node, SoapFaultError, render

FIELDS = (
    *("Key", "No", "Type", "Name", "First_Name", "Middle_Name", "Surname", "Name_Suffix"),
    *("Salutation_Code", "Address", "Address_2", "Post_Code", "City", "County"),
    *("Country_Region_Code", "E_Mail", "Phone_No", "Mobile_Phone_No", "Birth_Date"),
    *("VAT_Registration_No", "Language_Code", "Blocked", "Our_Reference"),
    *("Created_Date", "Last_Date_Modified"),
)
"""In the order of the WSDL."""
COMPUTED = ("Key", "No", "Created_Date", "Last_Date_Modified")
"""What the server sets; a client may send them along, they are not taken over."""
_CHOICES = {
    "Type": ("Company", "Person"),
    "Blocked": ("_blank_", "Ship", "Invoice", "All"),
}
_LENGTHS = {"Name": 100, "E_Mail": 80}
BROKER = "a:Microsoft.Dynamics.Nav.Service.WebServices.ServiceBrokerException"
ERRORS = "a:Microsoft.Dynamics.Nav.Types.Exceptions."


class Card(NamedTuple):
    """A record, how often it was written, and its XML, rendered once."""

    fields: Mapping[str, str | None]
    version: int
    xml: bytes


def make_card(record: Mapping[str, Any], *, version: int) -> Card:
    """Put a record on file; fields that are missing or None are left out of the XML."""
    fields = {name: None if record.get(name) is None else str(record[name]) for name in FIELDS[1:]}
    fields = {"Key": make_key(str(record["No"]), version), **fields}
    return Card(fields, version, render("Customer", fields))


def make_key(number: str, version: int) -> str:
    """Return the Key of a record at a version: opaque to clients, the same in every run."""
    token = base64.b64encode(number.encode("utf-16-le")).decode()
    return f"{len(token)};{token};{version};"


def parse_key(key: str | None) -> tuple[str, int]:
    """Return the number and the version that a Key stands for."""
    try:
        _, token, version, _ = (key or "").split(";")
        return base64.b64decode(token, validate=True).decode("utf-16-le"), int(version)
    except ValueError as error:
        raise SoapFaultError(BROKER, "The Key is not a valid record key.") from error


def read_card(operation: Node) -> dict[str, str]:
    """Return the fields of the Customer that a client sent, each one checked by itself."""
    customer = next((node for node in operation.children if node.name == "Customer"), None)
    if customer is None:
        raise SoapFaultError("Client", "The Customer is missing.")
    given = {node.name: node.text for node in customer.children}
    for name, text in given.items():
        if name not in FIELDS:
            raise SoapFaultError("Client", f"The Customer has no field '{name}'.")
        if not _acceptable(name, text):
            raise SoapFaultError(
                f"{ERRORS}NavEvaluateException",
                f"Your entry of '{text}' is not an acceptable value for '{name}'.",
            )
    return given


def fill_in(
    fields: Mapping[str, str | None], given: Mapping[str, str], *, today: str
) -> dict[str, str | None]:
    """Lay what was given over a record; the server has the last word on what it computes."""
    filled = {
        **fields,
        **{name: text for name, text in given.items() if name not in COMPUTED},
        "Last_Date_Modified": today,
    }
    parts = [filled.get(part) for part in ("First_Name", "Middle_Name", "Surname")]
    if filled.get("Type") == "Person" and any(parts):
        filled["Name"] = " ".join(part for part in parts if part)
    _check_lengths(filled)
    return filled


def _acceptable(name: str, text: str) -> bool:
    if name in _CHOICES:
        return text in _CHOICES[name]
    if name != "Birth_Date":
        return True
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _check_lengths(fields: Mapping[str, str | None]) -> None:
    for name, longest in _LENGTHS.items():
        length = len(fields.get(name) or "")
        if length > longest:
            # The value in the message is the vendor's habit, and a trap for who logs messages.
            raise SoapFaultError(
                f"{ERRORS}NavNCLStringLengthExceededException",
                f"The length of the string is {length}, but it must be less than or equal to "
                f"{longest} characters. Field: {name}. Value: {fields[name]}",
            )
