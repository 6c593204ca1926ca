"""The vendors that speak GraphQL; each document is parsed, as a server would."""

import json
from typing import Any, ClassVar
from urllib.parse import urlsplit

from graphql import FieldNode, OperationDefinitionNode, parse

from tests.connectors.conformance.fake import BASE, Answer, JsonFake, Person


class GraphFake(JsonFake):
    """Finds the field that a document asks for, and the variables that it declares."""

    path: ClassVar[str]
    number_ids = False

    def handle(self, request) -> Answer:
        assert urlsplit(request.url).path == urlsplit(BASE).path + self.path
        told = json.loads(request.body)
        (operation,) = [
            it for it in parse(told["query"]).definitions if isinstance(it, OperationDefinitionNode)
        ]
        declared = {it.variable.name.value for it in operation.variable_definitions}
        unknown = set(told["variables"]) - declared
        assert not unknown, f"variables that the document does not declare: {unknown}"
        (field,) = operation.selection_set.selections
        assert isinstance(field, FieldNode)
        return self.answer(request, field.name.value, told["variables"])

    def answer(self, request, field: str, variables: dict[str, Any]) -> Answer:
        """Answer one field."""
        raise NotImplementedError


def trouble(code: str, **extensions: Any) -> Answer:
    """Return errors inside a 200."""
    errors = [{"message": "Anna", "extensions": {"code": code}}]
    return 200, {}, {"data": None, "errors": errors, "extensions": extensions}


COST = {"requestedQueryCost": 100, "throttleStatus": {"currentlyAvailable": 50, "restoreRate": 50}}


class Shopify(GraphFake):
    """Shopify: cursors, cost, userErrors, filters that may compare days only."""

    profile = "shopify"
    path = "/admin/api/2026-04/graphql.json"
    names: ClassVar = {
        "id": "id", "first": "firstName", "last": "lastName",
        "mail": "defaultEmailAddress.emailAddress", "changed": "updatedAt", "made": "createdAt",
    }  # fmt: skip
    beside: ClassVar = {
        name: {"id": "id", "owner": "customer.id", "changed": "updatedAt", "made": "createdAt"}
        for name in ("orders", "interactions")
    }
    own_throttles = (trouble("THROTTLED", cost=COST),)
    own_failures = (trouble("INTERNAL_SERVER_ERROR"), (200, {}, {"data": None}))

    def told(self, fields):
        known = {"first": "firstName", "last": "lastName", "mail": "email"}
        return {name: fields[path] for name, path in known.items() if fields.get(path)}

    def answer(self, request, field, variables) -> Answer:
        refused = {"userErrors": [{"field": ["email"], "message": "Anna has it already"}]}
        gone = {"userErrors": [{"field": ["id"], "message": "Customer does not exist"}]}
        told: Any
        match field:
            case "customers":
                told = self._page(variables)
            case "orders" | "abandonedCheckouts":
                with self.within("orders" if field == "orders" else "interactions"):
                    told = self._page(variables)
            case "customer":
                held = self.people.get(variables["id"])
                told = self.render(held) if held else None
            case "customerCreate":
                made = self.make(variables["input"])
                told = {"customer": {"id": made.id}, "userErrors": []} if made else refused
            case "customerUpdate":
                held = self.change(variables["input"]["id"], variables["input"])
                told = {"customer": {"id": held.id}, "userErrors": []} if held else gone
            case "customerDelete":
                told = {"deletedCustomerId": variables["input"]["id"], "userErrors": []}
                if self.drop(variables["input"]["id"])[0] == 404:
                    told = gone
            case _:
                return trouble("undefinedField")
        return 200, {}, {"data": {field: told}}

    def _page(self, variables: dict[str, Any]) -> dict[str, Any]:
        rule, since = variables.get("query") or "", None
        if rule.startswith("updated_at:>="):
            since = self.read_stamp(rule.partition("'")[2].rstrip("'"))
            since = since.replace(hour=0, minute=0, second=0)  # by the day
        people = self.listed(since)
        people = [it for it in people if "email:" not in rule or f"'{it.mail}'" in rule]
        after, size = int(variables.get("after") or 0), int(variables.get("first", 2))
        people = [it for it in people if int(it.id) > after]
        shown = people[:size]
        end = shown[-1].id if shown else None
        info = {"hasNextPage": len(people) > size, "endCursor": end}
        return {"nodes": [self.render(it) for it in shown], "pageInfo": info}


class Vendure(GraphFake):
    """Vendure: a login that answers a header, a strict filter, unions for refusals."""

    profile = "vendure"
    path = ""
    names: ClassVar = {
        "id": "id", "first": "firstName", "last": "lastName", "mail": "emailAddress",
        "changed": "updatedAt", "made": "createdAt",
    }  # fmt: skip
    beside: ClassVar = {
        "orders": {
            "id": "id", "owner": "customer.id", "changed": "updatedAt", "made": "createdAt",
        },
    }  # fmt: skip
    expired = trouble("FORBIDDEN")
    own_failures = (trouble("INTERNAL_SERVER_ERROR"),)

    def log_in(self, request) -> Answer | None:
        if b"login(" not in request.body:
            return None
        if self.bad_password:
            told = {"login": {"__typename": "InvalidCredentialsError"}}
            return 200, {}, {"data": told}
        told = {"login": {"__typename": "CurrentUser"}}
        return 200, {"vendure-auth-token": f"t{self.logins}"}, {"data": told}

    def stamp(self, moment):
        return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")

    def render(self, person: Person) -> dict[str, Any]:
        return {**super().render(person), "addresses": []}

    def answer(self, request, field, variables) -> Answer:  # noqa: C901 - one case a route
        taken = {"errorCode": "EMAIL_ADDRESS_CONFLICT_ERROR", "message": "Anna"}
        told: Any
        match field:
            case "orders":
                with self.within("orders"):
                    told = self.answer(request, "customers", variables)[2]["data"]["customers"]
            case "customers":
                options = variables["options"]
                rule = options.get("filter", {})
                people = self.listed(by="changed")
                if "updatedAt" in rule:
                    edge = self.read_stamp(rule["updatedAt"]["after"])
                    people = [it for it in people if it.changed > edge]
                if "emailAddress" in rule:
                    people = [it for it in people if it.mail == rule["emailAddress"]["eq"]]
                start, size = options.get("skip", 0), options.get("take", 100)
                rows = [self.render(it) for it in people[start : start + size]]
                told = {"items": rows, "totalItems": len(people)}
            case "customer":
                held = self.people.get(variables["id"])
                told = self.render(held) if held else None
            case "createCustomer":
                made = self.make(variables["input"])
                told = {"id": made.id} if made else taken
            case "updateCustomer":
                held = self.change(variables["input"]["id"], variables["input"])
                if held is None:
                    return trouble("ENTITY_NOT_FOUND")
                told = {"id": held.id}
            case "deleteCustomer":
                if self.drop(variables["id"])[0] == 404:
                    return trouble("ENTITY_NOT_FOUND")
                told = {"result": "DELETED"}
            case _:
                return 400, {}, trouble("GRAPHQL_VALIDATION_FAILED")[2]
        return 200, {}, {"data": {field: told}}
