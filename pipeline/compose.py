"""COMPOSE: the words of one cluster become the text of a golden customer; pure, in any process."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple

from golden.consent import Word
from golden.rules import Law
from golden.survivorship import survive
from hub.config import Settings
from hub.model import Claim, Customer, GoldenCustomer, Key
from store.golden_text import GoldenText


class Task(NamedTuple):
    """One cluster, and all that its golden customer is made of."""

    golden_id: str
    version: int
    """The last one that the id had; 0: none."""
    members: tuple[Key, ...]
    gone: tuple[Key, ...]
    words: Sequence[tuple[Customer, datetime]]
    """The words of the records that speak, and when each was heard."""
    consents: Sequence[Word]
    pinned: Sequence[Claim]
    before: GoldenText | None


class Composed(NamedTuple):
    """A golden customer, and whether it is another than before."""

    golden: GoldenText
    changed: bool


def composing(settings: Settings) -> Callable[[Iterable[Task]], list[Composed]]:
    """Return what makes golden customers by the rules of this configuration, in any process."""
    channels = settings.channels.items()
    law = Law.of(settings.golden, {name: one.trust for name, one in channels})
    roles = {name: one.role for name, one in channels if one.role is not None}
    return partial(_compose_all, law, roles)


def _compose_all(law: Law, roles: Mapping[str, str], tasks: Iterable[Task]) -> list[Composed]:
    return [_compose(law, roles, task) for task in tasks]


def _compose(law: Law, roles: Mapping[str, str], task: Task) -> Composed:
    words = [_placed(word, task, roles) for word, _ in task.words]
    attributes, provenance = survive(
        words,
        law=law,
        heard={word.key: at for word, (_, at) in zip(words, task.words, strict=True)},
        words=task.consents,
        pinned=task.pinned,
    )
    golden = GoldenText.of(
        GoldenCustomer.model_construct(
            id=task.golden_id,
            version=task.version,
            attributes=attributes,
            provenance=provenance,
            members=task.members,
            gone=task.gone,
        )
    )
    if task.before is not None and golden.says(task.before):
        return Composed(golden, changed=False)
    return Composed(golden._replace(version=task.version + 1), changed=True)


def _placed(word: Customer, task: Task, roles: Mapping[str, str]) -> Customer:
    """Add what the records of this channel are to us; nobody belongs to itself."""
    role = roles.get(word.key.channel)
    if role is not None and role not in word.roles:
        word = word.model_copy(update={"roles": (*word.roles, role)})
    return word.model_copy(update={"parent": None}) if word.parent in task.members else word
