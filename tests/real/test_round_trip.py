"""Every real system goes through the same: in, merged, out, read back, edited, deleted."""

from collections.abc import Iterator

import pytest

from tests.real.worlds.files import FilesWorld
from tests.real.worlds.mailbox import MailWorld
from tests.real.worlds.sql import SqlWorld
from tests.real.worlds.tryton import TrytonWorld
from tests.real.worlds.vendure import VendureWorld
from tests.real.worlds.world import World, digits, people

WORLDS = {
    "postgresql": ("postgresql", SqlWorld),
    "mariadb": ("mariadb", SqlWorld),
    "imap": ("post", MailWorld),
    "sftp-dbf": ("sftp", FilesWorld.dbf),
    "sftp-ebcdic": ("sftp", FilesWorld.ebcdic),
    "tryton": ("tryton", TrytonWorld),
    "vendure": ("vendure", VendureWorld),
}
CUSTOMERS, EDITS = 250, 1_000


@pytest.fixture(params=WORLDS)
def world(request) -> Iterator[World]:
    server, kind = WORLDS[request.param]
    made = kind(request.getfixturevalue(server))
    yield made
    made.close()


def test_customers_flow_in_and_what_others_know_flows_back(world, hub):
    there = hub(world)
    before = there.pull()
    persons = people(12)
    ids = world.create(persons)
    first = there.run()
    assert first.pull["real"].pulled == len(ids)
    assert there.count() == before + len(ids)
    assert set(ids) <= set(there.payloads())
    for one, person in zip(ids, persons, strict=True):
        assert there.golden(one).attributes.emails == (person.email,)

    wanted, (column, value) = persons[3], world.better
    row = {"id": "1", "first_name": wanted.first, "last_name": wanted.last, "city": wanted.city}
    there.tell_office([row | {"email": wanted.email, column: value}])
    pushed = there.run().push["real"]
    assert (pushed.sent, pushed.dead, pushed.failed) == (1, 0, 0)
    world.apply()
    proof = digits(value) or value
    assert [proof in world.told(one) for one in ids] == [one == ids[3] for one in ids]
    with there.connector() as connector:
        (record,) = connector.read_back([ids[3]])
    assert record.key.id == ids[3]

    there.run()
    again = there.run()  # our own words come back, and are known
    assert (again.pull["real"].pulled, again.push["real"].sent) == (0, 0)
    assert there.count() == before + len(ids)


def test_a_thousand_edits_with_tied_times_lose_and_double_nothing(world, hub):
    there = hub(world)
    ids = world.create(people(CUSTOMERS))
    before = there.pull() - len(ids)
    expected = dict.fromkeys(ids, "")
    for number in range(EDITS // CUSTOMERS):
        half = CUSTOMERS // 2
        for part in (ids[:half], ids[half:]):  # the second half in the tick of the first, or after
            mark = f"Edited {number}"
            world.edit(part, mark)
            expected |= dict.fromkeys(part, mark)
            assert there.pull() >= len(part)
            held = there.payloads()
            assert {one: world.mark(held[one]) for one in part} == dict.fromkeys(part, mark)
    held = there.payloads()
    assert {one: world.mark(held[one]) for one in ids} == expected
    assert there.count() == before + len(ids)
    assert there.pull() == 0


def test_a_pull_that_breaks_off_goes_on_without_loss(world, hub):
    there = hub(world)
    ids = world.create(people(CUSTOMERS))
    with there.connector() as connector:
        pages = connector.pull(None)
        seen = next(pages)
        pages.close()
        landed = {it.key.id for it in seen.records}
        rest = {it.key.id for page in connector.pull(seen.cursor) for it in page.records}
    assert landed | rest >= set(ids)


def test_who_is_deleted_over_there_is_gone_here_and_the_others_stay(world, hub):
    there = hub(world)
    ids = world.create(people(12))
    there.run()
    world.delete(ids[0])
    if world.deletes:
        with there.connector() as connector:
            connector.delete(ids[1])
            connector.delete(ids[1])
            left = [it.key.id for it in connector.read_back(ids[:3]) if not it.deleted]
        assert left == [ids[2]]
    gone = set(ids[:2]) if world.deletes else {ids[0]}
    if world.lists_all:
        there.pull(full=True)
        assert there.deleted() == gone
        assert set(ids) - gone <= set(there.payloads())
    there.run()
