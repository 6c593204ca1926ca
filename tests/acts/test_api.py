"""The REST API of acts and of the past, and the same by command line."""

import json
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from console.app import app, main
from hub.clock import now
from stewardship.app import create_app
from tests.acts.hub import PEOPLE, TRUST

MAIL = PEOPLE["anna"]["emails"][0]
pytestmark = pytest.mark.parametrize("url", ["sqlite"], indirect=True)


@pytest.fixture
def browse(hub):
    hub.hear("erp:1", "shop:1", who="anna", language="de")
    hub.hear("mail:1", who="boris")
    with TestClient(create_app(hub.settings, hub.store), base_url="http://127.0.0.1") as client:
        client.headers["Sec-Fetch-Site"] = "same-origin"
        yield client


def test_an_act_is_done_and_undone_by_program(browse, hub):
    anna, boris = hub.home("erp:1"), hub.home("mail:1")
    done = browse.post(f"/api/customers/{anna}/merge", json={"other": boris, "reason": "r"}).json()
    assert done["customers"] == [anna]
    life = browse.get(f"/api/customers/{boris}/history").json()
    assert life["successors"] == [anna]
    assert life["steps"][-1]["acts"][0] | {"at": ""} == {
        "act": done["act"], "what": "merge", "author": "steward", "at": "", "reason": "r",
    }  # fmt: skip
    assert browse.post(f"/api/acts/{done['act']}/undo").status_code == 200
    assert hub.home("mail:1") == boris
    assert browse.post(f"/api/acts/{done['act']}/undo").status_code == 409
    assert browse.post("/api/acts/99/undo").status_code == 404


def test_records_are_split_moved_and_unmerged_by_program(browse, hub):
    anna, boris = hub.home("erp:1"), hub.home("mail:1")
    some = {"records": ["shop:1"]}
    assert browse.post(f"/api/customers/{boris}/move", json=some).status_code == 200
    assert hub.home("shop:1") == boris
    assert browse.post(f"/api/customers/{boris}/split", json=some).status_code == 200
    assert hub.home("shop:1") not in {anna, boris}
    assert browse.post(f"/api/customers/{boris}/unmerge", json={}).status_code == 409
    assert browse.post("/api/customers/nobody/unmerge", json={}).status_code == 404


def test_pins_and_consents_are_set_by_program(browse, hub):
    pinned = {"attribute": "language", "value": "fr"}
    assert browse.post("/api/customers/erp:1/pins", json=pinned).status_code == 200
    assert hub.golden("erp:1").attributes.language == "fr"
    unpinned = {"attribute": "language"}
    assert browse.post("/api/customers/erp:1/unpin", json=unpinned).status_code == 200
    assert hub.golden("erp:1").attributes.language == "de"
    said = {"contact": MAIL, "purpose": "news", "act": "deny", "proof": "a call"}
    assert browse.post("/api/customers/erp:1/consents", json=said).status_code == 200
    assert hub.golden("erp:1").attributes.consents[0].state == "denied"
    wrong = said | {"act": "perhaps"}
    assert browse.post("/api/customers/erp:1/consents", json=wrong).status_code == 422


def test_the_past_is_told_by_program(browse, hub):
    anna, then = hub.home("erp:1"), now().isoformat()
    hub.hear("erp:1", language="sv")
    asked = browse.get(f"/api/customers/{anna}/at", params={"time": then}).json()
    assert [one["attributes"]["language"] for one in asked["customers"]] == ["de"]
    assert browse.get("/api/customers/nobody/history").status_code == 404
    assert browse.get(f"/api/customers/{anna}/at", params={"time": "x"}).status_code == 422


@pytest.fixture
def goldenrod(hub, tmp_path, monkeypatch):
    """The command line on this hub's store."""
    hub.hear("erp:1", "shop:1", who="anna", language="de")
    hub.hear("mail:1", who="boris")
    sources = {
        "erp": ("dynamics_nav", "http://127.0.0.1:9/x"),
        "shop": ("woocommerce", "http://127.0.0.1:9/x"),
        "mail": ("mailchimp", "http://127.0.0.1:9/x"),
        "crm": ("legacy_crm", f"sqlite:///{tmp_path / 'crm.db'}"),
    }
    channels = {
        name: {"profile": profile, "url": where, "trust": TRUST[name]}
        for name, (profile, where) in sources.items()
    }
    url = hub.store._engine.url.render_as_string(hide_password=False)
    file = tmp_path / "mine.yaml"
    file.write_text(json.dumps({"store": url, "channels": channels}))

    def call(*words, as_json=True):
        extra = ["--json"] if as_json else []
        return CliRunner().invoke(app, [*words, *extra, "-c", str(file)])

    return call


def test_every_act_has_a_command(goldenrod, hub):
    anna, boris = hub.home("erp:1"), hub.home("mail:1")
    who = ["--author", "eva", "--reason", "why not"]
    merged = goldenrod("customer", "merge", anna, boris, *who)
    assert merged.exit_code == 0, merged.output
    assert json.loads(merged.stdout)["merge"]["customers"] == [anna]
    for words in (
        ["customer", "unmerge", boris, *who],
        ["customer", "move", boris, "shop:1", *who],
        ["undo", "--author", "eva"],
        ["customer", "split", anna, "shop:1", *who],
        ["customer", "pin", "erp:1", "language", "fr", "--until", "2099-01-01", *who],
        [
            "customer",
            "consent",
            "erp:1",
            "deny",
            MAIL,
            "news",
            "--at",
            "2025-01-01",
            "--author",
            "eva",
        ],
        ["customer", "unpin", "erp:1", "language", "--author", "eva"],
    ):
        done = goldenrod(*words)
        assert done.exit_code == 0, (words, done.output)
    assert hub.home("shop:1") not in {anna, boris}
    assert goldenrod("undo", "--author", "nobody").exit_code == 1
    assert "nobody has done nothing" in goldenrod("undo", "--author", "nobody").output


def test_the_past_is_shown_to_a_person_and_to_a_program(goldenrod, hub):
    anna, boris = hub.home("erp:1"), hub.home("mail:1")
    goldenrod("customer", "merge", anna, boris, "--author", "eva", "--reason", "pen name")
    shown = goldenrod("history", boris, as_json=False).output
    assert "retired; now" in shown
    shown = goldenrod("history", anna, as_json=False).output
    assert "merge by eva" in shown
    assert "pen name" in shown
    assert "+ mail:1" in shown
    [life] = json.loads(goldenrod("history", anna).stdout)
    assert life["steps"][-1]["acts"][0]["reason"] == "pen name"
    assert life["steps"][0]["changed"][0].keys() == {"attribute", "before", "after", "origin"}
    assert goldenrod("history", "nobody", as_json=False).exit_code == 1
    tomorrow = (now() + timedelta(days=1)).date().isoformat()
    [then] = json.loads(goldenrod("show", boris, "--as-of", tomorrow).stdout)
    assert then["id"] == anna
    assert goldenrod("show", boris, "--as-of", "1999-01-01").exit_code == 1


@pytest.mark.parametrize(
    "words",
    [
        ["show", "erp:1", "--as-of", "yesterday"],
        ["customer", "split", "erp:1", "nocolon"],
        ["customer", "consent", "erp:1", "perhaps", "a@b.de", "news"],
        ["customer", "consent", "erp:1", "deny", "a@b.de", "news", "--medium", "smoke"],
    ],
)
def test_a_slip_of_the_keys_is_told(goldenrod, words):
    assert goldenrod(*words).exit_code == 2


def test_a_conflict_is_told_without_a_stack_trace(goldenrod, hub, monkeypatch, capsys, tmp_path):
    asked = ["goldenrod", "customer", "merge", "erp:1", "shop:1", "-c", str(tmp_path / "mine.yaml")]
    monkeypatch.setattr("sys.argv", asked)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    assert "one customer already" in capsys.readouterr().err
