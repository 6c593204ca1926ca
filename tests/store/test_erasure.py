"""A customer that is erased is nowhere any more, and stays away."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from sqlalchemy import create_engine, func, select

from hub.errors import ConfigError
from hub.model import Identifier, Key, Outcome, SourceRecord, Verdict
from store.backup import dump
from store.database import Store
from store.erasure import wipe
from store.erasure.erasures import Deletion, Erasure
from store.outbox import Notice, Settled
from store.pairs import StoredPair
from store.records import Due, Mapped, Quarantined
from store.schema import Drift
from store.tables import metadata
from tests.store.conftest import customer

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=1)
PLANTED = ("Zebedäus", "Quirrelmann", "zq@planted.example", "+4955512345", "DE987654321", "Z-0815")


def word(key, **more):
    return customer(
        key,
        given="Zebedäus",
        family="Quirrelmann",
        emails=("zq@planted.example",),
        phones=("+4955512345",),
        identifiers=(Identifier(kind="vat", value="DE987654321"),),
        **more,
    )


@pytest.fixture
def planted(store, make_golden):
    """One customer with something in every table, and a neighbour who shares a pair with it."""
    mine = [Key("erp", "Z-0815"), Key("shop", "zq@planted.example")]
    other = Key("crm", "7")
    payload = {"Name": "Zebedäus Quirrelmann", "Mail": "zq@planted.example", "Tel": "+4955512345"}
    with store.begin() as unit:
        unit.records.land([SourceRecord(key, payload) for key in mine], NOON)
        unit.records.land([SourceRecord(mine[0], payload | {"VAT": "DE987654321"})], LATER)
        unit.records.land([SourceRecord(other, {"Name": "Anna Müller"})], NOON)
        known = unit.records.by_key([*mine, other])
        one, two, three = (known[key].id for key in (*mine, other))
        mapped = [
            Mapped(one, word(mine[0]), word(mine[0], language="de"), Due.MATCH),
            Mapped(two, word(mine[1]), None, Due.MATCH),
            Mapped(three, customer(other), None, None),
        ]
        unit.records.save_mapped(mapped)
        unit.records.tell([(one, {"phones": ["+4955512345"]})])
        refused = [
            Quarantined(*mine[0], "map", "VAT", "wrong", payload),
            Quarantined("erp", "page 1", "pull", "No", "empty", {"Mail": "ZQ@planted.example"}),
        ]
        unit.records.quarantine(refused, NOON)
        rows = [(one, 1), (one, 2), (two, 2), (three, 2)]
        owners, keys = np.array(rows, np.int64).T
        unit.index.replace(np.unique(owners), keys, owners, lambda keys: np.full(len(keys), 9))
        evidence = [{"field": "name", "label": "Quirrelmann"}]
        unit.pairs.replace(
            [one, two, three],
            [StoredPair(*sorted(pair), 5, 0.9, "merge", evidence) for pair in
             ((one, two), (one, three))],
        )  # fmt: skip
        unit.decisions.decide(one, three, Verdict.DIFFERENT, "eva", NOON, "not Zebedäus!")
        unit.journal.record("eva", "decide", {"left": str(mine[1]), "right": str(other)}, NOON)
        unit.journal.record("eva", "decide", {"all": [str(mine[0])], "n": 3}, NOON)
    make_golden("cus_old", [one], name=word(mine[0]).name, emails=("zq@planted.example",))
    make_golden("cus_other", [two, three], name=word(mine[0]).name)  # once: it was split since
    make_golden("cus_z", [one, two], name=word(mine[0]).name, phones=("+4955512345",))
    with store.begin() as unit:
        unit.golden.retire({"cus_old": ("cus_z",)}, NOON)
    make_golden("cus_other", [three], version=2, at=LATER)
    with store.begin() as unit:
        unit.outbox.notify([Notice("cus_z", "erp", one, 1), Notice("cus_z", "mail", None, 1)])
        unit.outbox.begin_sending(
            [(row, {"phones": ["+4955512345"]}) for row in unit.outbox.take("mail", 9, NOON)]
        )
        for golden_id in ("cus_z", "cus_other"):
            unit.outbox.notify([Notice(golden_id, "shop", two, 1)])
            rows = unit.outbox.take("shop", 9, NOON)
            unit.outbox.settle(
                [Settled(row, Outcome.SENT, mine[1].id, "Quirrelmann", None) for row in rows],
                NOON,
                None,
            )
    return [one, two], three


def erase(store, records, golden_id="cus_z", deletions=()):
    with store.begin() as unit:
        return unit.erasures.erase(
            Erasure(golden_id, LATER, "eva"),
            records,
            deletions,
            {"zq@planted.example", "+4955512345"},
        )


def everything(store, url, tmp_path):
    """The bytes that the database is made of: its files, or all that PostgreSQL would dump."""
    if store.database == "sqlite":
        file = tmp_path / "hub.db"
        return b"".join(one.read_bytes() for one in file.parent.glob("hub.db*"))
    dump._call(store._engine, ["pg_dump", f"--file={tmp_path / 'all.sql'}"])
    return (tmp_path / "all.sql").read_bytes()


def found(content):
    return [value for value in PLANTED if value.encode() in content or
            value.casefold().encode() in content.lower()]  # fmt: skip


def test_nothing_of_an_erased_customer_is_left_in_the_database_or_its_log(
    store, url, planted, tmp_path
):
    mine, _ = planted
    assert found(everything(store, url, tmp_path)) == list(PLANTED)  # the test can fail
    erase(store, mine)
    assert store.sweep()
    assert found(everything(store, url, tmp_path)) == []
    assert store.broken() == []


def test_others_keep_all_that_is_theirs(store, planted):
    mine, other = planted
    erase(store, mine)
    with store.read() as unit:
        assert [record.id for record in unit.records.get([*mine, other])] == [other]
        [anna] = unit.golden.get(["cus_other"]).values()
        assert anna.attributes.display_name == "Anna Müller"
        assert [version.version for version in unit.golden.history("cus_other")] == [2]
        assert unit.index.find(2) == [other]


def test_the_id_stays_as_erased_and_so_do_ids_that_led_to_it(store, url, planted):
    mine, _ = planted
    erase(store, mine)
    with store.read() as unit:
        for golden_id in ("cus_z", "cus_old"):
            assert unit.golden.resolve(golden_id) == ()
            assert unit.golden.born([golden_id])
    engine = create_engine(url)
    with engine.connect() as connection:
        table = metadata.tables["golden"]
        erased = connection.execute(select(table.c.id).where(table.c.erased_at.is_not(None)))
        assert sorted(erased.scalars()) == ["cus_old", "cus_z"]
    engine.dispose()


def test_what_was_delivered_and_done_is_still_proven_without_names(store, planted):
    mine, _ = planted
    erase(store, mine)
    with store.read() as unit:
        receipts = unit.outbox.receipts()
        assert {(r.golden_id, r.channel, r.remote_id, r.reason) for r in receipts} == {
            ("cus_z", "shop", None, ""),
            ("cus_other", "shop", None, ""),
        }
        assert [event.subject for event in unit.journal.events()] == [
            {"all": ["erased"], "n": 3},
            {"left": "erased", "right": "crm:7"},
        ]


def test_an_id_that_leads_to_others_too_goes_on_leading_there(store, land, make_golden):
    one, two = land(2)
    make_golden("cus_both", [one, two])
    make_golden("cus_1", [one])
    make_golden("cus_2", [two])
    with store.begin() as unit:
        unit.golden.retire({"cus_both": ("cus_1", "cus_2")}, NOON)
    erase(store, [one], "cus_1")
    with store.read() as unit:
        assert unit.golden.resolve("cus_both") == ("cus_2",)
        assert all(not version.members for version in unit.golden.history("cus_both"))
    assert store.broken() == []


def test_an_export_shows_every_table_that_an_erasure_empties(store, planted):
    mine, _ = planted
    with store.read() as unit:
        held = unit.erasures.holdings("cus_z", mine)
    assert held.keys() == {
        "source_record", "record_history", "pair", "decision", "outbox", "golden", "golden_alias",
        "golden_history", "quarantine", "receipt", "event",
    }  # fmt: skip
    assert held["source_record"][0]["payload"]["Name"] == "Zebedäus Quirrelmann"
    assert {tuple(key) for version in held["golden_history"] for key in version["members"]} == {
        ("erp", "Z-0815"),
        ("shop", "zq@planted.example"),
    }


def test_every_table_says_what_an_erasure_does_with_it():
    treated = {column.table.name for column in wipe.OF_RECORDS}
    treated |= {table.name for table in (*wipe.BLANKED, *wipe.BY_HAND)}
    assert treated | set(wipe.NOT_OF_PERSONS) == metadata.tables.keys()


def land_again(store, *records, at=LATER):
    with store.begin() as unit:
        return unit.records.land(records, at)


def test_a_record_of_an_erased_customer_stays_away_and_others_land(store, planted):
    mine, _ = planted
    erase(store, mine)
    landed = land_again(
        store,
        SourceRecord(Key("erp", "Z-0815"), {"Name": "Zebedäus"}, LATER),
        SourceRecord(Key("erp", "Z-0816"), {"Name": "Zoe"}, LATER),
    )
    assert (landed.created, landed.suppressed) == (1, 1)


def test_the_channel_owes_a_deletion_until_it_shows_a_tombstone(store, planted):
    mine, _ = planted
    key = Key("erp", "Z-0815")
    erase(store, mine, deletions=[Deletion(key, "by hand")])
    with store.read() as unit:
        assert [(row.erase, row.state, row.reason) for row in unit.outbox.erasures("cus_z")] == [
            ("Z-0815", "dead", "by hand")
        ]
        assert unit.outbox.in_doubt("erp") == []
    assert land_again(store, SourceRecord(key, {}, LATER, deleted=True)).suppressed == 1
    with store.read() as unit:
        assert unit.outbox.erasures() == []


def test_somebody_who_comes_back_after_the_deletion_is_a_new_customer(store, planted):
    mine, _ = planted
    key = Key("shop", "zq@planted.example")
    erase(store, mine, deletions=[Deletion(key, None)])
    back = SourceRecord(key, {"Name": "Zebedäus"}, LATER + timedelta(days=2))
    assert land_again(store, back).suppressed == 1  # not deleted over there yet
    with store.begin() as unit:
        unit.erasures.confirm([key], LATER + timedelta(days=1))
    old = back._replace(changed_at=LATER)
    assert land_again(store, old).suppressed == 1  # it was not changed since
    assert land_again(store, old._replace(changed_at=None)).suppressed == 1
    assert land_again(store, back).created == 1
    with store.begin() as unit:  # and may be forgotten again
        number = unit.records.by_key([key])[key].id
        unit.erasures.erase(Erasure("cus_new", LATER, "eva"), [number], (), ())
        assert len(unit.erasures.listed()) == 2
    assert land_again(store, back).suppressed == 1


def test_a_create_that_was_cut_off_before_the_erasure_is_shown_to_a_person(store, planted):
    mine, _ = planted
    erase(store, mine)
    ours = SourceRecord(Key("mail", "m1"), {"Name": "Zebedäus"}, LATER, reference="cus_z")
    for _ in range(2):
        assert land_again(store, ours).suppressed == 1
    with store.read() as unit:
        assert [(row.channel, row.erase, row.state) for row in unit.outbox.erasures()] == [
            ("mail", "m1", "dead")
        ]


def test_without_the_secret_of_the_list_nothing_lands(store, url, planted):
    mine, _ = planted
    with Store(url) as other, pytest.raises(ConfigError, match="erasure_secret"):
        erase(other, mine)
    assert erase(store, mine).records
    for secret in ("", "another"):
        with Store(url, secret) as other, pytest.raises(ConfigError, match="erasure_secret"):
            land_again(other, SourceRecord(Key("erp", "1"), {}))


def test_no_key_can_be_read_from_the_list(store, url, planted):
    mine, _ = planted
    done = erase(store, mine)
    assert len(done.records) == 2
    with store.read() as unit:
        assert unit.erasures.listed() == [done]
        assert unit.erasures.find(done.records) == []
    engine = create_engine(url)
    with engine.connect() as connection:
        longest = select(func.max(func.length(metadata.tables["suppressed"].c.hash)))
        assert connection.execute(longest).scalar() == 64
    engine.dispose()


def test_the_orders_of_an_erased_customer_go_with_it_and_stay_away(store, planted):
    mine, _ = planted
    key = Key("erp", "Z-0815")
    orders = [
        SourceRecord(Key(key.channel, "o1"), {"total": 9}, owner=key.id),
        SourceRecord(Key(key.channel, "o2"), {"total": 9}, owner="somebody else"),
    ]
    with store.begin() as unit:
        unit.stream_records.land("orders", orders, NOON)
        seen = Drift("fax", "new", "text", str(key))
        unit.schemas.note(key.channel, "customers", [seen], NOON, accepted=False)
    erase(store, mine)
    with store.begin() as unit:
        assert unit.stream_records.of(key) == []
        unit.stream_records.land("orders", orders, LATER)
        assert unit.stream_records.of(key) == []
        assert len(unit.stream_records.of(Key(key.channel, "somebody else"))) == 1
        assert [it.drift.example for it in unit.schemas.drifts()] == ["erased"]


def test_consents_of_an_address_go_with_its_only_holder_and_come_back_with_the_next(store, planted):
    mine, other = planted
    consents = [
        SourceRecord(Key("news", "1"), {"mail": "zq@planted.example"}, owner="zq@planted.example"),
        SourceRecord(Key("news", "2"), {"mail": "both@x.example"}, owner="both@x.example"),
    ]
    owners = {it.owner for it in consents}

    def left():
        return [it.key.id for it in unit.stream_records.owned("news", "consents", owners)]

    with store.begin() as unit:
        unit.contacts.replace({mine[0]: owners, other: {"both@x.example"}})
        unit.stream_records.land("consents", consents, NOON)
    erase(store, mine)
    with store.begin() as unit:
        assert left() == ["2"]
        unit.stream_records.land("consents", consents, LATER)
        assert left() == ["2"]
        unit.contacts.replace({other: {"zq@planted.example"}})
        unit.stream_records.land("consents", consents, LATER)
        assert left() == ["2", "1"]
