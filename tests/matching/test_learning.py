"""Learning without labels: planted shares are found again, and what was learned serves the hub."""

import numpy as np
import pyarrow as pa
import pytest

from hub.model import Kind
from matching.blocking.blocks import candidates, stored_keys
from matching.blocking.recipes import HUB
from matching.comparisons.compare import compare
from matching.comparisons.levels import Field
from matching.engine import match_frame
from matching.learning.em import learn
from matching.learning.learn import train
from matching.learning.lesson import Lesson, Limit, Rules, Strangers
from matching.table.frame import read_frame
from matching.verdicts import Judge, Proposal, house_judge, score
from matching.weights.explain import explain
from matching.weights.model import DEFAULT, KindModel
from matching.weights.patterns import patterns_of
from matching.weights.trained import Trained
from matching.weights.vetoes import number_of, reason
from tests.matching.people import frame, person
from tests.matching.tables import persons


def lesson(disagree=0.1, matches=3000, strangers=20_000):
    dice = np.random.default_rng(5)
    fields = {}
    for name in ("given", "phone", "email", "street", "town"):
        own = np.where(dice.random(matches) < disagree, 1, 2)
        others = np.where(dice.random(strangers) < 0.001, 2, 1)
        fields[name] = np.concatenate([own, others]).astype(np.int8)
    fields = {"attribute:" + name: levels for name, levels in fields.items()}
    prior = np.array([0.3, 0.7])
    return Lesson(
        patterns_of(fields),
        {field: Rules(prior, (Limit((0,), 0.25),), {"rival": 0.0}) for field in fields},
        {
            field: Strangers(np.array([9990.0, 10.0]), np.array([0.999, 0.001]), None)
            for field in fields
        },
        ("rival",),
        20_000,
        2e8,
    )


def test_planted_shares_are_learned():
    found = learn(lesson())
    assert found.share == pytest.approx(3000 / 2e8, rel=0.3)
    for own in found.own.values():
        assert own[1] == pytest.approx(0.9, abs=0.03)


def test_a_customers_records_never_disagree_beyond_the_bound():
    found = learn(lesson(disagree=0.6))
    assert all(own[0] <= 0.25 + 1e-9 for own in found.own.values())


def test_what_a_table_taught_judges_customers_with_several_values():
    anna = {"email": ("a1@gmx.de", "rare77@web.de"), "phone": ("+4989111111", "+4989222222")}
    people = [
        person("Graf, Anna", **anna),
        person("Graf, Anna", email=("rare77@web.de", "x@aol.com"), phone="+4989222222"),
        *(person(f"Voigt{n}, Emma{n}", email=f"m{n}@gmx.de") for n in range(30)),
    ]
    table = frame(*people)
    found = candidates(table, HUB)
    compared = compare(table, found.left, found.right)
    trained = train(table, found, compared, Kind.PERSON)
    house = house_judge(0.9, 0.5)
    judge = Judge("learned", {**house.kinds, Kind.PERSON: trained}, 0.9, 0.5)
    scored = score(table, np.array([0, 2]), np.array([1, 3]), judge)
    assert [scored.outcome(place) for place in (0, 1)] == [Proposal.MERGE, Proposal.APART]
    assert scored.kept.tolist() == [0]
    assert sum(line.weight for line in scored.evidence(np.array([0]))[0]) == pytest.approx(
        scored.bits[0]
    )


def test_a_model_without_rivals_explains_itself():
    table = persons(entities=40)
    roles = {"given": "first_name", "family": "surname", "email": "email", "id": "record_id"}
    read = read_frame("rows", roles, inputs={"rows": table})
    matched = match_frame(read, Kind.PERSON)
    alone = KindModel.model_validate(matched.trained.weights.model_dump() | {"rivals": {}})
    trained = type(matched.trained)(Kind.PERSON, alone, {}, {}, 1.0)
    again = match_frame(read, Kind.PERSON, trained)
    lines = explain(again.pairs, trained, 0)
    assert sum(line.weight for line in lines) == pytest.approx(again.pairs.bits[0])
    assert lines[0].field == "prior"


def test_tables_without_names_are_judged_too():
    table = pa.table({"email": ["a@gmx.de", "a@gmx.de"], "id": ["1", "2"]})
    read = read_frame("rows", {"email": "email", "id": "id"}, inputs={"rows": table})
    scored = score(read, np.array([0]), np.array([1]), house_judge(0.9, 0.3))
    assert scored.veto(0) == "no name in common"
    assert scored.weighed[Kind.PERSON].compared.keys() == {Field.EMAIL}


def test_a_component_that_is_too_large_is_looked_at_by_its_stronger_links():
    links = range(260)
    table = pa.table(
        {
            "id": [f"{n:03}" for n in links],
            "given": ["Anna" for _ in links],
            "family": ["Graf" for _ in links],
            "email": [f"m{(n + 1) // 2}x@gmx.de" for n in links],
            "phone": [f"+49895{n // 2:06}" for n in links],
        }
    )
    read = read_frame("rows", {name: name for name in table.column_names}, inputs={"rows": table})
    house = Trained(Kind.PERSON, DEFAULT.person, {}, {}, 1.0)
    matched = match_frame(read, Kind.PERSON, house)
    assert np.bincount(matched.labels).max() <= 10


def test_keys_of_a_table_without_companies_leave_theirs_out():
    table = pa.table({"family": ["Graf"], "id": ["1"]})
    read = read_frame("rows", {"family": "family", "id": "id"}, inputs={"rows": table})
    keys, owners = stored_keys(read, HUB)
    assert (len(keys), owners.tolist()) == (1, [0])


def test_a_veto_is_known_by_its_words():
    words = "different generations"
    assert reason(number_of(words)) == words
    assert number_of(None) == number_of("decided different") == 0
    assert reason(0) is None
