"""Every stream beside the customers: whose a record is, ties, edits and parts, vendor by vendor."""

from datetime import timedelta

from tests.connectors.conformance.conftest import PAGE


def pulled(connector, stream, cursor=None):
    pages = list(connector.pull(cursor, stream))
    return {record.key.id: record for page in pages for record in page.records}, pages


def test_every_stream_of_the_profile_is_in_the_suite(fake, opened):
    assert set(opened(fake).streams) == {"customers", *fake.beside}


def test_everything_is_listed_with_its_owner_wherever_the_pull_is_cut(fake, opened, stream):
    for n in range(2 * PAGE + 1):
        fake.happen(stream, str(n % 2 + 1))
    connector = opened(fake)
    found, pages = pulled(connector, stream)
    assert {it.key.id: it.owner for it in found.values()} == {
        one: it.owner for one, it in fake.others[stream].items()
    }
    assert all(it.changed_at for it in found.values())
    before: set[str] = set()
    for page in pages:
        before |= {record.key.id for record in page.records}
        assert before | pulled(opened(fake), stream, page.cursor)[0].keys() == found.keys()


def test_what_is_edited_or_new_is_found_by_the_next_pull_and_customers_stay_apart(
    fake, opened, stream
):
    fake.add("Customer")
    kept = fake.happen(stream, "1")
    fake.now += timedelta(days=3)
    edited = fake.happen(stream, "1")
    connector = opened(fake)
    cursor = pulled(connector, stream)[1][-1].cursor
    fake.now += timedelta(hours=30)
    fake.alter(stream, edited)
    late = fake.happen(stream, "1")
    found, _ = pulled(connector, stream, cursor)
    assert {edited, late} <= found.keys() <= {edited, kept, late}
    if connector.incremental(stream) and stream not in connector.parts:
        assert kept not in found
    assert list(pulled(connector, "customers")[0]) != []


def test_a_part_names_a_customer_that_can_be_read_again(fake, opened, stream):
    owner = fake.add("Owner").id
    connector = opened(fake)
    if stream in connector.parts:
        fake.happen(stream, owner)
        (part,) = pulled(connector, stream)[0].values()
        assert [it.key.id for it in connector.read_back([part.owner])] == [owner]
