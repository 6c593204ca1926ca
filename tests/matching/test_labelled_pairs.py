"""Two customers, one or two? A table that anybody may add a line to.

``merge``: joined without asking. ``review``: a steward is asked. ``found``: either will do.
``apart``: nobody is bothered. ``not merged``: never joined without asking.
"""

# ruff: noqa: E501 - a table is read line by line

import pytest

from hub.model import Kind
from matching.verdicts import Proposal
from tests.matching.people import company, customer, judged, person, shared

MUC = "Hauptstraße 12, 80331, München"
MUC_SHORT = "Hauptstr. 12, 80331, Muenchen"
BER = "Gartenweg 3, 10117, Berlin"
HOME = {"at": MUC, "phone": "+498912345678", "email": "familie.mueller@gmx.de"}

ONE_PERSON = [
    # the same word in two spellings
    (person("Müller, Anna", at=MUC), person("MUELLER, ANNA", at=MUC_SHORT), "merge"),
    (person("Müller, Anna", at=MUC), person("Anna, Müller", at=MUC), "merge"),
    (person("Müller, Anna", at=MUC), person("Müller Anna", at=MUC), "merge"),
    (person("Strauß, Jörg", born="1970-03-09"), person("STRAUSS, Joerg", born="1970-03-09"), "merge"),
    (person("O'Brien, Sean", phone="+35312345678"), person("OBrien, Seán", phone="+35312345678"), "merge"),
    (person("García Márquez, José", at=BER), person("Garcia, Jose", at=BER), "found"),
    (person("Nguyễn, Hương", email="flower@gmx.de"), person("Nguyen, Thị Hương", email="flower@gmx.de"), "merge"),
    (person("Łukaszewicz, Paweł", at=BER), person("Lukaszewicz, Pawel", at=BER), "merge"),
    # nicknames, initials, typing errors
    (person("Smith, Robert", email="rs77@gmx.de"), person("Smith, Bob", email="rs77@gmx.de"), "merge"),
    (person("Иванов, Александр", phone="+74951234567"), person("Иванов, Саша", phone="+74951234567"), "found"),
    (person("Smith, Katharina", at=BER), person("Smith, K.", at=BER), "found"),
    (person("Schmidt, Peter", born="1961-02-13", at=BER), person("Schmitt, Peter", born="1961-02-13"), "merge"),
    (person("Fischer, Thorsten", born="1985-05-17"), person("Fischer, Torsten", born="1985-05-17"), "merge"),
    (person("Weber, Julia", born="1985-05-07", at=BER), person("Weber, Julia", born="1985-07-05", at=BER), "merge"),
    (person("Weber, Julia", email="snowflake@gmx.de"), person("Weber, Julia", email="snowflkae@gmx.de"), "merge"),
    # moved, married, without a name
    (person("Weber, Julia", born="1985-05-07", at=BER), person("Weber, Julia", born="1985-05-07", at=MUC), "merge"),
    (
        person("Weber, Julia", born="1985-05-17", phone="+493012345678"),
        person("Maier, Julia", born="1985-05-17", phone="+493012345678"),
        "merge",
    ),
    (person("Weber, Julia", email="jw@gmx.de"), person(email="jw@gmx.de"), "review"),
    (person("Weber, Julia", at=BER, email="a@gmx.de"), person("Weber, Julia", at=BER, email="b@web.de"), "found"),
    # other scripts
    (person("李, 伟", born="1985-05-17"), person("李伟", born="1985-05-17"), "merge"),
    (person("陳, 大文", phone="+85212345678"), person("陈, 大文", phone="+85212345678"), "merge"),
    (person("李, 小明", phone="+861012345678"), person("Li, Xiaoming", phone="+861012345678"), "found"),
    (person("Петров, Сергей", born="1985-05-17"), person("Petrov, Sergej", born="1985-05-17"), "merge"),
    (person("Παπαδόπουλος, Νίκος", at=BER), person("Papadopoulos, Nikos", at=BER), "found"),
    (person("حسن, محمد", phone="+20212345678"), person("Hassan, Mohamed", phone="+20212345678"), "found"),
    (person("김, 민준", born="1990-10-03"), person("김민준", born="1990-10-03"), "merge"),
    (person("山田, 太郎", at=BER), person("山田太郎", at=BER), "merge"),
    (person("山田, 太郎", email="taro77@gmx.de"), person("Yamada, Taro", email="taro77@gmx.de"), "review"),
]  # fmt: skip

TWO_PERSONS = [
    # relatives
    (person("Müller, Anna", born="1980-05-17", **HOME), person("Müller, Bernd", born="1978-01-30", **HOME), "apart"),
    (person("Müller, Anna", **HOME), person("Müller, Bernd", **HOME), "apart"),
    (person("Müller, Lea", born="2001-04-04", **HOME), person("Müller, Mia", born="2001-04-04", **HOME), "not merged"),
    (person("Müller, Jan", born="2001-04-04", **HOME), person("Müller, Jana", born="2001-04-04", **HOME), "not merged"),
    (person("Rossi, Mario", born="2001-04-04", **HOME), person("Rossi, Maria", born="2001-04-04", **HOME), "not merged"),
    (person("Smith, John, Jr", at=MUC), person("Smith, John, Sr", at=MUC), "not merged"),
    (person("Smith, John, Jr", **HOME), person("Smith, John", **HOME), "not merged"),
    (person("Smith, John, III", born="1985-05-17"), person("Smith, John, II", born="1985-05-17"), "not merged"),
    (person("Smith, John", born="1950-05-17", **HOME), person("Smith, John", born="1981-09-02", **HOME), "not merged"),
    # namesakes
    (person("李, 伟"), person("李, 伟"), "not merged"),
    (person("李, 伟", at=BER), person("李, 伟", at=MUC), "not merged"),
    (person("李, 伟", born="1985-05-17"), person("李, 伟", born="1962-11-30"), "apart"),
    (person("Schneider, Peter"), person("Schneider, Peter"), "not merged"),
    (
        person("Schneider, Peter", email="peterschneider@gmx.de"),
        person("Schneider, Peter", email="peter.schneider@gmx.de"),
        "not merged",
    ),
    (
        person("Schneider, Peter", at=BER, phone="+493012345678"),
        person("Schneider, Peter", at=MUC, phone="+498987654321"),
        "not merged",
    ),
    (person("Schneider, Peter", born="1985-05-17"), person("Schneider, Peter", born="1962-11-30"), "apart"),
    # one thing shared
    (person("Weber, Julia", phone="+493012345678"), person("Braun, Karl", phone="+493012345678"), "apart"),
    (person("Weber, Julia", email="x7@gmx.de"), person("Braun, Karl", email="x7@gmx.de"), "apart"),
    (person("Weber, Julia", at=BER), person("Braun, Karl", at=BER), "apart"),
    (person("Weber, Julia", born="1985-05-17"), person("Braun, Karl", born="1985-05-17"), "apart"),
    (person(phone="+493012345678"), person(phone="+493012345678"), "not merged"),
    (person(email="info@acme.de"), person(email="info@acme.de"), "not merged"),
    # other scripts
    (person("김, 종은", at=BER), person("김, 정은", at=BER), "not merged"),
    (person("Иванова, Юлия", email="x7@mail.ru"), person("Ivanova, Ekaterina", email="x7@mail.ru"), "not merged"),
    # identifiers
    (
        person("Weber, Julia", at=BER, vat="DE123456789"),
        person("Weber, Julia", at=BER, vat="DE987654321"),
        "not merged",
    ),
    (
        person("Weber, Julia", at=BER, vat="DE123456789"),
        person("Weber, Julia", at=BER, vat="DE123456798"),
        "not merged",
    ),
]  # fmt: skip

ONE_COMPANY = [
    (company("Acme GmbH", at=MUC), company("ACME Gesellschaft mit beschränkter Haftung", at=MUC), "merge"),
    (company("Weber & Söhne KG", phone="+493012345678"), company("Weber und Soehne", phone="+493012345678"), "merge"),
    (company("Dupont S.A.R.L.", vat="FR12345678901"), company("SARL Dupont", vat="FR 12 345678901"), "merge"),
    (company("ООО «Ромашка»", email="info@romashka.ru"), company("Ромашка", email="info@romashka.ru"), "merge"),
    (company("北京华为技术有限公司", phone="+861012345678"), company("北京华为技术", phone="+861012345678"), "merge"),
    (company("株式会社山田", phone="+81312345678"), company("山田（株）", phone="+81312345678"), "merge"),
    (company("شركة النور", phone="+97141234567"), company("النور ذ.م.م", phone="+97141234567"), "merge"),
    (company("Bauer Druckerei", at=MUC), company("Baeur Druckerei GmbH", at=MUC), "merge"),
    (company("IBM", vat="DE123456789"), company("International Business Machines", vat="DE123456789"), "merge"),
    (company("Acme GmbH", email="info@acme.de"), person(email="info@acme.de"), "review"),
    (
        company("Acme GmbH", email="info@acme.de"),
        customer(organisation="Acme", email="info@acme.de"),
        "review",
    ),
]  # fmt: skip

TWO_COMPANIES = [
    # branches and namesakes
    (company("Acme GmbH", at=MUC), company("Acme GmbH", at=BER), "not merged"),
    (company("Acme GmbH", vat="DE123456789"), company("Acme GmbH", vat="DE987654321"), "not merged"),
    (company("Acme GmbH"), company("Acme GmbH"), "not merged"),
    (
        company("Acme GmbH", at=MUC, email="muenchen@acme.de", phone="+498912345678"),
        company("Acme GmbH", at=BER, email="berlin@acme.de", phone="+493012345678"),
        "not merged",
    ),
    # neighbours
    (company("Silvana Travel", at=MUC), company("Zebra Druckerei", at=MUC), "apart"),
    (
        company("Silvana Travel", at=MUC, phone="+498912345678"),
        company("Silvana Catering", at=MUC, phone="+498912345678"),
        "not merged",
    ),
    # a company and its people
    (company("Weber GmbH", email="info@weber.de"), person("Weber, Julia", email="info@weber.de"), "apart"),
    (
        customer(organisation="Weber GmbH", at=MUC),
        person("Weber, Julia", at=MUC),
        "not merged",
    ),
]  # fmt: skip

ALL = [*ONE_PERSON, *TWO_PERSONS, *ONE_COMPANY, *TWO_COMPANIES]

ALLOWED = {
    "merge": {Proposal.MERGE},
    "review": {Proposal.REVIEW},
    "found": {Proposal.MERGE, Proposal.REVIEW},
    "apart": {Proposal.APART},
    "not merged": {Proposal.REVIEW, Proposal.APART},
}


@pytest.mark.parametrize(("left", "right", "expected"), ALL)
def test_the_match_says_what_a_person_would_say(left, right, expected):
    match = judged(left, right)
    assert match.outcome in ALLOWED[expected], match


@pytest.mark.parametrize(("left", "right", "expected"), [*ONE_PERSON, *ONE_COMPANY])
def test_what_must_be_found_shares_a_key(left, right, expected):
    assert shared(left, right), expected


def test_the_table_holds_all_kinds():
    assert {side.kind for pair in ALL for side in pair[:2]} == set(Kind)
