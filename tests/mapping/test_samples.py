"""Golden files: a payload as each vendor sends it, and what mapping must make of it.

The samples lie in ``tests/data/<map>/``: a payload with the customer that must come out, or with
the field and reason of its quarantine. A map that ships without samples fails here.
"""

import json
from importlib.resources import files
from pathlib import Path

import pytest

from hub.errors import RecordError
from hub.model import Key, SourceRecord
from mapping.recordmap import load_map

DATA = Path(__file__).parent.parent / "data"
MAPS = sorted(
    file.name.removesuffix(".yaml")
    for file in files("mapping.maps").iterdir()
    if file.name.endswith(".yaml")
)
SAMPLES = [(name, sample) for name in MAPS for sample in sorted((DATA / name).glob("*.json"))]


def read(name, payload):
    record = SourceRecord(Key("a channel", "1"), payload)
    return load_map(name, region="DE", language="de").read(record)


@pytest.mark.parametrize(
    ("name", "sample"), SAMPLES, ids=[f"{name}-{sample.stem}" for name, sample in SAMPLES]
)
def test_a_sample_maps_as_its_golden_file_says(name, sample):
    golden = json.loads(sample.read_text())
    if "quarantine" in golden:
        with pytest.raises(RecordError) as caught:
            read(name, golden["payload"])
        assert vars(caught.value) == golden["quarantine"]
    else:
        customer = read(name, golden["payload"])
        held = customer.model_dump(mode="json", exclude_defaults=True, exclude={"key"})
        assert held == golden["customer"]


@pytest.mark.parametrize("name", MAPS)
def test_every_map_has_samples_of_customers_and_of_quarantine(name):
    kinds = {
        "customer" in json.loads(sample.read_text()) for vendor, sample in SAMPLES if vendor == name
    }
    assert kinds == {True, False}
