"""A token instead of a password."""

import pytest
import responses

from hub.errors import ConfigError
from hub.model import Outcome
from tests.connectors.imap.letters import change, letter, outgoing, pulled
from tests.connectors.imap.server import Smtp, serving

OAUTH = """
oauth:
  mailbox: crm@ours.example
  token_url: https://login.example/token
  scope: https://mail.example/.default
"""


@pytest.fixture
def token():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield lambda text: mock.post(
            "https://login.example/token", json={"access_token": text, "expires_in": 3600}
        )


def test_a_token_logs_in_where_the_profile_says_where_it_comes_from(box, mail, token):
    asked = token("t0ken-planted")
    box.add(letter())
    with serving(box, Smtp) as smtp, mail(outgoing(smtp), OAUTH) as connector:
        found, _ = pulled(connector)
        (receipt,) = connector.push([change()])
    assert set(found) == {"anna@x.example"}
    assert receipt.outcome is Outcome.SENT
    assert len(box.sent) == asked.call_count == 1  # one token does for both
    assert b"client_id=hub" in asked.calls[0].request.body


def test_a_token_that_is_refused_needs_a_person_and_is_never_shown(box, mail, token):
    token("wr0ng-planted")
    with mail("", OAUTH) as connector, pytest.raises(ConfigError, match="login was refused") as it:
        connector.check()
    assert "planted" not in str(it.value)
