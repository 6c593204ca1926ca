"""A fifth channel of an existing protocol is added by YAML alone: no Python, nothing else."""

import sqlite3
from contextlib import closing

import pytest

from hub.config import load_settings
from hub.model import Key, Verdict
from pipeline.review import decide
from pipeline.run import run
from pipeline.wiring import verify
from store.database import Store
from tests.conftest import ROOT

CHANNEL = """
  club:
    profile: club.yaml
    map: club_map.yaml
    url: sqlite:///club.db
    trust: 20
    region: DE
"""


@pytest.fixture
def club(tmp_path, environment, population):
    """A member file that nobody here ever saw, beside a goldenrod.yaml that names it."""
    with closing(sqlite3.connect(tmp_path / "club.db")) as database, database:
        database.execute(
            "create table MEMBERS (NR integer primary key, FIRST text, LAST text, MAIL text,"
            " TOWN text, SEEN text)"
        )
        database.executemany(
            "insert into MEMBERS values (?, ?, ?, ?, ?, '2026-03-01 12:00:00')",
            [
                (1, "Wilhelmina", "Krautwurst", "wilhelmina@krautwurst.example.com", "Jena"),
                (2, "Theobald", "Zwirnlein", "theobald@zwirnlein.example.com", "Gera"),
            ],
        )
    for name in ("club.yaml", "club_map.yaml"):
        text = (ROOT / "tests" / "data" / "club" / name).read_text()
        (tmp_path / name).write_text(text)
    text = (ROOT / "goldenrod.yaml").read_text().replace("\nmatching:", CHANNEL + "\nmatching:")
    (tmp_path / "goldenrod.yaml").write_text(text)
    return load_settings(tmp_path / "goldenrod.yaml", environment)


def test_it_is_pulled_mapped_and_merged_like_the_others(club):
    verify(club)
    with Store(club.store) as store:
        store.migrate()
        report = run(club, store)
        assert report.errors == {}
        assert report.pull["club"].pulled == 2
        assert report.map["club"].mapped == 2
        with store.read() as unit:
            [found] = unit.golden.find("Krautwurst")
        assert Key("club", "1") in found.members
        assert found.attributes.emails == ("wilhelmina@krautwurst.example.com",)
        assert run(club, store).pull["club"].pulled == 0


def test_what_others_know_is_written_back_to_it(club, tmp_path):
    with Store(club.store) as store:
        store.migrate()
        run(club, store)
        with closing(sqlite3.connect(tmp_path / "sandbox" / "legacy_crm.db")) as crm, crm:
            crm.execute(
                "insert into CUST (CUST_NO, CUST_TYPE, CUST_NAME, STREET, ZIP, CITY, CTRY, TEL1,"
                " TEL2, EMAIL, BIRTH, LANG, TAXNO, CONTACT, OPTOUT, DEL_FLAG, EXT_REF, CREATED,"
                " UPDATED, NOTES) values (99001, 'P', 'ZWIRNLEIN, THEOBALD', 'Am Anger 4', '07743',"
                " 'Weimar', 'DE', '', '', 'theobald@zwirnlein.example.com', '', 'D', '', '', 'N',"
                " 'N', '', '2026-04-01 10:00:00', '2031-04-01 10:00:00', '')"
            )
        run(club, store)
        same = (Key("club", "2"), Key("crm", "99001"))  # he moved: a steward knows
        decide(club, store, same, Verdict.SAME, author="ada")
        run(club, store)
        with closing(sqlite3.connect(tmp_path / "club.db")) as members:
            row = members.execute("select TOWN from MEMBERS where NR = 2").fetchone()
        assert row == ("Weimar",)
