import re
from pathlib import Path

import pytest

import connectors
from connectors.registry import ENGINES, connect, profile_names
from hub.errors import ConfigError

GOOD = """vendor: Acme
source: https://acme.example/docs
engine: rest
customers:
  id: id
  list:
    request: GET /people
    pages: {kind: number}
"""


@pytest.mark.parametrize("name", profile_names())
def test_every_profile_that_ships_is_sound_and_names_its_source(channel, name, tmp_path):
    url = "http://127.0.0.1:1/x"
    text = (Path(connectors.__file__).parent / "profiles" / f"{name}.yaml").read_text()
    if "\nengine: sql" in text:
        (tmp_path / "crm.db").touch()
        url = f"sqlite:///{tmp_path / 'crm.db'}"
    if "\nengine: files" in text:
        url = str(tmp_path)
    if "\nengine: imap" in text:
        url = "imaps://127.0.0.1:1"
    options = {it: "acme" for it in ("database", "tenant") if f"${{{it}}}" in text}
    with connect(channel(name, url, username="", options=options)) as connector:
        assert connector.name == "shop"
        assert connector.capabilities.read
    assert "\nsource: " in text
    assert "\nverified: " in text


def test_no_python_knows_a_vendor():
    vendors = {*profile_names(), "woo", "chimp", "nav", "dynamics", "magento"} - {*ENGINES}
    for file in Path(connectors.__file__).parent.rglob("*.py"):
        words = re.findall(r"\w+", file.read_text().lower())
        assert not set(words) & vendors, file.name


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("  id: id\n", "", "vendor.yaml:4: customers.id is missing; add it"),
        ("id: id", "idd: id", "vendor.yaml:5: customers.idd is not a setting; did you mean 'id'?"),
        ("kind: number", "kind: magic", "vendor.yaml:8: customers.list.pages: "),
        ("GET /people", "FETCH people", "vendor.yaml:7: customers.list.request: "),
        ("GET /people", "GET /{nobody}", "vendor.yaml:7: .*nobody. is not a placeholder"),
        (
            "GET /people",
            "GET /${list}",
            "vendor.yaml:7 asks for list; add it to the channel's options",
        ),
        ("id: id", "id: a..b", "vendor.yaml:5: customers.id: 'a..b' is not a path"),
        ("id: id", "id: id\n  id: no", "vendor.yaml:6: 'id' is written twice"),
        (
            "engine: rest",
            "engine: fax",
            r"vendor.yaml:3: engine 'fax' is none of: .*rest",
        ),
        ("vendor: Acme", "- a", "this is not YAML"),
        (
            "{kind: number}",
            "{kind: number}\n    oldest_first: true",
            "customers.list: oldest_first goes with pages of kind offset",
        ),
        (
            "{kind: number}",
            "{kind: number}\n    total: {}",
            "customers.list.total: expected either a header or a path",
        ),
    ],
)
def test_a_mistake_in_a_profile_names_file_line_and_cure(open_profile, old, new, message):
    with pytest.raises(ConfigError, match=message):
        open_profile(GOOD.replace(old, new))


def test_stamps_need_to_know_how_times_are_written(open_profile):
    text = "vendor: A\nsource: s\nengine: sql\ncustomers: {table: T, id: N, stamps: [U]}"
    with pytest.raises(ConfigError, match="stamps need the format and zone"):
        open_profile(text)


def test_a_list_is_no_profile(open_profile):
    with pytest.raises(ConfigError, match="engine None is none of"):
        open_profile("[1, 2]")


def test_options_of_the_channel_fill_the_profile(open_profile, channel):
    text = GOOD.replace("/people", "/${list}/${more:-x}")
    with open_profile(text, options={"list": "vip"}) as connector:
        assert connector._engine.listing.request == "GET /vip/x"


def test_a_profile_that_does_not_exist_is_named_with_those_that_do(channel):
    with pytest.raises(ConfigError, match=r"no profile 'sap'; known: .*dynamics_nav, .*legacy_crm"):
        connect(channel("sap"))
    with pytest.raises(ConfigError, match=r"missing.yaml can't be read"):
        connect(channel("missing.yaml"))


def test_every_engine_can_be_opened():
    assert set(ENGINES) == {"files", "graphql", "imap", "rest", "rpc", "soap", "sql"}
