import threading
from hashlib import md5

import pytest
import requests

from sandbox.faults import Fault

LIST = "/lists/customers"
MEMBERS = f"{LIST}/members"


def key_of(email):
    return md5(email.strip().lower().encode(), usedforsecurity=False).hexdigest()


def path_of(email):
    return f"{MEMBERS}/{key_of(email)}"


def names(answer):
    return "".join(member["contact_id"] for member in answer.json()["members"])


def problem_of(answer):
    body = answer.json()
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert {"type", "title", "status", "detail", "instance"} <= set(body)
    assert body["status"] == answer.status_code
    return answer.status_code, body["title"]


def test_the_list_counts_and_pages_by_offset(mail):
    sort = {"sort_field": "last_changed", "sort_dir": "ASC"}
    first = mail.get(MEMBERS, count=2, offset=0, **sort)
    assert names(first) == "ab"
    assert first.json()["total_items"] == 5
    assert names(mail.get(MEMBERS, count=2, offset=4, **sort)) == "e"
    assert names(mail.get(MEMBERS, count=2, offset=6, **sort)) == ""
    assert names(mail.get(MEMBERS, sort_field="last_changed", sort_dir="DESC")) == "edcba"
    assert mail.get(MEMBERS, count=0).json()["total_items"] == 5


@pytest.mark.parametrize(
    ("since", "found"),
    [
        ("2026-01-03T08:00:00+00:00", "cde"),
        ("2026-01-03T08:00:01Z", "de"),
        ("2026-01-03T10:00:00+02:00", "cde"),
        ("2026-01-03T08:00:00", "cde"),
        ("2027-01-01T00:00:00+00:00", ""),
    ],
)
def test_since_last_changed_is_inclusive_and_minds_the_zone(mail, since, found):
    answer = mail.get(MEMBERS, since_last_changed=since, sort_field="last_changed")
    assert names(answer) == found
    assert answer.json()["total_items"] == len(found)


def test_a_plus_sign_that_a_client_forgot_to_escape_is_forgiven(mail):
    answer = mail("GET", f"{MEMBERS}?since_last_changed=2026-01-05T08:00:00+00:00")
    assert names(answer) == "e"


def test_the_list_can_be_had_by_status(mail):
    assert names(mail.get(MEMBERS, status="unsubscribed")) == "e"


@pytest.mark.parametrize(
    "query",
    [
        {"count": 1001},
        {"count": "x"},
        {"offset": -1},
        {"since_last_changed": "yesterday"},
        {"sort_field": "name"},
        {"status": "gone"},
    ],
)
def test_a_bad_parameter_is_named_in_a_problem(mail, query):
    answer = mail.get(MEMBERS, **query)
    assert problem_of(answer) == (400, "Invalid Resource")
    assert answer.json()["errors"][0]["field"] == next(iter(query))


def test_a_member_is_found_by_the_digest_of_the_email(mail):
    assert mail.get(path_of(" A@Example.com ")).json()["contact_id"] == "a"
    assert problem_of(mail.get(path_of("z@example.com"))) == (404, "Resource Not Found")


def test_put_creates_a_member_with_status_if_new(mail, sandbox):
    given = {
        "email_address": "Zoe@Example.com",
        "status_if_new": "subscribed",
        "language": "fr",
        "merge_fields": {
            "FNAME": "Zoé",
            "LNAME": "Roy",
            "BIRTHDAY": "02/29",
            "BIRTHDATE": "1980-02-29",
            "ADDRESS": {"addr1": "1 rue X", "city": "Lyon"},
            "UNKNOWN": "ignored",
        },
    }
    answer = mail("PUT", path_of("zoe@example.com"), json=given)
    member = answer.json()
    assert answer.status_code == 200
    assert member["id"] == key_of("zoe@example.com")
    assert member["email_address"] == "Zoe@Example.com"
    assert (member["status"], member["language"]) == ("subscribed", "fr")
    assert member["full_name"] == "Zoé Roy"
    assert member["merge_fields"]["ADDRESS"] == {
        **dict.fromkeys(("addr2", "state", "zip", "country"), ""),
        "addr1": "1 rue X",
        "city": "Lyon",
    }
    assert "UNKNOWN" not in member["merge_fields"]
    assert member["last_changed"] == "2026-03-01T12:30:15+00:00"
    assert sandbox.mail.stats().writes == 1
    since = member["last_changed"]
    assert mail.get(MEMBERS, since_last_changed=since).json()["members"] == [member]


def test_put_on_a_member_keeps_what_is_not_sent_and_minds_status_if_new_not_at_all(mail):
    before = mail.get(path_of("a@example.com")).json()
    given = {"status_if_new": "unsubscribed", "merge_fields": {"HUBID": "cus_1"}}
    after = mail("PUT", path_of("a@example.com"), json=given).json()
    expected = {**before, "merge_fields": {**before["merge_fields"], "HUBID": "cus_1"}}
    assert after == {**expected, "last_changed": "2026-03-01T12:30:15+00:00"}


def test_patch_changes_a_member_and_never_makes_one(mail):
    after = mail("PATCH", path_of("a@example.com"), json={"status": "unsubscribed"})
    assert after.json()["status"] == "unsubscribed"
    nobody = mail("PATCH", path_of("z@example.com"), json={"status": "subscribed"})
    assert problem_of(nobody)[0] == 404


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_nobody_who_left_is_brought_back(mail, sandbox, method):
    answer = mail(method, path_of("e@example.com"), json={"status": "subscribed"})
    assert problem_of(answer) == (400, "Member In Compliance State")
    assert sandbox.mail.stats().writes == 0
    other = mail(method, path_of("e@example.com"), json={"merge_fields": {"FNAME": "Eva"}})
    assert other.json()["status"] == "unsubscribed"


def test_who_was_forgotten_is_never_taken_in_again(mail):
    path = path_of("a@example.com")
    assert mail("POST", f"{path}/actions/delete-permanent").status_code == 204
    assert mail.get(path).status_code == 404
    again = {"email_address": "a@example.com", "status_if_new": "subscribed"}
    assert problem_of(mail("PUT", path, json=again)) == (400, "Forgotten Email Not Subscribed")
    renamed = mail("PATCH", path_of("b@example.com"), json={"email_address": "A@example.com"})
    assert problem_of(renamed) == (400, "Forgotten Email Not Subscribed")


def test_delete_archives(mail):
    answer = mail("DELETE", path_of("a@example.com"))
    assert (answer.status_code, answer.content) == (204, b"")
    member = mail.get(path_of("a@example.com")).json()
    assert member["status"] == "archived"
    assert member["last_changed"] == "2026-03-01T12:30:15+00:00"


def test_a_changed_email_moves_the_member_unless_somebody_has_it(mail):
    moved = mail("PATCH", path_of("a@example.com"), json={"email_address": "neu@example.com"})
    assert moved.json()["id"] == key_of("neu@example.com")
    assert mail.get(path_of("a@example.com")).status_code == 404
    assert mail.get(MEMBERS).json()["total_items"] == 5
    taken = mail("PATCH", path_of("b@example.com"), json={"email_address": "c@example.com"})
    assert problem_of(taken) == (400, "Member Exists")


def test_post_adds_once(mail):
    given = {"email_address": "zoe@example.com", "status": "pending"}
    assert mail("POST", MEMBERS, json=given).json()["status"] == "pending"
    assert problem_of(mail("POST", MEMBERS, json=given)) == (400, "Member Exists")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"email_address": "zoe@example.com"}, "status_if_new"),
        ({"email_address": "zoe@example.com", "status_if_new": "gone"}, "status"),
        ({"email_address": "other@example.com", "status_if_new": "subscribed"}, "email_address"),
        ({"email_address": "nonsense", "status_if_new": "subscribed"}, "email_address"),
        ({"status_if_new": "subscribed"}, "email_address"),
    ],
)
def test_a_member_that_cannot_be_made_is_refused(mail, sandbox, given, field):
    answer = mail("PUT", path_of("zoe@example.com"), json=given)
    assert problem_of(answer) == (400, "Invalid Resource")
    assert answer.json()["errors"][0]["field"] == field
    assert sandbox.mail.stats().writes == 0


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"merge_fields": {"BIRTHDAY": "29/02"}}, "BIRTHDAY"),
        ({"merge_fields": {"BIRTHDATE": "1980-02-30"}}, "BIRTHDATE"),
        ({"merge_fields": {"FNAME": 5}}, "FNAME"),
        ({"merge_fields": {"ADDRESS": {"zip": 5}}}, "ADDRESS.zip"),
        ({"merge_fields": "x"}, "merge_fields"),
        ({"language": None}, "language"),
    ],
)
def test_bad_fields_are_refused_by_name(mail, given, field):
    answer = mail("PATCH", path_of("a@example.com"), json=given)
    assert problem_of(answer) == (400, "Invalid Resource")
    assert answer.json()["errors"][0]["field"] == field


def test_blank_birthday_address_and_date_are_allowed(mail):
    blank = {"BIRTHDAY": "", "BIRTHDATE": "", "ADDRESS": ""}
    after = mail("PATCH", path_of("a@example.com"), json={"merge_fields": blank})
    assert after.status_code == 200


def test_a_body_that_is_no_json_object_is_named_so(mail):
    answer = mail("PUT", path_of("a@example.com"), data=b"{")
    assert problem_of(answer) == (400, "JSON Parse Error")


def test_a_batch_answers_200_with_the_errors_inside(mail, sandbox):
    mail("POST", f"{path_of('d@example.com')}/actions/delete-permanent")
    rows = [
        {"email_address": "zoe@example.com", "status": "subscribed"},
        {"email_address": "a@example.com", "language": "fr"},
        {"email_address": "e@example.com", "status": "subscribed"},
        {"email_address": "d@example.com", "status": "subscribed"},
        {"email_address": "nonsense", "status": "subscribed"},
        {"email_address": "nostatus@example.com"},
    ]
    answer = mail("POST", LIST, json={"members": rows, "update_existing": True})
    body = answer.json()
    assert answer.status_code == 200
    assert [member["email_address"] for member in body["new_members"]] == ["zoe@example.com"]
    assert [member["contact_id"] for member in body["updated_members"]] == ["a"]
    assert [(each["email_address"][0], each["error_code"]) for each in body["errors"]] == [
        ("e", "ERROR_CONTACT_IN_COMPLIANCE_STATE"),
        ("d", "ERROR_GENERIC"),
        ("n", "ERROR_GENERIC"),
        ("n", "ERROR_GENERIC"),
    ]
    assert (body["total_created"], body["total_updated"], body["error_count"]) == (1, 1, 4)
    assert sandbox.mail.stats().writes == 3


def test_a_batch_leaves_members_alone_unless_told_to_update(mail):
    rows = [{"email_address": "a@example.com", "status": "unsubscribed"}]
    body = mail("POST", LIST, json={"members": rows}).json()
    assert body["errors"][0]["error_code"] == "ERROR_CONTACT_EXISTS"
    assert mail.get(path_of("a@example.com")).json()["status"] == "subscribed"


def test_a_batch_takes_500_members_and_not_one_more(mail):
    rows = [{"email_address": f"n{at}@example.com", "status": "pending"} for at in range(501)]
    assert problem_of(mail("POST", LIST, json={"members": rows}))[0] == 400
    assert mail("POST", LIST, json={"members": rows[:500]}).json()["total_created"] == 500
    assert problem_of(mail("POST", LIST, json={"members": ["x"]}))[0] == 400


def test_ping_and_list_tell_that_one_is_logged_in(mail):
    assert mail.get("/ping").json() == {"health_status": "Everything's Chimpy!"}
    assert mail.get(LIST).json()["stats"]["member_count"] == 4
    assert problem_of(mail.get("/reports"))[0] == 404


def test_any_user_may_come_in_with_the_key_and_nobody_without(mail):
    url = f"{mail.base}/ping"
    assert requests.get(url, auth=("x", "sandbox"), timeout=10).status_code == 200
    wrong = requests.get(url, auth=("anybody", "wrong"), timeout=10)
    assert problem_of(wrong) == (401, "API Key Invalid")
    assert requests.get(url, timeout=10).status_code == 401


def test_the_eleventh_request_at_a_time_is_throttled(mail, sandbox):
    sandbox.mail.plan.add(Fault(kind="latency", times=10, seconds=30))
    busy = [threading.Thread(target=requests.get, args=(f"{mail.base}/ping",)) for _ in range(10)]
    for thread in busy:
        thread.start()
    while sandbox.mail.stats().faults < 10:
        busy[0].join(0.01)
    assert problem_of(mail.get("/ping")) == (429, "Too Many Requests")
    sandbox.mail.plan.clear()
    for thread in busy:
        thread.join()
    assert mail.get("/ping").status_code == 200
