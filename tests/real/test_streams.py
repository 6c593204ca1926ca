"""What real systems keep beside the customers, and parts whose edits do not move a customer."""

from tests.real.worlds.mailbox import MailWorld
from tests.real.worlds.tryton import TrytonWorld
from tests.real.worlds.vendure import VendureWorld
from tests.real.worlds.world import people


def test_an_edit_of_an_e_mail_is_found_though_it_does_not_move_the_party(tryton, hub):
    world = TrytonWorld(tryton)
    there = hub(world)
    one, *others = world.create(people(9))
    there.pull()
    there.pull()
    mechanism = "model.party.contact_mechanism."
    (row,) = tryton.call(
        f"{mechanism}search_read", [["party", "=", int(one)]], 0, None, None, ["write_date"], {}
    )
    moved = tryton.party("read", [int(one)], ["write_date"])
    tryton.call(f"{mechanism}write", [row["id"]], {"value": "moved@example.com"}, {})
    assert tryton.party("read", [int(one)], ["write_date"]) == moved
    there.pull()
    held = there.payloads()
    assert held[one]["email"] == "moved@example.com"
    assert "moved@example.com" not in {held[it]["email"] for it in others}
    world.close()


def test_an_address_that_is_new_is_found_though_it_does_not_move_the_party(tryton, hub):
    world = TrytonWorld(tryton)
    there = hub(world)
    (one,) = world.create(people(1))
    there.pull()
    there.pull()
    tryton.call("model.party.address.create", [{"party": int(one), "city": "Gera"}], {})
    there.pull()
    assert "Gera" in str(there.payloads()[one])
    world.close()


def test_a_party_that_was_deactivated_is_gone_with_the_next_pull(tryton, hub):
    world = TrytonWorld(tryton)
    there = hub(world)
    one, *others = world.create(people(3))
    there.pull()
    tryton.party("write", [int(one)], {"active": False})
    there.pull()
    assert there.deleted() == {one}
    assert there.payloads().keys() >= set(others)
    world.close()


def test_an_order_is_read_with_its_customer_and_again_once_it_changed(vendure, hub):
    world = VendureWorld(vendure)
    (buyer,) = world.create(people(1))
    order = vendure.ask("mutation { createDraftOrder { id } }")["createDraftOrder"]["id"]
    with hub(world).connector() as connector:
        pages = list(connector.pull(None, "orders"))
        (found,) = [it for page in pages for it in page.records if it.key.id == order]
        assert (found.owner, found.payload["state"]) == (None, "Draft")
        vendure.ask(
            "mutation ($order: ID!, $buyer: ID!) {"
            " setCustomerForDraftOrder(orderId: $order, customerId: $buyer) { __typename } }",
            order=order,
            buyer=buyer,
        )
        later = [it for page in connector.pull(pages[-1].cursor, "orders") for it in page.records]
        assert [(it.key.id, it.owner) for it in later] == [(order, buyer)]
    vendure.ask("mutation ($id: ID!) { deleteDraftOrder(orderId: $id) { result } }", id=order)
    world.close()


def test_mails_are_interactions_with_their_senders(post, hub):
    world = MailWorld(post)
    world.send([("anna@x.example", "Secret words"), ("bert@x.example", "Hi")], subject="Offer")
    with hub(world).connector() as connector:
        pages = list(connector.pull(None, "interactions"))
        found = [it for page in pages for it in page.records]
        assert {it.owner for it in found} == {"anna@x.example", "bert@x.example"}
        assert {it.payload["subject"] for it in found} == {"Offer"}
        assert "Secret" not in str(found)
        (last,) = connector.pull(pages[-1].cursor, "interactions")
        assert last.records == ()
    world.close()


def test_a_mailing_list_tells_who_subscribed_and_who_left_it_with_the_time(tryton, hub):
    world = TrytonWorld(tryton)
    world.channel += "\nstreams: [consents]"
    there = hub(world)
    persons = people(3)
    one, other, third = world.create(persons)
    create = "model.marketing.email.create"
    (news,) = tryton.call("model.marketing.email.list.create", [{"name": "News"}], {})
    rows = [{"email": it.email, "list_": news} for it in persons[:2]]
    subscribed = tryton.call(create, rows, {})
    there.run()
    assert _consents(there, one) == [(persons[0].email, "granted")]
    assert _consents(there, third) == []
    tryton.call("model.marketing.email.write", subscribed[:1], {"active": False}, {})
    there.run()
    ((contact, state),) = _consents(there, one)
    assert (contact, state) == (persons[0].email, "denied")
    assert _consents(there, other) == [(persons[1].email, "granted")]
    assert there.run().pull["real"].streams["consents"] == 0
    tryton.call("model.marketing.email.delete", subscribed, {})
    world.close()


def _consents(there, remote_id):
    found = there.golden(remote_id).attributes.consents
    assert all(it.at is not None for it in found)
    return [(it.contact, it.state.value) for it in found]
