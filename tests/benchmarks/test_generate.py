"""Made customers: as many as asked, the same for the same seed, each with its truth."""

from datetime import date

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.generate import edits
from benchmarks.generate.write import make, write

KINDS = ["plain", "households", "companies"]
chance = st.floats(0, 1, exclude_max=True)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_makes_the_same_rows_and_another_makes_others(kind):
    assert make(kind, 300) == make(kind, 300)
    assert make(kind, 300) != make(kind, 300, seed=2)


@pytest.mark.parametrize("kind", KINDS)
def test_every_row_has_an_id_of_its_own_a_source_and_its_truth(kind, tmp_path):
    file = tmp_path / "made.parquet"
    write(kind, 1000, file)
    table = pq.read_table(file)
    assert table.num_rows == 1000
    assert len(set(table["record_id"].to_pylist())) == 1000
    assert {str(column.type) for column in table.columns} == {"string"}
    for column in ("source", "entity_id", "dirt"):
        assert table[column].null_count == 0
    assert 300 < len(set(table["entity_id"].to_pylist())) < 900


def test_a_row_without_dirt_equals_every_other_such_row_of_its_person():
    clean: dict[str, dict] = {}
    for row in make("plain", 2000).to_pylist():
        if not row["dirt"]:
            told = {k: v for k, v in row.items() if k not in {"record_id", "source"}}
            assert clean.setdefault(row["entity_id"], told) == told
    assert clean


def test_households_share_homes_and_have_twins_juniors_and_one_very_common_name():
    rows = make("households", 5000).to_pylist()
    people = {row["entity_id"]: row for row in rows}.values()
    assert len({row["household_id"] for row in people}) < 0.6 * len(people)
    tags = {tag for row in rows for tag in row["dirt"].split(",")}
    assert {"twin", "junior", "moved", "married_name", "romanised", "junk"} <= tags
    common = {row["entity_id"] for row in rows if "common_name" in row["dirt"].split(",")}
    assert len(common) == 50


def test_a_branch_has_the_website_of_its_group_and_can_be_placed():
    rows = make("companies", 2000).to_pylist()
    branches = [row for row in rows if "branch" in row["dirt"].split(",")]
    assert branches
    assert all(row["street"] and row["phone"] for row in branches)


@given(st.text(min_size=1, max_size=12), chance, chance)
def test_no_edit_of_a_text_leaves_nothing_of_it(value, where, what):
    for edit in (edits.typo, edits.misread, edits.digit, edits.initial):
        assert edit(value, where, what)


@given(st.dates(date(1900, 1, 1)), chance, chance)
def test_a_date_that_slipped_still_looks_like_a_date(born, where, what):
    slipped = edits.date_slip(born.isoformat(), where, what)
    year, month, day = slipped.split("-")
    assert (len(year), len(month), len(day)) == (4, 2, 2)
    assert 1 <= int(month) <= 12
