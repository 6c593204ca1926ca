"""A service over HTTP that answers what a test says."""

import pytest
import responses

from tests.connectors.soap.acme import (
    PROFILE,
    URL,
    WSDL,
)


@pytest.fixture
def mock():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as it:
        it.get(f"{URL}?wsdl", body=WSDL)
        yield it


@pytest.fixture
def acme(open_profile):
    with open_profile(PROFILE, URL) as connector:
        yield connector
