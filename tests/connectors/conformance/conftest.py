"""One line a profile: it joins the suite by naming its fake here."""

import re
from importlib.resources import files

import pytest
import responses

from connectors.registry import connect
from mapping.recordmap import load_map
from tests.connectors.conformance.fake import BASE, Fake
from tests.connectors.conformance.graph import Shopify, Vendure
from tests.connectors.conformance.rest import (
    Brevo,
    BusinessCentral,
    HubSpot,
    Magento2,
    Mailchimp,
    Salesforce,
    SuiteCrm,
    Woo,
)
from tests.connectors.conformance.rpc import Odoo, Tryton
from tests.connectors.conformance.soap import DynamicsNav, SapByd
from tests.connectors.conformance.sql import SqlFake, Vtiger

FAKES: list[type[Fake]] = [
    Brevo,
    BusinessCentral,
    DynamicsNav,
    HubSpot,
    Magento2,
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
ELSEWHERE = {"legacy_crm", "csv_folder", "goldmine", "imap"}
"""Not yet here: a table of the sandbox, folders and a mail box; see tests/connectors of each."""
SERVED = [it for it in FAKES if not issubclass(it, SqlFake)]
PAGE = 3


def pytest_generate_tests(metafunc):
    """Run a test on every profile; one that takes ``served`` on those behind HTTP."""
    if "fake" in metafunc.fixturenames:
        fakes = SERVED if "served" in metafunc.fixturenames else FAKES
        metafunc.parametrize("fake", fakes, ids=[it.profile for it in fakes], indirect=True)


@pytest.fixture
def mock():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as it:
        yield it


@pytest.fixture
def fake(request, mock, tmp_path):
    """A vendor with nobody in it yet."""
    made = request.param()
    if isinstance(made, SqlFake):
        made.url = made.open(tmp_path)
    else:
        made.url = BASE
        made.serve(mock)
    return made


@pytest.fixture
def served(fake):
    """A vendor that is reached over HTTP."""
    return fake


@pytest.fixture
def opened(tmp_path, channel, naps):
    """Return a function that connects to a vendor by its profile, with pages of three."""
    made = []

    def open_(fake: Fake, **facts):
        text = files("connectors").joinpath("profiles", f"{fake.profile}.yaml").read_text("utf-8")
        small, count = re.subn(r"^  page: \d+", f"  page: {PAGE}", text, flags=re.MULTILINE)
        assert count == 1
        small = re.sub(r"^  rate: .*\n", "", small, flags=re.MULTILINE)
        (tmp_path / "vendor.yaml").write_text(small, encoding="utf-8")
        given = {"options": fake.options, **facts}
        if isinstance(fake, SqlFake):
            given["username"] = ""
        connector = connect(
            channel(str(tmp_path / "vendor.yaml"), fake.url, **given), sleep=naps.append
        )
        made.append(connector)
        return connector

    yield open_
    for connector in made:
        connector.__exit__(None, None, None)


@pytest.fixture
def vendor_map():
    return lambda fake: load_map(fake.profile, region="DE", language="de")
