"""A customer asks to be forgotten: here, in the channels, in what comes back and in the backups."""

import json
import sqlite3

import pytest
import requests
from sqlalchemy import delete

from connectors.registry import connect
from hub.clock import now
from hub.errors import ConfigError, RecordError
from hub.model import Key
from pipeline.backup import backup, restore
from pipeline.export import export
from pipeline.forget import confirm, forget, keys_of
from pipeline.push import push
from pipeline.run import run
from pipeline.wiring import open_store
from store.backup import manifest
from store.outbox import OutboxState
from store.tables import cursor


@pytest.fixture
def store(settings):
    with open_store(settings) as opened:
        yield opened


@pytest.fixture
def known(settings, store, after_a_run):
    """A customer whom all four channels hold, after a whole run."""
    with store.read() as unit:
        return next(
            golden
            for golden in unit.golden.page(limit=10_000)
            if {key.channel for key in golden.members} == set(settings.channels)
            and golden.attributes.emails
        )


def there(settings, channel):
    with connect(settings.channel(channel)) as source:
        return {r.key for page in source.pull(None) for r in page.records if not r.deleted}


def names(golden):
    said = golden.attributes
    return [str(said.name), *said.emails, *(address.street for address in said.addresses)]


def in_the_files(tmp_path, values):
    content = b"".join(file.read_bytes() for file in tmp_path.glob("hub.db*"))
    return [value for value in values if value and value.encode() in content]


def test_a_forgotten_customer_is_gone_here_and_in_every_channel_that_can_delete(
    settings, store, known, tmp_path
):
    telling = [value for value in names(known) if in_the_files(tmp_path, [value])]
    assert telling
    report = forget(settings, store, known.id, author="eva")
    assert report.swept
    assert report.records == len(known.members)
    own = {key.channel: key for key in known.members}
    assert report.by_hand == (str(own["erp"]),)
    unique = [known.attributes.emails[0]]
    assert in_the_files(tmp_path, unique) == []
    with store.read() as unit:
        assert unit.golden.find(known.id) == []
        assert unit.golden.find(known.attributes.emails[0]) == []
        assert store.broken() == []
    for channel in ("shop", "mail", "crm"):
        assert own[channel] in there(settings, channel)
        pushed = push(settings, store, channel)
        assert (pushed.sent, pushed.failed, pushed.dead) == (
            len([key for key in known.members if key.channel == channel]),
            0,
            0,
        )
        assert own[channel] not in there(settings, channel)
    with store.read() as unit:
        assert [(row.channel, row.state) for row in unit.outbox.erasures()] == [
            ("erp", OutboxState.DEAD)
        ]
        proofs = unit.outbox.receipts(known.id)
        assert {(proof.operation, proof.remote_id) for proof in proofs[:3]} == {("delete", None)}


def test_what_a_channel_still_shows_does_not_come_back(settings, store, known):
    forget(settings, store, known.id, author="eva")
    with store.begin() as unit:
        unit.connection.execute(delete(cursor))  # as if nothing had ever been pulled
    with sqlite3.connect(settings.channel("crm").url.removeprefix("sqlite:///")) as crm:
        crm.execute("UPDATE CUST SET UPDATED = '2031-01-01 00:00:00'")
    again = run(settings, store)
    assert again.pull["crm"].suppressed == len([k for k in known.members if k.channel == "crm"])
    with store.read() as unit:
        assert unit.records.by_key(known.members) == {}
        assert unit.golden.find(known.attributes.emails[0]) == []


def test_a_person_confirms_what_was_deleted_by_hand(settings, store, known):
    report = forget(settings, store, f"erp:{_number(known)}", author="eva")
    [key] = keys_of(report.by_hand)
    confirm(store, key, author="eva")
    with store.read() as unit:
        assert [row.channel for row in unit.outbox.erasures() if row.reason] == []
    with pytest.raises(RecordError, match="waits"):
        confirm(store, key, author="eva")


def _number(golden):
    return next(key.id for key in golden.members if key.channel == "erp")


def test_a_restore_forgets_again_and_merges_the_others_anew(settings, store, known, tmp_path):
    made = backup(settings, store)
    forget(settings, store, known.id, author="eva")
    entry = manifest.load(tmp_path / "backups").erased[0]
    assert (entry.golden_id, len(entry.records)) == (known.id, len(known.members))
    assert str(known.members[0].id) not in entry.model_dump_json()
    restored = restore(settings, store)
    assert (restored.file, restored.erased, restored.broken) == (made.file, 1, 0)
    with store.read() as unit:
        assert unit.golden.resolve(known.id) == ()
        assert unit.records.by_key(known.members) == {}
    assert in_the_files(tmp_path, [known.attributes.emails[0]]) == []
    assert restore(settings, store).erased == 1  # of the same backup, and again


def test_a_restore_takes_the_forgotten_out_of_whom_they_were_merged_with_then(
    settings, store, known
):
    with store.read() as unit:
        other = next(g for g in unit.golden.page(limit=99) if g.id != known.id)
        mine = unit.golden.members([known.id])[known.id]
    with store.begin() as unit:  # the backup is of a day when they were one, under another id
        unit.golden.retire({known.id: (other.id,)}, now())
        unit.records.assign([(number, other.id) for number in mine])
        wrong = other.model_copy(
            update={"attributes": known.attributes, "version": other.version + 1,
                    "members": tuple(sorted(other.members + known.members))}
        )  # fmt: skip
        unit.golden.save([wrong], now(), None)
    backup(settings, store)
    with store.begin() as unit:
        unit.records.assign([(number, None) for number in mine])
        unit.records.set_due(mine, None)
        entry = manifest.Erased(
            golden_id=known.id,
            at=now(),
            records=tuple(unit.erasures.hash(key) for key in known.members),
        )
    manifest.note_erased(_folder(settings), [entry])
    assert restore(settings, store).broken == 0
    with store.read() as unit:
        [cured] = unit.golden.get([other.id]).values()
        assert cured.attributes == other.attributes
        assert cured.members == other.members
        assert known.attributes.emails[0] not in str(unit.golden.history(other.id))


def _folder(settings):
    return manifest.Path(settings.backups)


def test_a_record_that_could_not_be_mapped_can_be_forgotten_too(
    settings, store, population, after_a_run
):
    key = next(iter(population.invalid))
    with store.read() as unit:
        assert key in {
            Key(q.record.channel, q.record.remote_id) for q in unit.records.quarantined()
        }
    report = forget(settings, store, str(key), author="eva")
    assert (len(report.erased), report.records) == (1, 1)
    with store.read() as unit:
        assert key not in {
            Key(q.record.channel, q.record.remote_id) for q in unit.records.quarantined()
        }


def test_an_export_holds_what_the_channels_and_the_hub_say(settings, store, known):
    held = json.loads(json.dumps(export(store, str(known.members[0]))))
    assert held["id"] == known.id
    assert {record["remote_id"] for record in held["source_record"]} == {
        key.id for key in known.members
    }
    assert known.attributes.emails[0] in json.dumps(held["golden"])
    assert held["golden_history"]


@pytest.mark.parametrize("name", ["nobody", "erp:nobody", ":", "x:"])
def test_nobody_is_told_apart(settings, store, name):
    with pytest.raises(RecordError):
        forget(settings, store, name, author="eva")


def test_channels_that_can_not_be_told_are_left_to_a_person(settings, store, known):
    mute = settings.channel("shop").model_copy(
        update={"push": settings.channel("shop").push.model_copy(update={"enabled": False})}
    )
    channels = {name: c for name, c in settings.channels.items() if name != "crm"} | {"shop": mute}
    report = forget(settings.model_copy(update={"channels": channels}), store, known.id, author="e")
    assert {name.split(":")[0] for name in report.by_hand} == {"erp", "shop", "crm"}


def test_without_a_secret_nobody_is_forgotten(settings, store, known):
    with open_store(
        settings.model_copy(update={"erasure_secret": type(settings.erasure_secret)("")})
    ) as bare:
        with pytest.raises(ConfigError, match="erasure_secret"):
            forget(settings, bare, known.id, author="eva")
        with bare.read() as unit:
            assert unit.golden.get([known.id])


def test_a_deletion_that_fails_is_tried_again(settings, store, known):
    forget(settings, store, known.id, author="eva")
    base = "/".join(settings.channel("shop").url.split("/")[:3])
    fault = {"kind": "502", "times": 99}
    requests.post(f"{base}/_faults", json=fault, timeout=5).raise_for_status()
    pushed = push(settings, store, "shop")
    assert pushed.failed or pushed.error
    with store.read() as unit:
        assert [row.channel for row in unit.outbox.erasures() if row.channel == "shop"]
