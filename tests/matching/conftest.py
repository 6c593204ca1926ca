"""The persons of the tests, matched once for all that only look at the result."""

import pytest

from matching import dedupe
from tests.matching.tables import PERSONS


@pytest.fixture(scope="session")
def found():
    return dedupe(PERSONS, id="record_id")
