"""Organisations of a whole table: copies join; branches, neighbours and namesakes stay apart."""

import numpy as np
import pyarrow as pa
import pytest

from matching.comparisons.levels import Field
from matching.deduplicate import dedupe
from matching.learning.em import _limited
from matching.learning.lesson import Limit
from matching.table.cells import cell_columns

FIRST = ["Quar", "Thorn", "Har", "Kirk", "Stan", "Wel", "Bax", "Pen", "Cav", "Dray", "Mow", "Lang"]
LAST = ["renden", "ton", "row", "land", "bridge", "ford", "ter", "hale", "endish", "cott"]
TRADES = ["Foods", "Motors", "Textiles", "Logistics", "Plastics"]
WAYS = ["High Street", "Mill Lane", "Station Road", "Kings Way", "Canal Street", "Queens Park"]


def crowd(size):
    """Make firms of one house each, every second twice: once as registered, once as written."""
    rows = []
    for firm in range(size):
        word = FIRST[firm % 12] + LAST[firm // 12 % 10]
        core = f"{word} {TRADES[firm % 5]}"
        street, postcode = f"{firm * 7 % 311 + 3} {WAYS[firm % 6]}", f"{10000 + firm * 37}"
        phone = f"0113{firm * 7919 % 1000000:06}"
        rows.append((f"f{firm}", f"{core} Ltd", street, postcode, "Leeds", phone))
        if firm % 2:
            short = street.replace("Street", "St").replace("Road", "Rd")
            rows.append((f"f{firm}", core.upper(), short, postcode, None, None))
    return rows


SPECIAL = [
    ("chain1", "Featherstone Catering Ltd", "5 Abbey Road", "20001", "York", "0190411111"),
    ("chain1", "Featherstone Catering", "5 Abbey Rd", "20001", "York", "0190411111"),
    ("chain2", "Featherstone Catering Ltd", "77 Grange Road", "30001", "Hull", "0148222222"),
    ("chain2", "Featherstone Catering Limited", "77 Grange Rd", "30001", "Hull", None),
    ("tenant1", "Ashcombe Dental", "9 Tower Street", "40001", "Bath", "0122533333"),
    ("tenant1", "Ashcombe Dental Ltd", "9 Tower St", "40001", "Bath", "0122533333"),
    ("tenant2", "Ruston Travel", "9 Tower Street", "40001", "Bath", "0122544444"),
    ("tenant2", "Ruston Travel GmbH", "9 Tower St", "40001", None, "0122544444"),
    ("turned", "Hollingsworth, Instruments", "31 Park Row", "50001", "Derby", None),
    ("turned", "Instruments Hollingsworth AG", "31 Park Row", "50001", "Derby", "0133255555"),
]


def table(rows):
    names = ("truth", "name", "street", "postcode", "city", "phone")
    return pa.table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)))


def groups(result, truth):
    found = {}
    for label, entity in zip(result.matched.labels.tolist(), truth.to_pylist(), strict=True):
        found.setdefault(label, []).append(entity)
    return sorted(sorted(members) for members in found.values())


def right(truth):
    found = {}
    for entity in truth.to_pylist():
        found.setdefault(entity, []).append(entity)
    return sorted(found.values())


@pytest.fixture(scope="module")
def firms():
    return table(crowd(120) + SPECIAL)


def test_copies_join_and_branches_and_tenants_stay_apart(firms):
    result = dedupe(firms.drop_columns("truth"), kind="organisation")
    assert groups(result, firms["truth"]) == right(firms["truth"])
    assert {Field.COMPANY, Field.HOUSE} <= result.matched.pairs.compared.keys()


def test_rows_in_another_order_give_the_same_clusters(firms):
    order = np.random.default_rng(0).permutation(firms.num_rows)
    shuffled = firms.take(pa.array(order))
    result = dedupe(shuffled.drop_columns("truth"), kind="organisation")
    assert groups(result, shuffled["truth"]) == right(firms["truth"])


def test_one_cell_is_read_as_a_name_and_an_address(firms):
    cells = [
        ", ".join(part for part in row if part)
        for row in zip(
            *(firms[name].to_pylist() for name in ("name", "street", "city", "postcode")),
            strict=True,
        )
    ]
    alone = pa.table({"text": [*cells, None]})
    result = dedupe(alone, kind="organisation", roles={"name": "text"})
    assert Field.HOUSE in result.matched.pairs.compared
    found = groups(result, pa.chunked_array([[*firms["truth"].to_pylist(), "nobody"]]))
    wrong = [members for members in found if len(set(members)) > 1]
    assert not wrong
    assert sum(map(len, found)) - len(found) > 50


def test_names_alone_are_matched_with_care(firms):
    result = dedupe(firms.select(["name"]), kind="organisation")
    assert result.matched.pairs.compared.keys() == {Field.COMPANY}
    assert not result.matched.trained.weights.rivals


def test_organisations_without_names_are_matched_by_what_there_is(firms):
    result = dedupe(firms.select(["street", "postcode", "phone"]), kind="organisation")
    assert result.matched.pairs.compared.keys() == {Field.HOUSE, Field.PHONE}
    assert result.matched.trained.wording is None


def test_persons_who_name_a_company_are_searched_by_it_too(firms):
    people = firms.select(["name", "phone"]).append_column("family", firms["truth"])
    roles = {"organisation": "name", "family": "family"}
    result = dedupe(people, kind="person", roles=roles)
    assert "company_word" in [report.name for report in result.matched.keys]


def test_what_two_names_share_tells_more_if_it_is_rare(firms):
    result = dedupe(firms.drop_columns("truth"), kind="organisation")
    rarity = result.matched.pairs.rarity[Field.COMPANY]
    assert rarity.min() < 0 < rarity.max()


def test_a_column_of_names_without_addresses_stays_as_it_is():
    names = pa.array(["Acme", "Baxter, Foods & Co", None] * 5)
    assert cell_columns(names) == {"organisation": names}
    nothing = pa.array([None, None], pa.string())
    assert cell_columns(nothing) == {"organisation": nothing}


def test_levels_are_cut_to_their_limit_and_the_others_get_the_rest():
    shares = _limited(np.array([0.3, 0.2, 0.5]), (Limit((0, 1), 0.1), Limit((2,), 0.95)))
    assert shares.sum() == pytest.approx(1)
    assert shares[:2].sum() == pytest.approx(0.1)
    assert shares[0] / shares[1] == pytest.approx(1.5)
