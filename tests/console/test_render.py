"""What a person reads of a report."""

import json

import pytest

from console.render import answer, customers, readiness
from console.render_past import lives
from hub.model import Attributes, GoldenCustomer, Key, Kind, Origin, RunnerUp
from pipeline.check import CheckReport
from pipeline.past import Life
from pipeline.report import (
    MapReport,
    MatchReport,
    MergeReport,
    PullReport,
    PushReport,
    RunReport,
)

RUN = RunReport(
    pull={"erp": PullReport(1584, 7, 1), "shop": PullReport(error="shop: it is [down]")},
    map={"erp": MapReport(1578, 0, 5), "shop": MapReport()},
    match=MatchReport(4351, 969, 129, 0),
    merge=MergeReport(1244, 3, 2, 19),
    push={"erp": PushReport(922, 334, 4, 0), "shop": PushReport()},
    seconds=9.13,
)


@pytest.fixture
def shown(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")

    def show(report):
        answer(report, as_json=False)
        return capsys.readouterr().out

    return show


def test_a_run_fits_one_screen_with_every_number_of_every_channel(shown):
    text = shown(RUN)
    [erp] = [line.split() for line in text.splitlines() if line.strip().startswith("erp")]
    assert erp == ["erp", "1,584", "7", "1,578", "6", "922", "334", "4"]
    assert "4,351 candidate pairs: 969 merged, 129 for review." in text
    assert "19 merges were held back: a steward decides these, too." in text
    assert "1,244 created, 3 changed, 2 retired. 9.1 s." in text
    assert "pull shop failed: shop: it is [down]" in text
    assert len(text.splitlines()) < 24
    assert "…" not in text


def test_what_waits_to_be_tried_again_is_shown_only_if_there_is_any(shown):
    assert "again" not in shown(RUN)
    waiting = RUN._replace(push=RUN.push | {"erp": PushReport(failed=3)})
    assert "3 deliveries to erp will be tried again." in shown(waiting)


def test_blocking_keys_that_were_skipped_are_told(shown):
    assert "too common" not in shown(RUN)
    assert "2 blocking keys are too common" in shown(RUN._replace(match=MatchReport(1, 0, 0, 2)))


def test_what_a_channel_can_do_is_told_in_words(capsys):
    able = CheckReport(
        read="seen",
        version_check="not in its records",
        streams=("customers", "orders"),
        writes=("emails", "phones"),
        calls_today=1200,
    )
    readiness({"shop": able, "erp": CheckReport(error="erp: [gone]")}, as_json=False)
    text = capsys.readouterr().out
    lines = {" ".join(line.split()) for line in text.splitlines()}
    assert {"check shop", "read seen", "version check not in its records"} <= lines
    assert {"streams customers, orders", "writes emails, phones", "calls today 1,200"} <= lines
    assert "erp: [gone]" in text
    assert "None" not in text
    readiness({"erp": CheckReport(error="erp: [gone]")}, as_json=False)
    assert capsys.readouterr().out.split() == ["erp:", "[gone]"]


def test_what_did_not_happen_has_no_column(shown):
    quiet = shown({"pull": {"erp": PullReport(5, 7, 1)}})
    assert "gone" not in quiet
    told = PullReport(5, 7, 1, gone=2, calls=31, streams={"orders": 9}, drift=("customers: new",))
    text = shown({"pull": {"erp": told, "shop": PullReport(1)}})
    assert "held" not in text
    for word in ("gone", "calls", "orders 9", "customers: new"):
        assert word in " ".join(text.split())


def test_a_verb_that_knows_no_channels_has_one_row(shown):
    assert ["all", "4,351", "969", "129", "0"] in [
        line.split() for line in shown({"match": RUN.match}).splitlines()
    ]


def test_a_program_reads_one_json_document(capsys):
    answer(RUN, as_json=True)
    assert json.loads(capsys.readouterr().out)["pull"]["shop"]["error"] == "shop: it is [down]"


def test_a_customer_can_be_read_on_a_narrow_screen(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    key = Key("mail", "97fe68ad07480e0c7dba70a98e84a16a")
    said = Origin(key=key, rule="most_recent, most_complete", runner_up=RunnerUp(key=key))
    name = "Brightwell Medical Supplies plc"
    golden = GoldenCustomer(
        id="cus_1",
        version=1,
        attributes=Attributes(kind=Kind.ORGANISATION, organisation=name),
        provenance={"organisation": (said,)},
        members=(key,),
    )
    customers([golden], as_json=False)
    text = capsys.readouterr().out
    assert text.startswith(name)
    assert {"Supplies plc", "most_recent,", "most_complete"} <= {
        cell.strip() for line in text.splitlines() for cell in line.split("  ")
    }


def test_what_looks_like_markup_is_shown_as_it_is(capsys):
    key = Key("crm", "[/dim]7")
    golden = GoldenCustomer(
        id="cus_1",
        version=1,
        attributes=Attributes(kind=Kind.ORGANISATION, organisation="Acme [/red] Ltd"),
        provenance={"organisation": (Origin(key=key, rule="pinned"),)},
        members=(key,),
    )
    customers([golden], as_json=False)
    text = capsys.readouterr().out
    assert text.startswith("Acme [/red] Ltd")
    assert "members: crm:[/dim]7" in text


def test_a_member_that_is_deleted_in_its_channel_is_marked(capsys):
    one, other = Key("erp", "1"), Key("shop", "2")
    golden = GoldenCustomer(
        id="cus_1",
        version=1,
        attributes=Attributes(),
        provenance={},
        members=(one, other),
        gone=(other,),
    )
    customers([golden], as_json=False)
    text = " ".join(capsys.readouterr().out.split())
    assert "members: erp:1, shop:2 (deleted there)" in text


def test_nothing_to_list_is_said_so(shown):
    assert "none" in shown({"integrity": {"broken": []}})


def test_the_history_of_an_erased_customer_says_that_it_is_erased(capsys):
    lives([Life("cus_1", (), ())], as_json=False)
    text = " ".join(capsys.readouterr().out.split())
    assert text == "cus_1 was erased: nothing is held on it any more."
