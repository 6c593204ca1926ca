"""The short way of a customer with one record gives, letter by letter, what the long way gives."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from golden import survivorship
from golden.consent import Act, ConsentAct, fold
from golden.rules import Law
from golden.survivorship import survive, survive_all
from hub.law import Golden, Rule, Trust
from hub.model import (
    Address,
    Customer,
    Identifier,
    Key,
    Kind,
    Medium,
    Origin,
    PersonName,
    Status,
)
from tests.golden.members import NOW, TRUST, member

WORDS = st.sampled_from(["Anna", "unknown", "a@b", "Müller 3", "x", "n/a", "Lindqvist"])
MAILS = st.sampled_from(["a@b.de", "A@b.de", "noemail@x.de", "c@d.de", "none", "e.f@g.org"])
PHONES = st.sampled_from(["+4930123456", "0000000", "030123456", "+4930999999", "12"])
MAYBE = st.none() | WORDS
ADDRESSES = st.builds(Address, street=MAYBE, locality=MAYBE, postcode=st.none() | st.just("12345"))
NUMBERS = st.builds(Identifier, kind=st.just("vat"), value=st.sampled_from(["DE1", "000", "2"]))
CUSTOMERS = st.builds(
    Customer,
    key=st.sampled_from([Key("erp", "1"), Key("shop", "2"), Key("nobody", "3")]),
    kind=st.sampled_from(Kind),
    name=st.none() | st.builds(PersonName, given=MAYBE, family=MAYBE),
    organisation=MAYBE,
    emails=st.lists(MAILS, max_size=3).map(tuple),
    phones=st.lists(PHONES, max_size=3).map(tuple),
    addresses=st.lists(ADDRESSES, max_size=3).map(tuple),
    identifiers=st.lists(NUMBERS, max_size=2).map(tuple),
    birth_date=st.sampled_from([None, date(1753, 1, 1), date(1899, 1, 1), date(1980, 1, 1)]),
    language=st.sampled_from([None, "de", "xx"]),
    status=st.sampled_from(Status),
    extras=st.dictionaries(WORDS, WORDS, max_size=2),
    roles=st.sampled_from([(), ("customer",), ("customer", "supplier")]),
    parent=st.sampled_from([None, Key("erp", "9")]),
    changed_at=st.sampled_from([None, NOW, NOW + timedelta(3), NOW - timedelta(900)]),
)  # fmt: skip
RULES = st.dictionaries(
    st.sampled_from(["name", "emails", "addresses", "phones"]),
    st.lists(st.sampled_from(Rule), min_size=1, max_size=2),
    max_size=2,
)
TRUSTS = {channel: Trust(max=most) for channel, most in TRUST.items()}
AGEING = {"erp": Trust(max=80, min=10, decay=365)}
PROVENANCE = TypeAdapter(dict[str, tuple[Origin, ...]])


def told(customer, law, words):
    attributes, provenance = survive([customer], law=law, heard={customer.key: NOW}, words=words)
    return attributes.model_dump_json(), PROVENANCE.dump_json(provenance, exclude_defaults=True)


@given(customer=CUSTOMERS, rules=RULES, ages=st.booleans(), said=st.booleans())
def test_a_record_alone_gives_the_same_both_ways(customer, rules, ages, said):
    law = Law.of(Golden(rules=rules), TRUSTS | (AGEING if ages else {}))
    act = ConsentAct(customer.key, "a@b.de", Medium.EMAIL, "news", Act.DENY, None, NOW, "shop")
    words = fold([act] if said else [])
    short = told(customer, law, words)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(survivorship, "survive_alone", lambda one, bench: survive_all([one], bench))
        assert told(customer, law, words) == short


def test_the_short_way_is_taken_where_one_record_speaks(monkeypatch):
    taken = []

    def note(member, bench):
        taken.append(member)
        return []

    monkeypatch.setattr(survivorship, "survive_alone", note)
    law = Law.of(Golden(), TRUSTS)
    open_, closed = member("erp:1"), member("shop:1", "2025-01-01", status=Status.CLOSED)
    survive([open_, closed], law=law, heard={})
    assert taken == [open_]
    survive([open_, member("shop:2")], law=law, heard={})
    assert taken == [open_]
