from datetime import UTC, datetime

from store.schema import Drift, KnownColumn

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
TEXT = KnownColumn(frozenset({"text"}), always=True)
NEW = Drift("fax", "new", "text", "erp:7")


def test_a_drift_is_reported_once(store):
    with store.begin() as unit:
        assert unit.schemas.note("erp", "customers", [NEW, NEW], NOON, accepted=True) == [NEW]
        again = NEW._replace(example="erp:8")
        assert unit.schemas.note("erp", "customers", [again], NOON, accepted=True) == []
        other = NEW._replace(detail="number")
        assert unit.schemas.note("erp", "customers", [other], NOON, accepted=False) == [other]
        assert [found.drift for found in unit.schemas.drifts("erp")] == [other, NEW]
        assert [found.drift for found in unit.schemas.drifts(only_open=True)] == [other]
        assert unit.schemas.drifts("shop") == []


def test_what_is_accepted_is_known_from_then_on(store):
    retyped = Drift("zip", "retyped", "number", "erp:1")
    missing = Drift("name", "missing", "text", "erp:1")
    with store.begin() as unit:
        unit.schemas.learn("erp", "customers", {"zip": TEXT, "name": TEXT})
        unit.schemas.note("erp", "customers", [NEW, retyped, missing], NOON, accepted=False)
        for noted in unit.schemas.drifts(only_open=True):
            unit.schemas.accept(noted, NOON)
        assert unit.schemas.drifts(only_open=True) == []
        assert unit.schemas.columns("erp", "customers") == {
            "fax": KnownColumn(frozenset({"text"}), always=False),
            "zip": KnownColumn(frozenset({"text", "number"}), always=False),
            "name": KnownColumn(frozenset({"text"}), always=False),
        }


def test_a_column_that_is_gone_is_known_no_longer(store):
    with store.begin() as unit:
        unit.schemas.learn("erp", "customers", {"zip": TEXT, "name": TEXT})
        unit.schemas.learn("erp", "customers", {})
        unit.schemas.forget("erp", "customers", ["zip"])
        assert unit.schemas.columns("erp", "customers") == {"name": TEXT}
        assert unit.schemas.columns("erp", "orders") == {}
