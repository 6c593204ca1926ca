"""Views: a sheet written down in the shape of each vendor's payload.

erp   Dynamics NAV page service, one dict of elements without ``Key``; ``Birth_Date`` None: absent
shop  WooCommerce v3 customer
mail  Mailchimp 3.0 list member
crm   a row of the table CUST
"""

from datetime import UTC, datetime
from hashlib import md5
from typing import Any
from zoneinfo import ZoneInfo

from hub.model import Kind
from sandbox.world.dice import Dice
from sandbox.world.sheet import Sheet

Payload = dict[str, Any]

LIST_ID = "customers"
_BERLIN = ZoneInfo("Europe/Berlin")
_ERP_COUNTRIES = {"GB": "UK", "DE": "D", "GR": "EL"}
_MAIL_STATUS = {"subscribed": 84, "unsubscribed": 9, "cleaned": 3, "pending": 3, "archived": 1}
_MAIL_TAGS = ("newsletter", "customer", "trade fair", "vip", "webinar")
_BLOCKED = {"_blank_": 94, "Ship": 2, "Invoice": 2, "All": 2}
_NOTES = (*("",) * 9, "calls back", "wants paper invoice", "prefers e-mail", "old no. unknown")


def erp(dice: Dice, sheet: Sheet, number: int) -> Payload:
    """Write a customer card of the ERP."""
    person = sheet.kind is Kind.PERSON
    place, own = sheet.place, sheet if person else sheet.but(given="", family="")
    name = " ".join(part for part in (own.given, own.middle, own.family) if part)
    return {
        "No": f"C{number}",
        "Type": "Person" if person else "Company",
        "Name": name if person else sheet.company,
        "First_Name": own.given,
        "Middle_Name": own.middle,
        "Surname": own.family,
        "Name_Suffix": own.suffix,
        "Salutation_Code": own.prefix,
        "Address": place.street,
        "Address_2": "",
        "Post_Code": place.postcode,
        "City": place.town,
        "County": place.region,
        "Country_Region_Code": _erp_country(dice, sheet),
        "E_Mail": sheet.email,
        "Phone_No": sheet.phone,
        "Mobile_Phone_No": sheet.mobile,
        "Birth_Date": _erp_birth(dice, sheet),
        "VAT_Registration_No": sheet.vat,
        "Language_Code": sheet.country.nav,
        "Blocked": dice.weighted(_BLOCKED),
        "Our_Reference": "",
        "Created_Date": sheet.created.date().isoformat(),
        "Last_Date_Modified": sheet.changed.date().isoformat(),
    }


def _erp_country(dice: Dice, sheet: Sheet) -> str:
    code = sheet.country.code
    if not sheet.place.country or (code == "DE" and dice.chance(0.12)):
        return ""
    return _ERP_COUNTRIES[code] if code in _ERP_COUNTRIES and dice.chance(0.15) else code


def _erp_birth(dice: Dice, sheet: Sheet) -> str | None:
    if sheet.birth:
        return sheet.birth.isoformat()
    return "0001-01-01" if dice.chance(0.3) else None


def shop(dice: Dice, sheet: Sheet, number: int) -> Payload:
    """Write an account of the shop."""
    place = sheet.place
    country = sheet.country.code if place.country else ""
    address = {
        "first_name": sheet.given,
        "last_name": sheet.family,
        "company": sheet.company,
        "address_1": place.street,
        "address_2": "",
        "city": place.town,
        "state": place.region,
        "postcode": place.postcode,
        "country": country,
        "phone": sheet.mobile or sheet.phone,
    }
    shipping = address if dice.chance(0.4) else dict.fromkeys(address, "")
    meta = {
        "goldenrod_id": "",
        "vat_number": sheet.vat,
        "birth_date": sheet.birth.isoformat() if sheet.birth else "",
        "locale": sheet.country.locale,
    }
    return {
        "id": number,
        "date_created_gmt": _naive(sheet.created, "T"),
        "date_modified_gmt": _naive(sheet.changed, "T") if dice.chance(0.85) else None,
        "email": sheet.email.strip(),
        "first_name": sheet.given,
        "last_name": sheet.family,
        "role": "customer" if dice.chance(0.95) else "subscriber",
        "username": f"{sheet.email.partition('@')[0].lower()}{number}",
        "billing": {**address, "email": sheet.email},
        "shipping": dict(shipping),
        "is_paying_customer": dice.chance(0.7),
        "meta_data": [
            {"id": number * 10 + at, "key": key, "value": value}
            for at, (key, value) in enumerate(meta.items())
            if value
        ],
    }


def mail(dice: Dice, sheet: Sheet, number: int) -> Payload:
    """Write a member of the mailing list; ``number`` is the contact's internal one."""
    place, email = sheet.place, sheet.email.strip()
    address: Payload | str = ""
    if place.country:
        address = {
            "addr1": place.street,
            "addr2": "",
            "city": place.town,
            "state": place.region,
            "zip": place.postcode,
            "country": sheet.country.code,
        }
    tags = dice.some(range(len(_MAIL_TAGS)), dice.randrange(3))
    return {
        "id": md5(email.lower().encode(), usedforsecurity=False).hexdigest(),
        "email_address": email,
        "contact_id": f"{number:032x}",
        "full_name": " ".join(part for part in (sheet.given, sheet.family) if part),
        "email_type": "html",
        "status": dice.weighted(_MAIL_STATUS),
        "merge_fields": {
            "FNAME": sheet.given,
            "LNAME": " ".join(part for part in (sheet.family, sheet.suffix) if part),
            "PHONE": sheet.mobile or sheet.phone,
            "BIRTHDAY": sheet.birth.strftime("%m/%d") if sheet.birth else "",
            "BIRTHDATE": sheet.birth.isoformat() if sheet.birth else "",
            "COMPANY": sheet.company,
            "HUBID": "",
            "ADDRESS": address,
        },
        "language": sheet.country.locale[:2],
        "timestamp_signup": _aware(sheet.created),
        "timestamp_opt": _aware(sheet.created),
        "last_changed": _aware(sheet.changed),
        "list_id": LIST_ID,
        "tags": [{"id": tag + 1, "name": _MAIL_TAGS[tag]} for tag in sorted(tags)],
    }


def crm(dice: Dice, sheet: Sheet, number: int) -> Payload:
    """Write a row of the legacy CRM."""
    person = sheet.kind is Kind.PERSON
    contact = " ".join(part for part in (sheet.given, sheet.family) if part)
    blank = "00.00.0000" if dice.chance(0.25) else ""
    return {
        "CUST_NO": number,
        "CUST_TYPE": "P" if person else "C",
        "CUST_NAME": _crm_name(dice, sheet) if person else sheet.company,
        "CONTACT": "" if person else contact,
        "STREET": sheet.place.street,
        "ZIP": sheet.place.postcode,
        "CITY": sheet.place.town,
        "CTRY": _crm_country(dice, sheet),
        "TEL1": sheet.phone or sheet.mobile,
        "TEL2": sheet.mobile if sheet.phone else "",
        "EMAIL": sheet.email,
        "BIRTH": f"{sheet.birth:%d.%m.}{sheet.birth.year:04d}" if sheet.birth else blank,
        "LANG": sheet.country.crm,
        "TAXNO": sheet.vat,
        "OPTOUT": "Y" if dice.chance(0.08) else "N",
        "DEL_FLAG": "N",
        "EXT_REF": "",
        "CREATED": _naive(sheet.created.astimezone(_BERLIN), " "),
        "UPDATED": _naive(sheet.changed.astimezone(_BERLIN), " "),
        "NOTES": dice.choice(_NOTES),
    }


def _crm_name(dice: Dice, sheet: Sheet) -> str:
    """Squeeze a name into the one column, in the way of the clerk of the day."""
    given = " ".join(part for part in (sheet.given, sheet.middle) if part)
    if sheet.family[0] > "\u3000":  # Chinese, Japanese, Korean: family name first, no space
        return sheet.family + given
    tail = " ".join(part for part in (given, sheet.suffix, sheet.prefix) if part)
    plain = " ".join(part for part in (sheet.prefix, given, sheet.family, sheet.suffix) if part)
    last_first = f"{sheet.family}, {tail}"
    return dice.weighted({plain: 45, last_first: 25, last_first.upper(): 25, plain.upper(): 5})


def _crm_country(dice: Dice, sheet: Sheet) -> str:
    code = sheet.country.code
    if not sheet.place.country or (code == "DE" and dice.chance(0.2)):
        return ""
    return dice.choice(sheet.country.spelled) if dice.chance(0.35) else code


def _naive(moment: datetime, separator: str) -> str:
    return moment.replace(tzinfo=None).isoformat(separator)


def _aware(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


VIEWS = {"erp": erp, "shop": shop, "mail": mail, "crm": crm}
FIRST_NUMBERS = {"erp": 10001, "shop": 101, "mail": 500001, "crm": 20001}
ID_FIELDS = {"erp": "No", "shop": "id", "mail": "id", "crm": "CUST_NO"}
