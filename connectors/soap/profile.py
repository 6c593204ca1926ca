"""What a profile says of a vendor that has a WSDL."""

from typing import Literal

from pydantic import Field

from connectors.auth.facts import BasicAuth, SoapAuth
from connectors.base import Capabilities
from connectors.calls.facts import Call, CallListing, Creates, Finds, Updates, Writable
from connectors.facts.paths import FieldPath
from connectors.facts.profile import Errors, Profile, Stream, StreamName
from connectors.facts.templates import SecretTemplate, Template
from hub.model import Value


class SoapCall(Call):
    """One operation of the WSDL with its arguments."""

    operation: str
    service: str = ""
    """One of the profile's further ``services``; empty: the channel's own address."""
    arguments: dict[str, Template] = Field(default_factory=dict)


class SoapCreate(SoapCall, Creates):
    """How a record is created."""


class SoapUpdate(SoapCall, Updates):
    """How a record is updated."""


class SoapFind(SoapCall, Finds):
    """How a record is looked up before it is created again."""


class SoapListing(SoapCall, CallListing):
    """A listing by SOAP; ``since`` is laid over the arguments."""


class SoapStream(Stream, Writable):
    """Customers of a SOAP channel."""

    list: SoapListing
    read: SoapCall | None = None
    find: SoapFind | None = None
    create: SoapCreate | None = None
    update: SoapUpdate | None = None
    delete: SoapCall | None = None


class SoapReadStream(Stream):
    """A stream beside the customers: it is only read."""

    list: SoapListing


class SoapErrors(Errors):
    """Failures as SOAP tells them; a code is compared without its prefix."""

    code: FieldPath = "faultcode"
    message: FieldPath = "faultstring"
    refused_code: FieldPath = ""
    """Where a failure that is no fault tells its code; ``marker`` is where it shows."""
    refused_message: FieldPath = ""


class SoapLogin(SoapCall):
    """An operation that opens a session, for ``{session}`` in the arguments of all others."""

    arguments: dict[str, SecretTemplate] = Field(default_factory=dict)
    """May hold ``{username}`` and ``{password}``."""
    session: FieldPath
    """Where in the result the session is told."""


class SoapService(Value):
    """A service with an address and a WSDL of its own."""

    path: str
    """Added to the channel's address."""
    wsdl: str = "?wsdl"
    """Added to that; or a file, or an address of its own."""


class Imports(Value):
    """What the WSDL may import from elsewhere."""

    hosts: tuple[str, ...] = ()
    """Servers that are trusted to answer with a part of the WSDL; no credential is sent there."""
    copies: dict[str, str] = Field(default_factory=dict)
    """Address -> a file beside the profile that is read instead."""


class SoapProfile(Profile):
    """A vendor that has a WSDL."""

    engine: Literal["soap"]
    auth: SoapAuth = BasicAuth()
    headers: dict[str, str] = Field(default_factory=dict)
    wsdl: str = "?wsdl"
    """Added to the channel's address; or a file, or an address of its own."""
    services: dict[str, SoapService] = Field(default_factory=dict)
    """Further services, where one does not do everything."""
    path: str = ""
    """Added to the channel's address."""
    wsdl_imports: Imports = Imports()
    login: SoapLogin | None = None
    errors: SoapErrors = SoapErrors()
    customers: SoapStream
    streams: dict[StreamName, SoapReadStream] = Field(default_factory=dict)

    def capabilities(self, rate: float | None = None) -> Capabilities:
        """Return what this vendor can do; ``rate`` overrides the profile's limit."""
        return self.promises(self.customers, rate)
