"""Roles and hierarchies: one party may be customer and supplier, and belong to another one."""

import pytest

from hub.errors import ConflictError, RecordError
from hub.model import Key, Kind
from pipeline.acts import merge_customers, undo
from pipeline.hierarchy import family
from pipeline.wishes import pin
from tests.acts.hub import Hub

EVA = {"author": "eva"}
pytestmark = pytest.mark.parametrize("url", ["sqlite"], indirect=True)


@pytest.fixture
def firms(hub):
    for key, name in (("erp:1", "Nordwind AG"), ("erp:2", "Baltika SRL"), ("erp:3", "Zephyr Ltd")):
        hub.hear(key, who="nobody", kind=Kind.ORGANISATION, organisation=name)
    return hub


def below(hub, child, parent):
    return pin(hub.settings, hub.store, child, "parent", parent.split(":"), **EVA)


def told(hub, name):
    return [(one.depth, one.name, one.asked) for one in family(hub.store, name)]


def test_a_party_may_be_customer_and_supplier(store):
    hub = Hub(store)
    channels = dict(hub.settings.channels)
    for name, role in (("erp", "supplier"), ("shop", "customer")):
        channels[name] = channels[name].model_copy(update={"role": role})
    hub.settings = hub.settings.model_copy(update={"channels": channels})
    hub.hear("erp:1", "shop:1", "mail:1")
    golden = hub.golden("erp:1")
    assert golden.attributes.roles == ("supplier", "customer")
    assert [str(one.key) for one in golden.provenance["roles"]] == ["erp:1", "shop:1"]


def test_a_family_is_shown_from_the_top(firms):
    below(firms, "erp:2", "erp:1")
    below(firms, "erp:3", "erp:2")
    whole = [(0, "Nordwind AG", False), (1, "Baltika SRL", True), (2, "Zephyr Ltd", False)]
    assert told(firms, "erp:2") == whole
    assert told(firms, "erp:3") == [(depth, name, depth == 2) for depth, name, _ in whole]
    undo(firms.settings, firms.store, **EVA)
    assert told(firms, "erp:3") == [(0, "Zephyr Ltd", True)]


def test_nobody_belongs_to_itself(firms):
    below(firms, "erp:2", "erp:1")
    for child, parent in (("erp:1", "erp:2"), ("erp:1", "erp:1")):
        with pytest.raises(ConflictError, match="itself"):
            below(firms, child, parent)
    with pytest.raises(RecordError):
        below(firms, "erp:1", "erp:9")


def test_a_parent_outlives_merges_and_ends_with_a_merge_into_its_child(firms):
    below(firms, "erp:3", "erp:1")
    merge_customers(firms.settings, firms.store, "erp:1", "erp:2", **EVA)
    assert [one.depth for one in family(firms.store, "erp:3")] == [0, 1]
    merge_customers(firms.settings, firms.store, "erp:1", "erp:3", **EVA)
    assert len(family(firms.store, "erp:3")) == 1
    assert firms.golden("erp:3").attributes.parent is None


def test_a_circle_that_merges_make_is_shown_once(firms):
    firms.hear("erp:4", who="nobody", kind=Kind.ORGANISATION, organisation="Mistral SA")
    below(firms, "erp:2", "erp:1")
    below(firms, "erp:4", "erp:3")
    merge_customers(firms.settings, firms.store, "erp:1", "erp:4", **EVA)
    merge_customers(firms.settings, firms.store, "erp:2", "erp:3", **EVA)
    assert {name for _, name, _ in told(firms, "erp:1")}
    assert len(family(firms.store, "erp:1")) == 2


def test_a_channel_may_say_whom_a_record_belongs_to(firms):
    firms.hear("erp:2", who="nobody", organisation="Baltika SRL", kind=Kind.ORGANISATION,
               parent=Key("erp", "1"))  # fmt: skip
    assert told(firms, "erp:1") == [(0, "Nordwind AG", True), (1, "Baltika SRL", False)]
    [origin] = firms.golden("erp:2").provenance["parent"]
    assert (str(origin.key), origin.rule) == ("erp:2", "most_trusted")
    below(firms, "erp:2", "erp:3")  # what a steward says goes first
    assert told(firms, "erp:1") == [(0, "Nordwind AG", True)]
    undo(firms.settings, firms.store, **EVA)
    merge_customers(firms.settings, firms.store, "erp:1", "erp:2", **EVA)
    assert firms.golden("erp:1").attributes.parent is None
    firms.hear("erp:3", who="nobody", organisation="Zephyr Ltd", kind=Kind.ORGANISATION,
               parent=Key("erp", "9"), roles=("supplier",))  # fmt: skip
    assert told(firms, "erp:3") == [(0, "Zephyr Ltd", True)]  # nobody has landed under that key
    assert firms.golden("erp:3").attributes.roles == ("supplier",)
