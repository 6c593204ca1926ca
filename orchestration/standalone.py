"""`make airflow`: Airflow standalone on this project against the sandbox, all on this machine."""

import json
import os
import secrets
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

from hub.config import load_settings
from orchestration.defaults import RESOLVE_POOL, pool

_PORT = 8080
_PATIENCE = 10.0  # seconds for Airflow's parts to end by themselves


def main() -> int:
    """Start the sandbox and Airflow, tell the address, end both with Ctrl-C."""
    root = Path.cwd()
    home = root / ".airflow"
    home.mkdir(exist_ok=True)
    environment = _environment(root, home)
    airflow = [str(Path(sys.executable).with_name("airflow"))]
    goldenrod = [str(Path(sys.executable).with_name("goldenrod"))]
    file = home / "pools.json"
    file.write_text(json.dumps(pools()), encoding="utf-8")
    for step in (["db", "migrate"], ["pools", "import", str(file)]):
        subprocess.run([*airflow, *step], env=environment, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own programs
    print(f"Airflow: http://127.0.0.1:{_PORT}  user admin, password in {home / 'passwords.json'}")  # noqa: T201
    print("Unpause the pull_… DAGs; resolve and push_… follow by themselves.")  # noqa: T201
    started = [
        subprocess.Popen([*goldenrod, "sandbox"], env=environment, start_new_session=True),  # noqa: S603
        subprocess.Popen([*airflow, "standalone"], env=environment, start_new_session=True),  # noqa: S603
    ]
    try:
        return started[1].wait()
    except KeyboardInterrupt:
        return 0
    finally:
        for process in started:
            _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a program with all that it started: Airflow's parent leaves its children behind."""
    parent = psutil.Process(process.pid)
    family = [*parent.children(recursive=True), parent]
    for member in family:
        with suppress(psutil.NoSuchProcess):
            member.terminate()
    _, alive = psutil.wait_procs(family, timeout=_PATIENCE)
    for member in alive:
        with suppress(psutil.NoSuchProcess):
            member.kill()
    process.wait()


def pools() -> dict[str, dict[str, Any]]:
    """Return the pools that the DAGs name, in the shape of `airflow pools import`."""
    names = [pool(name) for name in load_settings().channels] + [RESOLVE_POOL]
    return {
        name: {"slots": 1, "description": "one task at a time", "include_deferred": True}
        for name in names
    }


def _environment(root: Path, home: Path) -> dict[str, str]:
    passwords = home / "passwords.json"
    if not passwords.exists():
        passwords.touch(mode=0o600)
        passwords.write_text(json.dumps({"admin": secrets.token_urlsafe(12)}), encoding="utf-8")
    return {
        **os.environ,  # noqa: TID251 - handed on to the programs that are started
        # Airflow starts its parts by name: they must be found, also where no venv is activated.
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",  # noqa: TID251
        "GOLDENROD_CONFIG": str(root / "goldenrod.yaml"),
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(root / "dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
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
    sys.exit(main())
