"""What a person does to golden customers, on both databases."""

import pytest

from tests.acts.hub import Hub
from tests.store.conftest import (  # noqa: F401 - fixtures
    postgres_database,
    postgres_server,
    store,
    url,
)


@pytest.fixture
def hub(store):  # noqa: F811 - the fixture
    return Hub(store)
