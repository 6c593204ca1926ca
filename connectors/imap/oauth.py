"""OAuth 2 for mail: a token instead of a password, told by the SASL mechanism XOAUTH2.

As Google (https://developers.google.com/workspace/gmail/imap/xoauth2-protocol) and Microsoft
(https://learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth)
describe it. The token itself comes as it does for every other channel: `connectors.auth.tokens`.
"""

from typing import Literal

from connectors.auth.facts import NoAuth, OAuth2Auth
from connectors.auth.tokens import Tokens
from connectors.facts.profile import Limits
from connectors.http.client import HttpClient
from connectors.pace import Sleep
from hub.config import Channel
from hub.model import Value


class MailOAuth(Value):
    """Whose box it is, and where its tokens come from; without ``token_url`` a password logs in.

    The channel's ``username`` and ``password`` are then the client's id and secret.
    """

    mailbox: str = ""
    token_url: str = ""
    grant: Literal["client_credentials", "refresh_token"] = "client_credentials"
    """``refresh_token`` needs ``secrets.refresh_token``."""
    scope: str = ""
    token_file: str = ""
    """Where each refresh ends the token before: the file that keeps the new one."""


class MailTokens:
    """Fetches tokens, and lays them into what XOAUTH2 wants to hear."""

    def __init__(self, channel: Channel, facts: MailOAuth, limits: Limits, sleep: Sleep) -> None:
        """Take where the tokens come from; nothing is sent yet. Raises ConfigError."""
        self._user = facts.mailbox
        at = channel.model_copy(update={"url": facts.token_url})
        auth = OAuth2Auth(
            kind="oauth2",
            grant=facts.grant,
            token_url=facts.token_url,
            scope=facts.scope,
            token_file=facts.token_file or None,
        )
        self._http = HttpClient(at, NoAuth(kind="none"), limits, sleep=sleep)
        self._tokens = Tokens(at, auth, self._http.post)

    def answer(self) -> str:
        """Return the first answer of XOAUTH2, with a token that is good; may fetch one."""
        return f"user={self._user}\1auth=Bearer {self._tokens.bearer()}\1\1"

    def close(self) -> None:
        """Close the connections."""
        self._http.close()
