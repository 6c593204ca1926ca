"""Changes are handed over in a file that appears whole, or not at all."""

import pytest

from hub.errors import ConfigError, TransientError
from hub.model import Change, Operation, Outcome

CSV = "layout: {kind: csv}"
BASE = {"NO": "1", "NAME": "Anna", "CITY": "Jena"}


def update(number=1, **fields):
    return Change(f"chg_{number}", Operation.UPDATE, "1", fields, BASE, "cus_1")


def dropped(folder):
    return sorted((folder / "in").iterdir())


def test_changes_are_written_as_whole_rows_of_one_file(drop, folder):
    changes = [update(1, NAME='Änn; "x"'), update(2, CITY="Gera")]
    receipts = drop(CSV, "drop: {layout: {kind: csv, delimiter: ;}}").push(changes)
    assert [it.outcome for it in receipts] == [Outcome.SENT] * 2
    assert receipts[1].record.payload == BASE | {"CITY": "Gera"}
    (file,) = dropped(folder)
    assert file.read_bytes().decode() == ('NO;NAME;CITY\r\n1;"Änn; ""x""";Jena\r\n1;Anna;Gera\r\n')


def test_a_change_that_has_no_letter_there_is_refused_alone(drop, folder):
    connector = drop(CSV, "drop: {encoding: cp1252, layout: {kind: jsonl}, name: 'x{stamp}.jsonl'}")
    receipts = connector.push([update(1, NAME="王"), update(2, NAME="Ä")])
    assert [it.outcome for it in receipts] == [Outcome.REJECTED, Outcome.SENT]
    assert "王" not in receipts[0].reason
    (file,) = dropped(folder)
    assert file.read_bytes() == '{"NO": "1", "NAME": "Ä", "CITY": "Jena"}\n'.encode("cp1252")


def test_rows_of_fixed_width_go_back_in_the_code_page_of_the_mainframe(drop, folder):
    layout = "{kind: fixed, length: 6, fields: [{name: NO, start: 1, width: 2}, {name: NAME, start: 3, width: 4}]}"  # noqa: E501
    connector = drop(CSV, f"drop: {{encoding: cp273, layout: {layout}, name: 'x{{stamp}}'}}")
    receipts = connector.push([update(1, NAME="Ännchen"), update(2, NAME="Änn")])
    assert receipts[0].reason == "NAME: the value needs more than 4 bytes"
    (file,) = dropped(folder)
    assert file.read_bytes().decode("cp273") == "1 Änn "


def test_a_create_is_refused_and_nothing_is_written(drop, folder):
    create = Change("chg_1", Operation.CREATE, None, {"NAME": "x"}, None, "cus_1")
    (receipt,) = drop(CSV, "drop: {}").push([create])
    assert receipt.outcome is Outcome.REJECTED
    assert not (folder / "in").exists()


def test_a_folder_that_fails_leaves_every_change_for_later(drop):
    connector = drop(CSV, "drop: {}")

    def fail(*_):
        raise TransientError("full")

    connector._folder.put = fail
    receipts = connector.push([update(1, NAME="x"), update(2, NAME="y")])
    assert {it.outcome for it in receipts} == {Outcome.FAILED}


def test_without_a_drop_nothing_can_be_written(drop):
    connector = drop(CSV)
    assert not connector.capabilities.write
    with pytest.raises(ConfigError, match="names no drop"):
        connector.push([update(1, NAME="x")])
    with pytest.raises(ConfigError, match="1 can't be deleted by a file"):
        connector.delete("1")


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ("drop: {layout: {kind: excel}}", "changes are written as csv, jsonl or fixed"),
        ("drop: {name: same.csv}", "needs a {stamp}"),
    ],
)
def test_a_drop_that_can_not_work_is_a_mistake_of_the_profile(drop, facts, reason):
    with pytest.raises(ConfigError, match=reason):
        drop(CSV, facts)
