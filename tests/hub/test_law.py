"""Trust ages along its curve; mistakes in the law are told with file and line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from hub.config import load_settings
from hub.errors import ConfigError
from hub.law import Curve, Golden, Rule, Trust


def test_a_plain_number_never_ages():
    trust = Golden.model_validate({"trust": {"emails": {"erp": 70}}}).trust["emails"]["erp"]
    assert [trust.after(days) for days in (0, 10_000, None)] == [70, 70, 70]


@pytest.mark.parametrize(
    ("curve", "halfway"), [("linear", 60), ("slow_start", 70), ("fast_start", 51.7)]
)
def test_trust_falls_from_most_to_least_along_its_curve(curve, halfway):
    trust = Trust(max=80, min=40, decay=100, curve=curve)
    assert trust.after(50) == pytest.approx(halfway, abs=0.1)
    assert [trust.after(days) for days in (-3, 0, 100, 5000, None)] == [80, 80, 40, 40, 40]


@given(
    st.integers(0, 100), st.integers(0, 100), st.integers(1, 4000), st.sampled_from(Curve),
    st.lists(st.floats(0, 5000), min_size=2, max_size=6),
)  # fmt: skip
def test_older_is_never_trusted_more(one, other, decay, curve, ages):
    trust = Trust(max=max(one, other), min=min(one, other), decay=decay, curve=curve)
    fallen = [trust.after(days) for days in sorted(ages)]
    assert fallen == sorted(fallen, reverse=True)
    assert all(trust.min <= value <= trust.max for value in fallen)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [({"min": 10}, "belong together"), ({"max": 5, "min": 10, "decay": 1}, "more than max")],
)
def test_a_trust_that_cannot_fall_is_refused(wrong, why):
    with pytest.raises(ValidationError, match=why):
        Trust.model_validate(wrong)


def test_one_rule_or_several_may_be_named():
    rules = Golden.model_validate({"rules": {"name": "longest", "emails": ["most_recent"]}}).rules
    assert rules == {"name": (Rule.LONGEST,), "emails": (Rule.MOST_RECENT,)}


@pytest.mark.parametrize(
    ("golden", "told"),
    [
        ("  trust:\n    nam:\n      shop: 3\n", "goldenrod.yaml:6: golden.trust.nam"),
        (
            "  trust:\n    name:\n      shoop: 3\n",
            "goldenrod.yaml:7: golden.trust.name.shoop: there is no such channel; configured: shop",
        ),
        ("  rules:\n    name: best\n", "goldenrod.yaml:6: golden.rules.name"),
        ("  rules:\n    name: []\n", "goldenrod.yaml:6: golden.rules.name"),
        ("  rulez: {}\n", "goldenrod.yaml:5: golden.rulez is not a setting; did you mean 'rules'?"),
    ],
)
def test_a_mistake_in_the_law_is_told_with_file_and_line(tmp_path, golden, told):
    file = tmp_path / "goldenrod.yaml"
    head = "store: x\nchannels:\n  shop: {profile: woocommerce, url: u}\ngolden:\n"
    file.write_text(head + golden)
    with pytest.raises(ConfigError) as caught:
        load_settings(file, {})
    assert told in str(caught.value)


def test_a_channel_that_exists_may_be_trusted(tmp_path):
    file = tmp_path / "goldenrod.yaml"
    file.write_text(
        "store: x\nchannels:\n  shop: {profile: woocommerce, url: u}\n"
        "golden: {trust: {name: {shop: 3}}}\n"
    )
    assert load_settings(file, {}).golden.trust["name"]["shop"].max == 3
