"""The page and its chart: written from what was measured, and never over what people wrote."""

import sys

from lxml import etree

from benchmarks import report
from benchmarks.__main__ import BENCHMARKS
from benchmarks.keeping import keep
from benchmarks.measure import run
from benchmarks.runs import scaling, three
from benchmarks.runs.speed import DEFAULT, ratios

ACCURACY = [
    {"set": "febrl3", "tool": "goldenrod", "seconds": 1.0, "megabytes": 99.0, "code": 0,
     "precision": 0.99999, "recall": 0.5, "f1": 0.6666, "b_cubed": 0.7, "sure": None, "largest": 3,
     "tags": {"typo": [1.0, 0.25, 3, 12]}},
    {"set": "febrl3", "tool": "splink", "seconds": 2.0, "megabytes": 99.0, "code": 1},
]  # fmt: skip
SPEED = [
    {"set": f"{kind}_1m", "kind": kind, "tool": tool, "round": turn, "code": 0,
     "seconds": seconds * (turn + 1), "cpu": 2.0, "megabytes": 100.0, "f1": 0.9999}
    for kind in ("plain", "households")
    for turn in (0, 1)
    for tool, seconds in (("goldenrod", 1.0), ("splink", 4.0), (DEFAULT, 2.0))
]  # fmt: skip


def test_the_page_keeps_what_people_wrote_and_tells_what_was_measured(tmp_path):
    page = tmp_path / "benchmarks.md"
    page.write_text(f"# Ours\n\n{report._MARK}\nold figures\n")
    keep(tmp_path, "accuracy", ACCURACY)
    keep(tmp_path, "speed", SPEED)
    report.write(tmp_path, tmp_path, BENCHMARKS)
    told = page.read_text()
    assert told.startswith("# Ours\n")
    assert "old figures" not in told
    assert "| febrl3 | splink |  |  | failed |" in told
    assert "| typo | 1.000 | 0.250 | 12 |" in told
    assert "| 0.999 | **0.25** (at most 0.4) | **1.00** (at most 0.7) |" in told
    assert "| 0.999 | **0.50** (at most 0.4) |" in told
    bars = etree.parse(tmp_path / "benchmarks.svg").iter("{http://www.w3.org/2000/svg}rect")
    assert len(list(bars)) == 1 + 1 + 6 + 4  # ground, F1, seconds, legend


def test_a_ratio_is_taken_within_its_round():
    assert ratios(SPEED, "plain", "seconds") == [0.25, 0.25]
    assert ratios(SPEED, "plain", "seconds", DEFAULT) == [0.5, 0.5]


def test_growth_is_told_from_the_least_size_and_from_the_size_before():
    rows = [
        {"size": size, "seconds": seconds, "cpu": 1.0, "megabytes": 9.0, "code": 0}
        for size, seconds in ((1, 2.0), (10, 5.0), (100, 75.0))
    ]
    assert "| 100 | 75.0 | 1.0 | 9 | 0.38 | 1.50 |" in scaling.render(rows)


def test_no_share_is_rounded_up():
    assert three(0.99999) == "0.999"
    assert three(0.97) == "0.970"


def test_a_process_is_measured_from_start_to_end_with_its_memory_and_its_end(tmp_path):
    words = "import time, sys; x = bytearray(60_000_000); time.sleep(.05); sys.exit(3)"
    ran = run([sys.executable, "-c", words], tmp_path / "log")
    assert ran.code == 3
    assert ran.seconds > 0.05
    assert 0 < ran.cpu < ran.seconds + 5
    assert 60 < ran.megabytes < 200


def test_what_the_measuring_process_holds_is_not_counted(tmp_path):
    held = bytearray(b"x") * 250_000_000
    assert run([sys.executable, "-c", ""], tmp_path / "log").megabytes < 100
    assert len(held) == 250_000_000
