"""What the records of a stream of consents mean, vendor by vendor, as their pages show them."""

from datetime import UTC, datetime

import pytest

from connectors.registry import connect
from hub.config import Channel
from hub.errors import RecordError
from hub.model import SourceRecord
from mapping.recordmap import load_map

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
MILLISECONDS = 1_782_907_200_000


def said(vendor, row, **options):
    """Read a row as the channel's profile does, then by its map."""
    channel = Channel(
        name="c", profile=vendor, map=vendor, url="https://c.example", options=options
    )
    with connect(channel) as connector:
        record = connector.read_row("consents", row)
    assert isinstance(record, SourceRecord)
    told = load_map(vendor, region="DE", language=None).read_consents(record.payload)
    return record.owner, [(it.contact, it.state.value, it.at, until) for it, until in told]


def change(kind, what, **more):
    return {"changeType": kind, "change": what, "causedByEvent": {"id": "e1"}, **more}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([change("PORTAL_STATUS", "UNSUBSCRIBED")], ["denied"]),
        ([change("PORTAL_STATUS", "SUBSCRIBED")], []),
        ([change("PORTAL_SPAM_REPORT", "REPORTED_SPAM")], ["denied"]),
        ([change("PORTAL_BOUNCE", "BOUNCED")], []),
        ([change("SUBSCRIPTION_STATUS", "SUBSCRIBED", subscriptionId=7)], ["granted"]),
        ([change("SUBSCRIPTION_STATUS", "UNSUBSCRIBED", subscriptionId=7)], ["denied"]),
        ([change("SUBSCRIPTION_STATUS", "SUBSCRIBED", subscriptionId=8)], []),
    ],
)
def test_hubspot_tells_changes_of_one_address_at_a_time(changes, expected):
    row = {"timestamp": MILLISECONDS, "recipient": "Anna@X.example", "changes": changes}
    owner, found = said("hubspot", row, subscription="7")
    assert owner == "anna@x.example"
    assert found == [("anna@x.example", state, NOON, None) for state in expected]


@pytest.mark.parametrize(
    ("status", "ends", "expected"),
    [
        ("OptIn", None, [("granted", None)]),
        ("OptIn", "2027-01-01T00:00:00Z", [("granted", datetime(2027, 1, 1, tzinfo=UTC))]),
        ("OptOut", None, [("denied", None)]),
        ("Seen", None, []),
    ],
)
def test_salesforce_tells_when_a_consent_was_captured_and_when_it_ends(status, ends, expected):
    point = {"attributes": {"type": "ContactPointEmail"}, "EmailAddress": "anna@x.example"}
    row = {
        "Id": "0Zx", "PrivacyConsentStatus": status, "CaptureDate": "2026-07-01T12:00:00.000+0000",
        "EffectiveTo": ends, "ContactPoint": point, "SystemModstamp": "2026-07-02T12:00:00Z",
    }  # fmt: skip
    owner, found = said("salesforce", row)
    assert owner == "anna@x.example"
    assert found == [("anna@x.example", state, NOON, until) for state, until in expected]


def test_a_consent_about_no_mailbox_says_nothing():
    row = {"Id": "0Zx", "PrivacyConsentStatus": "OptOut", "ContactPoint": None}
    assert said("salesforce", row) == (None, [])


@pytest.mark.parametrize(("active", "expected"), [(True, ["denied"]), (False, [])])
def test_who_is_on_odoos_blacklist_said_no_and_who_was_taken_off_said_nothing(active, expected):
    row = {
        "id": 7,
        "email": "anna@x.example",
        "active": active,
        "write_date": "2026-07-01 12:00:00",
    }
    _, found = said("odoo", row, database="d")
    assert found == [("anna@x.example", state, NOON, None) for state in expected]


@pytest.mark.parametrize(
    ("code", "expected"),
    [("unsubscribedViaEmail", ["denied"]), ("hardBounce", ["denied"]), ("adminBlocked", [])],
)
def test_brevo_tells_why_an_address_is_blocked(code, expected):
    row = {"email": "anna@x.example", "reason": {"code": code}, "blockedAt": "2026-07-01T12:00:00Z"}
    _, found = said("brevo", row)
    assert found == [("anna@x.example", state, NOON, None) for state in expected]


def test_a_time_that_is_no_number_is_told_by_its_place():
    vendor = load_map("hubspot", region=None, language=None)
    row = {"timestamp": "noon", "everything": "UNSUBSCRIBED", "recipient": "anna@x.example"}
    with pytest.raises(RecordError, match="milliseconds since 1970") as caught:
        vendor.read_consents(row)
    assert caught.value.field == "timestamp"
