"""A whole table, from its rows to clusters: right, and the same in any order."""

import random

import pyarrow as pa
import pytest

from matching import dedupe
from matching.report.page import page
from tests.matching.tables import PERSONS, TRUTH, clusters_of, companies, persons, rows, scores


def test_duplicates_of_persons_are_found_and_strangers_left_alone(found):
    precision, recall = scores(clusters_of(found), TRUTH)
    assert precision >= 0.98
    assert recall >= 0.95


def test_every_row_is_in_the_clusters_once_in_its_order(found):
    assert found.clusters["record_id"].to_pylist() == PERSONS["record_id"].to_pylist()
    assert set(clusters_of(found).values()) <= TRUTH.keys()
    assert all(0 < chance <= 1 for chance in found.clusters["probability"].to_pylist())


def test_neither_the_order_of_rows_nor_the_number_of_threads_makes_a_difference(found):
    order = list(range(PERSONS.num_rows))
    random.Random(7).shuffle(order)  # noqa: S311
    again = dedupe(PERSONS.take(pa.array(order)), id="record_id", threads=1)
    assert clusters_of(again) == clusters_of(found)
    assert dedupe(PERSONS, id="record_id", threads=2).review.equals(found.review)


def test_the_report_tells_how_it_came_about_and_escapes_what_it_shows(found):
    report = found.report
    assert report["records"] == PERSONS.num_rows
    assert sum(int(size) * many for size, many in report["sizes"].items()) == PERSONS.num_rows
    assert report["remarks"][0].startswith(f"Only {PERSONS.num_rows} records")
    assert {line["field"] for line in report["weights"]} >= {"given", "email", "attribute:sex"}
    hostile = page(report | {"remarks": ["<script>alert(1)</script>"]})
    assert "<script>" not in hostile
    assert hostile.count("<svg") >= 8


@pytest.mark.parametrize("order", ["{given} {family}", "{family}, {given}", "{family} {given}"])
def test_a_whole_name_in_one_column_is_told_apart(order):
    parts = zip(*(PERSONS[name].to_pylist() for name in ("first_name", "surname")), strict=True)
    names = [order.format(given=given or "", family=family or "") for given, family in parts]
    table = PERSONS.drop_columns(["first_name", "surname"]).append_column("name", [names])
    result = dedupe(table, id="record_id")
    precision, recall = scores(clusters_of(result), TRUTH)
    assert result.roles["name"] == "name"
    assert precision >= 0.98
    assert recall >= 0.95


def test_companies_are_found_by_name_address_phone_and_web_site():
    table = companies()
    result = dedupe(table, id="record_id")
    truth = dict(zip(table["record_id"].to_pylist(), table["entity"].to_pylist(), strict=True))
    precision, recall = scores(clusters_of(result), truth)
    assert result.kind == "organisation"
    assert precision >= 0.95
    assert recall >= 0.9


def test_records_of_one_source_stay_apart_when_linking():
    rows = PERSONS.append_column(
        "source", pa.array(["a", "b"] * (PERSONS.num_rows // 2) + ["a"] * (PERSONS.num_rows % 2))
    )
    result = dedupe(rows, id="record_id", source="source", link_only=True)
    source = dict(zip(rows["record_id"].to_pylist(), rows["source"].to_pylist(), strict=True))
    members = {}
    for record, cluster in clusters_of(result).items():
        members.setdefault(cluster, []).append(source[record])
    pairs = [sorted(sources) for sources in members.values() if len(sources) == 2]
    assert pairs
    assert all(sources == ["a", "b"] for sources in pairs)


@pytest.mark.parametrize("rows", [1, 2])
def test_a_tiny_table_is_served(rows):
    table = pa.table({"surname": ["Graf", "Graf"][:rows], "email": ["a@gmx.de", None][:rows]})
    assert dedupe(table).clusters.num_rows == rows


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_a_few_names_of_companies_are_served(count):
    names = ["Acme Bau GmbH", "Acme Bau", "Zebra Optik", "Falke Druck"][:count]
    assert dedupe(rows(company=names)).clusters.num_rows == count


def test_blank_columns_and_huge_cells_do_no_harm():
    table = pa.table(
        {
            "first_name": ["Anna", "Anna", "x" * 1_000_000],
            "surname": ["Graf", "Graf", "Voigt"],
            "email": pa.array([None, None, None], pa.string()),
            "street": ["", " ", "Weg 1"],
            "dob": ["1980-05-17", "17.05.1980", "?"],
        }
    )
    found = clusters_of(dedupe(table))
    assert found["1"] == found["2"] != found["3"]


def test_a_larger_table_teaches_its_own_weights():
    table = persons(entities=700, seed=3)
    result = dedupe(table, id="record_id")
    truth = dict(zip(table["record_id"].to_pylist(), table["entity"].to_pylist(), strict=True))
    precision, recall = scores(clusters_of(result), truth)
    assert result.report["remarks"] == []
    assert precision >= 0.98
    assert recall >= 0.95


def test_an_offices_people_are_compared_as_its_contacts():
    table = rows(
        company=["Acme GmbH", "ACME", "Zebra", "Acme GmbH"],
        first_name=["Anna", "Anna", "Bob", None],
        surname=["Graf", "Graf", "Voigt", None],
        website=["acme.de", "www.acme.de/a", "zebra.de", None],
    )
    result = dedupe(table, kind="organisation")
    assert {"company", "contact", "website"} <= result.matched.pairs.compared.keys()
    assert clusters_of(result)["3"] == "3"


def test_a_column_of_names_may_hold_organisations():
    table = rows(name=["Acme Bau GmbH", "Acme Bau", "Zebra Optik"], phone=["089123456"] * 3)
    result = dedupe(table, kind="organisation")
    assert result.roles["organisation"] == "name"
    assert clusters_of(result)["3"] == "3"


def test_what_nobody_shares_is_no_candidate():
    result = dedupe(rows(email=["a1@gmx.de", "b2@web.de", "c3@aol.com"]))
    assert result.report["pairs"] == 0
    assert result.report["scores"] == []
    assert "One column alone" in result.report["remarks"][1]
    assert set(result.clusters["probability"].to_pylist()) == {1.0}


def test_columns_of_numbers_and_of_nothing_are_read_as_texts():
    table = pa.table({"surname": ["Graf", "Graf", "Voigt"], "zip": [10117, 10117, None]})
    result = dedupe(table.append_column("city", pa.nulls(3)))
    assert result.roles["postcode"] == "zip"
    assert result.clusters.num_rows == 3


def test_two_rows_are_judged_by_what_is_usual_elsewhere():
    same = rows(first_name=["Anna", "Anna"], surname=["Graf", "Graf"], dob=["1980-05-17"] * 2)
    other = rows(first_name=["Anna", "Bernd"], surname=["Graf"] * 2, dob=["1980-05-17"] * 2)
    assert clusters_of(dedupe(same))["2"] == "1"
    assert clusters_of(dedupe(other))["2"] == "2"
