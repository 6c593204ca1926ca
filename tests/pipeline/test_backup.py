"""Backup and restore as an operator meets them."""

import json

import pytest

from hub.clock import now
from hub.errors import ConfigError, TransientError
from pipeline.backup import backup, restore
from pipeline.pull import pull
from pipeline.report import as_json
from pipeline.run import run
from store.backup import manifest
from tests.tables import snapshot


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "backups"


def test_a_restored_hub_goes_on_as_if_nothing_had_happened(settings, store, after_a_run):
    before = snapshot(store)
    made = backup(settings, store)
    with store.begin() as unit:
        ids = [golden.id for golden in unit.golden.page(limit=10)]
        numbers = [n for found in unit.golden.members(ids).values() for n in found]
        unit.records.assign([(number, None) for number in numbers])
        unit.golden.retire(dict.fromkeys(ids, ()), now())
    restored = restore(settings, store)
    assert (restored.file, restored.broken) == (made.file, 0)
    assert snapshot(store) == before
    again = run(settings, store)
    assert (again.merge.created, again.merge.changed, again.merge.retired) == (0, 0, 0)
    assert not any(report.sent for report in again.push.values())


def test_the_manifest_says_what_each_file_is_and_old_ones_go(settings, store, folder):
    files = [backup(settings, store, keep=2) for _ in range(3)]
    assert [one.dropped for one in files] == [0, 0, 1]
    known = manifest.load(folder).backups
    assert [str(folder / one.file) for one in known] == [one.file for one in files[1:]]
    assert sorted(file.name for file in folder.iterdir()) == sorted(
        [*(one.file for one in known), "manifest.json"]
    )
    assert all(manifest.digest(folder / one.file) == one.sha256 for one in known)


def test_an_older_backup_can_be_chosen(settings, store, folder):
    first = backup(settings, store)
    pull(settings, store, "crm")
    backup(settings, store)
    assert restore(settings, store, folder / manifest.load(folder).backups[0].file).file == (
        first.file
    )
    with store.read() as unit:
        assert unit.records.cursor("crm") is None


def test_a_damaged_backup_is_refused_and_nothing_changes(settings, store, folder):
    pull(settings, store, "crm")
    made = backup(settings, store)
    with open(made.file, "r+b") as opened:  # noqa: PTH123 - a byte in the middle
        opened.seek(5000)
        opened.write(b"\xff")
    with pytest.raises(ConfigError, match="not what was written"):
        restore(settings, store)
    with store.read() as unit:
        assert unit.records.cursor("crm")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"database": "postgresql"}, "is a backup of postgresql"),
        ({"revision": "9999"}, "newer Goldenrod"),
        ({"file": "gone.db"}, "is missing"),
    ],
)
def test_a_backup_of_something_else_is_refused(settings, store, folder, changes, told):
    backup(settings, store)
    [known] = manifest.load(folder).backups
    manifest.save(folder, manifest.Manifest(backups=(known.model_copy(update=changes),)))
    with pytest.raises(ConfigError, match=told):
        restore(settings, store)


def test_without_a_backup_nothing_is_restored(settings, store, folder):
    with pytest.raises(ConfigError, match="none yet"):
        restore(settings, store)
    manifest.save(folder, manifest.Manifest())
    (folder / "manifest.json").write_text("{")
    with pytest.raises(ConfigError, match="can't be read"):
        restore(settings, store)


def test_a_restore_waits_for_verbs_at_work(settings, store, monkeypatch):
    monkeypatch.setattr("store.lock._PATIENCE", 0)
    backup(settings, store)
    with store.exclusive("pull erp"), pytest.raises(TransientError, match="pull erp"):
        restore(settings, store)


def test_reports_are_plain_json(settings, store):
    backup(settings, store)
    assert json.dumps(as_json(restore(settings, store)))
