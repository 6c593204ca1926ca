"""COMPOSE: one cluster's golden customer, from its members, the pins on them and the ledger."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime

from golden.echo import is_silent
from golden.pins import claim
from golden.rules import Law
from golden.survivorship import survive
from hub.config import Settings
from hub.model import Claim, Customer, GoldenCustomer, Key
from pipeline.consents import Ledger
from pipeline.scope import Scope
from store.database import Unit


class Composer:
    """Makes the golden customers of one scope; what they are made of is read once."""

    def __init__(self, unit: Unit, settings: Settings, scope: Scope) -> None:
        self._scope = scope
        self._law = Law.of(
            settings.golden, {name: one.trust for name, one in settings.channels.items()}
        )
        self._roles = {n: one.role for n, one in settings.channels.items() if one.role is not None}
        self._ledger = Ledger(unit, scope)
        self._pins: defaultdict[Key, list[Claim]] = defaultdict(list)
        keys = {record.id: key for key, record in scope.records.items()}
        for pin in unit.pins.live(keys):
            said = claim(pin.attribute, pin.value, pin.author, pin.at)
            self._pins[keys[pin.record_id]].append(said)

    def compose(
        self, golden_id: str, members: Collection[Key], before: GoldenCustomer | None, version: int
    ) -> GoldenCustomer:
        """Return the golden customer of these members; the one before, if nothing changed.

        ``version`` is the last one that the id had; 0: none.
        """
        records = {key: self._scope.records[key] for key in sorted(members)}
        customers = {key: self._scope.customers[key] for key in records}
        speaking = [one for one in customers.values() if not is_silent(one)]
        attributes, provenance = survive(
            [self._with_role(one) for one in speaking or customers.values()],
            law=self._law,
            heard={key: record.landed_at for key, record in records.items()},
            words=self._ledger.words(customers),
            pinned=[
                said
                for key in records
                for said in self._pins.get(key, ())
                if said.attribute != "parent" or said.value not in records  # merged with it since
            ],
        )
        golden = GoldenCustomer(
            id=golden_id,
            version=version,
            attributes=attributes,
            provenance=provenance,
            members=tuple(records),
            gone=tuple(key for key, record in records.items() if record.deleted),
        )
        return golden if golden == before else golden.model_copy(update={"version": version + 1})

    def _with_role(self, word: Customer) -> Customer:
        """Add what the records of this channel are to us."""
        role = self._roles.get(word.key.channel)
        return word if role is None else word.model_copy(update={"roles": (role,)})


def let_pins_lapse(unit: Unit, moment: datetime) -> None:
    """Close the pins that were to end by now; their customers are merged anew."""
    ended = unit.pins.lapsed(moment)
    unit.pins.close([pin.id for pin in ended], "goldenrod", moment)
    unit.records.mark_for_merge({pin.record_id for pin in ended})


def verified(unit: Unit, numbers: Iterable[int]) -> set[Key]:
    """Return the records that a steward said are the same as another."""
    return {
        key
        for said in unit.decisions.live(set(numbers))
        if said.verdict == "same" and said.author != "goldenrod"
        for key in (said.left, said.right)
    }
