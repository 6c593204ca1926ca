"""Random lives of a hub: pull, merge, decide, split, move, pin, undo, erase, crash, in any order.

Whatever happened, the promises of the golden record hold. The hub is real; only the channels are
played by hand.
"""

from importlib.util import find_spec
from unittest.mock import patch

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import delete

from golden.claims import elements
from golden.consent import Act
from hub.clock import now
from hub.config import Push
from hub.errors import ConflictError, RecordError
from hub.model import Consent, ConsentState, Customer, Key, SourceRecord, Verdict
from pipeline.acts import merge_customers, move, split, undo, unmerge
from pipeline.merge import merge
from pipeline.report import MergeReport
from pipeline.review import decide
from pipeline.wishes import Said, note_consent, pin
from store.acts import Acts
from store.customers import GoldenCustomers
from store.outbox import Outbox
from store.records import Due, Mapped, Records
from store.tables import metadata
from tests.acts.hub import PEOPLE, Hub

KEYS = [f"{channel}:{n}" for channel in ("erp", "shop", "mail") for n in (1, 2, 3)]
MAILS = [mail for person in PEOPLE.values() for mail in person["emails"]]
CRASHES = [
    (GoldenCustomers, "save"), (GoldenCustomers, "retire"), (GoldenCustomers, "lead"),
    (Records, "begin_merge"), (Records, "end_merge"), (Records, "set_due"),
    (Outbox, "notify"), (Acts, "record"),
]  # fmt: skip
CAN_ERASE = find_spec("pipeline.forget") is not None
keys, people, authors = st.sampled_from(KEYS), st.sampled_from([*PEOPLE]), st.sampled_from("ab")


class CrashError(Exception):
    """The process was killed here."""


class Lives(RuleBasedStateMachine):
    """One hub; each rule is something that may happen to it."""

    def __init__(self, store):
        super().__init__()
        self.hub = Hub(store)
        self.settings, self.store = self.hub.settings, store
        self.known: set[str] = set()  # records that landed
        self.ids: set[str] = set()  # golden ids that were ever seen
        self.erased: set[str] = set()  # records that must stay away
        store._secret = "behind the hashes"  # noqa: S105 - of a test
        with store._engine.begin() as connection:
            for table in reversed(metadata.sorted_tables):
                connection.execute(delete(table))

    @initialize(first=st.dictionaries(keys, people, min_size=2, max_size=5))
    def begin(self, first):
        self.known |= first.keys()
        for key, who in first.items():
            self.hub.say(key, who)
        self.hub.resolve()

    @rule(
        key=keys,
        who=people,
        language=st.sampled_from(["de", "en"]),
        consent=st.sampled_from([None, "granted", "denied"]),
    )
    def pull(self, key, who, language, consent):
        if key in self.erased:
            return
        said = {"language": language}
        if consent:
            mail = PEOPLE[who]["emails"][0]
            state = ConsentState(consent)
            said["consents"] = (Consent(contact=mail, purpose="news", state=state, at=now()),)
        self.known.add(key)
        self.hub.hear(key, who=who, **said)

    @rule(key=keys, who=people)
    def delete(self, key, who):
        if key in self.known:
            self.hub.hear(key, who=who, deleted=True)

    @rule(of=keys)
    def create(self, of):
        """Our own push creates a record for a customer; it has nothing to say yet."""
        if of not in self.known or "crm:1" in self.known | self.erased or self._is_silent(of):
            return
        key = Key("crm", "1")
        self.known.add(str(key))
        with self.store.begin() as unit:
            unit.records.land([SourceRecord(key, {"said": ""})], now())
            number = unit.records.by_key([key])[key].id
            unit.records.save_mapped([Mapped(number, Customer(key=key), None, None)])
            home = unit.records.by_key([Key.parse(of)])[Key.parse(of)]
            unit.decisions.decide_all([(home.id, number)], Verdict.SAME, "goldenrod", now())
            unit.records.assign([(number, home.golden_id)])

    @rule(left=keys, right=keys, verdict=st.sampled_from(Verdict), author=authors)
    def decide(self, left, right, verdict, author):
        if left != right and self.known >= {left, right}:
            pair = Key.parse(left), Key.parse(right)
            decide(self.settings, self.store, pair, verdict, author=author)

    @rule(one=keys, other=keys, author=authors)
    def merge(self, one, other, author):
        self._act(merge_customers, one, other, author=author)

    @rule(of=keys, size=st.integers(1, 3), author=authors)
    def split(self, of, size, author):
        self._act(split, of, self._some(of, size), author=author)

    @rule(of=keys, to=keys, size=st.integers(1, 2), author=authors)
    def move(self, of, to, size, author):
        self._act(move, self._some(of, size), to, author=author)

    @rule(of=keys, author=authors)
    def unmerge(self, of, author):
        self._act(unmerge, of, author=author)

    @rule(of=keys, language=st.sampled_from(["fr", "it"]), author=authors)
    def pin(self, of, language, author):
        self._act(pin, of, "language", language, author=author)

    @rule(of=keys, mail=st.sampled_from(MAILS), act=st.sampled_from(Act), author=authors)
    def say(self, of, mail, act, author):
        self._act(note_consent, of, Said(mail, "news", act, now()), author=author)

    @rule(author=authors)
    def undo(self, author):
        self._act(undo, author=author)

    @rule(back=st.integers(0, 8), author=authors)
    def undo_any(self, back, author):
        with self.store.read() as unit:
            acts = unit.acts.listed(20)
        if back < len(acts):
            self._act(undo, author=author, number=acts[back].id)

    @precondition(lambda _self: CAN_ERASE)
    @rule(of=keys)
    def erase(self, of):
        from pipeline.forget import forget  # noqa: PLC0415 - where it exists

        if of not in self.known:
            return
        gone = {str(key) for key in self.hub.golden(of).members}
        silent = {name: one.model_copy(update={"push": Push(enabled=False)})
                  for name, one in self.settings.channels.items()}  # fmt: skip
        alone = self.settings.model_copy(update={"channels": silent})
        forget(alone, self.store, of, author="a")
        self.known -= gone
        self.erased |= gone

    @rule(place=st.sampled_from(CRASHES), of=keys, to=keys, who=people, what=st.integers(0, 2))
    def crash(self, place, of, to, who, what):
        """The process dies in the middle; what was promised still holds, and it goes on."""
        with patch.object(*place, side_effect=CrashError):
            try:
                if what == 0 and of not in self.erased:
                    self.hub.hear(of, who=who)
                elif what == 1:
                    self._act(merge_customers, of, to, author="a")
                else:
                    self._act(undo, author="a")
            except CrashError:
                pass
        assert self.store.broken() == []
        with self.store.read() as unit:
            self.known |= {str(key) for key in unit.records.by_key(map(Key.parse, KEYS))}
        self.hub.resolve()

    @invariant()
    def nothing_waits_and_nothing_is_broken(self):
        with self.store.read() as unit:
            assert unit.records.count_due() == {}
        assert self.store.broken() == []

    @invariant()
    def each_record_belongs_to_exactly_one_golden_customer(self):
        clusters = self.hub.clusters()
        self.ids |= clusters.keys()
        members = [str(key) for found in clusters.values() for key in found]
        assert sorted(members) == sorted(self.known)

    @invariant()
    def what_was_said_to_be_different_is_apart(self):
        with self.store.read() as unit:
            records = unit.records.by_key(map(Key.parse, self.known))
            numbers = {record.id: record for record in records.values()}
            for (left, right), said in unit.decisions.between(numbers).items():
                if said.decision.verdict is Verdict.DIFFERENT:
                    assert numbers[left].golden_id != numbers[right].golden_id

    @invariant()
    def every_id_ever_given_means_somebody_living(self):
        living = self.hub.clusters()
        with self.store.read() as unit:
            for golden_id in self.ids:
                found = unit.golden.resolve(golden_id)
                assert found or self.erased
                assert living.keys() >= set(found)

    @invariant()
    def every_value_has_its_origin_and_every_version_its_row(self):
        with self.store.read() as unit:
            for golden in unit.golden.page(100):
                for name, origins in golden.provenance.items():
                    value = getattr(golden.attributes, name)
                    many = len(value if isinstance(value, dict) else elements(value))
                    assert len(origins) == many
                last = unit.golden.history(golden.id)[-1]
                assert (last.version, last.attributes) == (golden.version, golden.attributes)
                assert set(last.members) <= set(golden.members)  # but for what we created

    def teardown(self):
        """Merge and match everything anew: rebuild and increment are the same, ids included."""
        before = self.hub.clusters()
        for due in (Due.MERGE, Due.MATCH):
            with self.store.begin() as unit:
                found = unit.records.by_key(map(Key.parse, self.known)).values()
                unit.records.set_due([record.id for record in found if record.customer], due)
            if due is Due.MERGE:
                assert merge(self.settings, self.store)[:3] == MergeReport()[:3]
            else:
                assert self.hub.resolve()[:3] == MergeReport()[:3]
            assert self.hub.clusters() == before

    def _act(self, act, *words, **who):
        if not all(word in self.known for word in words if word in KEYS):
            return
        try:
            act(self.settings, self.store, *words, **who)
        except (ConflictError, RecordError):
            return

    def _some(self, of, size):
        """Return some records of the customer that has this one."""
        if of not in self.known:
            return []
        return list(self.hub.golden(of).members[:size])

    def _is_silent(self, key):
        return self.hub.record(key).golden_id is None
