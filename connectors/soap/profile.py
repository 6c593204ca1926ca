"""What a profile says of a vendor that has a WSDL."""

from typing import Literal

from pydantic import Field

from connectors.base import Capabilities
from connectors.facts.paths import FieldPath
from connectors.facts.profile import Auth, Errors, Listing, Profile, Stream
from connectors.facts.templates import Template
from hub.model import Value


class SoapCall(Value):
    """One operation of the WSDL with its arguments."""

    operation: str
    arguments: dict[str, Template] = Field(default_factory=dict)
    record: FieldPath = ""
    """Where the record lies inside the result."""


class SoapListing(SoapCall, Listing):
    """A listing by SOAP; ``since`` is laid over the arguments."""


class SoapStream(Stream):
    """Customers of a SOAP channel."""

    list: SoapListing
    read: SoapCall | None = None
    find: SoapCall | None = None
    create: SoapCall | None = None
    update: SoapCall | None = None


class SoapErrors(Errors):
    """Failures as SOAP tells them; a code is compared without its prefix."""

    code: FieldPath = "faultcode"
    message: FieldPath = "faultstring"


class SoapProfile(Profile):
    """A vendor that has a WSDL."""

    engine: Literal["soap"]
    auth: Auth = Auth()
    headers: dict[str, str] = Field(default_factory=dict)
    wsdl: str = "?wsdl"
    """Added to the channel's address; or a file, or an address of its own."""
    errors: SoapErrors = SoapErrors()
    customers: SoapStream

    def capabilities(self, rate: float | None = None) -> Capabilities:
        """Return what this vendor can do; ``rate`` overrides the profile's limit."""
        it = self.customers
        return Capabilities(
            write=it.update is not None,
            create=it.create is not None,
            incremental=it.list.since is not None,
            version_check=it.version is not None,
            rate=rate or self.limits.rate,
            consent=it.consent is not None,
        )
