"""A mail box of this test, served over a socket."""

import pytest

from tests.connectors.imap.letters import PROFILE
from tests.connectors.imap.server import Box, Imap, serving


@pytest.fixture
def box():
    return Box()


@pytest.fixture
def port(box):
    with serving(box, Imap) as port:
        yield port


@pytest.fixture
def mail(open_profile, port):
    def one(facts="", head="", user="hub"):
        text = PROFILE + "".join(f"  {line}\n" for line in facts.splitlines()) + head
        return open_profile(text, f"imap://127.0.0.1:{port}", username=user)

    return one
