"""The merge in chunks and in processes gives what it gives in one go, and repeats nothing."""

import pytest
from sqlalchemy import select

from hub.clock import now
from hub.model import Consent, ConsentState, Key, Verdict
from pipeline import merge as verb
from pipeline.report import MergeReport
from store.database import Store
from store.records import Records
from store.tables import metadata
from tests.acts.hub import PEOPLE, Hub

ANNA = PEOPLE["anna"]["emails"][0]


def land(hub):
    """Let ten records come, one of them with an opt-out that concerns another customer."""
    denied = Consent(contact=ANNA, purpose="news", state=ConsentState.DENIED, at=now())
    for number, who in enumerate(("anna", "boris", "chiara")):
        for channel in ("erp", "shop", "crm"):
            hub.say(f"{channel}:{number}", who)
    hub.say("mail:9", None, emails=("someone@example.com",), consents=(denied,))


def rows(hub):
    """Return what the golden customers say, whatever their ids are."""
    table, history = metadata.tables["golden"].c, metadata.tables["golden_history"].c
    with hub.store.read() as unit:
        living = select(table.version, table.attributes, table.provenance)
        past = select(history.version, history.attributes, history.provenance, history.members)
        return [sorted(map(tuple, unit.connection.execute(query))) for query in (living, past)]


@pytest.mark.parametrize("how", [(2, 1), (5, 1), (3, 2)])
def test_chunks_and_processes_make_of_it_what_one_would(hub, tmp_path, monkeypatch, how):
    part, workers = how
    moment = now()
    for module in ("pipeline.merge", "tests.acts.hub", "tests.acts.test_chunks"):
        monkeypatch.setattr(f"{module}.now", lambda: moment)
    land(hub)
    with Store(f"sqlite:///{tmp_path / 'other.db'}") as store:
        store.migrate()
        other = Hub(store)
        land(other)
        whole = other.resolve()
        monkeypatch.setattr(verb, "_PART", part)
        monkeypatch.setattr(verb, "_FEW", 1)
        # Processes know no database: seen with one of the two, at the price of their start.
        hands = workers if hub.store.database == "sqlite" else 1
        hub.settings = hub.settings.model_copy(update={"workers": hands})
        assert hub.resolve() == whole == MergeReport(created=4)
        assert rows(hub) == rows(other)


def test_an_opt_out_of_a_later_chunk_makes_no_version_of_its_own(hub, monkeypatch):
    monkeypatch.setattr(verb, "_PART", 2)
    land(hub)
    assert hub.resolve() == MergeReport(created=4)
    golden = hub.golden("erp:0")
    assert golden.version == 1
    assert [one.state for one in golden.attributes.consents] == [ConsentState.DENIED]


def test_a_merge_that_is_cut_off_goes_on_where_it_was(hub, monkeypatch):
    monkeypatch.setattr(verb, "_PART", 3)
    land(hub)
    end_merge, done = Records.end_merge, []

    def cut(self, *what):
        done.append(what)
        if len(done) == 2:
            raise KeyboardInterrupt
        end_merge(self, *what)

    monkeypatch.setattr(Records, "end_merge", cut)
    with pytest.raises(KeyboardInterrupt):
        hub.resolve()
    monkeypatch.setattr(Records, "end_merge", end_merge)
    before = hub.clusters()
    assert len(before) == 1
    hub.resolve()
    assert len(hub.clusters()) == 4
    assert before.items() <= hub.clusters().items()
    with hub.store.read() as unit:
        assert {golden.version for golden in unit.golden.page(9)} == {1}


def test_what_is_said_of_a_record_while_it_is_merged_is_heard(hub, monkeypatch):
    land(hub)
    prepare, pair = verb.prepare, [Key.parse("erp:0"), Key.parse("shop:0")]

    def prepare_slowly(*given):
        prepared = prepare(*given)
        if hub.home("erp:0") is None:  # decided after it was read, before it is written
            with hub.store.begin() as unit:
                left, right = [unit.records.by_key([key])[key].id for key in pair]
                unit.decisions.decide(left, right, Verdict.DIFFERENT, "ada", now())
                unit.records.mark_for_merge([left, right])
        return prepared

    monkeypatch.setattr(verb, "prepare", prepare_slowly)
    hub.resolve()
    assert hub.home("erp:0") != hub.home("shop:0")
    with hub.store.read() as unit:
        assert unit.records.count_due() == {}
