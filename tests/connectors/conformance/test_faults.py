"""Every profile under trouble: each failure is one of the four errors, and says where."""

from datetime import timedelta
from email.utils import format_datetime

import pytest
import requests
from pydantic import SecretStr

from hub.errors import ConfigError, TransientError
from tests.connectors.conformance.conftest import PAGE

HTML = (200, {"Content-Type": "text/html"}, "<!DOCTYPE html><html><body>Log in, Anna</body></html>")


def fill(fake, count: int = 2 * PAGE) -> None:
    for n in range(count):
        fake.add(f"Number {n}")


def everybody(connector) -> set[str]:
    return {record.key.id for page in connector.pull(None) for record in page.records}


def cut(fake):
    """Promise more than is brought."""
    error = requests.exceptions.ChunkedEncodingError("Connection broken: IncompleteRead")
    return 200, {}, error


def hang(fake):
    return 200, {}, requests.exceptions.ReadTimeout("Read timed out.")


def half(fake):
    """Answer with half of a document."""
    status, headers, body = fake.handle(fake.asked[-1])
    text = fake._told((status, headers, body))[2]
    return status, headers, text[: len(text) // 2]


PASSING = {
    "429 with seconds": lambda fake: (429, {"Retry-After": "2"}, ""),
    "429 with a date": lambda fake: (
        429, {"Retry-After": format_datetime(fake.now + timedelta(seconds=2), usegmt=True)}, "",
    ),
    "429 with nothing": lambda fake: (429, {}, ""),
    "503 with seconds": lambda fake: (503, {"Retry-After": "2"}, ""),
    "500": lambda fake: (500, {}, ""),
    "502": lambda fake: (502, {}, "<html>Bad gateway</html>"),
    "cut": cut,
    "hang": hang,
    "half a document": half,
    "html": lambda fake: HTML,
    "expired session": lambda fake: fake.expired,
}  # fmt: skip


@pytest.mark.parametrize("trouble", PASSING)
def test_trouble_that_passes_in_mid_scan_costs_nobody(served, opened, trouble):
    fill(served)
    served.faults = [None, PASSING[trouble]]
    assert everybody(opened(served)) == set(served.people)


@pytest.mark.parametrize("trouble", [it for it in PASSING if it != "expired session"])
def test_trouble_that_stays_is_told_with_channel_and_page(served, opened, naps, trouble):
    fill(served)
    served.faults = [None, *[PASSING[trouble]] * 10]
    pages = opened(served).pull(None)
    first = next(pages)
    with pytest.raises(TransientError, match=r"^shop: customers, page 2: ") as caught:
        list(pages)
    assert "Anna" not in str(caught.value)
    if trouble.endswith("seconds"):
        assert caught.value.retry_after == 2
        assert set(naps) == {2}
    # What landed before stays good: the cursor of the first page loses nobody.
    served.faults = []
    rest = {r.key.id for page in opened(served).pull(first.cursor) for r in page.records}
    assert {r.key.id for r in first.records} | rest == set(served.people)


def test_a_vendors_own_way_to_say_too_much_is_waited_out(served, opened):
    fill(served)
    for answer in served.own_throttles:
        served.faults = [None, lambda fake, told=answer: told]
        assert everybody(opened(served)) == set(served.people)
        served.faults = [lambda fake, told=answer: told] * 10
        with pytest.raises(TransientError, match=r"^shop: customers, page 1: "):
            everybody(opened(served))


def test_a_200_that_is_a_failure_is_never_taken_for_a_page(served, opened):
    fill(served)
    for answer in served.own_failures:
        served.faults = [lambda fake, told=answer: told] * 10
        with pytest.raises((ConfigError, TransientError), match=r"^shop: customers, page 1: "):
            everybody(opened(served))


def test_a_session_that_expires_again_and_again_needs_a_person(served, opened):
    fill(served)
    served.faults = [None, *[lambda fake: fake.expired] * 9]
    with pytest.raises(ConfigError, match=r"^shop: customers, page 2: "):
        everybody(opened(served))
    assert len(served.asked) == 3


def test_a_password_that_is_refused_is_tried_once_and_never_shown(served, opened):
    served.bad_password = True
    served.faults = [lambda fake: (401, {}, "")] * 9
    connector = opened(served, password=SecretStr("s3cret-planted"))
    with pytest.raises(ConfigError, match="check the") as caught:
        connector.check()
    assert "s3cret" not in str(caught.value)
    assert served.logins + len(served.asked) <= 2  # a WSDL or a token, and the refusal


def test_a_right_that_is_missing_needs_a_person_at_once(served, opened):
    served.faults = [lambda fake: (403, {}, "")] * 9
    with pytest.raises(ConfigError, match=r"^shop: check: .*403"):
        opened(served).check()
    assert len(served.asked) == 1


@pytest.mark.parametrize("status", [301, 302, 307])
def test_a_redirect_to_another_host_is_not_followed(served, opened, status):
    served.faults = [lambda fake: (status, {"Location": "http://evil.example/"}, "")]
    with pytest.raises(ConfigError, match=r"^shop: check: .*another address"):
        opened(served).check()
    assert all("evil" not in request.url for request in served.asked)
