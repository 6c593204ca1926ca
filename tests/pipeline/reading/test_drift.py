"""What a pull makes of columns that are new, missing, renamed or of another type."""

import pytest

from hub.config import Drift
from hub.errors import ConfigError
from hub.model import Key
from pipeline.pull import pull
from store.quarantine import Which
from tests.pipeline.source import alive, people, settings_for


def drifted(mode, tmp_path, store, source, *rows):
    settings = settings_for(tmp_path, drift=mode)
    source.rows(people(*range(1, 31)))
    pull(settings, store, "shop")
    source.rows(rows)
    return settings


def payload(store, n):
    with store.read() as unit:
        return unit.records.by_key([Key("shop", str(n))])[Key("shop", str(n))].payload


def test_what_is_new_is_taken_and_told_once(feed, store, tmp_path):
    rows = people(1, 2, fax="1")
    settings = drifted(Drift.EVOLVE, tmp_path, store, feed, *rows)
    assert pull(settings, store, "shop").drift == (
        "customers: new column fax (text), for example shop:1",
    )
    assert payload(store, 2) == rows[1]
    feed.rows(people(3, fax="2"))
    assert pull(settings, store, "shop").drift == ()


def test_missing_and_retyped_are_told_and_null_is_neither(feed, store, tmp_path):
    rows = [{"id": 1, "name": "Firm 1"}, {"id": 2, "name": None, "mail": ["2@firm.example"]}]
    settings = drifted(Drift.EVOLVE, tmp_path, store, feed, *rows)
    assert sorted(pull(settings, store, "shop").drift) == [
        "customers: column mail is missing, for example shop:1",
        "customers: column mail is now list, for example shop:2",
    ]


def test_a_column_under_another_name_is_told_as_such(feed, store, tmp_path):
    rows = [{"id": 1, "name": "Firm 1", "e_mail": "1@firm.example"}]
    settings = drifted(Drift.EVOLVE, tmp_path, store, feed, *rows)
    assert pull(settings, store, "shop").drift == (
        "customers: column mail is now called e_mail, for example shop:1",
    )


def test_a_frozen_channel_stops_until_a_person_accepts(feed, store, tmp_path):
    settings = drifted(Drift.FREEZE, tmp_path, store, feed, *people(1, fax="1"))
    for _ in range(2):
        with pytest.raises(ConfigError, match=r"new column fax .*shop:1.*--accept"):
            pull(settings, store, "shop")
    assert "fax" not in payload(store, 1)
    with store.begin() as unit:
        assert unit.records.cursor("shop") == "end"
        (noted,) = unit.schemas.drifts("shop", only_open=True)
        unit.schemas.accept(noted, noted.seen_at)
    assert pull(settings, store, "shop").pulled == 1
    assert "fax" in payload(store, 1)


def test_a_dropped_value_leaves_what_was_said_before(feed, store, tmp_path):
    feed.rows([])
    rows = [
        {"id": 1, "name": "Firma 1", "fax": "1", "mail": None},
        {"id": 2, "name": "Firma 2"},
        {"id": 3, "name": ["Firma"], "mail": "3@neu.example"},
        {"id": 99, "name": ["Firma"], "mail": "99@neu.example"},
    ]
    settings = drifted(Drift.DROP_VALUE, tmp_path, store, feed, *rows)
    assert len(pull(settings, store, "shop").drift) == 3
    assert payload(store, 1) == {"id": 1, "name": "Firma 1", "mail": None}
    assert payload(store, 2) == {"id": 2, "name": "Firma 2", "mail": "2@firm.example"}
    assert payload(store, 3) == {"id": 3, "name": "Firm 3", "mail": "3@neu.example"}
    assert payload(store, 99) == {"id": 99, "mail": "99@neu.example"}


@pytest.mark.parametrize(("mode", "state"), [(Drift.HOLD, "waiting"), (Drift.DROP_ROW, "dropped")])
def test_a_row_is_held_or_dropped_with_its_raw_record(mode, state, feed, store, tmp_path):
    (row,) = people(1, fax="1")
    settings = drifted(mode, tmp_path, store, feed, row, *people(31))
    report = pull(settings, store, "shop")
    assert (report.pulled, report.quarantined) == (1, 1)
    with store.read() as unit:
        (found,) = unit.quarantine.rows(Which("shop", state=state))
        assert (found.record.payload, found.record.stage) == (row, "schema")
        assert (found.record.rule, found.record.field) == ("schema: new", "fax")
    feed.rows(people(1))
    pull(settings, store, "shop")
    with store.read() as unit:
        assert unit.quarantine.count() == 0


def test_a_tombstone_never_waits(feed, store, tmp_path):
    settings = drifted(Drift.HOLD, tmp_path, store, feed, {"id": 1, "gone": "yes", "by": "eva"})
    assert pull(settings, store, "shop")[:3] == (1, 0, 0)
    assert 1 not in alive(store)


def test_the_first_pull_is_where_the_columns_are_learnt_from(feed, store, settings):
    feed.rows(people(1, fax=None, address={"zip": 1, "@x.y": "a"}), people(2))
    assert pull(settings, store, "shop").drift == ()
    feed.rows(people(3, fax="1", address={"zip": 2, "@x.y": None}))
    assert pull(settings, store, "shop").drift == ()
    feed.rows(people(4, fax=1, address={"zip": "07743", "town": "Jena", "@x.y": 3}))
    assert sorted(line.split(",")[0] for line in pull(settings, store, "shop").drift) == [
        'customers: column address.["@x.y"] is now number',
        "customers: column address.zip is now text",
        "customers: column fax is now number",
        "customers: new column address.town (text)",
    ]
