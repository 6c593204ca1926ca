"""Every profile under trouble: each failure is one of the four errors, and says where."""

import pytest
from pydantic import SecretStr

from hub.errors import ConfigError, TransientError
from tests.connectors.conformance.conftest import PAGE
from tests.connectors.conformance.wire import PASSING


def fill(fake, count: int = 2 * PAGE) -> None:
    for n in range(count):
        fake.add(f"Number {n}")


def everybody(connector) -> set[str]:
    return {record.key.id for page in connector.pull(None) for record in page.records}


def test_trouble_that_passes_in_mid_scan_costs_nobody(fake, opened, trouble):
    """Over HTTP it is waited out; elsewhere the next pull goes on from the last cursor."""
    fill(fake)
    connector, seen, cursor = opened(fake), set[str](), None
    pages = connector.pull(None)
    if fake.kind != "files":
        page = next(pages)
        seen, cursor = {record.key.id for record in page.records}, page.cursor
    fake.begin(trouble, lasting=False)
    try:
        seen |= {record.key.id for page in pages for record in page.records}
    except TransientError:
        assert fake.kind != "http"
        fake.mend()
        seen |= {r.key.id for page in connector.pull(cursor) for r in page.records}
    assert seen == set(fake.people)


def test_trouble_that_stays_is_told_with_channel_and_place(fake, opened, trouble):
    if trouble == "expired session":
        return  # a credential that is never good: see below
    fill(fake)
    pages, seen, cursor = opened(fake).pull(None), set[str](), None
    if fake.kind != "files":  # there, all pages are of one copy
        page = next(pages)
        seen, cursor = {record.key.id for record in page.records}, page.cursor
    fake.begin(trouble, lasting=True)
    with pytest.raises(TransientError, match=f"^shop: {fake.where}") as caught:
        list(pages)
    assert "Anna" not in str(caught.value)
    # What landed before stays good: the cursor of the first page loses nobody.
    fake.mend()
    rest = {r.key.id for page in opened(fake).pull(cursor) for r in page.records}
    assert seen | rest == set(fake.people)


@pytest.mark.parametrize("told", [it for it in PASSING if it.endswith("seconds")])
def test_a_pause_that_the_channel_asked_for_is_passed_on(fake, opened, naps, told):
    fill(fake)
    fake.faults = [PASSING[told]] * 10
    with pytest.raises(TransientError) as caught:
        everybody(opened(fake))
    assert caught.value.retry_after == 2
    assert set(naps) == {2}


def test_a_vendors_own_way_to_say_too_much_is_waited_out(fake, opened):
    fill(fake)
    for answer in fake.own_throttles:
        fake.faults = [None, lambda fake, told=answer: told]
        assert everybody(opened(fake)) == set(fake.people)
        fake.faults = [lambda fake, told=answer: told] * 10
        with pytest.raises(TransientError, match=r"^shop: customers, page 1: "):
            everybody(opened(fake))


def test_a_200_that_is_a_failure_is_never_taken_for_a_page(fake, opened):
    fill(fake)
    for answer in fake.own_failures:
        fake.faults = [lambda fake, told=answer: told] * 10
        with pytest.raises((ConfigError, TransientError), match=r"^shop: customers, page 1: "):
            everybody(opened(fake))


def test_a_session_that_expires_again_and_again_needs_a_person(fake, opened):
    fill(fake)
    fake.faults = [None, *[lambda fake: fake.expired] * 9]
    with pytest.raises(ConfigError, match=r"^shop: customers, page 2: "):
        everybody(opened(fake))
    assert len(fake.asked) == 3


def test_a_password_that_is_refused_is_tried_once_and_never_shown(fake, opened):
    fake.bad_password = True
    fake.faults = [lambda fake: (401, {}, "")] * 9
    connector = opened(fake, password=SecretStr("s3cret-planted"))
    if fake.kind == "mail":
        connector = opened(fake, password=SecretStr("s3cret-other"))
    with pytest.raises(ConfigError, match="check the") as caught:
        connector.check()
    assert "s3cret" not in str(caught.value)
    assert fake.logins + len(fake.asked) <= 2  # a WSDL or a token, and the refusal


def test_a_right_that_is_missing_needs_a_person_at_once(fake, opened):
    fill(fake, 1)
    fake.forbid()
    with pytest.raises(ConfigError, match=r"shop|there is no table"):
        opened(fake).check()
    assert len(fake.asked) <= 1


@pytest.mark.parametrize("status", [301, 302, 307])
def test_a_redirect_to_another_host_is_not_followed(fake, opened, status):
    fake.faults = [lambda fake: (status, {"Location": "http://evil.example/"}, "")]
    with pytest.raises(ConfigError, match=r"^shop: check: .*another address"):
        opened(fake).check()
    assert all("evil" not in request.url for request in fake.asked)
