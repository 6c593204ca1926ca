"""How right the hub is by labels, what a threshold costs, what a match would change."""

import pytest

from hub.clock import now
from hub.errors import ConfigError
from hub.model import Key, Verdict
from pipeline.evaluate import evaluate
from pipeline.plan import plan
from pipeline.truth import read_truth
from pipeline.tune import tune
from tests.matching.people import person
from tests.pipeline.hub import clusters, pairs, resolve, say, settings_for, told

SETTINGS = settings_for()
ANNA = {"email": "a.adler@gmx.example", "born": "1970-05-04"}
OTTO = {"email": "otto7@gmx.example", "at": "Talweg 1, 20095, Hamburg"}


@pytest.fixture
def store():
    """Anna twice (merged), Otto and his son (for a steward), a stranger."""
    people = [
        person("Adler, Anna", **ANNA), person("Adler, Anna", **ANNA),
        person("Pohl, Otto", born="1950-01-02", **OTTO),
        person("Pohl, Otto", born="1983-07-19", **OTTO), person("Graf, Ida"),
    ]  # fmt: skip
    with told(people) as store:
        resolve(SETTINGS, store)
        assert clusters(store) == [[1, 2], [3], [4], [5]]
        yield store


def key(number):
    return Key("shop", f"{number:06}")


def labels(tmp_path, text):
    file = tmp_path / "labels.csv"
    file.write_text(text, encoding="utf-8")
    return file


def test_clusters_are_judged_with_the_worst_errors_first(store, tmp_path):
    rows = "\n".join(f"shop,{number:06},{who}" for number, who in enumerate("abccd", 1))
    found = evaluate(SETTINGS, store, labels(tmp_path, f"channel,id,entity\n{rows}\nshop,9,z\n"))
    assert (found.records, found.unknown) == (5, 1)
    assert found.clustered == (0, 0, 0)
    assert found.b_cubed.precision == pytest.approx(0.8)
    assert found.b_cubed.recall == pytest.approx(0.8)
    [wrong], [missed] = found.wrong, found.missed
    assert wrong[:2] == (key(1), key(2))
    assert (missed[:2], missed.veto, found.in_review) == ((key(3), key(4)), True, 1)
    assert found.thresholds[0.9].precision == 0
    assert list(found.thresholds) == sorted(found.thresholds)


def test_pairs_are_judged_alone(store, tmp_path):
    text = "left,right,verdict\nshop:000002,shop:000001,same\nshop:000003,shop:000005,different\n"
    found = evaluate(SETTINGS, store, labels(tmp_path, text))
    assert (found.clustered, found.b_cubed) == ((1, 1, 1), None)
    assert (found.wrong, found.missed) == ((), ())
    assert found.thresholds[0.9] == (1, 1, 1)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no labels"),
        ("a,b\n1,2\n", "needs the columns left and right"),
        ("left,right\nshop:1,nocolon\n", "row 2: 'nocolon' is not a key"),
        ("left,right\nshop:1,shop:1\n", "row 2: left and right are one record"),
        ("left,right,same\nshop:1,shop:2,perhaps\n", "row 2: 'perhaps' is neither"),
        ("left,right,same\nshop:1,shop:2,1\nshop:2,shop:1,0\n", "row 3: .* labelled twice"),
        ("key,entity\nshop:1,a\nshop:1,b\n", "row 3: shop:1 is in two entities"),
        ("key,entity\nshop:99,a\nshop:98,\n", "has none of the records"),
        ('key,entity\n"shop:1,a\n', "can't be read as CSV"),
    ],
)
def test_labels_that_make_no_sense_are_told_with_their_row(store, tmp_path, text, why):
    with pytest.raises(ConfigError, match=why):
        evaluate(SETTINGS, store, labels(tmp_path, text))


def test_labels_that_are_not_there_or_no_text(tmp_path):
    with pytest.raises(ConfigError, match="can't be read"):
        read_truth(tmp_path / "none.csv")
    file = tmp_path / "bytes.csv"
    file.write_bytes(b"key,entity\n\xff\xfe,a\n")
    with pytest.raises(ConfigError, match="can't be read"):
        read_truth(file)


def test_a_threshold_costs_what_the_pairs_and_the_decisions_say(store):
    before = tune(SETTINGS, store, precision=0.9)
    assert (before.pairs, before.decisions) == (2, 0)
    at = {one.merge: one for one in before.costs}
    assert (at[0.9].merged, at[0.9].review) == (1, 1)
    assert [one.merged for one in before.costs] == sorted(
        (one.merged for one in before.costs), reverse=True
    )
    assert before.advised == 0.5
    with store.begin() as unit:
        unit.decisions.decide(1, 2, Verdict.DIFFERENT, "eva", now())
    after = tune(SETTINGS, store)
    assert (after.pairs, after.decisions) == (1, 1)
    assert after.costs[0].wrong == 1
    assert after.shift < 0
    with pytest.raises(ConfigError, match="between 0 and 1"):
        tune(SETTINGS, store, precision=1)


def test_a_plan_says_what_would_change_and_writes_nothing(store):
    say(store, {2: person("Zimmer, Ute", at="Bergweg 7, 80331, München")})
    before = pairs(store), clusters(store)
    found = plan(SETTINGS, store)
    assert (found.split, found.merged, found.new, found.retired) == (1, 0, 1, 0)
    assert len(found.splits) == 1
    assert (pairs(store), clusters(store)) == before
    assert plan(SETTINGS, store) == found
    assert resolve(SETTINGS, store) == found.match
    assert clusters(store) == [[1], [2], [3], [4], [5]]
    assert plan(SETTINGS, store).match.pairs == 0  # nothing is due


def test_a_plan_with_other_thresholds_looks_at_everything(store):
    found = plan(SETTINGS, store, merge=0.9999999)
    assert (found.customers, found.split, found.kept) == (5, 1, 4)
    with store.begin() as unit:
        unit.decisions.decide(1, 2, Verdict.DIFFERENT, "eva", now())
        unit.decisions.decide(3, 5, Verdict.SAME, "eva", now())
        unit.decisions.decide(1, 5, Verdict.SAME, "goldenrod", now())
    again = plan(SETTINGS, store, model="default-1")
    assert [(one.left, one.right, one.verdict) for one in again.contradicted] == [
        (key(1), key(2), "different"), (key(3), key(5), "same"),
    ]  # fmt: skip
    assert again.contradicted[1].weight is None
    assert len(again.merges) == again.merged
    assert again.merged > 0
    for merge, review in ((0.4, None), (None, 0.95), (1.0, None)):
        with pytest.raises(ConfigError, match="thresholds"):
            plan(SETTINGS, store, merge=merge, review=review)
    with pytest.raises(ConfigError, match="there is no model"):
        plan(SETTINGS, store, model="trained-9")
