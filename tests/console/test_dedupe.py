"""``goldenrod dedupe`` as a user meets it: files in, files out, all or none."""

import csv
import json

import pyarrow.csv as arrow_csv
import pytest
from typer.testing import CliRunner

from console.app import app
from hub.errors import ConfigError
from tests.matching.tables import persons

TABLE = persons(entities=60)


@pytest.fixture
def people(tmp_path):
    arrow_csv.write_csv(TABLE, tmp_path / "people.csv")
    return tmp_path / "people.csv"


def run(*arguments):
    return CliRunner().invoke(app, ["dedupe", *map(str, arguments)], catch_exceptions=True)


def test_the_files_are_written_and_told(people, tmp_path):
    out = tmp_path / "found"
    result = run(people, "--out", out, "--id", "record_id", "--map", "attribute:sex=")
    assert result.exit_code == 0
    assert "given=first_name" in result.output
    assert sorted(file.name for file in out.iterdir()) == [
        "clusters.csv", "report.html", "report.json", "review.csv",
    ]  # fmt: skip
    with (out / "clusters.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["record_id"] for row in rows] == TABLE["record_id"].to_pylist()
    assert rows[0].keys() == {"record_id", "cluster_id", "probability"}
    with (out / "review.csv").open() as file:
        assert csv.DictReader(file).fieldnames == [
            "left_id", "right_id", "weight", "probability", "evidence",
        ]  # fmt: skip
    report = json.loads((out / "report.json").read_text())
    assert report["records"] == len(rows)
    assert "attribute:sex" not in report["roles"]


def test_a_program_reads_the_report(people, tmp_path):
    result = run(people, "--out", tmp_path / "found", "--json")
    assert json.loads(result.output)["records"] == TABLE.num_rows


def test_a_mistake_leaves_no_file_behind(people, tmp_path):
    out = tmp_path / "found"
    result = run(people, "--out", out, "--id", "nobody")
    assert isinstance(result.exception, ConfigError)
    assert not out.exists()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["people.csv"]
    assert run(people, "--out", out, "--map", "given").exit_code == 2


def test_nothing_is_written_where_nothing_can_be(people, tmp_path):
    (tmp_path / "file").write_text("mine")
    (tmp_path / "found" / "review.csv").mkdir(parents=True)
    for out, says in (
        (tmp_path / "file", "a file, not a folder"),
        (tmp_path / "file" / "below", "nothing can be written there"),
        (tmp_path / "found", "a folder, where a file is to be written"),
    ):
        result = run(people, "--out", out)
        assert isinstance(result.exception, ConfigError)
        assert says in str(result.exception)
    assert [file.name for file in (tmp_path / "found").iterdir()] == ["review.csv"]
    assert (tmp_path / "file").read_text() == "mine"
