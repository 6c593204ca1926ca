"""One line a profile: it joins the suite by naming its fake here."""

import re
from functools import cache
from importlib.resources import files

import pytest
import responses

from connectors.registry import connect
from mapping.recordmap import load_map
from tests.connectors.conformance.crm import HubSpot, Salesforce, SuiteCrm
from tests.connectors.conformance.fake import Fake
from tests.connectors.conformance.folder import CsvFolder, Goldmine
from tests.connectors.conformance.graph import Shopify, Vendure
from tests.connectors.conformance.mail import MailBox
from tests.connectors.conformance.nature import CANNOT
from tests.connectors.conformance.rest import (
    Brevo,
    BusinessCentral,
    Magento2,
    Mailchimp,
    Woo,
)
from tests.connectors.conformance.rpc import Odoo, Tryton
from tests.connectors.conformance.soap import DynamicsNav, SapByd
from tests.connectors.conformance.sql import LegacyCrm, Vtiger

FAKES: list[type[Fake]] = [
    Brevo,
    BusinessCentral,
    CsvFolder,
    DynamicsNav,
    Goldmine,
    HubSpot,
    LegacyCrm,
    Magento2,
    MailBox,
    Mailchimp,
    Odoo,
    Salesforce,
    SapByd,
    Shopify,
    SuiteCrm,
    Tryton,
    Vendure,
    Vtiger,
    Woo,
]
PAGE = 3


def pytest_generate_tests(metafunc):
    """Run a test on every profile, but for the kinds that can't have the case by their nature."""
    if "fake" not in metafunc.fixturenames:
        return
    left_out = CANNOT.get(metafunc.function.__name__, {})
    fakes = [it for it in FAKES if it.kind not in left_out]
    if "trouble" in metafunc.fixturenames:
        cases = [(it, trouble) for it in fakes for trouble in it.troubles]
        ids = [f"{it.profile}-{trouble}" for it, trouble in cases]
        metafunc.parametrize(("fake", "trouble"), cases, ids=ids, indirect=["fake"])
    elif "stream" in metafunc.fixturenames:
        cases = [(it, stream) for it in fakes for stream in it.beside]
        ids = [f"{it.profile}-{stream}" for it, stream in cases]
        metafunc.parametrize(("fake", "stream"), cases, ids=ids, indirect=["fake"])
    else:
        metafunc.parametrize("fake", fakes, ids=[it.profile for it in fakes], indirect=True)


@pytest.fixture
def mock():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as it:
        yield it


@pytest.fixture
def fake(request, mock, monkeypatch):
    """A vendor with nobody in it yet."""
    monkeypatch.setattr("connectors.sql.database.LOCK_PATIENCE", 0.01)
    made = request.param()
    if made.kind == "http":
        made.serve(mock)
    else:
        made.url = made.open(request.getfixturevalue("tmp_path"))
    yield made
    made.close()


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    """Return a function: a profile -> its file with pages of three and no rate, for no waiting."""
    folder = tmp_path_factory.mktemp("profiles")

    @cache
    def make(profile: str) -> str:
        file = folder / f"{profile}.yaml"
        file.write_text(_small(profile), encoding="utf-8")
        return str(file)

    return make


def _small(profile: str) -> str:
    text = files("connectors").joinpath("profiles", f"{profile}.yaml").read_text("utf-8")
    small, count = re.subn(r"^  page: \d+", f"  page: {PAGE}", text, flags=re.MULTILINE)
    assert count == 1
    return re.sub(r"^  rate: .*\n", "", small, flags=re.MULTILINE)


@pytest.fixture
def opened(small, channel, naps):
    """Return a function that connects to a vendor by its profile, with pages of three."""
    made = []

    def open_(fake: Fake, **facts):
        given = {"options": fake.options, **fake.login, **facts}
        made_of = channel(small(fake.profile), fake.url, **given)

        def sleep(seconds: float) -> None:
            naps.append(seconds)
            fake.nap(seconds)

        connector = connect(made_of, sleep=sleep)
        made.append(connector)
        return connector

    yield open_
    for connector in made:
        connector.__exit__(None, None, None)


@cache
def _map(profile: str):
    return load_map(profile, region="DE", language="de")


@pytest.fixture
def vendor_map():
    return lambda fake: _map(fake.profile)
