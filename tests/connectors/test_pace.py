"""How requests are held back, alone and together with other processes."""

from contextlib import contextmanager

import pytest
import responses

from connectors.auth.facts import BasicAuth
from connectors.facts.profile import Limits, Quota
from connectors.http.client import HttpClient, Request
from connectors.pace import Pace
from hub.errors import ConfigError, TransientError
from hub.yamlfile import check, parse

URL = "http://127.0.0.1:1/api"
ASK = Request("customers, page 1", "GET", URL)


class Hub:
    """An allowance that notes what it was told."""

    def __init__(self, *grants):
        self.grants = list(grants)
        self.heard = []

    def take(self, rate, per_day, patience):
        self.heard.append((rate, per_day))
        return self.grants.pop(0) if self.grants else (0.0, True)

    def put_off(self, seconds):
        self.heard.append(("put off", seconds))

    def told(self, used, quota):
        self.heard.append(("told", used, quota))

    @contextmanager
    def slot(self, at_once):
        self.heard.append(("in", at_once))
        yield
        self.heard.append(("out", at_once))


@pytest.fixture
def client(channel, naps):
    def make(limits, hub, **facts):
        made = HttpClient(channel("x", URL, **facts), BasicAuth(), limits, sleep=naps.append)
        made.pace.share(hub)
        return made

    return make


def read(answer):
    if answer.status != 200:
        raise TransientError("busy", retry_after=answer.retry_after)
    return answer.body


@responses.activate
def test_the_hub_is_asked_before_each_request(client, naps):
    responses.get(URL)
    hub = Hub((0.5, True))
    made = client(Limits(rate=9, per_day=1_000, at_once=3), hub, rate=2)
    made.send(ASK, read)
    assert naps == [0.5]
    assert hub.heard == [(2, 1_000), ("in", 3), ("out", 3)]
    assert made.pace.calls == 1


@responses.activate
def test_a_request_beyond_the_limit_is_not_sent_and_says_when(client):
    made = client(Limits(), Hub((3_600.0, False)))
    with pytest.raises(TransientError, match="limit is reached") as caught:
        made.send(ASK, read)
    assert caught.value.retry_after == 3_600
    assert len(responses.calls) == 0


@responses.activate
def test_a_channel_that_wants_a_pause_gets_it_from_all_processes(client, naps):
    responses.get(URL, status=429, headers={"Retry-After": "7"})
    responses.get(URL)
    hub = Hub()
    client(Limits(), hub).send(ASK, read)
    assert ("put off", 7.0) in hub.heard
    assert naps == [7.0]


@responses.activate
def test_the_quota_that_the_channel_tells_is_passed_on(client):
    quota = Quota(header="Sforce-Limit-Info", pattern=r"api-usage=(?P<used>\d+)/(?P<quota>\d+)")
    responses.get(URL, headers={"Sforce-Limit-Info": "api-usage=18/5000"})
    responses.get(URL, headers={"Sforce-Limit-Info": "nothing of the kind"})
    hub = Hub()
    made = client(Limits(quota=quota), hub)
    made.send(ASK, read)
    made.send(ASK, read)
    assert [it for it in hub.heard if it[0] == "told"] == [("told", 18, 5_000)]


@pytest.mark.parametrize("pattern", ["(", "(?P<used>.)"])
def test_a_quota_that_can_not_be_read_is_refused_with_the_profile(pattern):
    text = f"quota: {{header: X, pattern: '{pattern}'}}"
    with pytest.raises(ConfigError, match=r"limits\.yaml:1"):
        check(parse(text, "limits.yaml"), Limits)


def test_alone_a_connector_keeps_to_its_own_limits():
    naps = []
    pace = Pace(1 / 50, at_once=1, sleep=naps.append, monotonic=lambda: 0)
    for _ in range(2):
        with pace.turn("x"):
            pass
    pace.warn(5)
    pace.told(1, 2)
    assert naps == [50]
    pace.hold(55)
    with pytest.raises(TransientError), pace.turn("x"):
        pass
