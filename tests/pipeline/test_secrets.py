"""Secrets are planted where a person may put one, and looked for wherever things come out."""

import json
import logging
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from itertools import chain

import pytest

from hub.config import load_settings
from hub.errors import ConfigError
from tests.conftest import ROOT

PASSWORD, TOKEN, OLD = "plant3d-p4ssword", "plant3d-t0ken", "plant3d-0ld"
PLANTED = (PASSWORD, TOKEN, OLD)
YAML = """
store: sqlite:///hub.db
channels:
  shop:
    profile: woocommerce
    url: ${SHOP_URL}
    username: ck_sandbox
    password: ${SHOP_SECRET}
    secrets: {refresh_token: "${SHOP_TOKEN}"}
  down:
    profile: woocommerce
    url: http://127.0.0.1:9/wp-json
    username: hub
    password: ${SHOP_SECRET}
  old:
    profile: legacy_crm
    url: postgresql+psycopg://127.0.0.1:9/crm
    username: hub
    password: ${OLD_PASSWORD}
"""
ENVIRON = {
    "SHOP_URL": "http://127.0.0.1:9",
    "SHOP_SECRET": PASSWORD,
    "SHOP_TOKEN": TOKEN,
    "OLD_PASSWORD": OLD,
}


@pytest.fixture
def file(tmp_path):
    made = tmp_path / "goldenrod.yaml"
    made.write_text(YAML, encoding="utf-8")
    return made


@pytest.fixture
def goldenrod(sandbox, file):
    """Start a command in a process of its own, as a scheduler does."""
    here = {
        "SHOP_URL": sandbox.environment["GOLDENROD_SHOP_URL"],
        "PYTHONPATH": str(ROOT),
        "GOLDENROD_CONFIG": str(file),  # whatever else this process was told
    }
    environ = {**os.environ, **ENVIRON, **here}  # noqa: TID251 - handed on to a process

    def call(*words, **more):
        return subprocess.Popen(
            [sys.executable, "-m", "console.app", "--verbose", *words],
            cwd=file.parent,
            env=environ | more,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return call


def test_no_secret_comes_out_anywhere(goldenrod, file):
    """Neither where the login is refused, nor where the channel is down, nor where all is well."""
    good = "cs_sandbox"
    refused = [it.communicate() for it in (goldenrod("check"), goldenrod("run", "--json"))]
    well = goldenrod("run", "--json", SHOP_SECRET=good).communicate()
    said = "".join(chain(*refused, well))
    shop = json.loads(well[0])["pull"]["shop"]
    assert shop["pulled"] > 0, shop
    for trouble in ("check the credentials", "can't be reached", "the database does not answer"):
        assert trouble in said
    assert [word for word in (*PLANTED, good) if word in said] == []
    told = b"".join(it.read_bytes() for it in file.parent.glob("hub.db*"))
    assert [word for word in (*PLANTED, good) if word.encode() in told] == []
    with closing(sqlite3.connect(file.parent / "hub.db")) as database:
        reports = [json.loads(row[0]) for row in database.execute("SELECT report FROM run")]
    assert [set(it["pull"]) for it in reports] == [{"shop", "down", "old"}] * 2


def test_what_the_settings_show_of_themselves_is_no_secret(file, caplog):
    settings = load_settings(file, ENVIRON)
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("hub").warning("%s %r", settings, settings.channels["shop"])
    shown = caplog.text + settings.model_dump_json() + repr(settings)
    assert [word for word in PLANTED if word in shown] == []


def test_a_login_in_an_address_is_refused_and_not_repeated(file):
    url = f"http://hub:{PASSWORD}@127.0.0.1:9/wp-json"
    with pytest.raises(ConfigError, match="holds a login") as caught:
        load_settings(file, ENVIRON | {"SHOP_URL": url})
    assert PASSWORD not in str(caught.value)
