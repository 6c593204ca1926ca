import pytest
from starlette.testclient import TestClient

from hub.errors import TransientError
from hub.model import Verdict
from pipeline import review
from pipeline.views import last_act, search, standing
from stewardship.app import create_app

ANNA = {"left": "erp:C10001", "right": "shop:17"}
LONELY = {"left": "erp:C10001", "right": "erp:C10004"}


def decide(browse, verdict, pair=ANNA, **more):
    return browse.post("/decide", data={**pair, "verdict": verdict, **more})


def test_the_likeliest_case_comes_first_with_its_evidence(browse):
    page = browse.get("/").text
    assert "5 open cases" in page
    assert "Is <bdi>Anna Müller</bdi> the same customer as <bdi>Anne Mueller</bdi>?" in page
    assert "the same mailbox" in page
    assert "+11.2" in page
    assert "the phone numbers are known to be two households" in page
    assert "5 fields agree" in page


def test_a_verdict_is_recorded_and_the_next_case_follows(browse, store, people):
    answer = decide(browse, "different", note=" two sisters ")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/?left=shop%3A19&right=crm%3A6&page=0"
    said = standing(store, people.anna.key, people.anne.key).decision
    assert (said.verdict, said.author, said.note) == (
        Verdict.DIFFERENT,
        "steward",
        "two sisters",
    )
    assert "You said <b>different</b>: <bdi>Anna Müller</bdi>" in browse.get("/").text


def test_same_makes_one_customer_at_once(browse, store, people):
    decide(browse, "same")
    [anna] = search(store, str(people.anna.key), limit=5).customers
    assert people.anne.key in anna.members


def test_unsure_leaves_the_queue_for_a_pile_to_come_back_to(browse):
    assert "left as unsure" not in browse.get("/").text
    decide(browse, "unsure", note="ask her branch")
    page = browse.get("/").text
    assert "4 open cases" in page
    assert '<a href="/?pile=unsure">1 left as unsure</a>' in page
    pile = browse.get("/", params={"pile": "unsure"}).text
    assert "1 case left open" in pile
    assert "Is <bdi>Anna Müller</bdi> the same customer as" in pile
    assert "ask her branch" in pile


def test_a_verdict_in_the_pile_of_the_unsure_stays_in_that_pile(browse, store, people):
    ivan = {"left": str(people.ivan.key), "right": str(people.ivan_too.key)}
    for pair in (ANNA, ivan):
        decide(browse, "unsure", pair)
    seen = standing(store, people.anna.key, people.anne.key).id
    answer = decide(browse, "different", seen=seen, pile="unsure")
    assert answer.headers["location"] == "/?left=erp%3AC10002&right=crm%3A5&page=0&pile=unsure"
    seen = standing(store, people.ivan.key, people.ivan_too.key).id
    assert decide(browse, "same", ivan, seen=seen, pile="unsure").headers["location"] == "/"
    assert "Nothing left open" in browse.get("/", params={"pile": "unsure"}).text


def test_undo_brings_the_case_back(browse, store, people):
    decide(browse, "same")
    last = last_act(store, "steward")
    answer = browse.post("/undo", data={"expected": last.id})
    assert answer.headers["location"] == "/?left=erp%3AC10001&right=shop%3A17"
    assert standing(store, people.anna.key, people.anne.key) is None
    [anna] = search(store, str(people.anna.key), limit=5).customers
    assert people.anne.key not in anna.members


def test_undo_takes_back_only_what_the_steward_saw(browse, store, people):
    decide(browse, "same")
    seen = last_act(store, "steward")
    ivan = (people.ivan.key, people.ivan_too.key)
    decide(browse, "different", {"left": str(ivan[0]), "right": str(ivan[1])})
    answer = browse.post("/undo", data={"expected": seen.id}, follow_redirects=True)
    assert "no longer your last one" in answer.text
    assert standing(store, *ivan) is not None


def test_undo_with_nothing_to_undo_says_so(browse):
    assert browse.post("/undo").headers["location"] == "/?note=stale"


def test_the_second_of_two_stewards_is_told_and_changes_nothing(browse, settings, store, people):
    pair = (people.anna.key, people.anne.key)
    review.decide(settings, store, pair, Verdict.DIFFERENT, author="Bo", note="I know them")
    answer = browse.post("/decide", data={**ANNA, "verdict": "same"}, follow_redirects=True)
    assert answer.status_code == 200
    assert "somebody decided this case before you" in answer.text
    assert "Decided <b>different</b> by <bdi>Bo</bdi>" in answer.text
    assert "I know them" in answer.text
    assert standing(store, *pair).decision.author == "Bo"


def test_a_verdict_may_be_changed_once_it_was_seen(browse, store, people):
    decide(browse, "different")
    seen = standing(store, people.anna.key, people.anne.key).id
    decide(browse, "same", seen=seen)
    assert standing(store, people.anna.key, people.anne.key).decision.verdict is Verdict.SAME


def test_when_all_is_decided_the_page_says_so(browse, people):
    for left, right in people.open:
        decide(browse, "different", {"left": str(left.key), "right": str(right.key)})
    assert "Nothing to decide" in browse.get("/").text


@pytest.mark.parametrize("pair", [LONELY, ANNA | {"right": "shop:nobody"}, ANNA | {"right": "x"}])
def test_what_is_no_case_is_a_page_that_says_so(browse, pair):
    answer = browse.get("/", params=pair)
    assert answer.status_code == 404
    assert "These two records are no case" in answer.text


@pytest.mark.parametrize("right", ["shop:nobody", "x", "erp:C10001"])
def test_a_verdict_on_what_is_no_case_is_not_recorded(browse, store, right):
    answer = decide(browse, "same", ANNA | {"right": right})
    assert answer.headers["location"] == "/?note=unknown"
    assert last_act(store, "steward") is None


def test_a_verdict_that_is_none_is_not_understood(browse):
    answer = decide(browse, "perhaps")
    assert answer.status_code == 422
    assert "That was not understood" in answer.text


def test_the_steward_has_a_name(browse, store):
    answer = browse.post("/you", data={"name": "  Zoë\n Ж\u202e "})
    assert answer.status_code == 303
    assert "You are <bdi>Zoë Ж</bdi>" in browse.get("/").text
    decide(browse, "different")
    assert last_act(store, "Zoë Ж") is not None


def test_an_empty_name_is_the_steward_again(browse):
    browse.post("/you", data={"name": "Zoë"})
    browse.post("/you", data={"name": " "})
    assert "You are <bdi>steward</bdi>" in browse.get("/").text


def test_hostile_names_are_only_text(browse):
    page = browse.get("/", params={"left": "shop:19", "right": "crm:6"}).text
    assert "<script>document" not in page
    assert "<img src=x" not in page
    assert "\u202e" not in page
    assert "&lt;script&gt;" in page


def test_a_note_from_a_link_puts_no_words_on_the_page(browse):
    assert "pwned" not in browse.get("/", params={"note": "pwned"}).text


def test_a_busy_database_is_explained(settings, store, monkeypatch):
    def busy(*_, **__):
        raise TransientError("store: database is locked")

    monkeypatch.setattr("stewardship.desk.queue", busy)
    with TestClient(create_app(settings, store), base_url="http://127.0.0.1") as client:
        answer = client.get("/")
    assert answer.status_code == 503
    assert "The hub is busy" in answer.text


def test_links_follow_the_place_where_the_app_is_mounted(app):
    with TestClient(app, base_url="http://127.0.0.1", root_path="/steward") as client:
        page = client.get("/steward/").text
    assert 'href="/steward/static/page.css"' in page
    assert 'action="/steward/decide"' in page
    assert 'href="/steward/customers"' in page


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("/?page=99999999999999999999", 422),
        ("/?page=-1", 422),
        ("/?page=1000000", 200),
        ("/?left=%00:%00&right=%ff:%ed%a0%80", 404),
        ("/customers?q=%00%ed%a0%80", 200),
        ("/customers/%00", 404),
        ("/customers?q=" + "x" * 300, 422),
        ("/api/queue?offset=99999999999999999999", 422),
    ],
)
def test_nonsense_in_an_address_never_breaks_the_page(browse, url, status):
    assert browse.get(url).status_code == status
