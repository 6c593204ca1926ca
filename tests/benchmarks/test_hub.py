"""The benchmark of the hub at size, in small: it does what a run does, and finds what it wrote."""

import subprocess
import sys

from benchmarks.generate.write import write
from benchmarks.hub import lookups
from benchmarks.hub.cost import cost
from benchmarks.hub.load import change, first_load, settings_for
from benchmarks.hub.payloads import write_pages
from benchmarks.runs import store as benchmark
from pipeline.wiring import open_store


def test_a_load_is_a_run_and_is_told(tmp_path, monkeypatch):
    write("households", 250, tmp_path / "made.parquet")
    pages = tmp_path / "pages"
    write_pages(tmp_path / "made.parquet", pages)
    settings = settings_for(f"sqlite:///{tmp_path / 'hub.db'}")
    monkeypatch.setattr("benchmarks.hub.load.CHANGED", 40)
    monkeypatch.setattr(lookups, "_SAMPLE", 10)
    with open_store(settings) as store:
        first = first_load(settings, store, pages)
        with store.read() as unit:
            born = unit.golden.count()
            assert unit.records.count_due() == {}
        assert 100 < born <= 250
        changed = change(settings, store, pages, "2nd floor")
        with store.read() as unit:
            assert unit.records.count_due() == {}
            versions = [golden.version for golden in unit.golden.page(300)]
        assert 20 < sum(version == 2 for version in versions) <= 40
        found = lookups.look_up(settings, store)
        assert set(found) == {"id", "key", "e-mail", "phone"}
    rows = [{"set": "made", "records": 250, "store": "sqlite", "first": first, "change": changed,
             "lookups": found, "busy": found}]  # fmt: skip
    told = benchmark.render(rows)
    assert "| made, sqlite, first load: all | " in told
    assert "(at most 300)" in told
    assert "during a load: by phone" in told


def test_what_processes_below_cost_is_counted():
    figures = {}
    words = "import time; x = bytearray(b'x') * 80_000_000; time.sleep(.5); sum(range(3_000_000))"
    with cost(figures):
        subprocess.run([sys.executable, "-c", words], check=True)
    assert figures["seconds"] > 0.5
    assert figures["cpu"] > 0
    assert figures["megabytes"] > 80
