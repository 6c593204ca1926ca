"""History: what changed, when, why and by whom; and every golden customer as it was."""

from hub.clock import now
from hub.model import Key
from pipeline.acts import merge_customers, split, unmerge
from pipeline.past import as_of, lives

EVA = {"author": "eva"}


def test_each_step_says_what_changed_by_which_run_or_person(hub):
    hub.say("erp:1", language="de")
    hub.resolve(run_id="run_1")
    hub.hear("erp:1", language="sv")
    hub.hear("shop:1", who="boris")
    merge_customers(hub.settings, hub.store, "erp:1", "shop:1", reason="pen name", **EVA)
    (life,) = lives(hub.store, "erp:1")
    born, spoke, merged = life.steps
    assert (born.run_id, born.joined) == ("run_1", (Key("erp", "1"),))
    (change,) = spoke.differences
    assert (change.attribute, change.before, change.after) == ("language", "de", "sv")
    assert change.origin.key == Key("erp", "1")
    assert merged.joined == (Key("shop", "1"),)
    (act,) = merged.acts
    assert (act.act, act.author, act.subject["reason"]) == ("merge", "eva", "pen name")


def test_a_retired_id_has_a_life_and_tells_who_it_means_now(hub):
    hub.hear("erp:1", who="anna")
    hub.hear("shop:1", who="boris")
    anna, boris = hub.home("erp:1"), hub.home("shop:1")
    merge_customers(hub.settings, hub.store, anna, boris, **EVA)
    (life,) = lives(hub.store, boris)
    assert life.successors == (anna,)
    assert [step.retired for step in life.steps] == [False, True]
    assert life.steps[-1].left == (Key("shop", "1"),)
    unmerge(hub.settings, hub.store, boris, **EVA)
    (life,) = lives(hub.store, boris)
    assert (life.successors, len(life.steps)) == ((boris,), 3)
    assert lives(hub.store, "nobody") == []


def test_a_golden_customer_is_shown_as_it_was(hub):
    before = now()
    hub.hear("erp:1", who="anna", language="de")
    hub.hear("shop:1", who="boris")
    anna, boris = hub.home("erp:1"), hub.home("shop:1")
    apart = now()
    merge_customers(hub.settings, hub.store, anna, boris, **EVA)
    merged = now()
    hub.hear("erp:1", language="sv")
    split(hub.settings, hub.store, anna, [Key("shop", "1")], **EVA)
    for name, golden_id in (("erp:1", anna), (anna, anna), ("shop:1", boris), (boris, boris)):
        assert [one.id for one in as_of(hub.store, name, apart)] == [golden_id], name
        assert [one.id for one in as_of(hub.store, name, merged)] == [anna], name
        assert as_of(hub.store, name, before) == [], name
    assert as_of(hub.store, "erp:1", merged)[0].attributes.language == "de"
    assert as_of(hub.store, "erp:1", merged)[0].members == (Key("erp", "1"), Key("shop", "1"))
    assert [one.id for one in as_of(hub.store, "shop:1", now())] == [hub.home("shop:1")]
    assert as_of(hub.store, "nobody", merged) == as_of(hub.store, "erp:9", merged) == []


def test_a_deleted_member_is_marked_and_the_last_one_closes_the_customer(hub):
    hub.hear("erp:1", "shop:1")
    anna = hub.home("erp:1")
    hub.hear("shop:1", deleted=True)
    golden = hub.golden(anna)
    assert (golden.attributes.status, golden.gone) == ("active", (Key("shop", "1"),))
    hub.hear("erp:1", deleted=True)
    golden = hub.golden(anna)
    assert (golden.attributes.status, len(golden.gone)) == ("closed", 2)
    assert hub.resolved(anna) == (anna,)
    assert golden.attributes.name is not None
