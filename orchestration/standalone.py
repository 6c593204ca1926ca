"""`make airflow`: Airflow standalone on this project against the sandbox, all on this machine."""

import json
import os
import secrets
import subprocess
import sys
from pathlib import Path
from typing import Any

from hub.config import Settings, load_settings
from hub.environment import unread
from hub.errors import ConfigError
from orchestration.defaults import RESOLVE_POOL, pool
from orchestration.supervisor import interruptible, must_be_free, supervise

_PORT = 8080
_SANDBOX_PORTS = (8651, 8652, 8653)  # those of goldenrod.yaml


def main() -> None:
    """Start the sandbox and Airflow, tell the address, end both with Ctrl-C."""
    try:
        with interruptible():
            sys.exit(_start(Path.cwd()))
    except ConfigError as error:
        print(error, file=sys.stderr)  # noqa: T201
        sys.exit(2)


def _start(root: Path) -> int:
    settings = sandbox_settings(root)
    must_be_free(_PORT, *_SANDBOX_PORTS)
    home = root / ".airflow"
    home.mkdir(exist_ok=True)
    environment = _environment(root, home)
    airflow = str(Path(sys.executable).with_name("airflow"))
    goldenrod = str(Path(sys.executable).with_name("goldenrod"))
    file = home / "pools.json"
    file.write_text(json.dumps(pools(settings)), encoding="utf-8")
    for step in (["db", "migrate"], ["pools", "import", str(file)]):
        subprocess.run([airflow, *step], env=environment, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own programs
    print(f"Airflow: http://127.0.0.1:{_PORT}  user admin, password in {home / 'passwords.json'}")  # noqa: T201
    print("Trigger a pull_… DAG, or wait for its schedule; resolve and push_… follow.")  # noqa: T201
    return supervise([[goldenrod, "sandbox"], [airflow, "standalone"]], environment)


def sandbox_settings(root: Path) -> Settings:
    """Read goldenrod.yaml as it is without the caller's environment.

    Raises ConfigError if a channel is anything else than the sandbox: nobody tries Airflow out on
    the customers of a company.
    """
    settings = load_settings(root / "goldenrod.yaml", {}, connections=unread)
    for name, channel in settings.channels.items():
        served = any(channel.url.startswith(f"http://127.0.0.1:{port}/") for port in _SANDBOX_PORTS)
        if not served and not channel.url.startswith(f"sqlite:///{root}/.goldenrod/sandbox/"):
            with settings.told_at("channels", name, "url"):
                raise ConfigError("this is not the sandbox, and make airflow is for nothing else")
    return settings


def pools(settings: Settings) -> dict[str, dict[str, Any]]:
    """Return the pools that the DAGs name, in the shape of `airflow pools import`."""
    names = [pool(name) for name in settings.channels] + [RESOLVE_POOL]
    return {
        name: {"slots": 1, "description": "one task at a time", "include_deferred": True}
        for name in names
    }


def _environment(root: Path, home: Path) -> dict[str, str]:
    passwords = home / "passwords.json"
    if not passwords.exists():
        passwords.touch(mode=0o600)
        passwords.write_text(json.dumps({"admin": secrets.token_urlsafe(12)}), encoding="utf-8")
    others = os.environ.items()  # noqa: TID251 - handed on to the programs that are started
    return {
        **{name: value for name, value in others if not name.startswith("GOLDENROD_")},
        # Airflow starts its parts by name: they must be found, also where no venv is activated.
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",  # noqa: TID251
        "GOLDENROD_CONFIG": str(root / "goldenrod.yaml"),
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(root / "dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        # All that is reached is the sandbox: nobody need be asked before it runs.
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "AIRFLOW__CORE__PARALLELISM": "4",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": "admin:admin",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(passwords),
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(_PORT),
        "AIRFLOW__API__BASE_URL": f"http://127.0.0.1:{_PORT}",
        "AIRFLOW__API_AUTH__JWT_SECRET": _kept(home / "jwt.secret"),
        "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "15",
    }


def _kept(file: Path) -> str:
    """Return the secret in ``file``, made once."""
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(64), encoding="utf-8")
    return file.read_text(encoding="utf-8")


if __name__ == "__main__":
    main()
