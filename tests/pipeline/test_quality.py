"""What is counted of a channel or a file before it goes live."""

import json

import pytest

from console.quality import as_html, remarks_on, share
from hub.clock import now
from hub.errors import ConfigError
from hub.model import Attributes, GoldenCustomer
from pipeline import quality as quality_module
from pipeline.quality import profile_channel, profile_file
from store.database import Store
from tests.pipeline.source import FakeSource, settings_for

CSV = """id;name;mail;phone;note;since
1;Anna;anna@firm.example;+49 30 1234567;;2024-01-02
2; Bernd ;ANNA@firm.example ;030 1234567;n/a;2024-01-03
3;CÃ©line;celine@firm.example;030 7654321;xxxx;2024-01-04
4;王小明;wang@firm.example;0171 222333;;2024-01-05
4;王小明;wang@firm.example;0171 222333;;2024-01-05
"""


@pytest.fixture
def store():
    with Store("sqlite://") as opened:
        opened.migrate()
        yield opened


@pytest.fixture
def known(store):
    people = Attributes(emails=("anna@firm.example",), phones=("+49307654321",))
    with store.begin() as unit:
        golden = GoldenCustomer(id="C-1", version=1, attributes=people, provenance={}, members=())
        unit.golden.save([golden], now(), None)
    return store


@pytest.fixture
def file(tmp_path):
    made = tmp_path / "people.csv"
    made.write_text(CSV, encoding="utf-8")
    return made


def columns(report):
    return {column.name: column for column in report.columns}


def test_a_file_is_counted_column_by_column(file, store):
    report = profile_file(store, file)
    found = columns(report)
    assert (report.rows, report.identical, report.known) == (5, 1, None)
    assert {name: it.looks_like for name, it in found.items()} == {
        "id": "number",
        "name": "text",
        "mail": "e-mail",
        "phone": "phone",
        "note": "text",
        "since": "date",
    }
    assert (found["name"].filled, found["name"].distinct, found["name"].padded) == (5, 4, 1)
    assert (found["note"].filled, found["note"].junk) == (2, 2)
    assert found["note"].junk_examples == ("n/a", "xxxx")
    assert (found["name"].broken, found["name"].broken_examples) == (1, ("CÃ©line",))
    assert found["since"].formats == (("9-9-9", 5),)
    assert found["name"].formats[0] in {("Aa", 3), ("文", 2), ("Aa", 2)}


def test_contact_points_that_several_rows_share_are_counted_as_the_hub_compares_them(file, store):
    found = columns(profile_file(store, file))
    assert (found["mail"].shared, found["phone"].shared) == (4, 4)


def test_the_overlap_with_the_hub_is_counted(file, known):
    report = profile_file(known, file)
    found = columns(report)
    assert (found["mail"].known, found["phone"].known, found["name"].known) == (2, 1, None)
    assert report.known == 3


def test_letters_of_another_code_page_are_counted_and_read(tmp_path, store):
    file = tmp_path / "old.csv"
    file.write_bytes("name,town\nMüller,Köln\n".encode("cp1252"))
    report = profile_file(store, file)
    assert report.broken_bytes == 2
    assert columns(report)["name"].formats == (("Aa", 1),)
    assert columns(report)["town"].broken == 0


def test_null_absent_and_blank_are_three_things(monkeypatch, tmp_path, store):
    source = FakeSource()
    monkeypatch.setattr(quality_module, "connect", lambda _channel: source)
    address = {"zip": 7743, "it's": [1]}
    source.rows(
        [{"id": 1, "fax": None, "address": address}, {"id": 2, "fax": " "}],
        [{"id": 3}, {"x": "\ud83d"}],
    )
    report = profile_channel(settings_for(tmp_path), store, "shop", "customers")
    found = columns(report)
    assert report.rows == 4
    assert (found["fax"].null, found["fax"].absent, found["fax"].blank) == (3, 2, 1)
    assert (found["address.zip"].looks_like, found["address.it's"].filled) == ("number", 1)
    source.rows([])
    assert profile_channel(settings_for(tmp_path), store, "shop", "customers").columns == ()


@pytest.mark.parametrize("name", ["people.json", "people.jsonl"])
def test_json_is_read_whole_or_by_lines(name, tmp_path, store):
    rows = [{"id": 1, "mail": "a@b.example"}, {"id": 2}]
    lines = "\n".join(json.dumps(row) for row in rows)
    text = lines if name.endswith("jsonl") else json.dumps(rows)
    (tmp_path / name).write_text(text, encoding="utf-8")
    report = profile_file(store, tmp_path / name)
    assert (report.rows, columns(report)["mail"].absent) == (2, 1)


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("x.json", "{", "not the JSON"),
        ("x.jsonl", '{"a": 1}\n{', "not the JSON"),
        ("x.parquet", "no parquet", "can't be read as .parquet"),
        ("x.docx", "", "not read; known"),
        ("", "", "no channel and no file"),
    ],
)
def test_what_can_not_be_read_is_told_without_what_it_holds(name, text, told, tmp_path, store):
    if name:
        (tmp_path / name).write_text(text)
    with pytest.raises(ConfigError, match=told) as caught:
        profile_file(store, tmp_path / (name or "nothing.csv"))
    assert str(tmp_path) not in str(caught.value) or not name


def test_the_page_shows_all_and_believes_nothing(file, known):
    file.write_text(CSV.replace("n/a", "<script>").replace("xxxx", "n/a"), encoding="utf-8")
    page = as_html(profile_file(known, file))
    assert "<script" not in page
    assert "3 (60.0 %) known to the hub" in page
    assert page.count('<th scope="row">') == 6
    assert "1 broken letters (CÃ©line)" in page


def test_a_share_is_never_rounded_to_a_whole_that_it_is_not():
    assert [share(*it) for it in ((0, 0), (0, 9), (9, 9), (1, 99_999), (99_998, 99_999))] == [
        "0 %",
        "0 %",
        "100 %",
        "0.1 %",
        "99.9 %",
    ]


def test_a_column_that_names_its_rows_is_told(file, store):
    file.write_text("nr,name\n1,Anna\n2,Anna\n", encoding="utf-8")
    report = profile_file(store, file)
    assert [remarks_on(it, report.rows) for it in report.columns] == [["each one different"], []]
