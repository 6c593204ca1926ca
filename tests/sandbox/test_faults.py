import time

import pytest
import requests
from zeep.exceptions import Fault as SoapFault
from zeep.exceptions import TransportError, XMLSyntaxError

from sandbox.faults import Fault, FaultKind, FaultPlan

ALL = {"role": "all", "orderby": "id", "per_page": 5}
PATIENCE = 60
"""Seconds of latency that no test waits for."""


def shop_ids(shop, page):
    return [record["id"] for record in shop.get("/customers", **ALL, page=page).json()]


def statuses(shop, path, times):
    return [shop.get(path).status_code for _ in range(times)]


class TestPlan:
    def test_a_fault_strikes_as_often_as_told_and_then_no_more(self, shop, sandbox):
        sandbox.shop.plan.add(Fault(kind="500", times=2))
        assert statuses(shop, "/customers/101", 3) == [500, 500, 200]

    def test_a_fault_strikes_once_by_default_and_a_bad_login_always(self, shop, sandbox):
        sandbox.shop.plan.add(Fault(kind="expired session"))
        assert statuses(shop, "/customers/101", 2) == [401, 200]
        sandbox.shop.plan.add(Fault(kind="bad login"))
        assert statuses(shop, "/customers/101", 4) == [401] * 4

    def test_a_fault_lets_others_pass_first(self, shop, sandbox):
        sandbox.shop.plan.add(Fault(kind="502", after=2))
        assert statuses(shop, "/customers/101", 4) == [200, 200, 502, 200]

    def test_a_fault_keeps_to_its_path_its_method_and_its_operation(self, shop, erp, sandbox):
        sandbox.shop.plan.add(Fault(kind="500", path="/customers/102", times=-1))
        sandbox.shop.plan.add(Fault(kind="502", path="PUT /", times=-1))
        assert shop.get("/customers/101").status_code == 200
        assert shop.get("/customers/102").status_code == 500
        assert shop("PUT", "/customers/101", json={}).status_code == 502
        sandbox.erp.plan.add(Fault(kind="502", path="Customer Update"))
        key = erp.Read("C10001")["Key"]
        with pytest.raises(TransportError):
            erp.Update({"Key": key})

    def test_faults_queue_up_in_order(self, shop, sandbox):
        for kind in ("500", "429", "502"):
            sandbox.shop.plan.add(Fault(kind=kind))
        assert [fault.kind for fault in sandbox.shop.plan.due()] == ["500", "429", "502"]
        assert statuses(shop, "/customers/101", 4) == [500, 429, 502, 200]
        assert sandbox.shop.plan.due() == []

    def test_a_cleared_plan_lets_go_of_who_is_held_up(self):
        plan = FaultPlan()
        plan.add(Fault(kind="latency", seconds=PATIENCE))
        _, released = plan.take(lambda _: True)
        assert not released.is_set()
        plan.clear()
        assert released.is_set()
        plan.add(Fault(kind="latency", seconds=PATIENCE))
        assert not plan.take(lambda _: True)[1].is_set()


class TestControl:
    def test_faults_are_set_listed_and_cleared_over_the_wire(self, shop, sandbox):
        faults = f"{sandbox.shop.address}/_faults"
        wanted = {"kind": "429", "times": -1, "retry_after": 2, "path": "/customers"}
        added = requests.post(faults, json=wanted, timeout=10)
        assert added.status_code == 201
        assert requests.get(faults, timeout=10).json() == [added.json()]
        throttled = shop.get("/customers/101")
        assert (throttled.status_code, throttled.headers["Retry-After"]) == (429, "2")
        assert requests.delete(faults, timeout=10).status_code == 204
        assert requests.get(faults, timeout=10).json() == []
        assert shop.get("/customers/101").status_code == 200

    @pytest.mark.parametrize(
        "body", [b"", b"[]", b'{"kind":"rain"}', b'{"kind":"500","times":-2}', b'{"kin":"500"}']
    )
    def test_a_fault_that_does_not_exist_is_refused(self, sandbox, body):
        answer = requests.post(f"{sandbox.mail.address}/_faults", data=body, timeout=10)
        assert answer.status_code == 400
        assert sandbox.mail.plan.due() == []

    def test_the_statistics_count_calls_writes_and_faults_but_not_themselves(self, erp, sandbox):
        sandbox.erp.plan.add(Fault(kind="hidden failure", path="Create"))
        erp.Update({"Key": erp.Read("C10001")["Key"], "City": "Bonn"})
        with pytest.raises(SoapFault):
            erp.Create({"Name": "x"})
        path = "/WS/Goldenrod/Page/Customer"
        stats = requests.get(f"{sandbox.erp.address}/_stats", timeout=10).json()
        assert stats == sandbox.erp.stats()._asdict()
        assert stats == {
            "requests": {
                f"GET {path}": 1,
                **{f"POST {path} {name}": 1 for name in ("Read", "Update", "Create")},
            },
            "writes": 1,
            "faults": 1,
        }

    def test_calls_are_counted_by_route_not_by_id(self, shop, sandbox):
        statuses(shop, "/customers/101", 2)
        shop.get("/customers/102")
        shop.get("/orders")
        assert sandbox.shop.stats().requests == {
            "GET /wp-json/wc/v3/customers/{id}": 3,
            "GET /wp-json/wc/v3/orders": 1,
        }

    def test_other_methods_are_not_allowed(self, sandbox):
        assert requests.put(f"{sandbox.shop.address}/_stats", timeout=10).status_code == 405


class TestKinds:
    def test_every_kind_has_its_effect(self, shop, sandbox):
        for kind in FaultKind:
            sandbox.shop.plan.add(Fault(kind=kind))
            usual = requests.Response()
            try:
                answer = shop.get("/customers", **ALL, page=2)
                usual = shop.get("/customers", **ALL, page=2)
            except requests.RequestException:
                assert kind is FaultKind.LOST_CONNECTION
            else:
                harmless = {FaultKind.LATENCY, FaultKind.DUPLICATE_PAGE, FaultKind.ENDLESS_PAGES}
                same = (answer.status_code, answer.content) == (200, usual.content)
                assert same == (kind in harmless)

    @pytest.mark.parametrize("kind", ["429", "500", "502"])
    def test_a_plain_failure_may_say_how_long_to_wait_or_not(self, shop, sandbox, kind):
        sandbox.shop.plan.add(Fault(kind=kind))
        sandbox.shop.plan.add(Fault(kind=kind, retry_after=0.5))
        first, second = shop.get("/customers"), shop.get("/customers")
        assert (str(first.status_code), first.headers.get("Retry-After")) == (kind, None)
        assert second.headers["Retry-After"] == "0.5"

    def test_latency_holds_the_answer_back_for_as_long_as_told(self, shop, sandbox):
        sandbox.shop.plan.add(Fault(kind="latency", seconds=PATIENCE))
        with pytest.raises(requests.Timeout):
            shop.session.get(f"{shop.base}/customers", timeout=0.05)
        sandbox.shop.plan.add(Fault(kind="latency", seconds=0.05))
        start = time.monotonic()
        assert shop.get("/customers").status_code == 200
        assert time.monotonic() - start >= 0.05

    def test_a_hidden_failure_is_a_200_in_the_manner_of_each_system(self, erp, shop, mail, sandbox):
        for server in (sandbox.erp, sandbox.shop, sandbox.mail):
            server.plan.add(Fault(kind="hidden failure"))
        with pytest.raises(SoapFault, match="locked"):
            erp.Read("C10001")
        page = shop.get("/customers")
        assert (page.status_code, page.headers["Content-Type"][:9]) == (200, "text/html")
        problem = mail.get("/lists/customers/members")
        assert (problem.status_code, problem.json()["status"]) == (200, 500)

    @pytest.mark.parametrize("kind", ["hidden failure", "429", "500", "502", "expired session"])
    def test_a_write_that_failed_was_not_made(self, shop, sandbox, kind):
        sandbox.shop.plan.add(Fault(kind=kind))
        shop("PUT", "/customers/101", json={"first_name": "New"})
        assert shop.get("/customers/101").json()["first_name"] == "Żaneta"

    @pytest.mark.parametrize("kind", ["lost connection", "malformed body"])
    def test_a_write_whose_answer_was_lost_was_made(self, shop, sandbox, kind):
        sandbox.shop.plan.add(Fault(kind=kind))
        with pytest.raises(requests.RequestException):
            shop("PUT", "/customers/101", json={"first_name": "New"}).json()
        assert shop.get("/customers/101").json()["first_name"] == "New"

    def test_an_answer_without_a_body_can_be_lost_too(self, mail, sandbox, mail_records):
        path = f"/lists/customers/members/{mail_records[0]['id']}"
        sandbox.mail.plan.add(Fault(kind="lost connection"))
        with pytest.raises(requests.RequestException):
            mail("DELETE", path)
        assert mail.get(path).json()["status"] == "archived"

    def test_half_an_envelope_is_no_envelope(self, erp, sandbox):
        sandbox.erp.plan.add(Fault(kind="malformed body"))
        with pytest.raises((TransportError, XMLSyntaxError)):
            erp.Read("C10001")

    def test_a_bad_login_is_refused_as_each_system_refuses_it(self, erp_http, shop, mail, sandbox):
        for server in (sandbox.erp, sandbox.shop, sandbox.mail):
            server.plan.add(Fault(kind="bad login"))
        assert "WWW-Authenticate" in erp_http.get("", wsdl="").headers
        assert shop.get("/customers").json()["code"] == "woocommerce_rest_cannot_view"
        assert mail.get("/ping").json()["title"] == "API Key Invalid"

    def test_a_duplicate_page_is_the_page_before_once_more(self, shop, sandbox):
        sandbox.shop.plan.add(Fault(kind="duplicate page"))
        assert shop_ids(shop, 1) == [101, 102, 103, 104, 105]
        assert shop.get("/customers/101").status_code == 200
        assert shop_ids(shop, 2) == [101, 102, 103, 104, 105]
        assert shop_ids(shop, 3) == [111, 112]

    def test_a_duplicate_page_over_soap_and_by_offset(self, erp, mail, sandbox):
        sandbox.erp.plan.add(Fault(kind="duplicate page"))
        first = erp.ReadMultiple(setSize=3)
        assert erp.ReadMultiple(bookmarkKey=first[-1]["Key"], setSize=3) == first
        sandbox.mail.plan.add(Fault(kind="duplicate page"))
        pages = [
            mail.get("/lists/customers/members", count=2, offset=at).json()["members"]
            for at in (0, 2, 4)
        ]
        assert pages[0] == pages[1] != pages[2]

    def test_endless_pages_start_over_and_always_promise_more(self, shop, erp, mail, sandbox):
        for server in (sandbox.erp, sandbox.shop, sandbox.mail):
            server.plan.add(Fault(kind="endless pages", times=-1))
        for page in (1, 4, 40):
            answer = shop.get("/customers", **ALL, page=page)
            assert answer.json()
            assert "next" in answer.links
            assert int(answer.headers["X-WP-TotalPages"]) > page
        assert shop_ids(shop, 4) == shop_ids(shop, 1)
        last = erp.ReadMultiple(setSize=8)[-1]
        assert erp.ReadMultiple(bookmarkKey=last["Key"], setSize=8)[0]["No"] == "C10001"
        listing = mail.get("/lists/customers/members", count=5, offset=100).json()
        assert listing["total_items"] > 105
        assert len(listing["members"]) == 5
