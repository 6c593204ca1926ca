"""How a vendor wants to know who is calling: what a profile says under ``auth``.

The credentials themselves stand in goldenrod.yaml as the channel's ``username``, ``password`` and
``secrets``, and come from the environment, an Airflow connection or a file with mode 0600.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from connectors.facts.paths import FieldPath
from connectors.facts.templates import SecretTemplate
from hub.model import Value


class NoAuth(Value):
    """Nobody asks."""

    kind: Literal["none"]


class BasicAuth(Value):
    """Username and password with every request."""

    kind: Literal["basic"] = "basic"


class BearerAuth(Value):
    """The password is a token."""

    kind: Literal["bearer"]


class HeaderAuth(Value):
    """The password travels in a header of its own."""

    kind: Literal["header"]
    header: str = "X-API-Key"
    prefix: str = ""
    """What stands before it: ``Token``."""


class QueryAuth(Value):
    """The password travels in the address; only where the vendor knows no other way."""

    kind: Literal["query"]
    parameter: str


class OAuth1Auth(Value):
    """Every request is signed (RFC 5849).

    ``username`` is the consumer's key, ``password`` its secret; ``secrets`` may hold ``token`` and
    ``token_secret``.
    """

    kind: Literal["oauth1"]
    signature: Literal["HMAC-SHA256", "HMAC-SHA1"] = "HMAC-SHA256"
    place: Literal["header", "query"] = "header"


class OAuth2Auth(Value):
    """A token is fetched and used until it expires (RFC 6749).

    ``username`` is the client's id, ``password`` its secret.
    """

    kind: Literal["oauth2"]
    grant: Literal["client_credentials", "refresh_token", "password"] = "client_credentials"
    """``refresh_token`` needs ``secrets.refresh_token``; ``password`` needs ``secrets.username``
    and ``secrets.password``."""
    token_url: str
    """A path below the channel's address, or an address of its own."""
    scope: str = ""
    client: Literal["basic", "post"] = "post"
    """How the client's id and secret travel to the token's address."""
    extra: dict[str, str] = Field(default_factory=dict)
    """What else the token's address wants to be told."""
    token_file: str | None = None
    """Each refresh ends the refresh token before: the file where the new one is kept, which the
    channel's options name (``${token_file}``)."""


class NtlmAuth(Value):
    r"""Windows' own way; the username is ``DOMAIN\name``."""

    kind: Literal["ntlm"]


class WsseAuth(Value):
    """A WS-Security username token in each SOAP letter."""

    kind: Literal["wsse"]
    digest: bool = False
    """The password travels as a digest, with a nonce and the time."""


class LoginAuth(Value):
    """A session: one request logs in, its token travels with all others until it expires."""

    kind: Literal["login"]
    request: Annotated[str, Field(pattern="^(GET|POST|PUT) /?")]
    body: SecretTemplate = None
    """May hold ``{username}`` and ``{password}``."""
    token: FieldPath | None = None
    """Where the token lies in the answer; the empty path is the answer itself."""
    token_header: str | None = None
    """The header of the answer that holds it; with neither, cookies do the work."""
    header: str = "Authorization"
    value: SecretTemplate = "Bearer {session}"

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if self.token is not None and self.token_header is not None:
            message = "expected token or token_header, not both"
            raise ValueError(message)
        return self


Auth = Annotated[
    BasicAuth
    | BearerAuth
    | HeaderAuth
    | QueryAuth
    | OAuth1Auth
    | OAuth2Auth
    | NtlmAuth
    | LoginAuth
    | NoAuth,
    Field(discriminator="kind"),
]
"""``auth`` of a profile."""
SoapAuth = Annotated[
    BasicAuth
    | BearerAuth
    | HeaderAuth
    | QueryAuth
    | OAuth1Auth
    | OAuth2Auth
    | NtlmAuth
    | WsseAuth
    | LoginAuth
    | NoAuth,
    Field(discriminator="kind"),
]
"""``auth`` of a profile that speaks SOAP."""
