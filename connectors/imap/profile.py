"""What a profile says of a mail box whose senders are customers."""

from typing import Literal

from pydantic import Field

from connectors.base import Capabilities
from connectors.facts.profile import Profile, Stream
from connectors.imap.oauth import MailOAuth
from hub.model import Value

_WORDS = (
    "unsubscribe", "unsubscribe me", "please unsubscribe", "please unsubscribe me", "opt out",
    "opt-out", "remove me", "stop",
    "abmelden", "abmeldung", "bitte abmelden", "newsletter abmelden", "austragen",
    "bitte austragen", "abbestellen", "newsletter abbestellen",
    "désinscription", "désinscrire", "me désabonner", "désabonnement", "désabonner",
    "cancellami", "disiscrizione", "annulla iscrizione",
    "cancelar suscripción", "darme de baja", "baja", "cancelar inscrição",
    "afmelden", "uitschrijven", "avregistrera", "afmeld", "wypisz", "odhlásit",
    "отписаться", "退订", "取消订阅", "配信停止", "수신거부",
)  # fmt: skip


class Unsubscribe(Value):
    """What counts as the word of a person who wants no more mail.

    A false alarm costs a newsletter, a missed one the law: so what is asked for in one short line
    counts, whoever may have forged it; what is only quoted does not.
    """

    to: tuple[str, ...] = ("unsubscribe", "abmelden", "optout", "opt-out")
    """Addresses that mail programs write to for a List-Unsubscribe: the part before ``@`` or
    ``+``."""
    words: tuple[str, ...] = _WORDS
    """The subject, or the first line, is one of these (letter case and marks aside)."""


class Outgoing(Value):
    """How changes are told: one mail each, to whoever keeps the addresses over there."""

    url: str = ""
    """``smtps://HOST`` or ``smtp://HOST``; empty: nothing is sent."""
    sender: str = ""
    to: str = ""


class MailStream(Stream):
    """The senders of a mail box."""

    folder: str = "INBOX"
    body: int = Field(default=131_072, ge=4_096)
    """Bytes that are read of one mail, from its beginning."""
    earlier: int = Field(default=20, ge=1)
    """Earlier mails of a sender that are looked at again, the latest first."""
    mark: str = Field(default="", pattern=r"^(\\Seen|\\Flagged|\$?[A-Za-z0-9_-]*)$")
    """A flag for mails that were read, such as ``\\Seen``; empty: the box stays as it is."""
    languages: tuple[str, ...] = (
        "en", "de", "fr", "it", "es", "nl", "pl", "sv", "da", "cs", "ja", "ko", "zh",
    )  # fmt: skip
    """In which quoted mails and signatures are recognised."""
    erase: Literal["keep", "mails"] = "keep"
    """What an erasure does to the mails of a sender: letters may have to be kept by law, so they
    are only deleted where the owner of the box says so."""
    unsubscribe: Unsubscribe = Unsubscribe()
    outgoing: Outgoing = Outgoing()


class ImapProfile(Profile):
    """A mail box."""

    engine: Literal["imap"]
    plain: Literal["refused", "allowed"] = "refused"
    """Whether the password may travel without TLS; to this machine itself it always may."""
    authority: str = ""
    """A file with the certificates to trust, where the server's own is not publicly known."""
    oauth: MailOAuth = MailOAuth()
    """Where a token logs in instead of a password."""
    customers: MailStream
    streams: dict[Literal["interactions"], Stream] = Field(default_factory=dict)
    """``interactions``: one record a mail, by Message-ID; of a person, never of a program."""

    def capabilities(self, rate: float | None = None) -> Capabilities:
        """Return what a mail box can do."""
        it = self.customers
        return Capabilities(
            write=bool(it.outgoing.url),
            delete=it.erase == "mails",  # a sender is its mails
            incremental=True,
            lists_all=False,  # who did not write lately, or whose mails were filed, is not gone
            rate=rate or self.limits.rate,
            consent=it.consent is not None,
        )
