"""A tool sees no truth, and what it leaves is read back record by record."""

import json

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest

from benchmarks.generate.write import make
from benchmarks.runs import Options, accuracy
from benchmarks.sets import Set, labelled, made
from benchmarks.tools import (
    OURS,
    TOOLS,
    read_clusters,
    read_pairs,
    read_probabilities,
    recipe_of,
)  # fmt: skip

IDS = pa.chunked_array([["a", "b", "c"]])


@pytest.fixture
def options(tmp_path):
    return Options(tmp_path, tmp_path, (OURS,))


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_the_copy_for_the_tools_has_every_row_and_no_truth(tmp_path, ending):
    file = tmp_path / f"households.{ending}"
    table = make("households", 200)
    (pa_csv.write_csv if ending == "csv" else pq.write_table)(table, file)
    chosen = Set("households_1k", file)
    blind = Set("blind", chosen.blind(tmp_path)).read()
    assert blind.num_rows == 200
    assert set(table.column_names) - set(blind.column_names) == {
        "entity_id", "household_id", "dirt",
    }  # fmt: skip
    shown = table.select(blind.column_names)
    assert blind.to_pylist() == shown.to_pylist()


def test_a_made_set_is_made_once(tmp_path):
    chosen = made("plain", 1000, tmp_path)
    first = chosen.file.stat().st_mtime_ns
    assert made("plain", 1000, tmp_path).file.stat().st_mtime_ns == first
    assert (chosen.name, recipe_of(chosen)) == ("plain_1k", "plain")


def test_our_command_says_what_a_user_knows_and_no_more(tmp_path):
    sets = {chosen.name: chosen for chosen in labelled(tmp_path)}
    command = TOOLS[OURS].command(sets["febrl4"], sets["febrl4"].file, tmp_path)
    assert command[1:] == [
        "dedupe", str(tmp_path / "febrl4.csv"), "--out", str(tmp_path), "--id", "record_id",
        "--kind", "person", "--source", "source", "--link-only",
    ]  # fmt: skip
    assert "--link-only" not in TOOLS[OURS].command(sets["chicago"], sets["chicago"].file, tmp_path)


def test_clusters_are_read_in_the_order_of_the_records(tmp_path):
    clusters = "record_id,cluster_id,probability\nc,2,1.0\na,1,0.75\nb,2,1.0\n"
    (tmp_path / "clusters.csv").write_text(clusters)
    a, b, c = read_clusters(tmp_path, IDS)
    assert b == c != a
    assert read_probabilities(tmp_path, IDS).tolist() == [0.75, 1.0, 1.0]


@pytest.mark.parametrize("rows", ["a,1\nb,1\n", "a,1\nb,1\nb,1\n", "a,1\nb,1\nc,1\nc,2\n"])
def test_a_tool_that_leaves_a_record_out_or_names_it_twice_has_failed(tmp_path, rows):
    (tmp_path / "clusters.csv").write_text(f"record_id,cluster_id\n{rows}")
    with pytest.raises(ValueError, match="not every record"):
        read_clusters(tmp_path, IDS)


def test_scored_pairs_are_read_by_row(tmp_path):
    assert read_pairs(tmp_path, IDS) is None
    pairs = pa.table({"left_id": ["c"], "right_id": ["a"], "logit": [1.5]})
    pq.write_table(pairs, tmp_path / "pairs.parquet")
    assert [column.tolist() for column in read_pairs(tmp_path, IDS)] == [[2], [0], [1.5]]


def test_a_set_is_scored_from_what_the_tool_left_and_its_errors_are_listed(options, tmp_path):
    columns = {
        "record_id": ["a", "b", "c", "d"], "entity_id": ["x", "x", "y", "y"],
        "dirt": ["", "typo", None, None], "name": ["Ann", "Amn", "Bob", "Bert"],
    }  # fmt: skip
    whole = pa.table({name: pa.chunked_array([column]) for name, column in columns.items()})
    out = tmp_path / "out" / OURS / "tiny"
    out.mkdir(parents=True)
    rows = "a,1,0.95\nb,1,0.95\nc,1,0.95\nd,2,1\n"
    (out / "clusters.csv").write_text(f"record_id,cluster_id,probability\n{rows}")
    row = accuracy.score(options, Set("tiny", tmp_path / "tiny.csv"), whole, OURS)
    assert row["precision"] == pytest.approx(1 / 3)
    assert row["recall"] == pytest.approx(1 / 2)
    assert row["sure"] == pytest.approx(1 / 3)
    assert row["largest"] == 3
    assert row["tags"]["typo"] == [pytest.approx(1 / 2), 1.0, 2, 1]
    errors = (tmp_path / "errors" / "tiny_goldenrod.txt").read_text()
    assert errors.count("MERGED STRANGERS") == 2
    assert errors.count("MISSED") == 1
    assert json.dumps(row)
