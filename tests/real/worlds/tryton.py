"""Tryton, an ERP over JSON-RPC: parties with their contact mechanisms."""

from collections.abc import Mapping, Sequence
from typing import Any

from tests.real.servers.tryton import PASSWORD, Tryton
from tests.real.worlds.world import Person


class TrytonWorld:
    lists_all = True
    deletes = True
    better = ("prefix", "Dr.")

    def __init__(self, server: Tryton) -> None:
        self.server = server
        url = server.url.removesuffix("/rpc/")
        self.channel = f"profile: tryton\nurl: {url}\nusername: admin\npassword: ${{REAL_PASSWORD}}"
        self.files: dict[str, str] = {}
        self.password = PASSWORD
        left = server.party("search", [["active", "in", [True, False]]], 0, None, None)
        server.party("delete", left)

    def create(self, persons: Sequence[Person]) -> list[str]:
        rows = [
            {"name": f"{it.first} {it.last}",
             "contact_mechanisms": [["create", [{"type": "email", "value": it.email}]]]}
            for it in persons
        ]  # fmt: skip
        return [str(one) for one in self.server.party("create", rows)]

    def edit(self, ids: Sequence[str], mark: str) -> None:
        self.server.party("write", [int(one) for one in ids], {"name": mark})

    def mark(self, payload: Mapping[str, Any]) -> str:
        return str(payload["name"])

    def told(self, remote_id: str) -> str:
        (row,) = self.server.party("read", [int(remote_id)], ["name"])
        return str(row["name"])

    def apply(self) -> None:
        """Nothing is left to do."""

    def delete(self, remote_id: str) -> None:
        self.server.party("delete", [int(remote_id)])

    def close(self) -> None:
        """The database goes with the server."""
