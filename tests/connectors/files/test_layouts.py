"""Every layout: what is read, and what a hostile file comes to."""

import csv
import io
import json
import tempfile
import zipfile
from datetime import date, datetime
from pathlib import Path

import dbf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from connectors.files.delimited import read_delimited
from connectors.files.fixed import read_fixed, write_fixed
from connectors.files.profile import Delimited, FixedWidth
from hub.errors import ConfigError, RejectedError

CSV = "layout: {kind: csv}"
JSONL = "layout: {kind: jsonl}"
EXCEL = "layout: {kind: excel}"
FIXED = (
    "layout: {kind: fixed, length: 20, fields: [{name: NO, start: 1, width: 4},"
    " {name: NAME, start: 5, width: 8}, {name: DUE, start: 13, width: 4, type: packed,"
    " decimals: 2}, {name: AGE, start: 17, width: 4, type: zoned}]}"
)


def payloads(records):
    return [dict(record.payload) for record in records]


def told(rejected):
    return [(it.position, it.field, it.reason) for it in rejected]


# --- CSV -----------------------------------------------------------------------------------


@pytest.mark.parametrize("comma", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_that_the_first_line_has_most_of(drop, write, pull, comma):
    write("c.csv", f"NO{comma}NAME{comma}A b\r\n1{comma}Anna{comma}\r\n")
    assert payloads(pull(drop(CSV))[0]) == [{"NO": "1", "NAME": "Anna", "A b": ""}]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "gb18030"])
def test_a_file_is_read_in_its_own_encoding(drop, write, pull, encoding):
    name = "王小明" if encoding == "gb18030" else "Müller €"
    write("c.csv", f"NO,NAME\n1,{name}\n".encode(encoding))
    declared = (f"encoding: {encoding}",) if encoding in {"cp1252", "gb18030"} else ()
    assert payloads(pull(drop(CSV, *declared))[0]) == [{"NO": "1", "NAME": name}]


def test_an_encoding_is_never_guessed(drop, write, pull):
    write("c.csv", "NO,NAME\n1,Müller\n".encode("cp1252"))
    with pytest.raises(ConfigError, match=r"c\.csv: byte 12 is no UTF-8; name the file's encoding"):
        pull(drop(CSV))
    with pytest.raises(ConfigError, match="'nonesuch' is no encoding"):
        pull(drop(CSV, "encoding: nonesuch"))


def test_a_bad_row_costs_itself_only_and_says_where_it_stood(drop, write, pull):
    lines = [
        *("NO,NAME", "1,Anna", '2,"Bert', "3,Carl", "4,x,y", "5,a\0b", '6,"a ""b""\nc"', ",no id"),
        *("7,\x1b[31m", "8," + "z" * 300, "9,end"),
    ]
    write("c.csv", "\n".join(lines))
    records, rejected, _ = pull(drop(CSV, "bounds: {cell: 200}"))
    assert [record.key.id for record in records] == ["1", "3", "6", "9"]
    assert records[2].payload["NAME"] == 'a "b"\nc'
    assert told(rejected) == [
        ("c.csv, line 3", "NO", "the quotes do not match"),
        ("c.csv, line 5", "NO", "3 cells, but 2 columns"),
        ("c.csv, line 6", "NAME", "a NUL byte"),
        ("c.csv, line 9", "NO", "there is no id"),
        ("c.csv, line 10", "NAME", "a control character; is the encoding the right one?"),
        ("c.csv, line 11", "NAME", "a value of more than 200 characters"),
    ]
    assert "\0" not in json.dumps([it.payload for it in rejected])


def test_a_megabyte_in_a_cell_or_a_line_costs_one_row(drop, write, pull):
    write("c.csv", f'NO,NAME\n1,"{"x" * 1_000_000}"\n2,{"y" * 5_000_000}\n3,end\n')
    records, rejected, _ = pull(drop(CSV))
    assert [record.key.id for record in records] == ["3"]
    assert all(len(json.dumps(it.payload)) < 500 for it in rejected)
    assert [it.reason for it in rejected] == ["a value of more than 65536 characters"] * 2


@pytest.mark.parametrize("content", ["", "\n", "NO,NO\n1,2\n", ",\n"])
def test_a_file_that_does_not_name_its_columns_needs_a_person(drop, write, pull, content):
    write("c.csv", content)
    with pytest.raises(ConfigError, match=r"c\.csv: line 1 "):
        pull(drop(CSV))


def test_columns_may_be_named_by_the_profile(drop, write, pull):
    write("c.csv", "1|Anna\n\n")
    facts = "layout: {kind: csv, columns: [NO, NAME], delimiter: '|'}"
    assert payloads(pull(drop(facts))[0]) == [{"NO": "1", "NAME": "Anna"}]
    with pytest.raises(ConfigError, match="needs a delimiter"):
        pull(drop("layout: {kind: csv, columns: [NO, NAME]}"))


@given(
    st.lists(
        st.lists(
            st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs"))),
            min_size=2, max_size=2,
        )
    )
)  # fmt: skip
def test_what_a_csv_writer_wrote_is_read_back_whole(cells):

    text = io.StringIO()
    csv.writer(text).writerows([["A", "B"], *cells])
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "c.csv"
        file.write_text(text.getvalue(), newline="")
        rows = list(read_delimited(file, "utf-8", Delimited(kind="csv", delimiter=","), 999, "c"))
    assert [list(row.payload.values()) for row in rows] == cells


def test_a_web_page_in_the_place_of_a_list_is_no_list(drop, write, pull):
    write("c.csv", "<!DOCTYPE html>\n<html>Log in, Anna</html>\n")
    with pytest.raises(ConfigError, match=r"shop: c\.csv: line 1 names no column NO; is") as caught:
        pull(drop(CSV))
    assert "Anna" not in str(caught.value)


# --- JSON lines ----------------------------------------------------------------------------


def test_json_lines_keep_their_types_and_bad_lines_are_told(drop, write, pull):
    deep = "[" * 100_000
    write(
        "c.jsonl", f'{{"NO": 1, "A": [true]}}\n\n{{bad\n[1]\n{deep}\n{{"NO": NaN}}\n{{"NO": 2}}\n'
    )
    records, rejected, _ = pull(drop(JSONL))
    assert payloads(records) == [{"NO": 1, "A": [True]}, {"NO": 2}]
    assert [(it.position, it.reason) for it in rejected] == [
        ("c.jsonl, line 3", "it is no JSON"),
        ("c.jsonl, line 4", "it is no JSON object"),
        ("c.jsonl, line 5", "it is no JSON"),
        ("c.jsonl, line 6", "it is no JSON"),
    ]


def test_a_line_without_end_is_no_line(drop, write, pull):
    write("c.jsonl", '{"NO": 1}\n' + "x" * 3_000_000 + '\n{"NO": 2}\n')
    records, rejected, _ = pull(drop(JSONL))
    assert payloads(records) == [{"NO": 1}, {"NO": 2}]
    assert told(rejected) == [("c.jsonl, line 2", "NO", "the line is too long")]


# --- fixed width ---------------------------------------------------------------------------


def record(number: str, name: str, due: str, age: bytes, page: str = "cp273") -> bytes:
    return number.ljust(4).encode(page) + name.ljust(8).encode(page) + bytes.fromhex(due) + age


def test_a_mainframe_file_is_read_with_its_numbers(drop, write, pull):
    write(
        "c.dat",
        record("A1", "MÜLLER", "0012345C", b"\xf0\xf0\xf4\xc2")
        + record("A2", "ÄCHZ", "0012345D", b"\xf0\xf0\xf4\xd2")
        + record("A3", "", "0000000F", b"\x40" * 4),
    )
    assert payloads(pull(drop(FIXED, "encoding: cp273"))[0]) == [
        {"NO": "A1", "NAME": "MÜLLER", "DUE": "123.45", "AGE": "42"},
        {"NO": "A2", "NAME": "ÄCHZ", "DUE": "-123.45", "AGE": "-42"},
        {"NO": "A3", "NAME": "", "DUE": "0.00", "AGE": None},
    ]


def test_a_bad_record_and_a_cut_one_are_told(drop, write, pull):
    good = record("A2", "X", "0000000C", b"\xf0\xf0\xf0\xf1")
    write("c.dat", record("A1", "X", "FFFFFFFF", b"\xf0" * 4) + good + good[:9])
    records, rejected, _ = pull(drop(FIXED, "encoding: cp273"))
    assert [it.key.id for it in records] == ["A2"]
    assert told(rejected) == [
        ("c.dat, record 1", "DUE", "it holds no packed value"),
        ("c.dat, record 3", "NO", "it ends after 9 of 20 bytes"),
    ]


def test_lines_of_fixed_width_are_cut_by_columns(drop, write, pull):
    layout = (
        "layout: {kind: fixed, fields: [{name: NO, start: 1, width: 3},"
        " {name: NAME, start: 4, width: 9}]}"
    )
    write("c.txt", "001Müller\r\n002X\r\n\r\n".encode("cp1252"))
    assert payloads(pull(drop(layout, "encoding: cp1252"))[0]) == [
        {"NO": "001", "NAME": "Müller"},
        {"NO": "002", "NAME": "X"},
    ]


def test_a_field_outside_the_record_is_a_mistake_of_the_profile(drop):
    with pytest.raises(ConfigError, match="the field AGE ends after"):
        drop(FIXED.replace("length: 20", "length: 19"))


LAYOUT = FixedWidth.model_validate(
    {
        "kind": "fixed",
        "length": 18,
        "fields": [
            {"name": "T", "start": 1, "width": 8},
            {"name": "P", "start": 9, "width": 5, "type": "packed", "decimals": 2},
            {"name": "Z", "start": 14, "width": 5, "type": "zoned"},
        ],
    }
)


@given(
    st.text("ABCÄÖÜß 019", max_size=8).map(str.rstrip),
    st.decimals(-999_999, 999_999, places=2),
    st.integers(-99_999, 99_999),
)
def test_what_is_written_in_fixed_width_is_read_back(tmp_path_factory, text, packed, zoned):
    row = {"T": text, "P": str(packed), "Z": str(zoned)}
    written = write_fixed(row, "cp273", LAYOUT)
    file = tmp_path_factory.mktemp("fixed") / "c.dat"
    file.write_bytes(written)
    (back,) = read_fixed(file, "cp273", LAYOUT, 99) if written.strip(b"\x1a\r\n") else [None]
    assert back.payload["T"] == text
    assert float(back.payload["P"]) == float(packed)
    assert int(back.payload["Z"]) == zoned


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"T": "123456789"}, "T: the value needs more than 8 bytes"),
        ({"T": "王"}, "T: the value can't be written in cp273"),
        ({"P": "1.234"}, "P: the value can't be written"),
        ({"P": "secret"}, "P: the value can't be written"),
        ({"P": "99999999999"}, "P: the value needs more than 5 bytes"),
        ({"Z": "123456"}, "Z: the value needs more than 5 bytes"),
    ],
)
def test_a_value_that_has_no_room_is_refused_without_the_value(row, reason):
    with pytest.raises(RejectedError, match=reason) as caught:
        write_fixed(row, "cp273", LAYOUT)
    assert "secret" not in str(caught.value)


# --- DBF -----------------------------------------------------------------------------------

DBF = "layout: {kind: dbf}"


@pytest.fixture
def table(folder):
    """A table as an old CRM keeps it, with memos and a deleted row."""
    made = dbf.Table(
        str(folder / "contact1.dbf"),
        "NO C(5); NAME C(20); SINCE D; ACTIVE L; DUE N(8,2); NOTES M",
        dbf_type="db3",
        codepage="cp1252",
    )
    made.open(dbf.READ_WRITE)
    made.append(("A1", "Müller GmbH", date(1999, 12, 31), True, 12.5, "a memo, ä"))
    made.append(("A2", "Ächz", None, None, None, ""))
    dbf.delete(made[1])
    made.close()
    return folder / "contact1.dbf"


def test_a_dbf_table_is_read_with_its_memos_and_deleted_rows(drop, pull, table):
    facts = (DBF, "ready: {quiet: 0}", "deleted: {field: _deleted, values: ['true']}")
    records, rejected, _ = pull(drop(*facts, files="contact1.dbf"))
    assert rejected == []
    assert payloads(records) == [
        {"NO": "A1", "NAME": "Müller GmbH", "SINCE": "1999-12-31", "ACTIVE": True, "DUE": 12.5,
         "NOTES": "a memo, ä", "_deleted": False},
        {"NO": "A2", "NAME": "Ächz", "SINCE": None, "ACTIVE": None, "DUE": None, "NOTES": "",
         "_deleted": True},
    ]  # fmt: skip
    assert [record.deleted for record in records] == [False, True]


def test_a_bad_value_in_a_dbf_table_costs_its_row(drop, pull, table):
    content = bytearray(table.read_bytes())
    place = content.index(b"19991231")
    content[place : place + 8] = b"19xx1231"
    table.write_bytes(content + b"junk")
    records, rejected, _ = pull(drop(DBF, "ready: {quiet: 0}", files="contact1.dbf"))
    assert [record.key.id for record in records] == ["A2"]
    assert told(rejected)[0] == (
        "contact1.dbf, record 1",
        "SINCE",
        "the value does not fit its type",
    )


@pytest.mark.parametrize("content", [b"", b"no table", b"\x03" + b"\xff" * 40])
def test_a_file_that_is_no_dbf_needs_a_person(drop, write, pull, content):
    write("c.dbf", content)
    with pytest.raises(ConfigError, match=r"c\.dbf: it is no DBF table"):
        pull(drop(DBF))


# --- Excel ---------------------------------------------------------------------------------


def workbook(*rows, title="Sheet"):
    book = Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_a_workbook_is_read_by_its_first_row(drop, write, pull):
    rows = [
        ("NO", "NAME", "SINCE", "AT", "DUE"),
        (1.0, "Anna", date(2026, 1, 2), datetime.fromisoformat("2026-01-02T03:04"), 1.5),
        (None, None, None, None, None),
        ("2", "#N/A", None),
    ]
    write("c.xlsx", workbook(*rows))
    assert payloads(pull(drop(EXCEL))[0]) == [
        {"NO": 1, "NAME": "Anna", "SINCE": "2026-01-02", "AT": "2026-01-02T03:04:00", "DUE": 1.5},
        {"NO": "2", "NAME": None, "SINCE": None, "AT": None, "DUE": None},
    ]


def test_a_zip_bomb_is_refused_unread(drop, write, pull):
    stream = io.BytesIO(workbook(("NO",), (1,)))
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/bomb.xml", b"0" * 50_000_000)
    write("c.xlsx", stream.getvalue())
    with pytest.raises(ConfigError, match=r"c\.xlsx: it unpacks to far more than it should"):
        pull(drop(EXCEL))


def test_an_entity_bomb_inside_a_workbook_is_refused(drop, write, pull):
    source = zipfile.ZipFile(io.BytesIO(workbook(("NO",), (1,))))
    stream = io.BytesIO()
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "lol"}">' for n in range(12))
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in source.namelist():
            content = source.read(name)
            if name.endswith("sheet1.xml"):
                content = f"<!DOCTYPE x [{entities}]><worksheet><sheetData><row><c t='str'><v>&a11;</v></c></row></sheetData></worksheet>".encode()  # noqa: E501
            packed.writestr(name, content)
    write("c.xlsx", stream.getvalue())
    with pytest.raises(ConfigError, match=r"c\.xlsx: it is no workbook"):
        pull(drop(EXCEL))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"no zip", "it is no workbook"),
        (workbook(("NO", "NO")), "row 1 must name every column"),
        (workbook(), "row 1 must name every column"),
        (workbook(("NO",), title="Other"), "there is no sheet 'Mine'"),
        (workbook(("NUMBER",), (1,), title="Mine"), "row 1 names no column NO; is it the right"),
    ],
)
def test_a_workbook_that_is_not_as_expected_needs_a_person(drop, write, pull, content, reason):
    write("c.xlsx", content)
    sheet = "layout: {kind: excel, sheet: Mine}" if "sheet" in reason else EXCEL
    with pytest.raises(ConfigError, match=reason):
        pull(drop(sheet))
