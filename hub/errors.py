"""What can go wrong, sorted by what to do next.

HubError
├── ConfigError      stop: a person must change a setting or a credential; a retry is useless
├── TransientError   try again later; carries ``retry_after`` in seconds where the channel said so
├── RecordError      set this one record aside in quarantine and go on
├── RejectedError    the channel refused this change: dead letter, a person sees it
└── ConflictError    somebody decided otherwise: nothing was done, look again and decide anew

Messages name the channel, the key and the field, never a value: they end up in logs.
"""


class HubError(Exception):
    """Anything the hub knows how to handle."""


class ConfigError(HubError):
    """A person must act; nothing was started or the channel was left as it was."""

    def __init__(self, message: str, *, setting: str | None = None) -> None:
        """Take the name of the channel's setting that is at fault, where it is known."""
        super().__init__(message)
        self.setting = setting


class TransientError(HubError):
    """The same call may succeed later."""

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class RecordError(HubError):
    """One record can't be used; ``field`` names where, ``reason`` what would be right."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class RejectedError(HubError):
    """The channel understood the change and refused it."""


class ConflictError(HubError):
    """What a person asked for goes against what was decided before; the message says by whom."""
