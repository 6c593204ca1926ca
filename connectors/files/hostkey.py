"""Whose key an SFTP server must show: one that is not known is refused, never learnt."""

from pathlib import Path

import paramiko

from connectors.files.profile import Sftp
from hub.errors import ConfigError


class KnownHost(paramiko.MissingHostKeyPolicy):  # type: ignore[misc]  # paramiko has no types
    """Compares the key of the server with the one that the profile names."""

    def __init__(self, channel: str, facts: Sftp) -> None:
        """Read what is known; raises ConfigError if nothing is."""
        self._name = channel
        self._pinned = facts.host_key.split()[-2:]
        self._file = facts.known_hosts
        self._client: paramiko.SSHClient | None = None
        if not self._pinned and not self._file:
            raise ConfigError(
                f"{channel}: whose key must the server show? "
                "Add host_key (see ssh-keyscan) or known_hosts to the channel's options"
            )

    def missing_host_key(
        self, client: paramiko.SSHClient, hostname: str, key: paramiko.PKey
    ) -> None:
        """Let the connection go on only if this is the key that we expect."""
        self._client = client
        if self._pinned == [key.get_name(), key.get_base64()]:
            return
        if not (self._file and self._listed(Path(self._file), hostname, key)):
            raise ConfigError(
                f"{self._name}: the server shows a key that we do not know; "
                "if it has a new one, change host_key in the channel's options"
            )

    def hang_up(self) -> None:
        """Close the connection that was checked last: nobody else holds one that failed."""
        if self._client is not None:
            self._client.close()

    def _listed(self, file: Path, hostname: str, key: paramiko.PKey) -> bool:
        try:
            return bool(paramiko.HostKeys(str(file)).check(hostname, key))
        except (OSError, paramiko.SSHException) as error:
            kind = type(error).__name__
            raise ConfigError(f"{self._name}: known_hosts can't be read ({kind})") from error
