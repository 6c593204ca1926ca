"""A vendor over HTTP that answers what a test says."""

import pytest
import responses

from tests.connectors.rest.acme import PROFILE


@pytest.fixture
def mock():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as it:
        yield it


@pytest.fixture
def acme(open_profile):
    with open_profile(PROFILE) as connector:
        yield connector
