import html
import re

from hub.clock import now
from pipeline.views import search
from store.erasure.erasures import Erasure


def keys_of(unit, golden_id):
    return unit.golden.get([golden_id])[golden_id].members


def golden_id(store, text):
    [found] = search(store, text, limit=5).customers
    return found.id


def test_customers_are_found_by_name_key_and_id(browse, store):
    olga = golden_id(store, "olga")
    for text in ("OLGA", "shop:20", olga):
        page = browse.get("/customers", params={"q": text}).text
        assert f'href="/customers/{olga}"' in page
    assert "Nobody is called" in browse.get("/customers", params={"q": "Nemo"}).text


def test_without_a_text_the_first_customers_are_shown(browse):
    page = browse.get("/customers").text
    assert "11 golden customers" in page
    assert "Olga Weiß" in page


def test_a_customer_shows_the_origin_of_each_value(browse, store):
    page = browse.get(f"/customers/{golden_id(store, 'olga')}").text
    assert "Golden values and where they come from" in page
    assert "Most trusted" in page
    assert "2 source records" in page
    assert "Olga Weiss" in page
    assert "Version 1" in page


def test_a_delivery_to_a_customer_is_on_its_page(browse, store):
    receipts = browse.get("/deliveries").text
    assert "the e-mail exists already" in receipts
    with store.read() as unit:
        sent = next(r for r in unit.outbox.receipts() if r.outcome.value == "sent")
    assert "✓" in browse.get(f"/customers/{sent.golden_id}").text.partition("Deliveries")[2]


def test_a_retired_id_leads_to_the_customer_that_lives_on(browse, store):
    old, new = golden_id(store, "erp:C10001"), golden_id(store, "shop:17")
    with store.begin() as unit:
        unit.golden.retire({old: [new]}, now())
    answer = browse.get(f"/customers/{old}")
    assert (answer.status_code, answer.headers["location"]) == (302, f"/customers/{new}")


def test_a_split_id_lists_its_successors(browse, store):
    old = golden_id(store, "erp:C10001")
    heirs = [golden_id(store, "shop:17"), golden_id(store, "crm:6")]
    with store.begin() as unit:
        unit.golden.retire({old: heirs}, now())
    answer = browse.get(f"/customers/{old}")
    assert answer.status_code == 300
    assert all(f'href="/customers/{heir}"' in answer.text for heir in heirs)


def test_the_id_of_an_erased_customer_says_so_and_no_more(browse, store, monkeypatch):
    olga = golden_id(store, "olga")
    monkeypatch.setattr(store, "_secret", "behind the hashes")
    with store.begin() as unit:
        records = [record.id for record in unit.records.by_key(keys_of(unit, olga)).values()]
        unit.erasures.erase(Erasure(olga, now(), "eva"), records, (), ())
    page = browse.get(f"/customers/{olga}")
    assert page.status_code == 410
    assert "This customer was erased" in page.text
    assert "Olga" not in page.text
    answer = browse.get(f"/api/customers/{olga}")
    assert (answer.status_code, "was erased" in answer.json()["detail"]) == (410, True)
    assert browse.get("/api/customers/cus_nobody").status_code == 404


def test_an_unknown_id_has_a_page_of_its_own(browse):
    answer = browse.get("/customers/cus_%22%3E%3Cscript%3E")
    assert answer.status_code == 404
    assert "No such customer" in answer.text
    assert "<script>" not in answer.text


def test_deliveries_show_what_is_due_and_what_was_refused(browse):
    page = browse.get("/deliveries").text
    assert "Dead letters" in page
    assert "the e-mail exists already" in page
    assert "Nothing is sent to this channel." in page


def test_quarantine_names_record_field_and_reason(browse):
    page = browse.get("/quarantine").text
    for text in ("shop", "99", "email", "has no @"):
        assert text in page
    assert "nobody" not in page


def test_activity_shows_runs_and_acts(browse):
    answer = {"left": "erp:C10001", "right": "shop:17", "verdict": "same"}
    browse.post("/decide", data=answer)
    page = browse.get("/activity").text
    assert "done" in page
    assert "decide same" in page


def test_an_act_leads_back_to_its_case_so_that_what_was_unsure_is_not_lost(browse):
    answer = {"left": "erp:C10001", "right": "shop:17", "verdict": "unsure"}
    browse.post("/decide", data=answer)
    page = browse.get("/activity").text
    link = re.search(r'href="(/\?left=[^"]*)"', page)[1]
    case = browse.get(html.unescape(link))
    assert case.status_code == 200
    assert "C10001" in case.text
    assert "You said <b>unsure</b>" in case.text


def test_an_unknown_page_is_explained(browse):
    answer = browse.get("/nowhere")
    assert answer.status_code == 404
    assert "There is no such page" in answer.text
