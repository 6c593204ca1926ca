"""Every profile writes what its map says, and reads it back as it stands over there."""

from datetime import timedelta

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
def test_an_update_arrives_and_is_shown_as_it_stands_over_there(fake, opened, vendor_map, family):
    person = fake.add("Old")
    connector = opened(fake)
    if not connector.capabilities.write:
        return
    (receipt,) = connector.push([changed(fake, vendor_map, record_of(connector), family)])
    fake.sync()
    if not fake.holds(family):
        assert receipt.outcome is Outcome.REJECTED
        return
    assert receipt.outcome is Outcome.SENT, receipt.reason
    assert fake.people[person.id].last.endswith(family)
    assert fake.people[person.id].mail == person.mail
    shown = vendor_map(fake).read(receipt.record)
    assert str(shown.name).endswith(family)


def test_a_version_that_is_stale_is_refused_and_brings_the_fresh_record(fake, opened, vendor_map):
    fake.add("Old")
    connector = opened(fake)
    if not connector.capabilities.write:
        return
    change = changed(fake, vendor_map, record_of(connector), "Ours")
    fake.now += timedelta(minutes=1)
    person = fake.edit(next(iter(fake.people)), last="Theirs")
    (receipt,) = connector.push([change])
    fake.sync()
    if connector.capabilities.version_check:
        assert receipt.outcome is Outcome.STALE
        assert fake.people[person.id].last == "Theirs"
        assert "Theirs" in str(receipt.record.payload)
    else:  # the last writer wins: the pipeline compares before it writes
        assert receipt.outcome is Outcome.SENT


def test_a_record_that_is_gone_is_a_refusal_not_a_crash(fake, opened, vendor_map):
    fake.add("Old")
    connector = opened(fake)
    if not connector.capabilities.write:
        return
    change = changed(fake, vendor_map, record_of(connector), "Late")
    fake.vanish()
    (receipt,) = connector.push([change])
    assert receipt.outcome is Outcome.REJECTED
    assert "s3cret" not in receipt.reason


def created(fake, vendor_map, mail: str) -> Change:
    attributes = Attributes(name=PersonName(given="Anna", family="Neu"), emails=(mail,))
    fields = vendor_map(fake).write(attributes, {"name", "emails"}, None)
    return Change("chg_2", Operation.CREATE, None, fields, None, "cus_2")


def test_a_create_arrives_and_a_doubtful_one_finds_what_is_there(fake, opened, vendor_map):
    connector = opened(fake)
    if not fake.creates:
        refuses_to_create(connector, created(fake, vendor_map, "neu@example.com"))
        return
    change = created(fake, vendor_map, "neu@example.com")
    (receipt,) = connector.push([change])
    assert receipt.outcome is Outcome.SENT, receipt.reason
    fake.sync()
    (person,) = fake.people.values()
    if fake.kind != "files":  # there the id is found out by the next export
        assert receipt.record.key.id == person.id
    (again,) = connector.push([change._replace(doubtful=True)])
    assert again.record.key.id == person.id
    fake.sync()
    assert len(fake.people) == 1


def refuses_to_create(connector, change):
    assert not connector.capabilities.create
    try:
        (receipt,) = connector.push([change])
    except ConfigError as error:
        assert "how to create" in str(error)  # noqa: PT017
    else:
        assert receipt.outcome is Outcome.REJECTED


def test_a_duplicate_is_a_refusal_that_names_nobody(fake, opened, vendor_map):
    fake.add("There", "there@example.com")
    if not fake.creates or fake.profile in SILENT:
        return
    (receipt,) = opened(fake).push([created(fake, vendor_map, "there@example.com")])
    assert receipt.outcome is Outcome.REJECTED
    assert "Anna" not in receipt.reason
    assert len(fake.people) == 1


SILENT = {"legacy_crm", "mailchimp", "odoo", "suitecrm", "tryton"}
"""An upsert, or a vendor that takes two of the same without a word."""


def test_a_delete_is_done_once_and_twice_is_as_good(fake, opened):
    person = fake.add("Gone")
    connector = opened(fake)
    if not connector.capabilities.delete:
        with pytest.raises(ConfigError, match="delete"):
            connector.delete(person.id)
        return
    connector.delete(person.id)
    connector.delete(person.id)
    fake.sync()
    assert person.id not in fake.people or fake.people[person.id].deleted
