"""An address of a mail server -> how to reach it: by TLS, or not at all."""

import ipaddress
import ssl
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from hub.errors import ConfigError

_PORTS = {"imaps": 993, "imap": 143, "smtps": 465, "smtp": 587}


class Way(NamedTuple):
    """How a mail server is reached."""

    host: str
    port: int
    path: str
    """What the address names beyond the server."""
    at_once: bool
    """TLS from the first byte on, else by STARTTLS."""
    plain: bool
    """It may go on without TLS."""


def way_to(url: str, channel: str, *, plain: bool) -> Way:
    """Read the address; raises ConfigError for one that is none."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError as error:
        raise ConfigError(f"{channel}: the address of the mail server has no valid port") from error
    if not port or not parts.hostname:
        known = ", ".join(f"{scheme}://HOST" for scheme in _PORTS)
        raise ConfigError(f"{channel}: the address is no mail server; expected one of {known}")
    here = plain or _is_loopback(parts.hostname)
    path = unquote(parts.path.strip("/"))
    return Way(parts.hostname, port, path, parts.scheme in ("imaps", "smtps"), here)


def trusted(authority: str, channel: str) -> ssl.SSLContext:
    """Return the certificates to trust; raises ConfigError for a file that holds none."""
    try:
        return ssl.create_default_context(cafile=authority or None)
    except (OSError, ssl.SSLError) as error:
        kind = type(error).__name__
        raise ConfigError(f"{channel}: authority can't be read ({kind})") from error


def refuse_plain(channel: str) -> ConfigError:
    """Return the error of a server that has no TLS."""
    return ConfigError(
        f"{channel}: the server offers no TLS, and the password is not sent without; "
        "write `plain: allowed` in the profile if the way there is safe"
    )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
