"""A whole table, from file to clusters: right, the same in any order, clear about bad input."""

import random

import pyarrow as pa
import pyarrow.csv as arrow_csv
import pyarrow.parquet as arrow_parquet
import pytest

import matching
from hub.errors import ConfigError
from matching import dedupe
from matching.report.page import page
from tests.matching.tables import companies, persons, scores

PERSONS = persons()
TRUTH = dict(zip(PERSONS["record_id"].to_pylist(), PERSONS["entity"].to_pylist(), strict=True))

OTHERS = {
    "dob": [f"{1950 + 2 * n}-{n % 12 + 1:02}-{n + 1:02}" for n in range(24)],
    "email": [f"{word}{word}@firm{n}.example" for n, word in enumerate("abcdefghijklmnopqrstuvwx")],
    "postcode": [f"{10_000 + 3_337 * n}" for n in range(24)],
}


def clusters_of(result):
    table = result.clusters
    return dict(zip(table["record_id"].to_pylist(), table["cluster_id"].to_pylist(), strict=True))


@pytest.fixture(scope="module")
def found():
    return dedupe(PERSONS, id="record_id")


def test_duplicates_of_persons_are_found_and_strangers_left_alone(found):
    precision, recall = scores(clusters_of(found), TRUTH)
    assert precision >= 0.98
    assert recall >= 0.95


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


def test_every_row_is_in_the_clusters_once_in_its_order(found):
    assert found.clusters["record_id"].to_pylist() == PERSONS["record_id"].to_pylist()
    assert set(clusters_of(found).values()) <= TRUTH.keys()
    assert all(0 < chance <= 1 for chance in found.clusters["probability"].to_pylist())


def test_the_columns_are_read_as_a_person_would_read_them(found):
    assert found.roles == {
        "given": "first_name", "family": "surname", "birth_date": "dob", "street": "street",
        "postcode": "postcode", "locality": "city", "email": "email", "phone": "phone",
        "attribute:sex": "sex", "id": "record_id",
    }  # fmt: skip


def test_neither_the_order_of_rows_nor_the_number_of_threads_makes_a_difference(found):
    order = list(range(PERSONS.num_rows))
    random.Random(7).shuffle(order)  # noqa: S311
    again = dedupe(PERSONS.take(pa.array(order)), id="record_id", threads=1)
    assert clusters_of(again) == clusters_of(found)
    assert dedupe(PERSONS, id="record_id", threads=2).review.equals(found.review)


def test_the_report_tells_how_it_came_about_and_escapes_what_it_shows(found):
    report = found.report
    assert report["records"] == PERSONS.num_rows
    assert sum(int(size) * many for size, many in report["sizes"].items()) == PERSONS.num_rows
    assert report["remarks"][0].startswith(f"Only {PERSONS.num_rows} records")
    assert {line["field"] for line in report["weights"]} >= {"given", "email", "attribute:sex"}
    hostile = page(report | {"remarks": ["<script>alert(1)</script>"]})
    assert "<script>" not in hostile
    assert hostile.count("<svg") >= 8


@pytest.mark.parametrize("order", ["{given} {family}", "{family}, {given}", "{family} {given}"])
def test_a_whole_name_in_one_column_is_told_apart(order):
    parts = zip(*(PERSONS[name].to_pylist() for name in ("first_name", "surname")), strict=True)
    names = [order.format(given=given or "", family=family or "") for given, family in parts]
    table = PERSONS.drop_columns(["first_name", "surname"]).append_column("name", [names])
    result = dedupe(table, id="record_id")
    precision, recall = scores(clusters_of(result), TRUTH)
    assert result.roles["name"] == "name"
    assert precision >= 0.98
    assert recall >= 0.95


def test_companies_are_found_by_name_address_phone_and_web_site():
    table = companies()
    result = dedupe(table, id="record_id")
    truth = dict(zip(table["record_id"].to_pylist(), table["entity"].to_pylist(), strict=True))
    precision, recall = scores(clusters_of(result), truth)
    assert result.kind == "organisation"
    assert precision >= 0.95
    assert recall >= 0.9


def test_records_of_one_source_stay_apart_when_linking():
    rows = PERSONS.append_column(
        "source", pa.array(["a", "b"] * (PERSONS.num_rows // 2) + ["a"] * (PERSONS.num_rows % 2))
    )
    result = dedupe(rows, id="record_id", source="source", link_only=True)
    source = dict(zip(rows["record_id"].to_pylist(), rows["source"].to_pylist(), strict=True))
    members = {}
    for record, cluster in clusters_of(result).items():
        members.setdefault(cluster, []).append(source[record])
    pairs = [sorted(sources) for sources in members.values() if len(sources) == 2]
    assert pairs
    assert all(sources == ["a", "b"] for sources in pairs)


def test_files_give_what_the_table_in_memory_gives(found, tmp_path):
    arrow_csv.write_csv(PERSONS, tmp_path / "persons.csv")
    arrow_parquet.write_table(PERSONS.slice(0, 200), tmp_path / "one.parquet")
    arrow_parquet.write_table(PERSONS.slice(200), tmp_path / "two.parquet")
    assert clusters_of(dedupe(tmp_path / "persons.csv", id="record_id")) == clusters_of(found)
    parts = [tmp_path / "one.parquet", str(tmp_path / "two.parquet")]
    assert clusters_of(dedupe(parts, id="record_id")) == clusters_of(found)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_encodings_are_recognised_and_told(encoding, tmp_path):
    file = tmp_path / "people.csv"
    text = "first_name,surname,email\nJörg,Müller,jm77@gmx.de\nJoerg,Mueller,jm77@gmx.de\n"
    file.write_text(text, encoding=encoding)
    result = dedupe(file)
    assert len(set(clusters_of(result).values())) == 1
    assert result.remarks == (f"{file}: read as {encoding}",)


def test_bytes_that_no_encoding_knows_are_read_as_latin_1(tmp_path):
    file = tmp_path / "people.csv"
    file.write_bytes(b"first_name,surname\nJ\x81rg,M\xfcller\nAnna,Graf\n")
    assert dedupe(file).remarks == (f"{file}: read as latin-1",)


def test_nul_bytes_are_dropped(tmp_path):
    file = tmp_path / "people.csv"
    file.write_bytes(b"first_name,surname\nAn\0na,Graf\nAnna,Graf\n")
    assert dedupe(file).clusters.num_rows == 2


def test_a_file_of_several_encodings_is_read_line_by_line(tmp_path):
    file = tmp_path / "people.csv"
    lines = ["first_name,surname,email", "Jörg,Müller,jm77@gmx.de", "Jörg,Müller,jm77@gmx.de"]
    file.write_bytes(b"\n".join(line.encode(how) for line, how in zip(lines, CODES, strict=True)))
    result = dedupe(file)
    assert result.remarks == (f"{file}: read as utf-8, and 1 of its lines as cp1252",)
    assert clusters_of(result)["2"] == "1"


CODES = ["utf-8-sig", "utf-8", "cp1252"]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32"])
def test_two_bytes_a_letter_are_recognised_without_a_mark(encoding, tmp_path):
    file = tmp_path / "people.csv"
    file.write_bytes("first_name,surname\nJörg,Müller\n".encode(encoding) * 1)
    assert dedupe(file).remarks == (f"{file}: read as {encoding}",)


@pytest.mark.parametrize(
    ("content", "names"),
    [
        ("first_name;surname;says, in short, what\nA;B;a, b, c\nC;D;e, f, g\n", "given family"),
        ("first_name\tsurname\r\nAnna\tGraf\r\n", "given family"),
        ("first_name|surname\rAnna|Graf\r", "given family"),
        ("first_name,surname\nAnna,Graf\r\nBob,Voigt\n", "given family"),
        ("\n\nfirst_name,surname,,\nAnna,Graf,,\n", "given family"),
        ('first_name,"surname"\n"An""na","Gr,\naf"\n', "given family"),
        ('first_name,surname\n"An\\"na",Graf\n', "given family"),
        ("first_name,Email,email\nAnna,a@b.de,c@d.de\n", "given email email:email_1"),
        ("surname\nGraf\nVoigt, Anna\n", "family"),
    ],
)
def test_files_are_read_as_they_are_written(content, names, tmp_path):
    file = tmp_path / "people.csv"
    file.write_text(content, newline="")
    assert list(dedupe(file).roles) == names.split()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "the file is empty"),
        (b"\n\n", "row 1 names no columns"),
        (b"a,b,c\n1,2,3\n4,5,6\n", "no column describes a customer"),
        (b"first_name,surname\n", "no row says anything"),
        (b"Anna,Graf,a@b.de\nBob,Voigt,c@d.de\n", "row 1 holds a customer"),
        (b"first_name,surname\nAnna,Graf\nAnna\n", "people.csv.*Line: 3: Expected.*2 Found: 1"),
        (b"first_name,surname\nAnna,Graf\nAnna,Graf,x\n", "people.csv.*Line: 3: Expected"),
        (b'first_name,surname\nAnna,"Graf\nBob,Voigt\n', "Line: 2: Value with unterminated"),
        (b"PK\x03\x04...", "an Excel file"),
        ("first_name,surname\nAnna,Graf\n".encode("utf-16") + b"x", "no whole utf-16 text"),
    ],
)
def test_a_file_that_makes_no_sense_is_told_clearly(content, says, tmp_path):
    file = tmp_path / "people.csv"
    file.write_bytes(content)
    with pytest.raises(ConfigError, match=says):
        dedupe(file)


def test_a_folder_and_an_option_that_makes_no_sense_are_told_clearly(tmp_path):
    with pytest.raises(ConfigError, match="a folder, not a file"):
        dedupe(tmp_path)
    with pytest.raises(ConfigError, match="File name too long"):
        dedupe(tmp_path / ("x" * 300 + ".csv"))
    for option, says in (
        ({"kind": "dog"}, "kind: person, organisation or auto"),
        ({"threads": 0}, "threads: 1 or more"),
        ({"link_only": True}, "name the column"),
        ({"roles": {"shoes": "surname"}}, "no role 'shoes'"),
    ):
        with pytest.raises(ConfigError, match=says):
            dedupe(PERSONS, **option)


def test_nested_columns_are_told_and_left_alone(tmp_path):
    table = pa.table(
        {
            "first_name": ["Anna", "Anna"],
            "surname": ["Graf", "Graf"],
            "address": [{"street": "Weg 1"}, None],
            "email": [["a@b.de"], []],
        }
    )
    arrow_parquet.write_table(table, tmp_path / "nested.data")
    result = dedupe(tmp_path / "nested.data")
    assert list(result.roles) == list(dedupe(table).roles) == ["given", "family"]
    assert result.remarks == tuple(
        f"column {name}: nested, so it is not read" for name in ("address", "email")
    )


def test_what_is_no_file_or_table_is_told_clearly(tmp_path):
    with pytest.raises(ConfigError, match="no such file"):
        dedupe(tmp_path / "nobody.csv")
    with pytest.raises(ConfigError, match="a int is no table"):
        dedupe(7)
    file = tmp_path / "people.csv"
    file.write_text("first_name,surname\nAnna,Graf\n")
    with pytest.raises(ConfigError, match="given twice"):
        dedupe([file, file])


def test_columns_that_are_not_there_are_told():
    with pytest.raises(ConfigError, match="no column 'age'"):
        dedupe(PERSONS, roles={"attribute:age": "age"})
    with pytest.raises(ConfigError, match="no column 'nr'"):
        dedupe(PERSONS, id="nr")


def test_ids_must_be_there_and_differ():
    table = pa.table({"id": ["a", "b", "a"], "surname": ["Graf", "Graf", "Voigt"]})
    with pytest.raises(ConfigError, match="rows 1 and 3: both have the id 'a'"):
        dedupe(table, id="id")
    table = pa.table({"id": ["a", None], "surname": ["Graf", "Graf"]})
    with pytest.raises(ConfigError, match="row 2: column 'id' is empty"):
        dedupe(table, id="id")


def test_a_guess_can_be_corrected_and_dropped():
    result = dedupe(PERSONS, roles={"family": "first_name", "given": "", "attribute:sex": ""})
    assert result.roles["family"] == "first_name"
    assert "given" not in result.roles
    assert "attribute:sex" not in result.roles


@pytest.mark.parametrize("rows", [1, 2])
def test_a_tiny_table_is_served(rows):
    table = pa.table({"surname": ["Graf", "Graf"][:rows], "email": ["a@gmx.de", None][:rows]})
    assert dedupe(table).clusters.num_rows == rows


def test_blank_columns_and_huge_cells_do_no_harm():
    table = pa.table(
        {
            "first_name": ["Anna", "Anna", "x" * 1_000_000],
            "surname": ["Graf", "Graf", "Voigt"],
            "email": pa.array([None, None, None], pa.string()),
            "street": ["", " ", "Weg 1"],
            "dob": ["1980-05-17", "17.05.1980", "?"],
        }
    )
    found = clusters_of(dedupe(table))
    assert found["1"] == found["2"] != found["3"]


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


GIVEN = ["Anna", "Bernd", "Clara", "David", "Emma", "Felix", "Greta", "Hugo", "Ida", "Jonas"]
FAMILY = [a + b for a in ("Ad", "Be", "Co", "Di", "En") for b in ("ler", "cker", "mann", "stein")]


def test_only_what_is_asked_for_is_loaded():
    with pytest.raises(AttributeError):
        _ = matching.nothing


def rows(**columns):
    return pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})


def test_a_larger_table_teaches_its_own_weights():
    table = persons(entities=700, seed=3)
    result = dedupe(table, id="record_id")
    truth = dict(zip(table["record_id"].to_pylist(), table["entity"].to_pylist(), strict=True))
    precision, recall = scores(clusters_of(result), truth)
    assert result.report["remarks"] == []
    assert precision >= 0.98
    assert recall >= 0.95


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


def test_an_offices_people_are_compared_as_its_contacts():
    table = rows(
        company=["Acme GmbH", "ACME", "Zebra", "Acme GmbH"],
        first_name=["Anna", "Anna", "Bob", None],
        surname=["Graf", "Graf", "Voigt", None],
        website=["acme.de", "www.acme.de/a", "zebra.de", None],
    )
    result = dedupe(table, kind="organisation")
    assert {"company", "contact", "website"} <= result.matched.pairs.compared.keys()
    assert clusters_of(result)["3"] == "3"


def test_a_column_of_names_may_hold_organisations():
    table = rows(name=["Acme Bau GmbH", "Acme Bau", "Zebra Optik"], phone=["089123456"] * 3)
    result = dedupe(table, kind="organisation")
    assert result.roles["organisation"] == "name"
    assert clusters_of(result)["3"] == "3"


def test_what_nobody_shares_is_no_candidate():
    result = dedupe(rows(email=["a1@gmx.de", "b2@web.de", "c3@aol.com"]))
    assert result.report["pairs"] == 0
    assert result.report["scores"] == []
    assert "One column alone" in result.report["remarks"][1]
    assert set(result.clusters["probability"].to_pylist()) == {1.0}


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


def test_a_row_that_breaks_the_file_is_told_wherever_it_stands(tmp_path):
    file = tmp_path / "people.csv"
    lines = [f"Anna{n},Graf{n}" for n in range(30_000)]
    lines[25_000] = "Anna,Graf,one,too,many"
    file.write_text("\n".join(["first_name,surname", *lines]))
    with pytest.raises(ConfigError, match=r"people\.csv.*Line: 25002"):
        dedupe(file)


def test_a_single_column_may_hold_commas(tmp_path):
    file = tmp_path / "people.csv"
    file.write_text("surname\nGraf\nVoigt\n")
    assert dedupe(file).clusters.num_rows == 2


def test_columns_of_numbers_and_of_nothing_are_read_as_texts():
    table = pa.table({"surname": ["Graf", "Graf", "Voigt"], "zip": [10117, 10117, None]})
    result = dedupe(table.append_column("city", pa.nulls(3)))
    assert result.roles["postcode"] == "zip"
    assert result.clusters.num_rows == 3


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


def test_two_rows_are_judged_by_what_is_usual_elsewhere():
    same = rows(first_name=["Anna", "Anna"], surname=["Graf", "Graf"], dob=["1980-05-17"] * 2)
    other = rows(first_name=["Anna", "Bernd"], surname=["Graf"] * 2, dob=["1980-05-17"] * 2)
    assert clusters_of(dedupe(same))["2"] == "1"
    assert clusters_of(dedupe(other))["2"] == "2"
