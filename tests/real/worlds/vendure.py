"""Vendure, a web shop over GraphQL: customers."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.real.servers.vendure import PASSWORD, Vendure
from tests.real.worlds.world import PHONE, Person, digits

AT_ONCE = 25
CREATE = "createCustomer(input: $i%d) { ... on Customer { id } ... on ErrorResult { message } }"
UPDATE = "updateCustomer(input: $i%d) { ... on Customer { id } ... on ErrorResult { message } }"


class VendureWorld:
    lists_all = True
    deletes = True
    better = ("phone", PHONE)

    def __init__(self, server: Vendure) -> None:
        self.server = server
        login = "username: superadmin\npassword: ${REAL_PASSWORD}"
        self.channel = f"profile: vendure\nurl: {server.url}\n{login}"
        self.files: dict[str, str] = {}
        self.password = PASSWORD
        while left := self._ids():
            for one in left:
                self.delete(one)

    def create(self, persons: Sequence[Person]) -> list[str]:
        rows = [
            {"firstName": it.first, "lastName": it.last, "emailAddress": it.email} for it in persons
        ]
        return [one["id"] for one in self._change(CREATE, "CreateCustomerInput!", rows)]

    def edit(self, ids: Sequence[str], mark: str) -> None:
        rows = [{"id": one, "title": mark} for one in ids]
        list(self._change(UPDATE, "UpdateCustomerInput!", rows))

    def mark(self, payload: Mapping[str, Any]) -> str:
        return str(payload["title"])

    def told(self, remote_id: str) -> str:
        found = self.server.ask(
            "query ($id: ID!) { customer(id: $id) { phoneNumber } }", id=remote_id
        )
        return digits(found["customer"]["phoneNumber"])

    def apply(self) -> None:
        """Nothing is left to do."""

    def delete(self, remote_id: str) -> None:
        self.server.ask("mutation ($id: ID!) { deleteCustomer(id: $id) { result } }", id=remote_id)

    def close(self) -> None:
        """The shop goes with the server."""

    def _ids(self) -> list[str]:
        found = self.server.ask("{ customers(options: {take: 500}) { items { id } } }")
        return [one["id"] for one in found["customers"]["items"]]

    def _change(self, what: str, kind: str, rows: Sequence[Mapping[str, Any]]) -> Iterator[Any]:
        """Send many changes in one request, under a name each."""
        for start in range(0, len(rows), AT_ONCE):
            some = rows[start : start + AT_ONCE]
            given = ", ".join(f"$i{n}: {kind}" for n in range(len(some)))
            calls = "\n".join(f"c{n}: {what % n}" for n in range(len(some)))
            values = {f"i{n}": row for n, row in enumerate(some)}
            told = self.server.ask(f"mutation ({given}) {{ {calls} }}", **values)
            for n in range(len(some)):
                assert "id" in told[f"c{n}"], told[f"c{n}"]
                yield told[f"c{n}"]
