import pytest

from hub.model import Verdict
from pipeline.review import decide
from pipeline.views import dossier, search
from stewardship.panels.dossier import lay_out


@pytest.fixture
def olga(store):
    [found] = search(store, "olga", limit=5).customers
    return found


def test_every_golden_value_names_its_origin(store, olga):
    sheet = lay_out(dossier(store, olga.id))
    origins = {(line.label, line.text): str(line.origin.key) for line in sheet.values}
    assert origins["Name", "Olga Weiß"] == "erp:C10004"
    assert origins["E-mail", "olga@example.com"] in {"erp:C10004", "shop:20"}


def test_every_member_speaks_its_own_words(store, olga):
    sheet = lay_out(dossier(store, olga.id))
    named = {str(member.key): dict(member.lines)["Name"] for member in sheet.members}
    assert named == {"erp:C10004": "Olga Weiß", "shop:20": "Olga Weiss"}


def test_history_says_what_each_version_changed(settings, store, people):
    acme, acme_too = people.acme, people.acme_too
    decide(settings, store, (acme.key, acme_too.key), Verdict.SAME, author="steward")
    [found] = search(store, "acme", limit=5).customers
    newest, *_, first = lay_out(dossier(store, found.id)).versions
    assert first.changed == ()
    assert newest.number == 2
    assert "members" in newest.changed


def test_business_ids_and_consents_are_put_into_words(store):
    [acme] = search(store, "acme handels gmbh", limit=5).customers
    assert ("Business id", "VAT DE123456789") in values(store, acme)
    [anna] = search(store, "erp:C10001", limit=5).customers
    consent = "newsletter granted: anna.mueller@example.com (2026-03-04)"
    assert ("Consent", consent) in values(store, anna)


def values(store, golden):
    return [(line.label, line.text) for line in lay_out(dossier(store, golden.id)).values]
