"""The CRMs that speak JSON over HTTP."""

from contextlib import nullcontext
from typing import Any, ClassVar

from tests.connectors.conformance.fake import Answer, JsonFake


class Salesforce(JsonFake):
    """Salesforce: SOQL, a locator for what follows, errors in a list, quota told by 403."""

    profile = "salesforce"
    number_ids = False
    shows_deleted = True
    names: ClassVar = {
        "id": "Id", "first": "FirstName", "last": "LastName", "mail": "Email",
        "changed": "SystemModstamp", "made": "CreatedDate", "reference": "Goldenrod_Id__c",
        "deleted": "IsDeleted",
    }  # fmt: skip
    beside: ClassVar = {
        name: {
            "id": "Id", "owner": owner, "changed": "SystemModstamp", "made": "CreatedDate",
            "deleted": "IsDeleted",
        }
        for name, owner in (
            ("orders", "BillToContactId"),
            ("interactions", "WhoId"),
            ("consents", "ContactPoint.EmailAddress"),
        )
    }  # fmt: skip
    missing = (404, {}, [{"errorCode": "NOT_FOUND", "message": "x"}])
    duplicate = (400, {}, [{"errorCode": "DUPLICATES_DETECTED", "message": "Anna is there"}])
    expired = (401, {}, [{"errorCode": "INVALID_SESSION_ID", "message": "x"}])
    own_throttles = ((403, {}, [{"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": "x"}]),)

    def log_in(self, request) -> Answer | None:
        if not request.url.endswith("/services/oauth2/token"):
            return None
        if self.bad_password:
            return 400, {}, {"error": "invalid_client"}
        return 200, {}, {"access_token": f"t{self.logins}"}

    def stamp(self, moment):
        return moment.strftime("%Y-%m-%dT%H:%M:%S.000+0000")

    def route(self, request, path, query, body) -> Answer:  # noqa: PLR0911 - one case a route
        match request.method, path[3:]:
            case "GET", ["queryAll" | "query" as kind, *locator]:
                return self._query(request, kind, locator, query.get("q", ""))
            case "GET", ["sobjects", "Contact", it]:
                gone = it in self.people and self.people[it].deleted
                return self.missing if gone else self.one(it)
            case "POST", ["sobjects", "Contact"]:
                made = self.make(body)
                return (201, {}, {"id": made.id, "success": True}) if made else self.duplicate
            case "PATCH", ["sobjects", "Contact", it]:
                return (204, {}, "") if self.change(it, body) else self.missing
            case "DELETE", ["sobjects", "Contact", it]:
                if it in self.people and self.people[it].deleted:
                    return 404, {}, [{"errorCode": "ENTITY_IS_DELETED", "message": "x"}]
                return self.drop(it)
            case _:
                return self.missing

    def _query(self, request, kind: str, locator: list[str], soql: str) -> Answer:
        """Answer SOQL, or what follows; the order of a listing is kept for its locator."""
        tables = {"Order": "orders", "Task": "interactions", "ContactPointConsent": "consents"}
        table = soql.partition(" FROM ")[2].partition(" ")[0] if soql else self._table
        self._table = table
        with self.within(tables[table]) if table in tables else nullcontext():
            if locator:
                people, start = self._kept, int(locator[0])
            else:
                since = None
                if "SystemModstamp >= " in soql:
                    since = self.read_stamp(soql.partition(" >= ")[2].split()[0])
                people, start = self.listed(since, by="changed"), 0
                if "Goldenrod_Id__c = " in soql:
                    people = [it for it in people if f"'{it.reference}'" in soql]
                self._kept = people
            size = int(request.headers.get("Sforce-Query-Options", "=2000").partition("=")[2])
            told: dict[str, Any] = {"records": [self.render(it) for it in people[start:][:size]]}
        told["done"] = start + size >= len(people)
        if not told["done"]:
            told["nextRecordsUrl"] = f"/base/services/data/v62.0/{kind}/{start + size}"
        return 200, {}, told


class HubSpot(JsonFake):
    """HubSpot v3: a search by POST, times in milliseconds, at most 10,000 deep."""

    profile = "hubspot"
    number_ids = False
    names: ClassVar = {
        "id": "id", "first": "properties.firstname", "last": "properties.lastname",
        "mail": "properties.email", "changed": "properties.lastmodifieddate",
        "made": "properties.createdate", "reference": "properties.goldenrod_id",
        "deleted": "archived",
    }  # fmt: skip
    beside: ClassVar = {
        name: {
            "id": "id", "owner": "associations.contacts.results[0].id",
            "changed": "properties.hs_lastmodifieddate",
        }
        for name in ("interactions", "orders")
    } | {
        "consents": {
            "id": "changes[0].causedByEvent.id", "owner": "recipient", "changed": "timestamp",
        },
    }  # fmt: skip
    missing = (404, {}, {"category": "OBJECT_NOT_FOUND", "message": "x"})
    duplicate = (409, {}, {"category": "CONFLICT", "message": "Anna is there"})
    own_throttles = ((429, {}, {"category": "RATE_LIMITS", "policyName": "SECONDLY"}),)

    def stamp(self, moment):
        return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")

    def route(self, request, path, query, body) -> Answer:  # noqa: C901, PLR0911, PLR0912 - one case a route
        if path[0] == "email":
            return self._timeline(query)
        match request.method, path[3:]:
            case "GET", ["calls" | "orders" as kind] if query["associations"] == "contacts":
                with self.within("orders" if kind == "orders" else "interactions"):
                    start, size = int(query.get("after", 0)), int(query["limit"])
                    people = self.listed()
                    told = {"results": [self.render(it) for it in people[start : start + size]]}
                if len(people) > start + size:
                    told["paging"] = {"next": {"after": str(start + size)}}
                return 200, {}, told
            case "GET", ["calls" | "orders" as kind, it]:
                assert query["associations"] == "contacts"
                with self.within("orders" if kind == "orders" else "interactions"):
                    return self.one(it)
            case "POST", ["calls" | "orders" as kind, "search"]:
                with self.within("orders" if kind == "orders" else "interactions"):
                    status, headers, told = self.route(
                        request, [*path[:3], "contacts", "search"], query, body
                    )
                for row in told["results"]:  # a search tells of no other object
                    del row["associations"]
                return status, headers, told
            case "POST", ["contacts", "search"]:
                rules = [it for group in body["filterGroups"] for it in group["filters"]]
                people = self.listed(by="changed")
                for rule in rules:
                    if rule["operator"] == "GTE":
                        edge = int(rule["value"]) / 1000
                        people = [it for it in people if it.changed.timestamp() >= edge]
                    else:
                        people = [it for it in people if it.mail == rule["value"]]
                start, size = int(body.get("after", 0)), int(body["limit"])
                rows = [self.render(it) for it in people[start : start + size]]
                return 200, {}, {"results": rows, "total": len(people)}
            case "GET", ["contacts", it]:
                return self.one(it)
            case "POST", ["contacts"]:
                made = self.make(body)
                return (201, {}, self.render(made)) if made else self.duplicate
            case "PATCH", ["contacts", it]:
                held = self.change(it, body)
                return (200, {}, {"id": held.id}) if held else self.missing
            case "DELETE", ["contacts", it]:
                return self.drop(it)
            case _:
                return self.missing

    def _timeline(self, query) -> Answer:
        """Tell who subscribed or not, newest first."""
        with self.within("consents"):
            edge = int(query.get("startTimestamp", 0)) / 1000
            people = [it for it in self.listed(by="changed") if it.changed.timestamp() >= edge]
            start, size = int(query.get("offset", 0)), int(query["limit"])
            rows = [
                {**self.render(it), "timestamp": int(it.changed.timestamp() * 1000)}
                for it in people[::-1][start : start + size]
            ]
        more = len(people) > start + size
        return 200, {}, {"timeline": rows, "hasMore": more, "offset": str(start + size)}


class SuiteCrm(JsonFake):
    """SuiteCRM V8: JSON:API, pages by number, errors that may come with a 200."""

    profile = "suitecrm"
    number_ids = False
    names: ClassVar = {
        "id": "id", "first": "attributes.first_name", "last": "attributes.last_name",
        "mail": "attributes.email1", "changed": "attributes.date_modified",
        "made": "attributes.date_entered",
    }  # fmt: skip
    beside: ClassVar = {
        "interactions": {
            "id": "id", "owner": "attributes.parent_id", "changed": "attributes.date_modified",
            "made": "attributes.date_entered",
        },
    }  # fmt: skip
    missing = (404, {}, {"errors": {"status": 404, "title": "Not Found", "detail": "x"}})
    own_failures = ((200, {}, {"errors": {"status": 500, "title": "Server", "detail": "x"}}),)

    def log_in(self, request) -> Answer | None:
        if not request.url.endswith("/Api/access_token"):
            return None
        if self.bad_password:
            return 401, {}, {"error": "invalid_client"}
        return 200, {}, {"access_token": f"t{self.logins}", "expires_in": 3600}

    def stamp(self, moment):
        return moment.strftime("%Y-%m-%dT%H:%M:%S+00:00")

    def make(self, fields):
        return self.add(**{"last": None, **self.told(fields)})

    def route(self, request, path, query, body) -> Answer:  # noqa: PLR0911 - one case a route
        match request.method, path[3:]:
            case "GET", ["Calls"]:
                with self.within("interactions"):
                    return self.route(request, [*path[:3], "Contacts"], query, body)
            case "GET", ["Contacts"]:
                since = query.get("filter[date_modified][gte]")
                people = self.listed(self.read_stamp(since) if since else None)
                mail = query.get("filter[email1][eq]")
                people = [it for it in people if mail in (None, it.mail)]
                size, page = int(query.get("page[size]", 20)), int(query.get("page[number]", 1))
                rows = [self.render(it) for it in people[(page - 1) * size : page * size]]
                return 200, {}, {"data": rows}
            case "GET", ["Contacts", it]:
                status, headers, told = self.one(it)
                return status, headers, {"data": told} if status == 200 else told
            case "POST", []:
                made = self.make(body["data"])
                return 201, {}, {"data": self.render(made)}
            case "PATCH", []:
                held = self.change(body["data"]["id"], body["data"])
                return (200, {}, {"data": {"id": held.id}}) if held else self.missing
            case "DELETE", ["Contacts", it]:
                return self.drop(it)
            case _:
                return self.missing
