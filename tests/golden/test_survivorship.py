"""Survivorship: the best claim survives, by rule, whatever order the records came in."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from golden.consent import Act, ConsentAct, fold
from golden.rules import Law
from golden.survivorship import survive
from hub.law import Golden, Rule, Trust
from hub.model import Address, Claim, Identifier, Key, Kind, Medium, PersonName, Status
from tests.golden.members import NOW, TRUST, address, day, member


def merged(*members, rules=None, trust=None, pinned=(), **golden):
    law = Law.of(
        Golden(rules=rules or {}, trust=trust or {}, **golden),
        {channel: Trust(max=most) for channel, most in TRUST.items()},
    )
    return survive(members, law=law, heard={one.key: NOW for one in members}, pinned=pinned)


def value(attribute, *members, **law):
    return getattr(merged(*members, **law)[0], attribute)


ERP = member("erp:1", "2024-01-01", name="Anna Müller", language="de")
SHOP = member("shop:1", "2025-01-01", name="Anna Maria Müller", language="en")
SHOP2 = member("shop:2", "2024-06-01", name="A. Müller", language="de")


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("most_trusted", "Anna Müller"),
        ("most_recent", "Anna Maria Müller"),
        ("longest", "Anna Maria Müller"),
        ("most_complete", "Anna Müller"),
        ("most_frequent", "Anna Müller"),
    ],
)
def test_a_rule_chooses_the_name(rule, expected):
    name = value("name", ERP, SHOP, SHOP2, rules={"name": rule})
    assert str(name) == expected


def test_the_most_frequent_value_survives():
    assert value("language", ERP, SHOP, SHOP2, rules={"language": "most_frequent"}) == "de"
    assert value("language", ERP, SHOP, SHOP2) == "en"


def test_one_record_has_one_vote():
    twice = member("erp:1", organisation="Acme", emails=("a@b.de", "A@B.de"))
    others = [member(f"shop:{i}", emails=("c@d.de",)) for i in range(2)]
    assert value("emails", twice, *others, rules={"emails": "most_frequent"})[0] == "c@d.de"


def test_the_fuller_name_is_the_more_complete():
    full = member("shop:1", name=PersonName(given="A", middle="B", family="C"))
    assert value("name", ERP, full, rules={"name": "most_complete"}) == full.name


def test_the_text_with_more_words_is_the_more_complete():
    short, long = member("erp:1", organisation="Acme"), member("shop:1", organisation="Acme GmbH")
    assert (
        value("organisation", short, long, rules={"organisation": "most_complete"}) == "Acme GmbH"
    )


def test_a_name_is_one_unit():
    first = member("erp:1", name=PersonName(given="Anna"))
    second = member("shop:1", name=PersonName(given="Ana", family="Müller"))
    assert value("name", first, second) == first.name


def test_a_tie_falls_to_the_least_key():
    one, other = member("shop:1", language="de"), member("shop:2", language="en")
    assert value("language", one, other) == value("language", other, one) == "de"


def test_nothing_never_beats_a_value():
    assert value("language", member("erp:1", "2025-01-01"), SHOP) == "en"
    assert value("birth_date", ERP, SHOP) is None


@pytest.mark.parametrize(
    ("attribute", "junk", "good"),
    [
        ("organisation", "n/a", "Acme"),
        ("name", "Test", "Anna Müller"),
        ("name", " ", "Anna Müller"),
        ("birth_date", date(1900, 1, 1), date(1980, 5, 17)),
        ("addresses", (Address(street="unknown"),), (address("Weg 1"),)),
    ],
)
def test_a_placeholder_never_beats_a_value(attribute, junk, good):
    bad, fine = (
        member("erp:1", "2025-01-01", **{attribute: junk}),
        member("shop:1", **{attribute: good}),
    )
    survivor = value(attribute, bad, fine)
    expected = fine.name if attribute == "name" else good
    assert (survivor[:1] if attribute == "addresses" else survivor) == expected


def test_a_placeholder_is_better_than_nothing():
    assert value("organisation", member("erp:1", organisation="unknown")) == "unknown"


def test_a_time_in_the_future_counts_as_now():
    early = member("shop:1", "2031-01-01", language="de")
    earlier = member("erp:1", "2030-01-01", language="en")
    assert value("language", early, earlier) == "en"


def test_an_unknown_time_counts_as_oldest():
    assert value("language", member("erp:1", language="fr"), SHOP) == "en"


def test_sets_are_united_best_first_and_each_value_once():
    one = member("erp:1", "2024-01-01", emails=("anna@b.de", "x@y.de"), phones=("+491",))
    other = member("shop:1", "2025-01-01", emails=("new@b.de", "Anna@b.de"), phones=("+491",))
    attributes, provenance = merged(one, other)
    assert attributes.emails == ("new@b.de", "Anna@b.de", "x@y.de")
    assert [origin.key for origin in provenance["emails"]] == [other.key, other.key, one.key]
    assert attributes.phones == ("+491",)


def test_addresses_that_differ_in_spelling_are_one():
    one = member("erp:1", "2024-01-01", addresses=(address("Weg 1"), address("Allee 2")))
    other = member("shop:1", "2025-01-01", addresses=(address("WEG 1,"),))
    assert value("addresses", one, other) == (address("WEG 1,"), address("Allee 2"))


def test_identifiers_are_ranked_by_trust():
    one = member("shop:1", "2025-01-01", identifiers=(Identifier(kind="vat", value="1"),))
    other = member("erp:1", identifiers=(Identifier(kind="vat", value="2"),))
    assert [number.value for number in value("identifiers", one, other)] == ["2", "1"]


def test_extras_are_merged_name_by_name():
    one = member("erp:1", "2024-01-01", extras={"note": "old", "size": "L"})
    other = member("shop:1", "2025-01-01", extras={"note": "new"})
    attributes, provenance = merged(one, other)
    assert attributes.extras == {"note": "new", "size": "L"}
    assert [origin.key for origin in provenance["extras"]] == [other.key, one.key]


def test_every_value_names_its_origin_and_rule():
    attributes, provenance = merged(ERP, SHOP)
    assert attributes.name == ERP.name
    (origin,) = provenance["name"]
    assert (origin.key, origin.at, origin.rule) == (ERP.key, ERP.changed_at, "most_trusted")
    assert "emails" not in provenance


@pytest.mark.parametrize("rule", Rule)
def test_every_rule_ranks_every_attribute(rule):
    attributes, _ = merged(
        ERP, SHOP, rules=dict.fromkeys(["name", "language", "emails", "extras", "kind"], rule)
    )
    assert attributes.name is not None


def test_the_kind_is_what_most_say():
    firm = [member(f"shop:{i}", kind=Kind.ORGANISATION) for i in range(2)]
    assert value("kind", ERP, *firm) is Kind.ORGANISATION


BLOCKED, CLOSED = Status.BLOCKED, Status.CLOSED


@pytest.mark.parametrize(
    ("members", "status"),
    [
        ([ERP, SHOP], Status.ACTIVE),
        ([ERP, member("shop:9", status=BLOCKED)], BLOCKED),
        ([ERP, member("mail:9", "2025-01-01", status=BLOCKED)], Status.ACTIVE),
        ([ERP, member("crm:9", status=CLOSED)], Status.ACTIVE),
        ([member("crm:9", status=CLOSED), member("erp:9", status=CLOSED)], CLOSED),
    ],
)
def test_one_block_blocks_and_only_the_last_to_close_closes(members, status):
    assert value("status", *members) is status


def test_a_closed_member_speaks_only_if_no_other_is_left():
    gone = member("erp:9", "2026-01-01", name="Old Name", status=CLOSED)
    assert value("name", gone, SHOP) == SHOP.name
    assert value("name", gone) == gone.name


def test_a_word_on_consent_names_its_act_and_the_one_before():
    def said(what, at):
        return ConsentAct(ERP.key, "a@b.de", Medium.EMAIL, "news", Act(what), day(at), NOW, "erp")

    words = fold([said("grant", "2024-01-01"), said("deny", "2025-01-01")])
    law = Law.of(Golden(), {})
    attributes, provenance = survive([ERP], law=law, heard={}, words=words)
    assert [one.state for one in attributes.consents] == ["denied"]
    (origin,) = provenance["consents"]
    assert (origin.key, origin.at, origin.rule) == (ERP.key, day("2025-01-01"), "last_word")
    assert origin.runner_up.value == "grant (erp)"
    assert survive([ERP], law=law, heard={}, words=words[:0])[0].consents == ()
    (alone,) = fold([said("deny", None)])
    assert survive([ERP], law=law, heard={}, words=[alone])[1]["consents"][0].runner_up is None


STEWARD = Key("steward", "eva")


def test_a_stewards_claim_is_ranked_before_every_channels():
    pin = Claim(STEWARD, "language", "fr", day("2020-01-01"))
    attributes, provenance = merged(ERP, SHOP, pinned=[pin])
    assert attributes.language == "fr"
    assert (provenance["language"][0].key, provenance["language"][0].rule) == (STEWARD, "pinned")


def test_a_stewards_values_of_a_set_go_first():
    pin = Claim(STEWARD, "emails", ("z@z.de", "c@d.de"), day("2020-01-01"))
    said = member("erp:1", "2026-01-01", emails=("a@b.de", "c@d.de"))
    attributes, provenance = merged(said, pinned=[pin])
    assert attributes.emails == ("z@z.de", "c@d.de", "a@b.de")
    assert [origin.rule for origin in provenance["emails"]] == ["pinned", "pinned", "most_recent"]


def test_the_newest_of_a_stewards_claims_holds():
    pins = [
        Claim(STEWARD, "status", status, day(at))
        for status, at in ((BLOCKED, "2020-01-01"), (Status.ACTIVE, "2021-01-01"))
    ]
    assert value("status", ERP, pinned=pins) is Status.ACTIVE


members = st.builds(
    member,
    st.sampled_from(["erp:1", "erp:2", "shop:1", "crm:1", "mail:1"]),
    st.sampled_from([None, "2024-01-01", "2025-01-01", "2030-01-01"]),
    name=st.sampled_from([None, "Anna Müller", "ANNA MÜLLER", "Test", "A. M."]),
    language=st.sampled_from([None, "de", "en"]),
    emails=st.sampled_from([(), ("a@b.de",), ("A@b.de", "c@d.de")]),
    addresses=st.sampled_from([(), (address("Weg 1"),), (address("weg 1"), address("Allee 2"))]),
    status=st.sampled_from(Status),
    extras=st.sampled_from([{}, {"a": "1"}, {"a": "2", "b": "3"}]),
)


@given(
    st.lists(members, min_size=1, max_size=5, unique_by=lambda one: one.key),
    st.sampled_from(Rule),
    st.randoms(use_true_random=False),
)
def test_the_order_of_members_makes_no_difference(cluster, rule, random):
    rules = {"name": rule, "emails": rule, "addresses": rule, "extras": rule, "language": rule}
    golden = merged(*cluster, rules=rules)
    random.shuffle(cluster)
    assert merged(*cluster, rules=rules) == golden


@given(st.lists(members, min_size=1, max_size=5, unique_by=lambda one: one.key))
def test_every_golden_value_was_said_by_its_origin(cluster):
    attributes, provenance = merged(*cluster)
    by_key = {one.key: one for one in cluster}
    for name, origins in provenance.items():
        golden = getattr(attributes, name)
        if name == "extras":
            said = [by_key[origin.key].extras for origin in origins]
            assert all(said[i][key] == golden[key] for i, key in enumerate(sorted(golden)))
        elif isinstance(golden, tuple):
            assert len(origins) == len(golden)
            for origin, one in zip(origins, golden, strict=True):
                assert one in getattr(by_key[origin.key], name)
        else:
            assert golden == getattr(by_key[origins[0].key], name)


OLD_ERP = member("erp:1", "2023-01-01", language="de")
NEW_CRM = member("crm:1", "2026-01-01", language="en")


def test_trust_ages_with_the_claim():
    ages = {"language": {"erp": Trust(max=90, min=20, decay=365)}}
    rules = {"language": "most_trusted"}
    assert value("language", OLD_ERP, NEW_CRM, rules=rules) == "de"
    assert value("language", OLD_ERP, NEW_CRM, rules=rules, trust=ages) == "en"


def test_a_claim_ages_against_the_newest_word_and_not_against_today():
    """So the same claims have the same survivor whenever they are merged."""
    ages = {"language": {"erp": Trust(max=90, min=20, decay=365)}}
    peer = member("crm:1", "2023-02-01", language="en")
    assert value("language", OLD_ERP, peer, rules={"language": "most_trusted"}, trust=ages) == "de"


def test_a_claim_of_unknown_age_is_trusted_least():
    ages = {"language": {"erp": Trust(max=90, min=20, decay=365)}}
    undated = member("erp:1", language="de")
    assert value("language", undated, NEW_CRM, rules={"language": "most_trusted"}, trust=ages) == (
        "en"
    )


def test_an_attribute_may_trust_a_channel_otherwise():
    own = {"language": {"mail": Trust(max=99)}}
    mail = member("mail:1", "2020-01-01", language="fr")
    assert value("language", ERP, mail, rules={"language": "most_trusted"}, trust=own) == "fr"


def test_a_second_rule_decides_what_the_first_left_even():
    long, short = member("erp:1", organisation="Acme GmbH"), member("erp:0", organisation="Acme")
    shortest_key = value("organisation", long, short, rules={"organisation": "most_trusted"})
    longest = value(
        "organisation", long, short, rules={"organisation": ["most_trusted", "longest"]}
    )
    assert (shortest_key, longest) == ("Acme", "Acme GmbH")


def test_a_value_names_its_runner_up():
    _, provenance = merged(ERP, SHOP, SHOP2)
    second = provenance["language"][0].runner_up
    assert (second.key, second.value) == (SHOP2.key, "de")
    assert provenance["name"][0].runner_up.value == "Anna Maria Müller"
    assert merged(ERP)[1]["name"][0].runner_up is None


def test_an_element_names_the_next_record_that_says_the_same():
    one = member("erp:1", "2024-01-01", emails=("a@b.de", "A@B.de", "c@d.de"))
    other = member("shop:1", "2025-01-01", emails=("a@b.de",))
    first, second = merged(one, other)[1]["emails"]
    assert (first.runner_up.key, first.runner_up.value) == (one.key, None)
    assert second.runner_up is None


def test_a_pinned_value_names_what_it_overrules():
    pin = Claim(STEWARD, "language", "fr", day("2020-01-01"))
    assert merged(ERP, SHOP, pinned=[pin])[1]["language"][0].runner_up.value == "en"
