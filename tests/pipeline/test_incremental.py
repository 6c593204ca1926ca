"""Matched one by one or all at once: the same pairs, the same clusters, crowded blocks or not."""

import os

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.matching.people import company, person
from tests.pipeline.hub import clusters, enter, pairs, resolve, say, settings_for, told

EXAMPLES = int(os.environ.get("GOLDENROD_EXAMPLES", "4"))  # noqa: TID251 - a setting of the tests
"""Each is a whole hub, twice: few in the fast tier, hundreds by hand."""
GIVEN, FAMILY = ("Anna", "Ann", "Bernd"), ("Adler", "Adlr", "Becker")
people = st.builds(
    lambda given, family, mail, born, at: person(
        f"{family}, {given}",
        email=f"{mail}@gmx.example" if mail else (),
        born=born,
        at=f"{at}, 80331, München" if at else (),
    ),
    st.sampled_from(GIVEN),
    st.sampled_from(FAMILY),
    st.sampled_from(["", "a.adler", "b7", "anna"]),
    st.sampled_from([None, "1970-05-04", "1970-05-05", "1981-12-30"]),
    st.sampled_from(["", "Bergweg 7", "Bergweg 8"]),
)
companies = st.builds(
    lambda name, form, phone: company(f"{name} {form}".strip(), phone=phone or ()),
    st.sampled_from(["Nova Optik", "Nova Reisen", "Alpen Verlag", "Nova Optik Süd"]),
    st.sampled_from(["GmbH", ""]),
    st.sampled_from(["", "+498912345"]),
)
customers = st.one_of(people, people, companies)
histories = st.lists(st.lists(customers, min_size=1, max_size=2), min_size=2, max_size=9)


@settings(max_examples=EXAMPLES)
@given(histories=histories, cap=st.sampled_from([2, 3, 100]), data=st.data())
def test_in_portions_the_same_comes_out_as_all_at_once(histories, cap, data):
    chosen = settings_for(block_cap=cap, review=0.3)
    last = [versions[-1] for versions in histories]
    steps = [(number, one) for number, said in enumerate(histories, 1) for one in said]
    order = data.draw(st.permutations(range(len(steps))))
    version = dict.fromkeys(range(1, len(histories) + 1), 0)
    with told(last) as at_once:
        resolve(chosen, at_once)
        with told() as by_portions:
            enter(by_portions, [None] * len(histories))
            for place in order:
                number = steps[place][0]
                say(by_portions, {number: histories[number - 1][version[number]]})
                version[number] += 1
                if data.draw(st.booleans()):
                    resolve(chosen, by_portions)
            resolve(chosen, by_portions)
            assert pairs(by_portions) == pairs(at_once)
            assert clusters(by_portions) == clusters(at_once)


def test_a_crowded_block_is_named_by_its_kind_and_a_record_never_by_its_value():
    with told([person(f"Unlikely, A{letter}") for letter in "bcdefg"]) as store:
        report = resolve(settings_for(block_cap=5), store)
    assert report.crowded["family"] == "1 skipped, such as that of shop:000001"
    assert report.oversized == len(report.crowded)
    assert "nlikely" not in str(report)
