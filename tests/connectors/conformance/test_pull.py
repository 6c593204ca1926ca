"""Every profile, against a fake that is true to its vendor: nothing is lost, nothing invented."""

from datetime import timedelta

import pytest

from connectors.registry import profile_names
from hub.errors import TransientError
from hub.model import Status
from tests.connectors.conformance import test_faults, test_push
from tests.connectors.conformance.conftest import FAKES, PAGE
from tests.connectors.conformance.nature import CANNOT

WORLD = ["Müller", "O'Brien", "🦊 Fuchs", "𠮷田", "Łódzka", "Ng", "van der Berg"]


def pulled(connector, cursor=None):
    """Return the records by id, and the last cursor."""
    records, last = {}, None
    for page in connector.pull(cursor):
        assert page.rejected == ()
        records |= {record.key.id: record for record in page.records}
        last = page.cursor
    return records, last


def test_every_profile_that_ships_is_in_the_suite():
    assert sorted(it.profile for it in FAKES) == profile_names()


def test_what_is_left_out_is_a_case_of_the_suite_and_a_kind_of_channel():
    cases = {name for it in (test_faults, test_push) for name in vars(it)} | set(globals())
    assert set(CANNOT) <= cases
    kinds = {it.kind for it in FAKES}
    assert all(set(reasons) < kinds and all(reasons.values()) for reasons in CANNOT.values())


def test_everybody_is_listed_once_with_the_name_and_mail_that_they_have(fake, opened, vendor_map):
    for last in WORLD:
        if fake.holds(last):
            fake.add(last)
    records, _ = pulled(opened(fake))
    assert records.keys() == fake.people.keys()
    for key, record in records.items():
        customer = vendor_map(fake).read(record)
        assert customer.emails == (fake.people[key].mail,)
        assert fake.people[key].last.split()[-1] in str(customer.name)
        assert record.changed_at is not None


def test_a_channel_without_anybody_is_told_as_one_empty_page(fake, opened):
    assert pulled(opened(fake))[0] == {}


@pytest.mark.parametrize("count", [PAGE, 2 * PAGE + 1])
def test_ties_at_the_edge_of_a_page_lose_nobody_wherever_the_pull_is_cut(fake, opened, count):
    for n in range(count):
        fake.add(f"Number {n}")
    connector = opened(fake)
    pages = list(connector.pull(None))
    everybody = set(fake.people)
    assert {record.key.id for page in pages for record in page.records} == everybody
    for cut in range(len(pages)):
        before = {record.key.id for page in pages[: cut + 1] for record in page.records}
        after, _ = pulled(opened(fake), pages[cut].cursor)
        assert before | after.keys() == everybody


def test_edits_with_tied_times_are_all_found_by_the_next_pull(fake, opened):
    for n in range(5):
        fake.add(f"Number {n}")
    connector = opened(fake)
    _, cursor = pulled(connector)
    fake.now += timedelta(hours=30)
    edited = list(fake.people)[1:4]
    for key in edited:
        fake.edit(key, last="Edited")
    late = fake.add("Late").id
    found, cursor = pulled(connector, cursor)
    assert {*edited, late} <= found.keys()
    # And what was edited at the very tick at which the pull ended is not lost either.
    fake.edit(edited[0], last="Again")
    again, _ = pulled(connector, cursor)
    assert edited[0] in again


@pytest.mark.parametrize("hours", [-2, 2])
def test_a_clock_that_is_wrong_over_there_loses_nobody(fake, opened, hours):
    fake.skew = timedelta(hours=hours)
    for n in range(4):
        fake.add(f"Number {n}")
    connector = opened(fake)
    _, cursor = pulled(connector)
    fake.now += timedelta(minutes=10)
    edited = fake.edit(next(iter(fake.people)), last="Edited").id
    found, _ = pulled(connector, cursor)
    assert edited in found


def test_a_deleted_record_is_a_tombstone_or_is_no_longer_listed(fake, opened, vendor_map):
    for n in range(4):
        fake.add(f"Number {n}")
    connector = opened(fake)
    _, cursor = pulled(connector)
    fake.now += timedelta(days=2)
    gone = list(fake.people)[1]
    fake.remove(gone)
    if fake.shows_deleted:
        found, _ = pulled(connector, cursor)
        assert found[gone].deleted
        assert vendor_map(fake).read(found[gone]).status is Status.CLOSED
    else:
        found, _ = pulled(opened(fake))
        assert gone not in found
        assert connector.read_back([gone]) == []


def test_a_record_deleted_in_mid_scan_makes_nobody_else_disappear(fake, opened):
    for n in range(3 * PAGE):
        fake.add(f"Number {n}")
    pages = opened(fake).pull(None)
    seen = {record.key.id for record in next(pages).records}
    gone = next(iter(fake.people))
    fake.remove(gone)
    seen |= {record.key.id for page in pages for record in page.records}
    if fake.profile in SHIFTING:
        assert len({*fake.people} - seen) <= 1
        seen |= pulled(opened(fake))[0].keys()
    assert seen | {gone} == {*fake.people, gone}


SHIFTING = {"suitecrm"}
"""Counted pages and no total: who moves up over an edge is missed until the next full scan."""


def test_null_where_a_name_should_be_is_no_reason_to_stop(fake, opened, vendor_map):
    fake.add(None, first=None)
    fake.add("After")
    records, _ = pulled(opened(fake))
    assert len(records) == 2
    assert all(vendor_map(fake).read(it).emails for it in records.values())


def test_a_page_that_repeats_for_ever_is_noticed(fake, opened):
    for n in range(2 * PAGE):
        fake.add(f"Number {n}")
    first = fake.handle
    kept = []

    def repeat(request):
        kept.append(first(request) if not kept else kept[0])
        return kept[0]

    fake.handle = repeat
    with pytest.raises(TransientError, match=r"page \d+: .*(twice|circle|not end)"):
        list(opened(fake).pull(None))
    assert len(fake.asked) < 30


def test_a_page_that_comes_twice_loses_nobody(fake, opened):
    for n in range(3 * PAGE):
        fake.add(f"Number {n}")
    right, answers = fake.handle, []

    def stutter(request):
        answers.append(right(request))
        return answers[0] if len(answers) == 2 else answers[-1]

    fake.handle = stutter
    connector, seen, cursor = opened(fake), set[str](), None
    for _ in range(2):  # a loop is told, and the next pull goes on
        try:
            for page in connector.pull(cursor):
                seen |= {record.key.id for record in page.records}
                cursor = page.cursor
        except TransientError as error:
            assert "twice" in str(error)  # noqa: PT017
        else:
            break
    assert seen == set(fake.people)
