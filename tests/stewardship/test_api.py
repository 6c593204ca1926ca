import pytest

from hub.clock import now
from pipeline.views import search

ANNA = {"left": "erp:C10001", "right": "shop:17"}


def golden_id(store, text):
    [found] = search(store, text, limit=5).customers
    return found.id


def test_the_queue_comes_in_pages(browse):
    found = browse.get("/api/queue", params={"limit": 2, "offset": 1}).json()
    assert found["total"] == 5
    assert [case["left"] for case in found["cases"]] == ["shop:19", "erp:C10002"]
    assert found["cases"][0]["evidence"][1]["label"] == "a typing error away"


def test_what_was_left_open_is_a_queue_of_its_own(browse):
    assert browse.get("/api/queue").json()["unsure"] == 0
    browse.post("/api/decisions", json=ANNA | {"verdict": "unsure"})
    found = browse.get("/api/queue", params={"unsure": True}).json()
    assert (found["total"], found["unsure"]) == (4, 1)
    assert [(case["left"], case["right"]) for case in found["cases"]] == [tuple(ANNA.values())]


def test_a_verdict_by_program_counts_as_one_by_hand(browse):
    answer = browse.post("/api/decisions", json=ANNA | {"verdict": "different", "note": "n"})
    assert answer.status_code == 201
    said = answer.json()
    assert (said["verdict"], said["author"], said["note"]) == ("different", "steward", "n")
    undone = browse.post("/api/undo")
    assert undone.json() == said
    assert browse.post("/api/undo").status_code == 404


def test_who_comes_second_gets_a_conflict(browse):
    browse.post("/api/decisions", json=ANNA | {"verdict": "different"})
    assert browse.post("/api/decisions", json=ANNA | {"verdict": "same"}).status_code == 409


def test_a_record_nobody_knows_is_not_found(browse):
    ask = {"left": "erp:C10001", "right": "erp:nobody", "verdict": "same"}
    answer = browse.post("/api/decisions", json=ask)
    assert answer.status_code == 404
    assert answer.json() == {"detail": "erp:nobody: no such record in the hub"}


@pytest.mark.parametrize(
    "ask",
    [
        ANNA | {"verdict": "perhaps"},
        ANNA | {"verdict": "same", "right": "nocolon"},
        ANNA | {"verdict": "same", "right": "erp:"},
        ANNA | {"verdict": "same", "right": ANNA["left"]},
        ANNA | {"verdict": "same", "note": "x" * 501},
        ANNA,
    ],
)
def test_nonsense_is_refused_with_the_field(browse, ask):
    answer = browse.post("/api/decisions", json=ask)
    assert answer.status_code == 422
    assert answer.json()["detail"]


def test_customers_are_found_with_their_provenance(browse, store):
    [olga] = browse.get("/api/customers", params={"q": "olga"}).json()["customers"]
    assert olga["id"] == golden_id(store, "olga")
    assert olga["provenance"]["name"][0]["key"] == ["erp", "C10004"]
    assert browse.get(f"/api/customers/{olga['id']}").json() == olga


def test_ids_that_live_no_more_say_where_they_went(browse, store):
    one, two, three = (golden_id(store, key) for key in ("erp:C10001", "shop:17", "crm:6"))
    assert browse.get("/api/customers/cus_none").status_code == 404
    with store.begin() as unit:
        unit.golden.retire({one: [two]}, now())
    answer = browse.get(f"/api/customers/{one}")
    assert (answer.status_code, answer.headers["location"]) == (307, f"/api/customers/{two}")
    with store.begin() as unit:
        unit.golden.retire({two: [three, golden_id(store, "olga")]}, now())
    split = browse.get(f"/api/customers/{one}")
    assert split.status_code == 300
    assert set(split.json()["successors"]) == {three, golden_id(store, "olga")}


def test_the_api_describes_itself_and_nothing_else(browse):
    paths = browse.get("/openapi.json").json()["paths"]
    assert set(paths) == {
        "/api/queue",
        "/api/decisions",
        "/api/undo",
        "/api/explain",
        "/api/customers",
        "/api/customers/{golden_id}",
        "/api/customers/{name}/merge",
        "/api/customers/{name}/unmerge",
        "/api/customers/{name}/split",
        "/api/customers/{name}/move",
        "/api/customers/{name}/pins",
        "/api/customers/{name}/unpin",
        "/api/customers/{name}/consents",
        "/api/customers/{name}/history",
        "/api/customers/{name}/at",
        "/api/acts/{number}/undo",
    }
    assert browse.get("/docs").status_code == 404
    assert browse.get("/api/nowhere").json() == {"detail": "Not Found"}


def test_any_two_records_are_explained(browse):
    found = browse.get("/api/explain", params=ANNA).json()
    assert sum(line["weight"] for line in found["evidence"]) == pytest.approx(found["weight"])
    assert found["what_if"]
    assert {"field", "by", "outcome"} <= found["changes"][0].keys()
    gone = browse.get("/api/explain", params=ANNA | {"right": "erp:nobody"})
    assert (gone.status_code, gone.json()["detail"]) == (
        404,
        "erp:nobody: no such record in the hub",
    )


def test_the_page_says_what_would_alter_the_outcome(browse):
    assert 'class="whatif"' in browse.get("/").text
