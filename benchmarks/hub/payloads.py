"""Made people as four channels would show them: each vendor's own payload, a page of JSON a line.

The pages are written before anything is measured: what is measured begins with the bytes of an
answer, as it does in a pull.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import md5
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from connectors.base import Page
from hub.model import Key, SourceRecord
from mapping.clean.emails import emails

CHANNELS = ("erp", "shop", "mail", "crm")
PAGE = 1_000
_DAWN = datetime(2015, 1, 1, tzinfo=UTC)
_DAYS = 4_000
Row = Mapping[str, str | None]


def write_pages(file: Path, folder: Path) -> None:
    """Write every record of a made set as its channel shows it, unless that is done already."""
    if folder.exists():
        return
    half = folder.with_suffix(".part")
    half.mkdir(parents=True, exist_ok=True)
    pages: dict[str, list[Any]] = {channel: [] for channel in CHANNELS}
    outs = {channel: (half / f"{channel}.jsonl").open("w") for channel in CHANNELS}
    number = 0
    for batch in pq.ParquetFile(file).iter_batches(50_000):
        for row in batch.to_pylist():
            number += 1
            page = pages[row["source"]]
            page.append(_SHAPES[row["source"]](row, number, _DAWN + timedelta(number % _DAYS)))
            if len(page) == PAGE:
                outs[row["source"]].write(json.dumps(page) + "\n")
                page.clear()
    for channel, out in outs.items():
        if pages[channel]:
            out.write(json.dumps(pages[channel]) + "\n")
        out.close()
    half.rename(folder)


def pages(folder: Path, channel: str, *, change: str = "") -> Iterator[Page]:
    """Yield the pages of one channel; ``change`` is put into each record, so that it changed."""
    with (folder / f"{channel}.jsonl").open("rb") as lines:
        for number, line in enumerate(lines, 1):
            records = tuple(_record(channel, payload, change) for payload in json.loads(line))
            yield Page(records, str(number))


def some(folder: Path, number: int, change: str) -> Iterator[tuple[str, Page]]:
    """Yield changed records, ``number`` in all and as many of each channel."""
    each = number // len(CHANNELS)
    for channel in CHANNELS:
        found = pages(folder, channel, change=change)
        records = islice((record for page in found for record in page.records), each)
        yield channel, Page(tuple(records), "changed")


def _record(channel: str, payload: dict[str, Any], change: str) -> SourceRecord:
    if change:
        _CHANGES[channel](payload, change)
    changed_at = datetime.fromisoformat(payload[_CHANGED[channel]]).replace(tzinfo=UTC)
    return SourceRecord(Key(channel, str(payload[_IDS[channel]])), payload, changed_at)


def _erp(row: Row, number: int, changed: datetime) -> dict[str, Any]:
    return {
        "No": f"C{number}", "Type": "Person", "Name": _full(row),
        "First_Name": row["given_name"] or "", "Middle_Name": "",
        "Surname": row["family_name"] or "", "Name_Suffix": "", "Salutation_Code": "",
        "Address": row["street"] or "", "Address_2": "", "Post_Code": row["postcode"] or "",
        "City": row["city"] or "", "County": "", "Country_Region_Code": "US",
        "E_Mail": row["email"] or "", "Phone_No": row["phone"] or "", "Mobile_Phone_No": "",
        "Birth_Date": row["birth_date"], "VAT_Registration_No": "", "Language_Code": "ENU",
        "Blocked": "_blank_", "Our_Reference": "", "Created_Date": "2014-04-24",
        "Last_Date_Modified": f"{changed:%Y-%m-%d}",
    }  # fmt: skip


def _shop(row: Row, number: int, changed: datetime) -> dict[str, Any]:
    name = {"first_name": row["given_name"] or "", "last_name": row["family_name"] or ""}
    billing = {
        **name, "company": "", "address_1": row["street"] or "", "address_2": "",
        "city": row["city"] or "", "state": "", "postcode": row["postcode"] or "",
        "country": "US", "phone": row["phone"] or "", "email": row["email"] or "",
    }  # fmt: skip
    return {
        "id": number, "date_created_gmt": "2014-05-27T16:32:30",
        "date_modified_gmt": f"{changed:%Y-%m-%dT%H:%M:%S}",
        "email": row["email"] or "", **name, "role": "customer", "username": f"user{number}",
        "billing": billing, "shipping": dict.fromkeys(billing, ""), "is_paying_customer": True,
        "meta_data": [{"id": 1, "key": "birth_date", "value": row["birth_date"]},
                      {"id": 2, "key": "locale", "value": "en_US"}],
    }  # fmt: skip


def _mail(row: Row, number: int, changed: datetime) -> dict[str, Any]:
    # A list takes nobody whose address is none.
    address = row["email"] if emails(row["email"]) else f"nobody{number}@firm.example"
    return {
        "id": md5(f"{number}".encode(), usedforsecurity=False).hexdigest(),
        "email_address": address, "contact_id": f"{number:032x}", "full_name": _full(row),
        "email_type": "html", "status": "unsubscribed" if number % 9 == 0 else "subscribed",
        "merge_fields": {"FNAME": row["given_name"] or "", "LNAME": row["family_name"] or "",
                         "PHONE": row["phone"] or "", "BIRTHDAY": "", "BIRTHDATE": "",
                         "COMPANY": "", "HUBID": ""},
        "language": "en", "timestamp_signup": "2014-03-12T08:28:51+00:00",
        "timestamp_opt": "2014-03-12T08:28:51+00:00", "last_changed": changed.isoformat(),
        "list_id": "customers", "tags": [{"id": 4, "name": "vip"}],
    }  # fmt: skip


def _crm(row: Row, number: int, changed: datetime) -> dict[str, Any]:
    year, month, day = (row["birth_date"] or "--").split("-")[:3]
    return {
        "CUST_NO": number, "CUST_TYPE": "P", "CUST_NAME": _full(row), "CONTACT": "",
        "STREET": row["street"] or "", "ZIP": row["postcode"] or "", "CITY": row["city"] or "",
        "CTRY": "USA", "TEL1": row["phone"] or "", "TEL2": "", "EMAIL": row["email"] or "",
        "BIRTH": f"{day}.{month}.{year}" if day else "", "LANG": "E", "TAXNO": "",
        "OPTOUT": "N", "DEL_FLAG": "N", "EXT_REF": "", "CREATED": "2012-09-22 11:05:38",
        "UPDATED": f"{changed:%Y-%m-%d %H:%M:%S}", "NOTES": "calls back",
    }  # fmt: skip


def _full(row: Row) -> str:
    return " ".join(part for part in (row["given_name"], row["family_name"]) if part)


_IDS = {"erp": "No", "shop": "id", "mail": "id", "crm": "CUST_NO"}
_CHANGED = {"erp": "Last_Date_Modified", "shop": "date_modified_gmt", "mail": "last_changed",
            "crm": "UPDATED"}  # fmt: skip
_SHAPES: Mapping[str, Callable[[Row, int, datetime], dict[str, Any]]] = {
    "erp": _erp, "shop": _shop, "mail": _mail, "crm": _crm,
}  # fmt: skip
_CHANGES: Mapping[str, Callable[[dict[str, Any], str], object]] = {
    "erp": lambda payload, change: payload.update(Address_2=change),
    "shop": lambda payload, change: payload["billing"].update(address_2=change),
    "mail": lambda payload, change: payload["merge_fields"].update(ADDRESS={"addr1": change}),
    "crm": lambda payload, change: payload.update(STREET=change),
}
