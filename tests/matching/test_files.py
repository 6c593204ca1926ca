"""Files as people write them: read as they are, or told clearly why not."""

import pyarrow as pa
import pyarrow.csv as arrow_csv
import pyarrow.parquet as arrow_parquet
import pytest

from hub.errors import ConfigError
from matching import dedupe
from tests.matching.tables import PERSONS, clusters_of


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
    file.write_bytes("first_name,surname\nJörg,Müller\n".encode(encoding))
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


def test_a_single_column_may_hold_commas(tmp_path):
    file = tmp_path / "people.csv"
    file.write_text("surname\nGraf\nVoigt\n")
    assert dedupe(file).clusters.num_rows == 2


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


def test_a_row_that_breaks_the_file_is_told_wherever_it_stands(tmp_path):
    file = tmp_path / "people.csv"
    lines = [f"Anna{n},Graf{n}" for n in range(30_000)]
    lines[25_000] = "Anna,Graf,one,too,many"
    file.write_text("\n".join(["first_name,surname", *lines]))
    with pytest.raises(ConfigError, match=r"people\.csv.*Line: 25002"):
        dedupe(file)


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


class Broken:
    def __arrow_c_stream__(self, requested_schema=None):
        raise pa.ArrowTypeError("a column of two types")


def test_columns_of_one_name_are_told_apart_as_in_a_file():
    names = ["surname", "Surname", "surname_1"]
    table = pa.Table.from_arrays([pa.array(["Graf", "Voigt"])] * 3, names)
    assert dedupe(table, roles={"attribute:other": "Surname_2"}).roles["family"] == "surname"


def test_what_is_no_file_or_table_is_told_clearly(tmp_path):
    with pytest.raises(ConfigError, match="no such file"):
        dedupe(tmp_path / "nobody.csv")
    for given, says in (
        (7, "a int is no table"),
        ([7], "a list is no table"),
        ([], "no file is given"),
        (pa.table({"address": [{"street": "Weg 1"}]}), "no column that can be read"),
        (Broken(), "the table: a column of two types"),
    ):
        with pytest.raises(ConfigError, match=says):
            dedupe(given)
    file = tmp_path / "people.csv"
    file.write_text("first_name,surname\nAnna,Graf\n")
    with pytest.raises(ConfigError, match="given twice"):
        dedupe([file, file])
