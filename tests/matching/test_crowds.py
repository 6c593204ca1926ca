"""What many share tells little: namesakes, offices, and keys that a crowd has in common."""

import pyarrow as pa
import pytest

from matching import dedupe
from tests.matching.tables import PERSONS, clusters_of, persons, rows, scores

OTHERS = {
    "dob": [f"{1950 + 2 * n}-{n % 12 + 1:02}-{n + 1:02}" for n in range(24)],
    "email": [f"{word}{word}@firm{n}.example" for n, word in enumerate("abcdefghijklmnopqrstuvwx")],
    "postcode": [f"{10_000 + 3_337 * n}" for n in range(24)],
}


@pytest.mark.parametrize("field", ["dob", "email", "postcode"])
def test_namesakes_stay_apart_where_little_else_is_known(field):
    """Two dozen people of one name, half of them with its parts in each other's column."""
    rows = [
        {"first_name": "Li", "surname": "Wei", field: value, "entity": str(n)}
        for n, value in enumerate(OTHERS[field])
    ]
    rows[::2] = [row | {"first_name": "Wei", "surname": "Li"} for row in rows[::2]]
    columns = ["first_name", "surname", field, "entity"]
    table = pa.concat_tables([PERSONS.select(columns), pa.Table.from_pylist(rows).select(columns)])
    clusters = dedupe(table.drop_columns(["entity"])).clusters["cluster_id"].to_pylist()
    assert len(set(clusters[-len(rows) :])) == len(rows)


def test_namesakes_stay_apart_when_one_of_them_is_written_in_latin_letters():
    """Sixty people called 李伟, each of them here in Chinese or in Latin letters."""
    crowd = [
        {
            "first_name": "伟" if n % 2 else "Wei",
            "surname": "李" if n % 2 else "Li",
            "dob": f"{1950 + n // 2}-03-{n % 28 + 1:02}",
            "email": f"{n * 7919 % 100_000}x@gmx.de",
        }
        for n in range(60)
    ]
    for one, other in zip(crowd[:8:2], crowd[1:8:2], strict=True):
        other["dob"] = one["dob"]  # a birthday in common, by chance
    columns = ["first_name", "surname", "dob", "email"]
    table = pa.concat_tables([PERSONS.select(columns), pa.Table.from_pylist(crowd)])
    clusters = dedupe(table).clusters["cluster_id"].to_pylist()
    assert len(set(clusters[-len(crowd) :])) == len(crowd)


def test_an_office_everybody_works_at_makes_nobody_the_same():
    """One mailbox, phone and door for all: what everybody shares tells nothing."""
    table = persons(entities=200, seed=4)
    shared = {"email": "info@tower.de", "phone": "+49305550000", "street": "Turmweg 1"}
    keep = ["record_id", "entity", "first_name", "surname", "dob", "sex"]
    table = table.select(keep)
    for name, value in shared.items():
        table = table.append_column(name, [[value] * table.num_rows])
    result = dedupe(table.drop_columns(["entity"]), id="record_id")
    truth = dict(zip(table["record_id"].to_pylist(), table["entity"].to_pylist(), strict=True))
    precision, recall = scores(clusters_of(result), truth)
    assert precision >= 0.97
    assert recall >= 0.7  # where a birth date is missing, a name alone is too little


def test_a_chain_through_shared_contacts_is_no_one_customer():
    links = range(260)
    table = rows(
        first_name=["Anna" for _ in links],
        surname=["Graf" for _ in links],
        email=[f"m{(n + 1) // 2}x@gmx.de" for n in links],
        phone=[f"+49895{n // 2:06}" for n in links],
    )
    sizes = dedupe(table).report["sizes"]
    assert max(map(int, sizes)) <= 10


def test_a_crowd_on_one_phone_does_not_chain_and_is_named():
    crowd = [
        {
            "first_name": f"{given}{n}",
            "surname": f"{family}{n}",
            "phone": "+4989555000",
            "email": "x77@gmx.de",
        }
        for n, (given, family) in enumerate((given, family) for given in GIVEN for family in FAMILY)
    ]
    result = dedupe(pa.Table.from_pylist(crowd))
    assert max(map(int, result.report["sizes"])) <= 2
    phone = next(key for key in result.report["keys"] if key["key"] == "phone")
    assert phone["crowded_by"] == "89555000"
    assert phone["largest_block"] == len(crowd)
    mailbox = next(key for key in result.report["keys"] if key["key"] == "mailbox")
    assert mailbox["crowded_by"] == "x77@gmx.de"


def test_crowds_are_named_whatever_the_key_was_made_of():
    crowd = range(160)
    table = rows(
        first_name=[f"{GIVEN[n % 10]}{n}" for n in crowd],
        surname=["Graf" if n % 2 else f"Voigt{n}" for n in crowd],
        dob=["1980-05-17" for _ in crowd],
        street=["Hauptstr." for _ in crowd],
        house_number=["5" for _ in crowd],
        zip=["80331" for _ in crowd],
        ssn=["123456" for _ in crowd],
        occupation=["baker" if n % 2 else "miller" for n in crowd],
    )
    named = {key["key"]: key["crowded_by"] for key in dedupe(table).report["keys"]}
    assert named["birth"] == "1980-05-17"
    assert named["way+number"] == "hauptstr + 5"
    assert named["identifier:ssn"] == "123456"
    assert named["attribute:occupation+birth"].endswith("+ 1980-05-17")
    assert named["family"] == "graf"


def test_a_house_of_many_companies_is_named():
    crowd = range(80)
    table = rows(
        company=[f"{GIVEN[n % 10]}{FAMILY[n % 20]} {n}" for n in crowd],
        street=["Turmweg 1" for _ in crowd],
        city=["Berlin" for _ in crowd],
    )
    named = {key["key"]: key["crowded_by"] for key in dedupe(table).report["keys"]}
    assert named["line_way+line_number"] == "Turmweg 1"


def test_a_crowd_of_companies_is_named():
    crowd = range(80)
    table = rows(
        company=["Acme Werk" for n in crowd],
        city=["Berlin" for _ in crowd],
        zip=["10117" for _ in crowd],
        email=[f"info@firma{n}.de" for n in crowd],
    )
    report = dedupe(table).report
    assert max(map(int, report["sizes"])) <= 2
    named = {key["key"]: key["crowded_by"] for key in report["keys"]}
    assert named["company"] == "Acme Werk"


GIVEN = ["Anna", "Bernd", "Clara", "David", "Emma", "Felix", "Greta", "Hugo", "Ida", "Jonas"]
FAMILY = [a + b for a in ("Ad", "Be", "Co", "Di", "En") for b in ("ler", "cker", "mann", "stein")]
