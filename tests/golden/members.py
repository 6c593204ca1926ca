"""Members of a cluster in one line, for the tests of the golden record."""

from datetime import UTC, datetime

from hub.model import Address, Consent, ConsentState, Customer, Key, PersonName

NOW = datetime(2026, 6, 1, tzinfo=UTC)
TRUST = {"erp": 90, "crm": 60, "shop": 40, "mail": 0}


def day(text):
    """``2025-01-31`` as a moment; None stays unknown."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None


def member(key, changed=None, **said):
    """What the record ``channel:id`` says; a name as text is ``Given Family``."""
    if isinstance(name := said.get("name"), str):
        given, _, family = name.partition(" ")
        said["name"] = PersonName(given=given or None, family=family or None)
    return Customer(key=Key.parse(key), changed_at=day(changed), **said)


def consent(contact, state, at=None, purpose="newsletter"):
    return Consent(contact=contact, purpose=purpose, state=ConsentState(state), at=day(at))


def address(street, locality="Bonn"):
    return Address(street=street, locality=locality)
