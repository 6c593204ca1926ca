import pytest
import requests

from sandbox.serving import Sandbox

ALL = {"role": "all", "orderby": "id", "order": "asc"}


def ids(answer):
    return [record["id"] for record in answer.json()]


def error_of(answer):
    body = answer.json()
    assert set(body) == {"code", "message", "data"}
    assert body["data"]["status"] == answer.status_code
    return answer.status_code, body["code"]


def test_pages_lead_through_all_customers_and_the_headers_count_them(shop):
    first = shop.get("/customers", **ALL, per_page=5)
    last = shop.get("/customers", **ALL, per_page=5, page=3)
    assert ids(first) == [101, 102, 103, 104, 105]
    assert ids(last) == [111, 112]
    assert (first.headers["X-WP-Total"], first.headers["X-WP-TotalPages"]) == ("12", "3")
    assert first.headers["Content-Type"] == "application/json; charset=utf-8"
    assert set(last.links) == {"prev"}


def test_the_link_to_the_next_page_can_be_followed(shop):
    answer, seen = shop.get("/customers", **ALL, per_page=5), []
    seen += ids(answer)
    while "next" in answer.links:
        answer = shop.session.get(answer.links["next"]["url"], timeout=10)
        seen += ids(answer)
    assert seen == list(range(101, 113))


def test_past_the_end_is_an_empty_list(shop):
    answer = shop.get("/customers", **ALL, page=99)
    assert (answer.status_code, answer.json()) == (200, [])


def test_only_the_role_customer_is_shown_unless_asked_for_all(shop):
    assert shop.get("/customers").headers["X-WP-Total"] == "11"
    assert ids(shop.get("/customers", role="subscriber")) == [112]


def test_a_filter_that_the_shop_does_not_know_is_ignored_without_a_word(shop):
    answer = shop.get("/customers", **ALL, modified_after="2030-01-01T00:00:00")
    assert answer.headers["X-WP-Total"] == "12"


def test_filters_by_email_and_by_ids(shop):
    assert ids(shop.get("/customers", **ALL, email="kunde105@example.com")) == [105]
    assert ids(shop.get("/customers", **ALL, include="103,112,999")) == [103, 112]


def test_orders(shop):
    assert ids(shop.get("/customers", orderby="id", order="desc", per_page=1)) == [111]
    assert ids(shop.get("/customers", orderby="registered_date", per_page=1)) == [101]


@pytest.mark.parametrize(
    "query",
    [
        {"per_page": 101},
        {"per_page": 0},
        {"page": 0},
        {"page": "x"},
        {"page": "1" * 5000},
        {"orderby": "modified"},
    ],
)
def test_a_bad_parameter_is_named_in_a_400(shop, query):
    answer = shop.get("/customers", **query)
    assert error_of(answer) == (400, "rest_invalid_param")
    assert list(answer.json()["data"]["params"]) == list(query)


def test_a_new_customer_gets_id_date_user_name_and_location(shop, sandbox):
    given = {"email": "New@Example.com", "first_name": "Nia", "billing": {"city": "Rom"}, "id": 7}
    made = shop("POST", "/customers", json=given)
    record = made.json()
    assert made.status_code == 201
    assert record["id"] == 113
    assert record["role"] == "customer"
    assert record["username"] == "new"
    assert record["date_created_gmt"] == record["date_modified_gmt"] == "2026-03-01T12:30:15"
    assert record["billing"]["city"] == "Rom"
    assert record["billing"]["postcode"] == ""
    assert shop.session.get(made.headers["Location"], timeout=10).json() == record
    assert sandbox.shop.stats().writes == 1


def test_an_email_can_be_had_once_only_whatever_its_case(shop):
    answer = shop("POST", "/customers", json={"email": "KUNDE101@example.COM"})
    assert error_of(answer) == (400, "registration-error-email-exists")
    assert "<a href=" in answer.json()["message"]


def test_taking_anothers_email_is_refused_and_ones_own_may_change_its_case(shop):
    other = shop("PUT", "/customers/101", json={"email": "kunde102@example.com"})
    assert error_of(other) == (400, "woocommerce_rest_customer_invalid_email")
    own = shop("PUT", "/customers/101", json={"email": "KUNDE101@example.com"})
    assert own.json()["email"] == "KUNDE101@example.com"


def test_an_email_given_up_is_free_again(shop):
    shop("PUT", "/customers/101", json={"email": "moved@example.com"})
    assert shop("POST", "/customers", json={"email": "kunde101@example.com"}).status_code == 201
    shop("DELETE", "/customers/101", params={"force": "true"})
    assert shop("POST", "/customers", json={"email": "moved@example.com"}).status_code == 201


def test_a_partial_update_keeps_the_rest_also_inside_the_address(shop):
    before = shop.get("/customers/101").json()
    assert before["date_modified_gmt"] is None
    after = shop("PUT", "/customers/101", json={"billing": {"city": "Gdańsk"}}).json()
    expected = {**before, "billing": {**before["billing"], "city": "Gdańsk"}}
    assert after == {**expected, "date_modified_gmt": "2026-03-01T12:30:15"}
    assert shop.get("/customers/101").json() == after


def test_what_the_shop_keeps_for_itself_is_not_taken_over(shop):
    given = {"role": "administrator", "id": 5, "date_modified_gmt": "1999-01-01T00:00:00"}
    after = shop("PUT", "/customers/101", json=given).json()
    assert (after["role"], after["id"]) == ("customer", 101)
    assert after["date_modified_gmt"] == "2026-03-01T12:30:15"


def test_meta_data_is_set_by_id_or_key_added_and_taken_away_by_null(shop):
    metas = [
        {"id": 1010, "value": "de_DE"},
        {"key": "goldenrod_id", "value": "cus_1"},
        {"key": "goldenrod_id", "value": "cus_2"},
    ]
    after = shop("PUT", "/customers/101", json={"meta_data": metas}).json()
    assert after["meta_data"] == [
        {"id": 1010, "key": "locale", "value": "de_DE"},
        {"id": 1121, "key": "goldenrod_id", "value": "cus_2"},
    ]
    gone = shop("PUT", "/customers/101", json={"meta_data": [{"key": "locale", "value": None}]})
    assert [meta["key"] for meta in gone.json()["meta_data"]] == ["goldenrod_id"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "rest_missing_callback_param"),
        ({"email": "no address"}, "rest_invalid_param"),
        ({"email": 5}, "rest_invalid_param"),
        ({"email": "a@example.com", "first_name": 5}, "rest_invalid_param"),
        ({"email": "a@example.com", "billing": "x"}, "rest_invalid_param"),
        ({"email": "a@example.com", "billing": {"email": "x"}}, "rest_invalid_param"),
        ({"email": "a@example.com", "meta_data": {}}, "rest_invalid_param"),
    ],
)
def test_bad_data_is_refused_and_nobody_is_created(shop, sandbox, body, code):
    assert error_of(shop("POST", "/customers", json=body)) == (400, code)
    assert sandbox.shop.stats().writes == 0
    assert shop("POST", "/customers", json={"email": "next@example.com"}).json()["id"] == 113


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff", b"[" * 100_000])
def test_a_body_that_is_no_json_object_is_named_so(shop, body):
    assert error_of(shop("POST", "/customers", data=body)) == (400, "rest_invalid_json")


def test_an_id_that_nobody_has_is_not_found(shop):
    for number in ("999", "0", "x", "1" * 30):
        assert error_of(shop.get(f"/customers/{number}")) == (404, "woocommerce_rest_invalid_id")
    put = shop("PUT", "/customers/999", json={})
    assert error_of(put) == (404, "woocommerce_rest_invalid_id")
    assert error_of(shop.get("/orders")) == (404, "rest_no_route")


def test_delete_wants_force(shop):
    refused = shop("DELETE", "/customers/101")
    assert error_of(refused) == (501, "woocommerce_rest_trash_not_supported")
    assert shop("DELETE", "/customers/101", params={"force": "true"}).json()["id"] == 101
    assert shop.get("/customers/101").status_code == 404


def test_a_batch_answers_200_with_the_failed_rows_inside(shop, sandbox):
    answer = shop(
        "POST",
        "/customers/batch",
        json={
            "create": [{"email": "one@example.com"}, {"email": "one@example.com"}, {}],
            "update": [
                {"id": 101, "last_name": "Neu"},
                {"id": 999, "last_name": "x"},
                {"id": 102, "email": "kunde101@example.com"},
                {"last_name": "nobody"},
            ],
        },
    )
    body = answer.json()
    assert answer.status_code == 200
    assert [row["id"] for row in body["create"]] == [113, 0, 0]
    assert body["create"][1]["error"]["code"] == "registration-error-email-exists"
    assert body["create"][1]["error"]["data"]["status"] == 400
    assert [row["id"] for row in body["update"]] == [101, 999, 102, 0]
    assert body["update"][0]["last_name"] == "Neu"
    codes = [row.get("error", {}).get("code") for row in body["update"]]
    assert codes[1:] == [
        "woocommerce_rest_invalid_id",
        "woocommerce_rest_customer_invalid_email",
        "woocommerce_rest_invalid_id",
    ]
    assert sandbox.shop.stats().writes == 2


def test_a_batch_takes_a_hundred_rows_and_not_one_more(shop):
    rows = [{"id": 101, "first_name": "A"}] * 100
    assert len(shop("POST", "/customers/batch", json={"update": rows}).json()["update"]) == 100
    answer = shop("POST", "/customers/batch", json={"update": rows, "create": [{}]})
    assert error_of(answer) == (413, "woocommerce_rest_request_entity_too_large")
    wrong = shop("POST", "/customers/batch", json={"update": [1]})
    assert error_of(wrong) == (400, "rest_invalid_param")


def test_a_wrong_secret_may_not_even_look(shop):
    for auth in (None, ("ck_sandbox", "wrong")):
        answer = requests.get(f"{shop.base}/customers", auth=auth, timeout=10)
        assert error_of(answer) == (401, "woocommerce_rest_cannot_view")
    header = {"Authorization": "Basic !"}
    assert requests.get(f"{shop.base}/customers", headers=header, timeout=10).status_code == 401


def test_of_two_old_accounts_with_one_email_the_first_keeps_it(tmp_path, shop_records):
    twins = [{**record, "email": "same@example.com"} for record in shop_records[:2]]
    with Sandbox.start(tmp_path, shop=twins) as old, requests.Session() as session:
        session.auth = ("ck_sandbox", "cs_sandbox")
        customers = f"{old.environment['GOLDENROD_SHOP_URL']}/customers"
        session.delete(f"{customers}/102", params={"force": "true"}, timeout=10)
        again = session.post(customers, json={"email": "same@example.com"}, timeout=10)
    assert again.json()["code"] == "registration-error-email-exists"
