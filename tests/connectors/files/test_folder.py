"""Which files are read, and when: whole ones, once, and on from where a pull broke off."""

import os

import pytest

from hub.errors import ConfigError, TransientError
from tests.connectors.files.conftest import OLD

CSV = "layout: {kind: csv}"
CHANGES = "content: changes"


def ids(records):
    return [record.key.id for record in records]


def test_of_whole_lists_the_newest_counts_and_is_read_once(drop, write, pull):
    write("c1.csv", "NO\n1\n2\n", age=1)
    write("c2.csv", "NO\n1\n", age=2)
    connector = drop(CSV)
    records, _, cursor = pull(connector)
    assert ids(records) == ["1"]
    assert pull(connector, cursor)[0] == []
    write("c1.csv", "NO\n3\n", age=3)
    assert ids(pull(connector, cursor)[0]) == ["3"]
    assert [it.key.id for it in connector.read_back(["1", "3"])] == ["3"]
    assert not connector.capabilities.incremental


def test_without_a_list_nobody_is_taken_for_gone(drop, pull):
    with pytest.raises(TransientError, match=r"no whole file c\*"):
        pull(drop(CSV))


def test_files_of_changes_are_read_once_the_oldest_first(drop, write, pull):
    write("c2.csv", "NO,NAME\n2,Bert\n", age=1)
    write("c1.csv", "NO,NAME\n1,Anna\n", age=2)
    connector = drop(CSV, CHANGES)
    assert connector.capabilities.incremental
    records, rejected, cursor = pull(connector)
    assert (ids(records), rejected) == (["2", "1"], [])
    assert ids(pull(connector, cursor)[0]) == []
    write("c3.csv", "NO,NAME\n3,Carl\n", age=3)
    assert ids(pull(connector, cursor)[0]) == ["3"]


def test_a_file_that_was_written_again_is_read_again(drop, write, pull):
    write("c.csv", "NO\n1\n")
    connector = drop(CSV)
    cursor = pull(connector)[2]
    write("c.csv", "NO\n1\n2\n", age=9)
    assert ids(pull(connector, cursor)[0]) == ["1", "2"]


def test_a_pull_that_broke_off_goes_on_in_the_middle_of_the_file(drop, write, pull):
    write("c.csv", "NO\n1\n2\n3\n4\n5\n")
    connector = drop(CSV, page=2)
    first = next(connector.pull(None))
    assert ids(first.records) == ["1", "2"]
    assert ids(pull(connector, first.cursor)[0]) == ["3", "4", "5"]
    write("c.csv", "NO\n9\n1\n2\n3\n4\n5\n", age=9)  # another file now: from its beginning
    assert ids(pull(connector, first.cursor)[0]) == ["9", "1", "2", "3", "4", "5"]


def test_what_is_gone_from_the_folder_is_forgotten(drop, write, folder, pull):
    write("c.csv", "NO\n1\n")
    connector = drop(CSV, CHANGES)
    cursor = pull(connector)[2]
    (folder / "c.csv").unlink()
    assert pull(connector, cursor)[2] == '{"seen":{}}'


def test_a_file_that_is_still_growing_waits_for_the_next_pull(drop, write, folder, pull):
    write("c.csv", "NO\n1\n")
    os.utime(folder / "c.csv")  # written just now
    connector = drop(CSV, CHANGES)

    def writer_goes_on(_seconds):
        with (folder / "c.csv").open("a") as stream:
            stream.write("2\n")

    connector._snapshots._sleep = writer_goes_on
    records, _, cursor = pull(connector)
    assert (records, cursor) == ([], '{"seen":{}}')
    connector._snapshots._sleep = lambda _seconds: None
    assert ids(pull(connector, cursor)[0]) == ["1", "2"]


def test_a_second_edit_in_the_same_second_is_not_overlooked(drop, write, folder, pull):
    connector = drop(CSV, "ready: {quiet: 0}")
    (folder / "c.csv").write_text("NO\n1\n")
    os.utime(folder / "c.csv", (OLD * 2, OLD * 2))
    cursor = pull(connector)[2]
    (folder / "c.csv").write_text("NO\n2\n")
    os.utime(folder / "c.csv", (OLD * 2, OLD * 2))
    assert ids(pull(connector, cursor)[0]) == ["2"]


def test_a_young_file_is_looked_at_twice_a_pause_apart(drop, write, folder, pull, naps):
    write("c.csv", "NO\n1\n")
    os.utime(folder / "c.csv", (OLD * 2, OLD * 2))  # by a clock that is ahead of ours
    assert ids(pull(drop(CSV, "ready: {quiet: 7}"))[0]) == ["1"]
    assert naps == [7]


def test_a_file_that_grows_while_it_is_copied_waits_for_the_next_pull(drop, write, folder, pull):
    write("c.csv", "NO\n1\n")
    connector = drop(CSV)
    fetch = connector._folder.fetch

    def while_somebody_writes(name, into):
        fetch(name, into)
        (folder / "c.csv").write_text("NO\n1\n2\n")

    connector._folder.fetch = while_somebody_writes
    assert pull(connector)[0] == []


def test_with_a_marker_only_marked_files_are_read(drop, write, pull):
    write("c1.csv", "NO\n1\n")
    write("c2.csv", "NO\n2\n")
    write("c2.csv.ok", "")
    connector = drop(CSV, CHANGES, "ready: {marker: '{name}.ok'}", files="c*.csv")
    records, _, cursor = pull(connector)
    assert ids(records) == ["2"]
    write("c1.csv.ok", "")
    assert ids(pull(connector, cursor)[0]) == ["1"]


def test_folders_and_pipes_are_no_files(drop, write, folder, pull):
    write("c.csv", "NO\n1\n")
    (folder / "customers").mkdir()
    os.mkfifo(folder / "c.pipe")
    assert ids(pull(drop(CSV))[0]) == ["1"]


def test_a_file_that_goes_away_meanwhile_is_trouble_that_may_pass(drop, write, folder):
    write("c.csv", "NO\n1\n")
    connector = drop(CSV)
    pages = connector.pull(None)
    connector._folder.list = lambda *_: [connector._folder.look("c.csv")]
    whole = connector._snapshots.whole

    def then_gone(*given):
        found = whole(*given)
        (folder / "c.csv").unlink()
        return found

    connector._snapshots.whole = then_gone
    with pytest.raises(TransientError, match=r"c\.csv went away"):
        next(pages)


def test_a_file_of_more_bytes_than_allowed_is_refused_unread(drop, write, pull):
    write("c.csv", "NO\n1\n")
    with pytest.raises(ConfigError, match=r"c\.csv has 5 bytes, more than a file may"):
        pull(drop(CSV, "bounds: {file: 4}"))


def test_a_folder_that_nobody_tidies_is_refused(drop, write, pull):
    for number in range(3):
        write(f"c{number}.csv", "NO\n1\n")
    with pytest.raises(ConfigError, match="holds 3 files"):
        pull(drop(CSV, "bounds: {files: 2}"))


def test_a_folder_that_is_not_there_needs_a_person(open_profile, tmp_path):
    text = f"vendor: A\nsource: s\nengine: files\ncustomers: {{id: NO, files: c, {CSV}}}"
    with pytest.raises(ConfigError, match="there is no such folder; check url"):
        open_profile(text, str(tmp_path / "nowhere")).check()
    for url in ("ftp://host/x", "s3://bucket/x", "sftp://host"):
        with pytest.raises(ConfigError, match="url is no folder"):
            open_profile(text, url)


def test_a_cursor_of_another_engine_needs_a_person(drop, pull):
    with pytest.raises(ConfigError, match="is not one of ours"):
        pull(drop(CSV), '{"since":"2026-01-01T00:00:00+00:00"}')


SUPPLEMENT = """children:
    mails:
      files: supp.csv
      layout: {kind: csv}
      parent: OF
      columns: [MAIL]
      only: {KIND: e-mail}"""
CHILDREN = (CSV, SUPPLEMENT)


def test_rows_of_another_file_are_laid_into_the_customer(drop, write, pull):
    write("c.csv", "NO,NAME\n1,Anna\n2,Bert\n")
    write("supp.csv", "OF,KIND,MAIL\n1,E-mail,a@x.example\n1,Fax,no\n1,e-mail,b@x.example\n")
    records, _, cursor = pull(drop(*CHILDREN))
    assert [record.payload["mails"] for record in records] == [
        [{"MAIL": "a@x.example"}, {"MAIL": "b@x.example"}],
        [],
    ]
    assert pull(drop(*CHILDREN), cursor)[0] == []
    write("supp.csv", "OF,KIND,MAIL\n2,e-mail,c@x.example\n", age=5)  # the parents did not move
    again = pull(drop(*CHILDREN), cursor)[0]
    assert [record.payload["mails"] for record in again] == [[], [{"MAIL": "c@x.example"}]]


def test_without_the_file_of_children_nothing_is_read(drop, write, pull):
    write("c.csv", "NO,NAME\n1,Anna\n")
    with pytest.raises(TransientError, match=r"no whole file supp\.csv"):
        pull(drop(*CHILDREN))


def test_children_need_whole_lists(drop):
    with pytest.raises(ConfigError, match="children go with content full"):
        drop(*CHILDREN, CHANGES)


def test_reading_back_finds_the_newest_word_and_leaves_out_what_is_gone(drop, write):
    write("c1.csv", "NO,NAME\n1,Old\n")
    write("c2.csv", "NO,NAME\n1,New\n2,Bert\n", age=1)
    (record,) = drop(CSV, CHANGES).read_back(["1", "7"])
    assert record.payload == {"NO": "1", "NAME": "New"}
