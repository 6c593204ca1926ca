"""The shops, mailing systems and ERPs that speak JSON over HTTP."""

from hashlib import md5
from typing import Any, ClassVar

from tests.connectors.conformance.fake import BASE, Answer, JsonFake, Person


class Woo(JsonFake):
    """WooCommerce REST v3: pages by number, no filter by time, a total in a header."""

    profile = "woocommerce"
    names: ClassVar = {
        "id": "id", "first": "first_name", "last": "last_name", "mail": "email",
        "changed": "date_modified_gmt", "made": "date_created_gmt",
        "reference": "meta_data[key=goldenrod_id].value",
    }  # fmt: skip
    missing = (404, {}, {"code": "woocommerce_rest_invalid_id", "data": {"status": 404}})
    own_failures = ((200, {}, {"code": "rest_no_route", "data": {"status": 404}}),)

    def stamp(self, moment):
        return moment.strftime("%Y-%m-%dT%H:%M:%S")

    beside: ClassVar = {
        "orders": {
            "id": "id", "owner": "customer_id", "changed": "date_modified_gmt",
            "made": "date_created_gmt",
        },
    }  # fmt: skip

    def route(self, request, path, query, body) -> Answer:  # noqa: PLR0911 - one case a route
        match request.method, path:
            case "GET", ["orders"]:
                assert query["status"] == "any"
                with self.within("orders"):
                    since = query.get("modified_after", "0001-01-01")
                    return self._page(query, self.read_stamp(since))
            case "GET", ["customers"]:
                people = [it for it in self.listed() if query.get("email") in (None, it.mail)]
                size, page = int(query.get("per_page", 10)), int(query.get("page", 1))
                rows = people[(page - 1) * size : page * size]
                return 200, {"X-WP-Total": str(len(people))}, [self.render(it) for it in rows]
            case "GET", ["customers", it]:
                return self.one(it)
            case "POST", ["customers"]:
                made = self.make(body)
                taken = {"code": "registration-error-email-exists", "data": {"status": 400}}
                return (201, {}, self.render(made)) if made else (400, {}, taken)
            case "PUT", ["customers", it]:
                held = self.change(it, body)
                return (200, {}, self.render(held)) if held else self.missing
            case "DELETE", ["customers", it] if query.get("force") == "true":
                return self.drop(it)
            case "POST", ["customers", "batch"]:
                rows = [self.render(self.change(str(it["id"]), it)) for it in body["update"]]
                return 200, {}, {"update": rows}
            case _:
                return 501, {}, {"code": "woocommerce_rest_trash_not_supported"}

    def _page(self, query, since) -> Answer:
        people, size = self.listed(since), int(query.get("per_page", 10))
        start = (int(query.get("page", 1)) - 1) * size
        rows = [self.render(it) for it in people[start : start + size]]
        return 200, {"X-WP-Total": str(len(people))}, rows


class Mailchimp(JsonFake):
    """Mailchimp 3.0: members of an audience, named by the md5 of the address."""

    profile = "mailchimp"
    number_ids = False
    shows_deleted = True
    names: ClassVar = {
        "id": "id", "first": "merge_fields.FNAME", "last": "merge_fields.LNAME",
        "mail": "email_address", "changed": "last_changed", "made": "timestamp_signup",
        "reference": "merge_fields.HUBID",
    }  # fmt: skip
    missing = (404, {}, {"title": "Resource Not Found", "detail": "x", "status": 404})
    own_failures = ((200, {}, {"title": "Internal Server Error", "detail": "x", "status": 500}),)

    def id_of(self, number, mail):
        return md5(mail.lower().encode(), usedforsecurity=False).hexdigest()

    def render(self, person: Person) -> dict[str, Any]:
        status = "archived" if person.deleted else "unsubscribed"
        return {**super().render(person), "status": status}

    def route(self, request, path, query, body) -> Answer:
        match request.method, path:
            case "GET", ["lists", "customers", "members"]:
                since = query.get("since_last_changed")
                held = self.people.values()
                people = sorted(
                    (it for it in held if not since or it.changed >= self.read_stamp(since)),
                    key=lambda it: it.changed,
                )
                start, size = int(query["offset"]), int(query["count"])
                rows = [self.render(it) for it in people[start : start + size]]
                return 200, {}, {"members": rows, "total_items": len(people)}
            case "GET", [*_, "members", it]:
                return self.one(it)
            case "PUT", [*_, "members", it]:
                held = self.change(it, body) if it in self.people else self.make(body)
                return 200, {}, self.render(held)
            case "PATCH", [*_, "members", it]:
                held = self.change(it, body)
                return (200, {}, self.render(held)) if held else self.missing
            case "POST", [*_, "members", it, "actions", "delete-permanent"]:
                return self.drop(it)
            case _:
                return self.missing


class Brevo(JsonFake):
    """Brevo v3: contacts by offset, a filter by time, a write that shows nothing."""

    profile = "brevo"
    names: ClassVar = {
        "id": "id", "first": "attributes.FIRSTNAME", "last": "attributes.LASTNAME",
        "mail": "email", "changed": "modifiedAt", "made": "createdAt",
        "reference": "attributes.EXT_ID",
    }  # fmt: skip
    beside: ClassVar = {
        "orders": {"id": "id", "owner": "contact_id", "changed": "updatedAt", "made": "createdAt"},
        "consents": {"id": "email", "owner": "email", "changed": "blockedAt"},
    }
    missing = (404, {}, {"code": "document_not_found", "message": "x"})
    duplicate = (400, {}, {"code": "duplicate_parameter", "message": "Anna is there"})

    def stamp(self, moment):
        return moment.strftime("%Y-%m-%dT%H:%M:%S.000+00:00")

    def happen(self, stream, owner):
        """Block an address: a row of that list has no id but the address itself."""
        if stream == "consents":
            mail = f"p{len(self.others[stream])}@example.com"
            self.others[stream][mail] = Person(
                mail, None, None, mail, self.now, self.now, owner=mail
            )
            return mail
        return super().happen(stream, owner)

    def route(self, request, path, query, body) -> Answer:  # noqa: PLR0911 - one case a route
        match request.method, path:
            case "GET", ["orders"]:
                with self.within("orders"):
                    status, headers, told = self.route(request, ["contacts"], query, body)
                return status, headers, {"orders": told["contacts"], "count": told["count"]}
            case "GET", ["smtp", "blockedContacts"]:
                assert query.keys() >= {"startDate", "endDate"} or "endDate" not in query
                with self.within("consents"):
                    since = self.read_stamp(query.get("startDate", "0001-01-01"))
                    people = [it for it in self.people.values() if it.changed >= since]
                    start, size = int(query["offset"]), min(int(query["limit"]), 100)
                    rows = [
                        {"email": it.mail, "blockedAt": self.stamp(it.changed)}
                        for it in people[start : start + size]
                    ]
                return 200, {}, {"contacts": rows, "count": len(people)}
            case "GET", ["contacts"]:
                since = query.get("modifiedSince")
                people = self.listed(self.read_stamp(since) if since else None)
                start, size = int(query["offset"]), int(query["limit"])
                rows = [self.render(it) for it in people[start : start + size]]
                return 200, {}, {"contacts": rows, "count": len(people)}
            case "GET", ["contacts", it]:
                mails = {held.mail: held.id for held in self.people.values()}
                return self.one(mails.get(it.replace("%40", "@"), it))
            case "POST", ["contacts"]:
                made = self.make(body)
                return (201, {}, {"id": int(made.id)}) if made else self.duplicate
            case "PUT", ["contacts", it]:
                return (204, {}, "") if self.change(it, body) else self.missing
            case "DELETE", ["contacts", it]:
                return self.drop(it)
            case _:
                return self.missing


class Magento2(JsonFake):
    """Magento 2: search criteria; a page past the end repeats the last; a PUT replaces."""

    profile = "magento2"
    names: ClassVar = {
        "id": "id", "first": "firstname", "last": "lastname", "mail": "email",
        "changed": "updated_at", "made": "created_at",
    }  # fmt: skip
    beside: ClassVar = {
        "orders": {
            "id": "entity_id", "owner": "customer_id", "changed": "updated_at",
            "made": "created_at",
        },
        "interactions": {
            "id": "id", "owner": "customer.id", "changed": "updated_at", "made": "created_at",
        },
    }  # fmt: skip
    missing = (404, {}, {"message": "No such entity with %fieldName = %fieldValue"})
    duplicate = (400, {}, {"message": "A customer with the same email address already exists."})

    def stamp(self, moment):
        return moment.strftime("%Y-%m-%d %H:%M:%S")

    def render(self, person: Person) -> dict[str, Any]:
        street = {"id": 1, "street": ["Ahornallee 12"], "default_billing": True, "city": "Berlin"}
        return {**super().render(person), "website_id": 1, "addresses": [street]}

    def route(self, request, path, query, body) -> Answer:  # noqa: C901, PLR0911 - one case a route
        match request.method, path:
            case "GET", ["orders"] | ["carts", "search"]:
                with self.within("orders" if path == ["orders"] else "interactions"):
                    return self.route(request, ["customers", "search"], query, body)
            case "GET", ["customers", "search"]:
                rule = "searchCriteria[filter_groups][0][filters][0]"
                field, value = query.get(f"{rule}[field]"), query.get(f"{rule}[value]", "")
                people = self.listed(self.read_stamp(value) if field == "updated_at" else None)
                people = [it for it in people if field != "email" or it.mail == value]
                size = int(query.get("searchCriteria[pageSize]", 20))
                last = max(1, -(-len(people) // size))
                page = min(int(query.get("searchCriteria[currentPage]", 1)), last)
                rows = [self.render(it) for it in people[(page - 1) * size : page * size]]
                return 200, {}, {"items": rows, "total_count": len(people)}
            case "GET", ["customers", it]:
                return self.one(it)
            case "POST", ["customers"]:
                made = self.make(body["customer"])
                return (200, {}, self.render(made)) if made else self.duplicate
            case "PUT", ["customers", it]:
                whole = body["customer"]
                if not {"email", "firstname", "lastname", "website_id", "addresses"} <= set(whole):
                    return 400, {}, {"message": '"%fieldName" is required.'}
                if {"billing", "street", "extra"} & set(whole):
                    return 400, {}, {"message": "Property does not have accessor method"}
                held = self.change(it, whole)
                return (200, {}, self.render(held)) if held else self.missing
            case "DELETE", ["customers", it]:
                return self.drop(it)
            case _:
                return self.missing


class BusinessCentral(JsonFake):
    """Business Central: OData with links to the next page, and ETags that must be told."""

    profile = "business_central"
    options: ClassVar = {"authority": f"{BASE}/login", "tenant": "acme"}
    number_ids = False
    names: ClassVar = {
        "id": "id", "last": "displayName", "mail": "email", "changed": "lastModifiedDateTime",
        "version": '["@odata.etag"]',
    }  # fmt: skip
    beside: ClassVar = {
        "orders": {"id": "id", "owner": "customerId", "changed": "lastModifiedDateTime"},
    }
    missing = (404, {}, {"error": {"code": "BadRequest_ResourceNotFound", "message": "x"}})
    duplicate = (400, {}, {"error": {"code": "Internal_EntityWithSameKeyExists", "message": "x"}})
    stale = (409, {}, {"error": {"code": "Request_EntityChanged", "message": "x"}})

    def log_in(self, request) -> Answer | None:
        if "/login/acme/oauth2/v2.0/token" not in request.url:
            return None
        if self.bad_password:
            return 401, {}, {"error": "invalid_client"}
        return 200, {}, {"access_token": f"t{self.logins}", "expires_in": 3600}

    def told(self, fields):
        known = {"last": fields.get("displayName"), "mail": fields.get("email")}
        return {name: value for name, value in known.items() if value is not None}

    def render(self, person):
        return {**super().render(person), "type": "Person"}

    def route(self, request, path, query, body) -> Answer:  # noqa: C901, PLR0911 - one case a route
        seen = request.headers.get("If-Match")
        match request.method, path:
            case "GET", ["salesOrders"]:
                with self.within("orders"):
                    return self.route(request, ["customers"], query, body)
            case "GET", ["customers"]:
                rule, since = query.get("$filter", ""), None
                if rule.startswith("lastModifiedDateTime ge "):
                    since = self.read_stamp(rule.rpartition(" ")[2])
                people = self.listed(since, by="changed")
                people = [it for it in people if "email eq" not in rule or f"'{it.mail}'" in rule]
                size = int(request.headers.get("Prefer", "=100").partition("=")[2])
                after = tuple(query.get("$skiptoken", " 0").rsplit(" ", 1))
                rows = [it for it in people if (self.stamp(it.changed), it.id) > after]
                told: dict[str, Any] = {"value": [self.render(it) for it in rows[:size]]}
                if len(rows) > size:
                    edge = f"{self.stamp(rows[size - 1].changed)}%20{rows[size - 1].id}"
                    link = request.url.partition("&$skiptoken")[0]
                    told["@odata.nextLink"] = f"{link}&$skiptoken={edge}"
                return 200, {}, told
            case "POST", ["customers"]:
                made = self.make(body)
                return (201, {}, self.render(made)) if made else self.duplicate
            case _, [one] if one.startswith("customers("):
                person_id = one.removeprefix("customers(").removesuffix(")")
                held = self.people.get(person_id)
                if held is None or request.method == "GET":
                    return self.one(person_id)
                if seen is None:
                    return 400, {}, {"error": {"code": "BadRequest", "message": "If-Match"}}
                if seen != f"v{held.version}":
                    return self.stale
                if request.method == "DELETE":
                    return self.drop(person_id)
                return 200, {}, self.render(self.change(person_id, body))
            case _:
                return self.missing
