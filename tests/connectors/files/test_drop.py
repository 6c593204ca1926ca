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
    gone = Change("chg_2", Operation.DELETE, "1", {}, None, "cus_1")
    receipts = drop(CSV, "drop: {}").push([create(NAME="x"), gone])
    assert {it.outcome for it in receipts} == {Outcome.REJECTED}
    assert not (folder / "in").exists()


FULL = (
    "reference: OURS",
    "deleted: {field: GONE, values: ['yes']}",
    "drop: {creates: true, deletes: true}",
)


def create(number=1, reference="cus_9", **fields):
    return Change(f"chg_{number}", Operation.CREATE, None, fields, None, reference)


def test_new_and_deleted_customers_go_along_where_the_profile_says_so(drop, folder, write):
    write("c.csv", "NO,NAME,OURS\n1,Anna,\n7,Bert,cus_7\n")
    connector = drop(CSV, *FULL)
    can = connector.capabilities
    assert (can.create, can.delete, can.tombstones) == (True, True, True)
    gone = Change("chg_4", Operation.DELETE, "1", {}, None, "cus_1")
    changes = [create(1, NAME="Cleo"), create(2, "cus_7", NAME="Bert"), update(3, NAME="Ann"), gone]
    receipts = connector.push(changes)
    assert {it.outcome for it in receipts} == {Outcome.SENT}
    # Who is shown by now is not written again: the answer to the create was lost, no more.
    assert [it.record.key.id if it.record else None for it in receipts] == [None, "7", "1", None]
    (file,) = dropped(folder)
    assert file.read_text() == "NAME,OURS,NO,CITY,GONE\nCleo,cus_9,,,\nAnn,,1,Jena,\n,,1,,yes\n"


def test_a_deletion_asked_for_by_hand_is_a_file_too_and_one_that_fails_is_told(drop, folder, write):
    write("c.csv", "NO,NAME\n1,Anna\n")
    connector = drop(CSV, *FULL)
    connector.delete("1")
    connector.delete("1")
    assert {it.read_text() for it in dropped(folder)} == {"GONE,NO\nyes,1\n"}

    def fail(*_):
        raise TransientError("full")

    connector._folder.put = fail
    with pytest.raises(TransientError, match="delete 1"):
        connector.delete("1")


def test_a_whole_row_that_nobody_knows_is_refused(drop):
    change = update(1, NAME="x")._replace(base=None)
    (receipt,) = drop(CSV, "drop: {}").push([change])
    assert receipt.outcome is Outcome.REJECTED


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
        ("drop: {creates: true}", "needs a reference"),
        ("drop: {deletes: true}", "needs deleted"),
    ],
)
def test_a_drop_that_can_not_work_is_a_mistake_of_the_profile(drop, facts, reason):
    with pytest.raises(ConfigError, match=reason):
        drop(CSV, facts)
