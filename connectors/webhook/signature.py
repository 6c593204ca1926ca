"""Whether a delivery is really from the vendor: the raw body decides, before it is parsed."""

import binascii
import hmac
from base64 import b64decode
from collections.abc import Mapping, Sequence

from standardwebhooks import Webhook as Standard
from standardwebhooks import WebhookVerificationError

from connectors.webhook.facts import Webhook


def is_signed(
    facts: Webhook, secrets: Sequence[str], headers: Mapping[str, str], body: bytes
) -> bool:
    """Return whether one of ``secrets`` signed ``body``; names of ``headers`` are lower case.

    Several secrets, so that one can be changed without losing a delivery. Dialect ``standard``
    also refuses what is older than five minutes (standardwebhooks.com); the others name no time,
    and a delivery that is played back to us makes us look again, which harms nobody.
    """
    check = _standard if facts.dialect == "standard" else _hmac
    return any(check(facts, secret, headers, body) for secret in secrets)


def _standard(_: Webhook, secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    try:
        Standard(secret).verify(body, dict(headers), json_parse=False)
    except (WebhookVerificationError, ValueError):
        return False
    return True


def _hmac(facts: Webhook, secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    told = headers.get((facts.signature or "").lower(), "")
    if not told.startswith(facts.prefix):
        return False
    told = told.removeprefix(facts.prefix)
    try:
        given = (
            b64decode(told, validate=True) if facts.encoding == "base64" else bytes.fromhex(told)
        )
    except (binascii.Error, ValueError):
        return False
    return hmac.compare_digest(given, hmac.digest(secret.encode(), body, "sha256"))
