"""BACKUP and RESTORE: all that is remembered in one file, and put back.

A backup is taken while the hub works. A restore waits until no verb is at work, checks the file
against its manifest, brings its tables up to date, erases again who was erased since, and replaces
everything.
"""

import logging
from pathlib import Path

from hub.clock import now
from hub.config import Settings
from hub.errors import ConfigError
from pipeline.alone import alone
from pipeline.forget import forget_again
from pipeline.report import BackupReport, RestoreReport
from store.backup import manifest
from store.backup.manifest import Backup, Manifest
from store.database import Store
from store.migrations.head import HEAD

log = logging.getLogger(__name__)
_SUFFIX = {"sqlite": "db", "postgresql": "dump"}


def backup(settings: Settings, store: Store, *, keep: int | None = None) -> BackupReport:
    """Write a backup and note it in the manifest; keep the ``keep`` youngest (None: all).

    Raises ConfigError where the database's programs are missing, TransientError where they failed.
    """
    folder = Path(settings.backups)
    folder.mkdir(parents=True, exist_ok=True)
    with store.exclusive("backup"):
        moment = now()
        file = folder / f"goldenrod-{moment:%Y%m%dT%H%M%S%fZ}.{_SUFFIX[store.database]}"
        part = file.with_suffix(".part")
        part.unlink(missing_ok=True)
        try:
            store.dump(part)
            part.replace(file)
        finally:
            part.unlink(missing_ok=True)
        made = Backup(
            file=file.name,
            at=moment,
            database=store.database,
            revision=HEAD,
            bytes=file.stat().st_size,
            sha256=manifest.digest(file),
        )
        dropped = _note(folder, made, keep)
    report = BackupReport(str(file), made.bytes, dropped)
    log.info("backup: %s", report)
    return report


def restore(settings: Settings, store: Store, file: Path | None = None) -> RestoreReport:
    """Replace all that is remembered by a backup: ``file``, or the youngest one.

    Raises ConfigError for a file that is unknown, damaged, or of another database or a newer
    Goldenrod, and TransientError while a verb is at work. Nothing is changed then.
    """
    folder = Path(settings.backups)
    with alone(settings, store):
        found = _choose(folder, manifest.load(folder), file, store.database)
        source = folder / found.file
        if store.database == "sqlite":
            erased = _restore_by_copy(settings, store, source)
        else:
            store.replace(source)
            store.migrate()
            erased = forget_again(settings, store)
        broken = len(store.broken())
    report = RestoreReport(str(source), found.at, erased, broken)
    log.info("restore: %s", report)
    return report


def _restore_by_copy(settings: Settings, store: Store, source: Path) -> int:
    """Make a copy what it must be first: readers never see who was erased since, or old tables."""
    copy = source.with_name("restoring.db")
    secret = settings.erasure_secret.get_secret_value()
    try:
        with Store(f"sqlite:///{copy}", secret) as staged:
            staged.replace(source)
            staged.migrate()
            erased = forget_again(settings, staged)
        store.replace(copy)
    finally:
        for rest in (copy, *(copy.with_name(f"{copy.name}-{log}") for log in ("wal", "shm"))):
            rest.unlink(missing_ok=True)
    return erased


def _choose(folder: Path, known: Manifest, file: Path | None, database: str) -> Backup:
    """Return the backup that is meant, after a look at the file itself."""
    backups = [one for one in known.backups if file is None or one.file == file.name]
    if not backups:
        raise ConfigError(f"{folder / 'manifest.json'}: knows no such backup: {file or 'none yet'}")
    found = backups[-1]
    place = folder / found.file
    if found.database != database:
        raise ConfigError(f"{place}: is a backup of {found.database}, and the store is {database}")
    if found.revision > HEAD:
        raise ConfigError(f"{place}: was written by a newer Goldenrod")
    if not place.is_file() or manifest.digest(place) != found.sha256:
        raise ConfigError(f"{place}: is missing, or not what was written: see the other backups")
    return found


def _note(folder: Path, made: Backup, keep: int | None) -> int:
    """Add a backup to the manifest, and drop what is too old; return how many were dropped."""
    known = manifest.load(folder)
    backups = (*known.backups, made)
    kept = backups if keep is None else backups[-keep:]
    manifest.save(folder, known.model_copy(update={"backups": kept}))
    dropped = backups[: len(backups) - len(kept)]
    for one in dropped:
        (folder / one.file).unlink(missing_ok=True)
    return len(dropped)
