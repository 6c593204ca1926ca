"""The list member of the sandbox mailing system: what it holds, accepts and refuses."""

import re
from collections.abc import Mapping
from datetime import date
from hashlib import md5
from typing import Any

from hub.clock import new_id
from sandbox.wire.web import looks_like_email

Member = Mapping[str, Any]

STATUSES = ("subscribed", "unsubscribed", "cleaned", "pending", "archived")
_ADDRESS = ("addr1", "addr2", "city", "state", "zip", "country")
_MERGE_FIELDS = ("FNAME", "LNAME", "PHONE", "BIRTHDAY", "BIRTHDATE", "COMPANY", "HUBID", "ADDRESS")


class MailError(Exception):
    """An error as the mailing system puts it: a problem with title, detail and status."""

    def __init__(
        self,
        title: str,
        detail: str,
        status: int = 400,
        *,
        field: str = "",
        code: str = "ERROR_GENERIC",
    ) -> None:
        super().__init__(title)
        self.title = title
        self.detail = detail
        self.status = status
        self.field = field
        self.code = code

    def problem(self) -> dict[str, object]:
        """Return the error as RFC 7807 has it: what a single call answers."""
        errors = [{"field": self.field, "message": self.detail}] if self.field else []
        return {
            "type": "https://mailchimp.com/developer/marketing/docs/errors/",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "instance": new_id("problem"),
            **({"errors": errors} if errors else {}),
        }

    def in_batch(self, row: Member) -> dict[str, str]:
        """Return the error as a batch lists it."""
        return {
            "email_address": str(row.get("email_address", "")),
            "error": self.detail,
            "error_code": self.code,
            "field": self.field,
        }


def invalid(field: str, why: str) -> MailError:
    """Return the error for a field that was given wrongly."""
    return MailError("Invalid Resource", f"{field}: {why}", field=field)


def not_found() -> MailError:
    """Return the error for a member or a call that does not exist."""
    return MailError("Resource Not Found", "The requested resource could not be found.", 404)


def exists(email: str) -> MailError:
    """Return the error for adding who is there already."""
    detail = f"{email} is already a list member. Use PUT to insert or update list members."
    return MailError("Member Exists", detail, field="email_address", code="ERROR_CONTACT_EXISTS")


def forgotten(email: str) -> MailError:
    """Return the error for adding who was deleted for good: only the person may come back."""
    detail = f"{email} was permanently deleted and cannot be re-imported."
    return MailError("Forgotten Email Not Subscribed", detail, field="email_address")


def member_id(email: str) -> str:
    """Return the member's id: MD5 of the e-mail, trimmed and in lower case."""
    return md5(email.strip().lower().encode(), usedforsecurity=False).hexdigest()


def blank_member(email: str, list_id: str, *, stamp: str) -> dict[str, Any]:
    """Return a new member with everything still empty; the status is the caller's."""
    return {
        "id": member_id(email),
        "email_address": email.strip(),
        "contact_id": member_id(f"contact of {email}"),
        "full_name": "",
        "email_type": "html",
        "status": "",
        "merge_fields": dict.fromkeys(_MERGE_FIELDS, ""),
        "language": "",
        "timestamp_signup": stamp,
        "timestamp_opt": stamp,
        "last_changed": stamp,
        "list_id": list_id,
        "tags": [],
    }


def fill_in(member: Member, given: Member, *, status: object, stamp: str) -> dict[str, Any]:
    """Lay what was given over a member; what is not given stays.

    ``status`` is the one asked for, or None to leave it as it is.
    """
    filled = {**member, "last_changed": stamp}
    if "email_address" in given:
        email = check_email(given["email_address"])
        filled |= {"email_address": email, "id": member_id(email)}
    if status is not None:
        filled["status"] = _changed_status(member, status)
    if "language" in given:
        filled["language"] = _text(given["language"], "language")
    filled["merge_fields"] = {**member["merge_fields"], **_merge_fields(given)}
    names = (filled["merge_fields"].get(name) for name in ("FNAME", "LNAME"))
    filled["full_name"] = " ".join(name for name in names if name)
    return filled


def check_email(email: object) -> str:
    """Return the e-mail address, trimmed, or refuse it."""
    trimmed = email.strip() if isinstance(email, str) else ""
    if not looks_like_email(trimmed):
        raise invalid("email_address", "Please provide a valid email address.")
    return trimmed


def _changed_status(member: Member, status: object) -> str:
    if status not in STATUSES:
        raise invalid("status", f"Expected one of {', '.join(STATUSES)}.")
    # Nobody but the person may come back: no API call subscribes who left or bounced.
    if member["status"] in {"unsubscribed", "cleaned"} and status == "subscribed":
        raise MailError(
            "Member In Compliance State",
            f"{member['email_address']} is already a list member in compliance state due to "
            "unsubscribe, bounce, or compliance review and cannot be subscribed.",
            field="status",
            code="ERROR_CONTACT_IN_COMPLIANCE_STATE",
        )
    return str(status)


def _merge_fields(given: Member) -> dict[str, Any]:
    """Return the merge fields that the list has; others are ignored without a word."""
    fields = given.get("merge_fields", {})
    if not isinstance(fields, dict):
        raise invalid("merge_fields", "Schema describes object, something else was found.")
    return {name: _merge_field(name, fields[name]) for name in _MERGE_FIELDS if name in fields}


def _merge_field(name: str, value: object) -> object:
    if name == "ADDRESS" and isinstance(value, dict):
        # An address is one unit: parts that are not given are empty afterwards.
        return {part: _text(value.get(part, ""), f"ADDRESS.{part}") for part in _ADDRESS}
    text = _text(value, name)
    if (name == "BIRTHDAY" and not _is_birthday(text)) or (
        name == "BIRTHDATE" and not _is_date(text)
    ):
        raise MailError("Invalid Resource", "Your merge fields were invalid.", field=name)
    return text


def _is_birthday(text: str) -> bool:
    return not text or re.fullmatch("(0[1-9]|1[0-2])/(0[1-9]|[12][0-9]|3[01])", text) is not None


def _is_date(text: str) -> bool:
    try:
        return not text or date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _text(value: object, field: str) -> str:
    if not isinstance(value, str):
        raise invalid(field, "Schema describes string, something else was found.")
    return value
