"""Every profile writes what its map says, and reads it back as it stands over there."""

import pytest

from hub.errors import ConfigError
from hub.model import Attributes, Change, Operation, Outcome, PersonName


def changed(fake, vendor_map, record, family: str) -> Change:
    """Return the change that gives a record another family name, in the vendor's own words."""
    name = PersonName(given=vendor_map(fake).read(record).name.given, family=family)
    fields = vendor_map(fake).write(Attributes(name=name), {"name"}, record.payload)
    assert fields
    return Change("chg_1", Operation.UPDATE, record.key.id, fields, record.payload, "cus_1")


def record_of(connector):
    (record,) = [record for page in connector.pull(None) for record in page.records]
    return record


@pytest.mark.parametrize("family", ["Groß-Gerau", "Ñandú", "𠮷田"])
def test_an_update_arrives_and_is_shown_as_it_stands_over_there(served, opened, vendor_map, family):
    person = served.add("Old")
    connector = opened(served)
    (receipt,) = connector.push([changed(served, vendor_map, record_of(connector), family)])
    assert receipt.outcome is Outcome.SENT, receipt.reason
    assert served.people[person.id].last.endswith(family)
    assert served.people[person.id].mail == person.mail
    shown = vendor_map(served).read(receipt.record)
    assert str(shown.name).endswith(family)


def test_a_version_that_is_stale_is_refused_and_brings_the_fresh_record(served, opened, vendor_map):
    served.add("Old")
    connector = opened(served)
    change = changed(served, vendor_map, record_of(connector), "Ours")
    person = served.edit(next(iter(served.people)), last="Theirs")
    (receipt,) = connector.push([change])
    if connector.capabilities.version_check:
        assert receipt.outcome is Outcome.STALE
        assert served.people[person.id].last == "Theirs"
        assert "Theirs" in str(receipt.record.payload)
    else:  # the last writer wins: the pipeline compares before it writes
        assert receipt.outcome is Outcome.SENT


def test_a_record_that_is_gone_is_a_refusal_not_a_crash(served, opened, vendor_map):
    served.add("Old")
    connector = opened(served)
    change = changed(served, vendor_map, record_of(connector), "Late")
    served.people.clear()
    (receipt,) = connector.push([change])
    assert receipt.outcome is Outcome.REJECTED
    assert "s3cret" not in receipt.reason


def created(served, vendor_map, mail: str) -> Change:
    attributes = Attributes(name=PersonName(given="Anna", family="Neu"), emails=(mail,))
    fields = vendor_map(served).write(attributes, {"name", "emails"}, None)
    return Change("chg_2", Operation.CREATE, None, fields, None, "cus_2")


def test_a_create_arrives_and_a_doubtful_one_finds_what_is_there(served, opened, vendor_map):
    connector = opened(served)
    if not served.creates:
        with pytest.raises(ConfigError, match="how to create"):
            connector.push([created(served, vendor_map, "neu@example.com")])
        return
    change = created(served, vendor_map, "neu@example.com")
    (receipt,) = connector.push([change])
    assert receipt.outcome is Outcome.SENT, receipt.reason
    (person,) = served.people.values()
    assert receipt.record.key.id == person.id
    (again,) = connector.push([change._replace(doubtful=True)])
    assert again.record.key.id == person.id
    assert len(served.people) == 1


def test_a_duplicate_is_a_refusal_that_names_nobody(served, opened, vendor_map):
    served.add("There", "there@example.com")
    if not served.creates or served.profile in SILENT:
        return
    (receipt,) = opened(served).push([created(served, vendor_map, "there@example.com")])
    assert receipt.outcome is Outcome.REJECTED
    assert "Anna" not in receipt.reason
    assert len(served.people) == 1


SILENT = {"mailchimp", "odoo", "suitecrm", "tryton"}
"""An upsert, or a vendor that takes two of the same without a word."""


def test_a_delete_is_done_once_and_twice_is_as_good(served, opened):
    person = served.add("Gone")
    connector = opened(served)
    if not connector.capabilities.delete:
        with pytest.raises(ConfigError, match="how to delete"):
            connector.delete(person.id)
        return
    connector.delete(person.id)
    connector.delete(person.id)
    assert person.id not in served.people or served.people[person.id].deleted
