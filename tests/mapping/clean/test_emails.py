"""E-mail addresses are found in what people type; junk is not one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapping.clean.emails import emails


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        ("Anna.Mueller@Example.COM", ("Anna.Mueller@example.com",)),
        ("Müller, Anna <a@example.org>", ("a@example.org",)),
        ("a@example.org; b@example.org, A@example.org", ("a@example.org", "b@example.org")),
        ("mailto:a@example.org.", ("a@example.org",)),
        ("\uff41@example.org", ("a@example.org",)),
        ("anna@bücher.example", ("anna@bücher.example",)),
        ("a@sandbox.test", ("a@sandbox.test",)),
        ("a..b@example.org", ()),
        ("none@none", ()),
        ("x" * 250 + "@example.org", ()),
        ("no address", ()),
        (None, ()),
    ],
)
def test_addresses_are_found_in_order_each_once(raw, found):
    assert emails(raw) == found


@pytest.mark.parametrize("raw", ["test@test.com", "NoReply@shop.example", "unknown@example.org"])
def test_junk_is_no_address(raw):
    assert emails(raw) == ()


@settings(deadline=None)  # tables are read on first use
@given(st.one_of(st.emails(), st.text(max_size=30).map(lambda text: f"{text}@example.org")))
def test_finding_twice_equals_finding_once(raw):
    once = emails(raw)
    assert emails("; ".join(once)) == once
