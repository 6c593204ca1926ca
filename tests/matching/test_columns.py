"""Columns, dates, guesses and letters: the small parts that whole tables are read with."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from matching.comparisons.births import date_levels
from matching.comparisons.levels import CODES, Field, Level
from matching.comparisons.names import family_level, given_level
from matching.comparisons.spellings import family_levels, given_levels
from matching.table.columns import Slots, coded, run_lengths
from matching.table.dates import read_dates
from matching.table.dialect import _rows
from matching.table.duck import quoted
from matching.table.folding import JUNK, folded
from matching.table.frame import read_frame
from matching.table.guess import Column, guess_roles, kind_of
from matching.table.names import read_names
from matching.table.order import in_usual_order
from matching.text.fold import fold
from matching.text.names import Part


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(alphabet="aeouqbnr AEU.-'_1 ?/`éß", max_size=9), min_size=1))
def test_texts_are_folded_in_bulk_as_one_by_one(texts):
    expected = [None if (one := fold(text)) in {"", *JUNK} else one for text in texts]
    assert folded(pa.array(texts, pa.string())).to_pylist() == expected


NAMES = st.text(alphabet="abeilmnorst", min_size=2, max_size=8)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        NAMES
        | st.sampled_from(["bob", "robert", "jan", "jana", "max", "maximilian", "robrt", "tom"])
        | st.sampled_from(
            [
                "иванов",
                "ivanov",
                "иван",
                "ян",
                "محمد",
                "mohamad",
                "أحمد",
                "ahmed",
                "نور",
                "nour",
                "יוסף",
                "саша",
                "aleksandr",
                "李",
                "li",
                "伟",
                "小明",
                "明小",
                "j",
                "xiao ming",
                "김",
                "kim",
                "山田",
                "やまだ",
                "yamada",
                "παπας",
                "j p",
                "ilya",
                "илья носков",
                "☎",
                "1",
            ]
        ),
        min_size=2,
        max_size=8,
    )
)
@example(["ilya", "илья носков"])
def test_names_are_compared_in_bulk_as_one_by_one(names):
    book = read_names({"given": pa.array(names)}, len(names)).book
    values = book.values.to_pylist()
    pairs = [
        (a, b) for a in range(len(values)) for b in range(len(values)) if values[a] and values[b]
    ]
    left, right = (np.array([pair[side] for pair in pairs], np.int64) for side in (0, 1))
    for bulk, single, field in (
        (given_levels, given_level, Field.GIVEN),
        (family_levels, family_level, Field.FAMILY),
    ):
        expected = [
            CODES[field][single(*(Part.of(tuple(values[side].split())) for side in pair))]
            for pair in pairs
        ]
        assert bulk(book, left, right).tolist() == expected


def test_a_column_in_pieces_is_coded_as_one():
    pieces = pa.chunked_array([["a", None], [], ["b", "a"]], pa.string())
    words, whole = coded(pieces), coded(pieces.combine_chunks())
    assert words.codes.tolist() == whole.codes.tolist()
    assert words.values.to_pylist() == whole.values.to_pylist() == ["a", "b"]
    assert len(coded(pa.chunked_array([], pa.string())).codes) == 0


def test_initials_fit_the_names_that_they_stand_for():
    assert given_level(Part.of(("j", "p")), Part.of(("jean", "paul"))) is Level.INITIAL
    assert given_level(Part.of(("j", "p")), Part.of(("jean", "marc"))) is not Level.INITIAL


def test_names_of_several_words_are_spelt_and_ended_like_others():
    assert given_level(Part.of(("anna", "maria")), Part.of(("annamaria",))) is Level.SAME
    assert given_level(Part.of(("jan",)), Part.of(("jana",))) is Level.SIMILAR


def test_an_initial_fits_a_name_in_another_script():
    assert given_level(Part.of(("i",)), Part.of(("иван",))) is Level.INITIAL
    assert given_level(Part.of(("a",)), Part.of(("иван",))) is not Level.INITIAL
    assert given_level(Part.of(("ivan",)), Part.of(("иван",))) is Level.TRANSLITERATED


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1980-05-17", 19800517), ("19800517", 19800517), ("17.05.1980", 19800517),
        ("05/17/1980", 19800517), ("17/05/1980", 19800517), ("1980/5/7", 19800507),
        ("1980", 19800000), ("born 19800517", 19800517), ("17.5.80", 19800517), ("80", 0),
        ("17 May 1980", 19800517), ("May 17, 1980", 19800517), ("17-Mai-80", 19800517),
        ("1980 May 17", 19800517), ("17 juillet 1980", 19800717), ("17. März 1980", 19800317),
        ("17 мая 1980", 19800517), ("May 1980", 0), ("1980-05-17T00:00:00Z", 19800517),
        ("17 Uhr 3 vor 1980", 19800317),
        ("1980-05", 0), ("unknown", 0), ("1980-05-123456789", 0),
        ("1980-99-17", 19809917), (None, 0),
    ],
)  # fmt: skip
def test_dates_are_read_as_people_write_them(text, number):
    dates = read_dates(coded(pa.array([text, "2000-01-01"])))
    values = np.append(dates.numbers, 0)[dates.words.codes]
    assert values[0] == number


@pytest.mark.parametrize(
    ("texts", "numbers"),
    [
        (["05/04/1980", "31/12/1980"], [19800405, 19801231]),
        (["05/04/1980", "12/31/1980"], [19800504, 19801231]),
        (["05-04-80", "12-31-80"], [19800504, 19801231]),
        (["80-04-05", "81-12-31"], [19800405, 19811231]),
        (["80-04-05", "05-04-81", "04-05-82"], [19800405, 19810504, 19820405]),
        (["05.04.12", "31.12.29"], [20120405, 20291231]),
    ],
)
def test_the_dates_of_a_column_show_the_order_of_their_parts(texts, numbers):
    dates = read_dates(coded(pa.array(texts)))
    assert dates.numbers[dates.words.codes].tolist() == numbers


@given(st.dates(), st.dates())
def test_comparing_dates_does_not_depend_on_the_side(one, other):
    def digits(day):
        return np.array([int(f"{day:%Y%m%d}".rjust(8, "0"), 16)], np.uint32)

    assert date_levels(digits(one), digits(other)) == date_levels(digits(other), digits(one))
    same = date_levels(digits(one), digits(one))[0]
    expected = Level.TWO_PARTS if (one.month, one.day) == (1, 1) else Level.SAME
    assert same == CODES[Field.BIRTH_DATE][expected]


def test_each_record_owns_its_slots():
    assert Slots().owners(3).tolist() == [0, 1, 2]
    slots = Slots(np.array([0, 2, 2, 3]))
    assert slots.owners(3).tolist() == [0, 0, 2]
    best = slots.best(np.array([0, 1]), np.array([2, 2]), lambda a, b: (a + b).astype(np.int8))
    assert best.tolist() == [3, 0]


def test_nothing_has_no_runs():
    hashes, counts = run_lengths(np.zeros(0, np.uint64))
    assert (len(hashes), len(counts)) == (0, 0)


def column(name, *sample, filled=1.0, distinct=1.0):
    return Column(name, sample, filled, distinct)


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("FirstName", "given"), ("Nachname", "family"), ("E-Mail", "email"),
        ("ZIP Code", "postcode"), ("soc_sec_id", "identifier:soc_sec_id"),
        ("Gender", "attribute:sex"), ("Firma", "organisation"), ("Prénom", "given"),
        ("NAME_LAST", "family"), ("customer_first_name", "given"), ("Birthdate__c", "birth_date"),
        ("MailingPostalCode", "postcode"), ("Straße und Hausnummer", "street"), ("姓名", "name"),
        ("電話番号", "phone"), ("Фамилия", "family"), ("City1", "locality"), ("TEL2", "phone"),
        ("Partita IVA", "identifier:partita_iva"), ("Płeć", "attribute:sex"),
    ],
)  # fmt: skip
def test_a_column_is_known_by_its_name(name, role):
    samples = {"email": ["a@b.de"], "phone": ["0123 456789"], "birth_date": ["17 May 1980"]}
    sample = samples.get(role, ["x", "y"])
    assert guess_roles([column(name, *sample)]) == {role: name}


def test_a_column_whose_content_does_not_fit_its_name_plays_no_role():
    assert guess_roles([column("email", "yes", "no", "maybe")]) == {}
    assert guess_roles([column("email", filled=0)]) == {}
    assert guess_roles([column("email")]) == {"email": "email"}


def test_names_of_rows_and_answers_are_never_attributes():
    columns = [column(name, "a", "b", distinct=0.01) for name in ("entity_id", "cluster", "notes")]
    assert guess_roles(columns) == {}
    assert guess_roles([column("occupation", "a", "b", distinct=0.01)]) == {
        "attribute:occupation": "occupation"
    }


def test_mail_addresses_are_known_whatever_their_column_is_called():
    assert guess_roles([column("where to write", "a@b.de", "c@d.de")]) == {
        "email": "where to write"
    }


def test_a_name_beside_a_given_name_is_the_family_name():
    columns = [column("Vorname", "Anna", "Bernd"), column("Name", "Graf", "Voigt")]
    assert guess_roles(columns) == {"given": "Vorname", "family": "Name"}
    columns[1] = column("Name", "Anna Graf", "Bernd Voigt")
    assert guess_roles(columns) == {"given": "Vorname"}


@pytest.mark.parametrize(
    ("written", "usual"),
    [
        (["Miller Anna", "van Dyk Peter", "Xu", None, "Zoller Mary", "Quandt Emma"],
         ["Anna Miller", "Peter van Dyk", "Xu", None, "Mary Zoller", "Emma Quandt"]),
        (["Anna Miller", "Peter Bell", "Mary Ox", "Xu Li"],) * 2,
        (["伟华 李", "志明 王", "淑芬 张", "翔太 佐々木"],
         ["李 伟华", "王 志明", "张 淑芬", "佐々木 翔太"]),
        (["李 伟华", "佐々木 翔太"],) * 2,
    ],
)  # fmt: skip
def test_a_column_shows_in_which_order_its_names_are(written, usual):
    assert in_usual_order(pa.array(written)).to_pylist() == usual


def test_one_column_of_names_gives_way_to_two():
    columns = [column("name", "A B"), column("surname", "B"), column("first_name", "A")]
    assert guess_roles(columns) == {"family": "surname", "given": "first_name"}
    assert guess_roles(columns[:1]) == {"name": "name"}


def test_what_names_companies_holds_organisations():
    assert kind_of({"organisation": "org"}) == "organisation"
    assert kind_of({"organisation": "org", "birth_date": "dob"}) == "person"
    assert kind_of({"email": "mail"}) == "person"
    assert kind_of({"name": "name", "attribute:sex": "sex"}) == "person"
    assert kind_of({"name": "name", "website": "url"}) == "organisation"


def test_further_columns_of_phones_and_mails_are_used_too():
    numbers = ("0301234567", "0307654321")
    columns = [column(name, *numbers) for name in ("Phone1", "mobile", "Home Phone")]
    columns += [column(name, "a@b.c", "d@e.f") for name in ("email", "email_2")]
    assert guess_roles(columns) == {
        "phone": "Phone1", "phone:mobile": "mobile", "phone:Home Phone": "Home Phone",
        "email": "email", "email:email_2": "email_2",
    }  # fmt: skip


def test_values_of_several_columns_lie_record_by_record_each_once():
    table = pa.table(
        {
            "phone": ["030 1234567", None, "0307654321"],
            "phone:2": ["030-123 45 67", None, "089111222"],
            "email": [None, "a@x.de", "b@x.de"],
            "email:2": ["c@x.de", "A@x.de", None],
        }
    )
    roles = {name: quoted(name) for name in table.column_names}
    frame = read_frame("given", roles, inputs={"given": table})
    assert frame.phones.values.texts.to_pylist() == ["01234567", "07654321", "89111222"]
    assert frame.phones.slots.starts.tolist() == [0, 1, 1, 3]
    assert frame.emails.whole.texts.to_pylist() == ["c@x.de", "a@x.de", "b@x.de"]
    assert frame.emails.slots.starts.tolist() == [0, 1, 2, 3]
    assert len(set(frame.emails.local.tolist())) == 3


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("person", ["Anna Müller", "Miller, Tom Jr.", "王小明", "Dr. Eva van der Berg", "Cher"]),
        ("organisation", ["Acme Ltd", "Joe's Diner", "Café 21", "Nova", "Harbour Supplies"]),
    ],
)
def test_what_stands_in_a_name_column_tells_persons_from_organisations(kind, names):
    column = Column("name", names, 1.0, 1.0)
    assert kind_of({"name": "name"}, [column]) == kind


def test_a_column_of_an_unknown_name_is_taken_for_the_name_if_nothing_else_is_known():
    number, text = Column("nr", ["1", "2"], 1.0, 1.0), Column("wer", ["Anna M", "Bo O"], 1.0, 1.0)
    assert guess_roles([number, text, Column("id", ["a", "b"], 1.0, 1.0)]) == {"name": "wer"}
    sparse = Column("wer", ["Anna M"], 0.1, 0.1)
    assert guess_roles([number, sparse]) == {}


def test_a_cell_too_long_to_look_at_ends_the_look_at_a_file(tmp_path):
    file = tmp_path / "wide.csv"
    file.write_text(f"surname;city\nGraf;Bern\n{'x' * 200_000};Basel\n", encoding="utf-8")
    assert [*_rows(file.read_text("utf-8"), ";")] == [
        (["surname", "city"], 0),
        (["Graf", "Bern"], 1),
    ]
