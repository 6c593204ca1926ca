"""A vendor's facts, read from YAML and checked: the part of a connector that is no code.

A profile says where records lie, how pages follow, which field is the clock and how coarse it is,
how errors look (also inside a 200), what the limits are and how to write. Facts of the channel as
a whole stand at the top; facts about its customers under ``customers`` (a *stream*).
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import AfterValidator, Field, model_validator

from connectors.base import Capabilities
from connectors.facts.paths import FieldPath
from connectors.facts.templates import Template
from connectors.facts.times import Clock
from connectors.webhook.facts import Webhook
from hub.errors import ConfigError
from hub.model import Value
from hub.yamlfile import Document, parse

T = TypeVar("T")


def _beside(name: str) -> str:
    if name == CUSTOMERS:
        message = "customers have a place of their own in the profile, beside streams"
        raise ValueError(message)
    return name


StreamName = Annotated[str, Field(pattern="^[a-z][a-z_]*$"), AfterValidator(_beside)]
"""``orders``, ``interactions``, ``consents`` or whatever else a system keeps about customers."""
CUSTOMERS = "customers"
"""The stream that every channel has."""
CONSENTS = "consents"
"""The stream whose records are heard by the consent ledger."""
_OPTION = re.compile(r"\$\{([a-z][a-z0-9_]*)(?::-([^}]*))?\}")


def _counts(pattern: str) -> str:
    try:
        groups = re.compile(pattern).groupindex
    except re.error as error:
        message = f"not a regular expression: {error}"
        raise ValueError(message) from error
    if {"used", "quota"} - set(groups):
        message = r"expected the groups used and quota, such as (?P<used>\d+)/(?P<quota>\d+)"
        raise ValueError(message)
    return pattern


# --- the channel as a whole ----------------------------------------------------------------


class Quota(Value):
    """Where an answer tells how much of the day's quota is spent, by whomever."""

    header: str
    pattern: Annotated[str, AfterValidator(_counts)]
    """A regular expression with the groups ``used`` and ``quota``."""


class Limits(Value):
    """What the vendor bears."""

    rate: float | None = Field(default=None, gt=0)
    """Requests a second, of all processes of the hub together; as are the two limits below."""
    per_day: int | None = Field(default=None, ge=1)
    """Requests a day (UTC); once four fifths are spent, the rest is spread over the day."""
    at_once: int | None = Field(default=None, ge=1)
    """Requests under way at the same time."""
    quota: Quota | None = None
    page: int = Field(default=100, ge=1)
    """Records a page."""
    pages: int = Field(default=100_000, ge=1)
    """A listing longer than this never ends."""
    connect: float = Field(default=5, gt=0)
    """Seconds to wait for a connection."""
    answer: float = Field(default=60, gt=0)
    """Seconds to wait for an answer."""


class Errors(Value):
    """How a failure looks. A list entry is a code, or a piece of the message."""

    code: FieldPath = "code"
    message: FieldPath = "message"
    """Only compared with the lists below, never shown: it may hold personal data."""
    marker: FieldPath | None = None
    """A path that only a failure has: an answer of status 200 that has it is one."""
    marker_values: tuple[str, ...] = ()
    """Only these values at ``marker`` tell a failure; none: any value does."""
    status: FieldPath | None = None
    """Where a failure inside a 200 tells the status that it should have had."""
    retry: tuple[str, ...] = ()
    """Try again later."""
    login: tuple[str, ...] = ()
    """The session has expired: log in once more."""
    config: tuple[str, ...] = ()
    """A person must change a setting or a credential."""
    stale: tuple[str, ...] = ()
    """Somebody changed the record since we saw it."""
    missing: tuple[str, ...] = ()
    """The record is not there."""
    refused: tuple[str, ...] = ()
    """The change itself is at fault, whatever the status says."""

    def marked(self, told: Any) -> bool:
        """Return whether what stands at ``marker`` tells a failure."""
        if not self.marker_values:
            return told is not None
        return str(told).lower() in {it.lower() for it in self.marker_values}


# --- how a listing goes on -----------------------------------------------------------------


class NumberPages(Value):
    """Pages are counted; ``{at}`` is the number."""

    kind: Literal["number"]
    first: int = 1


class OffsetPages(Value):
    """Records are skipped; ``{at}`` is how many."""

    kind: Literal["offset"]


class BookmarkPages(Value):
    """``{at}`` is a field of the last record of the page before."""

    kind: Literal["bookmark"]
    field: FieldPath


class TokenPages(Value):
    """``{at}`` is what the answer before says comes next; without one it was the last page."""

    kind: Literal["token"]
    path: FieldPath
    more: FieldPath | None = None
    """Where the answer says whether more follows, if the last page has a token too."""


class LinkPages(Value):
    """The answer before names the address of the next page; only the channel's own is followed."""

    kind: Literal["link"]
    path: FieldPath | None = None
    """Where the address stands; None: in the header ``Link`` (RFC 8288, rel=next)."""


class OnePage(Value):
    """Everything comes at once."""

    kind: Literal["one"]


class KeysetPages(Value):
    """Like a token, but one that stays good: a later pull may carry on from it."""

    kind: Literal["keyset"]


Pages = Annotated[
    NumberPages | OffsetPages | BookmarkPages | TokenPages | LinkPages | KeysetPages | OnePage,
    Field(discriminator="kind"),
]


class Total(Value):
    """Where an answer says how many records the whole listing has."""

    header: str | None = None
    path: FieldPath | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.header is None) == (self.path is None):
            message = "expected either a header or a path"
            raise ValueError(message)
        return self


class Listing(Value):
    """How records are listed; each engine adds how it asks."""

    records: FieldPath = ""
    """Where the list lies in the answer."""
    since: dict[str, Template] | None = None
    """What is asked in addition, to get only what changed; None: every pull is a full scan."""
    oldest_first: bool = False
    """The listing is sorted by the time of the last change."""
    pages: Pages
    total: Total | None = None
    short_page_ends: bool = True
    """A page that is not full is the last one (where no total is told)."""

    @model_validator(mode="after")
    def _oldest_first_by_offset(self) -> Self:
        if self.oldest_first and not isinstance(self.pages, OffsetPages):
            message = (
                "oldest_first goes with pages of kind offset only: records that are edited "
                "meanwhile move to the end; have other pages sorted by id"
            )
            raise ValueError(message)
        return self


# --- one kind of record --------------------------------------------------------------------


class Deleted(Value):
    """The marker of a record that was deleted but is still shown."""

    field: FieldPath
    values: tuple[str, ...] = Field(min_length=1)


class Stream(Value):
    """What is true of one kind of record in every protocol."""

    id: FieldPath
    owner: FieldPath | None = None
    """Of a stream that is about customers: where the customer's id lies."""
    contact: FieldPath | None = None
    """Of what names no customer: where the e-mail address lies that it is about."""
    part: bool = False
    """A part of the customer, such as its phones: an edit of it does not move the customer, so
    the owner is read again."""
    changed: Clock | None = None
    deleted: Deleted | None = None
    reference: FieldPath | None = None
    """Where our golden id lies: it marks the records that we created."""
    version: FieldPath | None = None
    """The field that an update must repeat, so that nobody's edit is overwritten."""
    consent: FieldPath | None = None
    """Where the customer's word on being contacted lies."""
    lift: dict[str, FieldPath] = Field(default_factory=dict)
    """Fields that are laid into the payload for the map: what lies in lists or under odd names."""
    false_is_empty: bool = False
    """The channel writes false where nothing is: such fields become null."""


class Profile(Value):
    """What every profile says, whatever the protocol."""

    vendor: str
    source: str
    """The page of the vendor's documentation that the facts were taken from."""
    verified: bool = False
    """Whether somebody checked the facts against the vendor's own system."""
    limits: Limits = Limits()
    webhook: Webhook | None = None
    """The webhooks that the vendor sends."""

    def promises(self, stream: Any, rate: float | None, *, batch: int = 1) -> Capabilities:
        """Return what this vendor can do by what ``stream`` says; ``rate`` overrides the limit."""
        return Capabilities(
            write=stream.update is not None,
            create=stream.create is not None,
            delete=stream.delete is not None,
            incremental=stream.list.since is not None,
            version_check=stream.version is not None,
            batch=batch,
            rate=rate or self.limits.rate,
            per_day=self.limits.per_day,
            at_once=self.limits.at_once,
            tombstones=stream.deleted is not None,
            consent=stream.consent is not None,
        )


def read_profile(text: str, name: str, options: Mapping[str, str]) -> Document:
    """Parse a profile and fill its ``${options}``; raises ConfigError with file and line.

    A profile may write ``${list}`` or ``${list:-default}`` for what differs from one installation
    to the next; the channel's ``options`` in goldenrod.yaml say it.
    """
    document = _parsed(text, name)
    known = {found[1] for found in _OPTION.finditer(text)}
    if unknown := options.keys() - known:
        said = f"known: {', '.join(sorted(known))}" if known else "it has none"
        raise ConfigError(
            f"{name} has no option {', '.join(sorted(unknown))}; {said}", setting="options"
        )
    return document._replace(data=_fill(document, document.data, (), options))


# A channel is connected to at each step of a run; `_fill` copies what is remembered here.
_parsed = lru_cache(maxsize=64)(parse)


def _fill(
    document: Document, value: Any, path: tuple[str | int, ...], options: Mapping[str, str]
) -> Any:
    if isinstance(value, dict):
        return {key: _fill(document, item, (*path, key), options) for key, item in value.items()}
    if isinstance(value, list):
        return [_fill(document, item, (*path, n), options) for n, item in enumerate(value)]
    if not isinstance(value, str):
        return value

    def one(found: re.Match[str]) -> str:
        known = options.get(found[1], found[2])
        if known is None:
            raise ConfigError(
                f"{document.where(*path)} asks for {found[1]}; add it to the channel's options",
                setting="options",
            )
        return known

    return _OPTION.sub(one, value)


def needed(fact: T | None, name: str) -> T:
    """Return ``fact``; raises ConfigError if the profile leaves it out."""
    if fact is None:
        raise ConfigError(f"the profile does not say how to {name}; add customers.{name}")
    return fact
