"""A hub that knows a made set of customers, filled in bulk: no channel, no map."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

import pyarrow as pa

from hub.clock import now
from hub.config import Channel, Matching, Settings
from matching.table.duck import table_of
from store.bulk import insert
from store.database import Store
from store.tables import source_record

CHANNEL = "made"
_NAMES = (
    "channel", "remote_id", "payload", "fingerprint", "deleted", "customer", "unmapped", "due",
    "landed_at",
)  # fmt: skip
_CUSTOMERS = """
SELECT record_id, to_json({
  key: ['made', record_id], kind: 'person', birth_date: try_cast(birth_date AS DATE)::VARCHAR,
  name: {given: given_name, middle: middle_name, family: family_name},
  emails: CASE WHEN email IS NULL THEN []::VARCHAR[] ELSE [email] END,
  phones: CASE WHEN phone IS NULL THEN []::VARCHAR[] ELSE [phone] END,
  addresses: CASE WHEN coalesce(street, postcode, city) IS NULL THEN []
    ELSE [{street: street, postcode: postcode, locality: city}] END
})::VARCHAR AS customer
FROM given ORDER BY record_id"""


def settings_for(url: str, **matching: float) -> Settings:
    """Return the settings of a hub of one channel."""
    made = Channel(name=CHANNEL, profile="woocommerce", map="woocommerce", url="http://127.0.0.1:9")
    return Settings(store=url, channels={CHANNEL: made}, matching=Matching(**matching))


def customers(people: pa.Table) -> list[tuple[str, str]]:
    """Return the ids of a made set, and its customers as the hub keeps them."""
    made = table_of(_CUSTOMERS, given=people)
    return list(zip(*(made.column(n).to_pylist() for n in range(2)), strict=True))


def fill(store: Store, known: list[tuple[str, str]], due: str | None) -> None:
    """Let the hub know these customers, waiting for ``due`` or for nothing."""
    moment = now()
    rows = (
        (CHANNEL, id_, "{}", id_, False, customer, False, due, moment) for id_, customer in known
    )
    with store.begin() as unit:
        insert(unit.connection, source_record, _NAMES, rows)


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """Make an empty database, and take it away afterwards: ``sqlite`` or ``postgresql``."""
    home = Path(mkdtemp(prefix=f"{kind}-", dir=folder))
    try:
        if kind == "sqlite":
            yield f"sqlite:///{home / 'hub.db'}"
        else:
            with _server(home) as url:
                yield url
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def _server(home: Path) -> Iterator[str]:
    """Start PostgreSQL with its defaults on a socket of its own; root becomes its user."""
    programs = max(Path("/usr/lib/postgresql").glob("*/bin"))
    data, sockets = home / "data", Path(mkdtemp(prefix="pg", dir="/tmp"))
    become = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    for folder in (home, sockets):
        shutil.chown(folder, "postgres", "postgres")
    parents = [folder for folder in home.parents if str(folder).count("/") > 1]
    for folder in parents:
        folder.chmod(folder.stat().st_mode | 0o011)

    def call(program: str, *options: str) -> None:
        command = [*become, str(programs / program), *options]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=home)

    call("initdb", "--auth=trust", "--username=goldenrod", "--encoding=UTF8", "-D", str(data))
    options = f"-k {sockets} -c listen_addresses=''"
    call("pg_ctl", "start", "-w", "-D", str(data), "-l", str(home / "log"), "-o", options)
    try:
        yield f"postgresql://goldenrod@/postgres?host={sockets}"
    finally:
        call("pg_ctl", "stop", "-w", "-m", "fast", "-D", str(data))
        shutil.rmtree(sockets, ignore_errors=True)
