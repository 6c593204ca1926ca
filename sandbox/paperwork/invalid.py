"""Invalid records: what no mapping can make a customer of, and must set aside with a reason."""

from collections.abc import Callable
from typing import Any, NamedTuple

Payload = dict[str, Any]


def _erp_nobody(payload: Payload) -> None:
    payload |= dict.fromkeys(("Name", "First_Name", "Middle_Name", "Surname"), "")
    payload |= dict.fromkeys(("E_Mail", "Phone_No", "Mobile_Phone_No"), "")


def _erp_email_as_name(payload: Payload) -> None:
    email = payload["E_Mail"] or "anonymous@example.com"
    payload |= {"Name": email, "First_Name": "", "Middle_Name": "", "Surname": email, "E_Mail": ""}


def _shop_impossible_date(payload: Payload) -> None:
    kept = [entry for entry in payload["meta_data"] if entry["key"] != "birth_date"]
    number = payload["id"] * 10 + 1
    payload["meta_data"] = [*kept, {"id": number, "key": "birth_date", "value": "1985-02-30"}]


def _mail_impossible_date(payload: Payload) -> None:
    payload["merge_fields"] |= {"BIRTHDAY": "", "BIRTHDATE": "1990-13-45"}


def _crm_nobody(payload: Payload) -> None:
    payload |= dict.fromkeys(("CUST_NAME", "CONTACT", "EMAIL", "TEL1", "TEL2"), "")


def _crm_impossible_date(payload: Payload) -> None:
    payload["BIRTH"] = "31.02.1985"


def _crm_email_as_name(payload: Payload) -> None:
    payload |= {"CUST_NAME": payload["EMAIL"] or "anonymous@example.com", "EMAIL": ""}


class Spoiler(NamedTuple):
    """In which channel a payload is spoiled, the reason to set it aside, and how."""

    channel: str
    reason: str
    spoil: Callable[[Payload], None]


SPOILERS = (
    Spoiler("erp", "neither name nor e-mail nor phone", _erp_nobody),
    Spoiler("crm", "impossible birth date", _crm_impossible_date),
    Spoiler("shop", "impossible birth date", _shop_impossible_date),
    Spoiler("crm", "neither name nor e-mail nor phone", _crm_nobody),
    Spoiler("erp", "e-mail address in place of the name", _erp_email_as_name),
    Spoiler("mail", "impossible birth date", _mail_impossible_date),
    Spoiler("crm", "e-mail address in place of the name", _crm_email_as_name),
)
