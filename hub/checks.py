"""What a single setting must look like; what is wrong is told together with what would be right."""

import re
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator


def _channel_name(name: str) -> str:
    if not re.fullmatch("[a-z][a-z0-9_]*", name):
        message = (
            "a channel's name must be of a-z, 0-9 and _ and begin with a letter, such as web_shop"
        )
        raise ValueError(message)
    return name


def _country_code(code: str) -> str:
    if not re.fullmatch("[A-Z]{2}", code):
        message = "must be a country in two capital letters (ISO 3166-1), such as DE"
        raise ValueError(message)
    return code


def _language_code(code: str) -> str:
    if not re.fullmatch("[a-z]{2}", code):
        message = "must be a language in two small letters (ISO 639-1), such as de"
        raise ValueError(message)
    return code


def _address(url: str) -> str:
    """Check what can be known of an address that nobody has called yet."""
    if not url.strip():
        message = "is blank; write where the channel is, such as https://shop.example/wp-json/wc/v3"
        raise ValueError(message)
    if not re.match("https?:", url, re.IGNORECASE):
        return url  # a database, or whatever else the profile's engine calls
    parts = _web_address(url)
    if parts is None:
        message = "is no web address; write one like https://shop.example:8443/wp-json/wc/v3"
        raise ValueError(message)
    if "@" in parts:
        message = "holds a login; write it under username and password"
        raise ValueError(message)
    return url


def _web_address(url: str) -> str | None:
    """Return the host part of a web address; None if it has none, or an impossible port."""
    try:
        parts = urlsplit(url)
        has_host = parts.hostname and parts.port != 0
    except ValueError:
        return None
    return parts.netloc if has_host else None


_PRESETS = ("@once", "@hourly", "@daily", "@weekly", "@monthly", "@quarterly", "@yearly")
_CRON_PARTS = 5


def _schedule(text: str) -> str:
    """Accept what Airflow does: a preset, or a cron expression of five parts that comes round."""
    from croniter import croniter  # noqa: PLC0415 - 40 ms that only a process with a schedule pays

    if text in _PRESETS or (len(text.split()) == _CRON_PARTS and croniter.is_valid(text)):
        return text
    known = ", ".join(_PRESETS)
    message = (
        f'must be five cron parts, such as "*/30 * * * *" for each half hour, or one of: {known}'
    )
    raise ValueError(message)


def _no_truth(value: Any) -> Any:
    if isinstance(value, bool):
        message = "must be a number"
        raise ValueError(message)  # noqa: TRY004 - pydantic collects ValueErrors
    return value


ChannelName = Annotated[str, AfterValidator(_channel_name)]
Country = Annotated[str, AfterValidator(_country_code)]
Language = Annotated[str, AfterValidator(_language_code)]
Address = Annotated[str, AfterValidator(_address)]
Schedule = Annotated[str, AfterValidator(_schedule)]
NoTruth = BeforeValidator(_no_truth)
"""Python takes true for 1."""
