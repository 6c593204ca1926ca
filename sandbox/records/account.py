"""The customer account of the sandbox shop: what it holds and what it accepts."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sandbox.wire.web import looks_like_email

Record = Mapping[str, Any]

_ADDRESS = (
    *("first_name", "last_name", "company", "address_1", "address_2"),
    *("city", "state", "postcode", "country"),
)
_BLOCKS = {"billing": (*_ADDRESS, "email", "phone"), "shipping": (*_ADDRESS, "phone")}
_TEXTS = ("email", "first_name", "last_name")


class ShopError(Exception):
    """An error as the shop puts it: code, message, status."""

    def __init__(self, code: str, message: str, status: int = 400, **data: object) -> None:
        super().__init__(message)
        self.body = {"code": code, "message": message, "data": {"status": status, **data}}
        self.status = status


def invalid(name: str, why: str) -> ShopError:
    """Return the error for a parameter that was given wrongly."""
    message = f"Invalid parameter(s): {name}"
    return ShopError("rest_invalid_param", message, params={name: f"{name} {why}"})


def fold(email: object) -> str:
    """Return the e-mail as the shop compares it."""
    return str(email or "").strip().lower()


def blank_account(number: int, email: str, *, stamp: str) -> dict[str, Any]:
    """Return a new account with everything still empty."""
    return {
        "id": number,
        "date_created_gmt": stamp,
        "date_modified_gmt": stamp,
        "email": "",
        "first_name": "",
        "last_name": "",
        "role": "customer",
        "username": email.partition("@")[0].lower(),
        **{block: dict.fromkeys(fields, "") for block, fields in _BLOCKS.items()},
        "is_paying_customer": False,
        "meta_data": [],
    }


def fill_in(
    account: Record, given: Record, *, stamp: str, new_meta_id: Callable[[], int]
) -> dict[str, Any]:
    """Lay what was given over an account; what is not given stays, also inside an address.

    Fields that the shop keeps for itself (id, dates, role, user name) are passed over.
    """
    if "email" in given and not looks_like_email(given["email"]):
        raise invalid("email", "is not a valid email address.")
    filled = {**account, "date_modified_gmt": stamp}
    filled |= {name: _text(given[name], name) for name in _TEXTS if name in given}
    for block, fields in _BLOCKS.items():
        filled[block] = {**account[block], **_block(given.get(block, {}), block, fields)}
    filled["meta_data"] = _meta(account["meta_data"], given.get("meta_data", []), new_meta_id)
    return filled


def objects(value: object, name: str) -> list[Record]:
    """Return a list of JSON objects, or refuse."""
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        raise invalid(name, "is not of type array.")
    return value


def _text(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise invalid(name, "is not of type string.")
    return value


def _block(given: object, block: str, fields: Iterable[str]) -> dict[str, str]:
    if not isinstance(given, dict):
        raise invalid(block, "is not of type object.")
    texts = {name: _text(given[name], f"{block}[{name}]") for name in fields if name in given}
    if texts.get("email") and not looks_like_email(texts["email"]):
        raise invalid(f"{block}[email]", "is not a valid email address.")
    return texts


def _meta(held: list[Record], given: object, new_id: Callable[[], int]) -> list[Record]:
    """Set values by id, else by key; add what is new; null takes an entry away."""
    result = [dict(entry) for entry in held]
    for meta in objects(given, "meta_data"):
        field = "id" if meta.get("id") else "key"
        entry = next((known for known in result if known[field] == meta.get(field)), None)
        if entry is None:
            entry = {"id": new_id(), "key": str(meta.get("key", ""))}
            result.append(entry)
        entry["value"] = meta.get("value")
    return [entry for entry in result if entry["value"] is not None]
