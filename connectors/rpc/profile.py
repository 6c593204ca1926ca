"""What a profile says of a vendor whose methods are called from afar: XML-RPC or JSON-RPC."""

from typing import Literal

from pydantic import Field

from connectors.auth.facts import Auth, NoAuth
from connectors.base import Capabilities
from connectors.calls.facts import Call, CallListing, Creates, Finds, Updates, Writable
from connectors.facts.paths import FieldPath
from connectors.facts.profile import Errors, Profile, Stream, StreamName
from connectors.facts.templates import EnvelopeTemplate, SecretTemplate, Template
from hub.model import Value


class RpcCall(Call):
    """One method with its parameters; paths begin at its result."""

    method: str
    params: list[Template] = Field(default_factory=list)
    """The parameters without a name."""
    arguments: dict[str, Template] = Field(default_factory=dict)
    """The parameters with a name; sent by name or in this order, as the envelope says."""
    target: str | None = None
    """What the method belongs to, such as a model; None: what the envelope says."""


class RpcCreate(RpcCall, Creates):
    """How a record is created."""


class RpcUpdate(RpcCall, Updates):
    """How a record is updated."""


class RpcFind(RpcCall, Finds):
    """How a record is looked up before it is created again."""


class RpcListing(RpcCall, CallListing):
    """A listing by RPC; ``since`` is laid over the arguments."""


class RpcReadStream(Stream):
    """A stream beside the customers: it is only read."""

    list: RpcListing


class RpcStream(Stream, Writable):
    """Customers of an RPC channel."""

    list: RpcListing
    read: RpcCall | None = None
    find: RpcFind | None = None
    create: RpcCreate | None = None
    update: RpcUpdate | None = None
    delete: RpcCall | None = None


class Envelope(Value):
    """How every call is packed: the method and the parameters that are really sent.

    ``{method}`` is the call's own method, ``{target}`` what it belongs to, ``{params}`` its list,
    ``{arguments}`` its names and values, ``{values}`` both one after the other without the names.
    """

    path: str = ""
    method: EnvelopeTemplate = "{method}"
    params: EnvelopeTemplate = "{values}"
    target: str = ""


class RpcLogin(Value):
    """A method that opens a session."""

    path: str | None = None
    """None: the same as for all calls."""
    method: str
    params: SecretTemplate
    """May hold ``{username}`` and ``{password}``."""
    session: FieldPath = ""
    """Where in the result the session is told; false, null or nothing there is a refusal."""
    header: str | None = None
    """The header that carries the session; None: the envelope does."""
    value: str = "{base64}"
    base64: SecretTemplate = "{session}"
    """What ``{base64}`` in ``value`` is made of."""


class RpcErrors(Errors):
    """Failures inside a 200; a fault of XML-RPC is told in the same shape."""

    code: FieldPath = "error.code"
    message: FieldPath = "error.message"
    marker: FieldPath | None = "error"


class RpcProfile(Profile):
    """A vendor whose methods are called from afar."""

    engine: Literal["rpc"]
    dialect: Literal["json", "json1", "xml"] = "json"
    """JSON-RPC 2.0, JSON-RPC 1.0 (no version is told) or XML-RPC."""
    auth: Auth = NoAuth(kind="none")
    headers: dict[str, str] = Field(default_factory=dict)
    login: RpcLogin | None = None
    envelope: Envelope = Envelope()
    tagged: bool = False
    """Times, decimals and bytes travel as ``{"__class__": "datetime", "year": 2026, ...}``."""
    errors: RpcErrors = RpcErrors()
    customers: RpcStream
    streams: dict[StreamName, RpcReadStream] = Field(default_factory=dict)

    def capabilities(self, rate: float | None = None) -> Capabilities:
        """Return what this vendor can do; ``rate`` overrides the profile's limit."""
        return self.promises(self.customers, rate)
