"""The bytes of a mail -> what it says, whatever is wrong with its encoding."""

import codecs
import re
from datetime import datetime
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message as Parsed
from email.utils import getaddresses
from typing import NamedTuple

from lxml import etree, html

from connectors.imap.mailbox import Message

_AUTOMATIC = ("bulk", "list", "junk", "auto_reply")
_BLANKS = re.compile(r"[ \t\xa0]+")
_LONGEST = 998
_HIDDEN = frozenset({"script", "style", "head", "blockquote"})
_BLOCKS = frozenset({"br", "p", "div", "tr", "li", "h1", "h2", "h3"})
_BRACKETED = re.compile(r"([^<>]*)<([^<>]*)>[^<>@]*")
_ADDRESS = re.compile(r"[^\s@<>\"(),:;\\]+@[^\s@<>\"(),:;\\]+\.[^\s@<>\"(),:;\\]+")


class Letter(NamedTuple):
    """A mail, as far as the hub cares."""

    uid: int
    at: datetime
    identity: str
    """The Message-ID; empty if it has none."""
    sender: str
    """The address, lower case; empty if there is none that could be answered."""
    name: str
    to: tuple[str, ...]
    subject: str
    text: str
    automatic: bool
    """Written by a program: a newsletter, a receipt, an absence notice."""


def read_letter(message: Message) -> Letter | None:
    """Read a mail; None if it is nested beyond reading."""
    try:
        parsed = message_from_bytes(message.raw)
        text = _text(parsed)
    except RecursionError:
        return None
    name, sender = _first_address(parsed, "From")
    return Letter(
        message.uid,
        message.at,
        _raw(parsed, "Message-ID"),
        sender,
        name,
        tuple(_addresses(parsed, "To", "Cc", "Delivered-To", "X-Original-To")),
        _header(parsed, "Subject"),
        text,
        _is_automatic(parsed),
    )


def _raw(parsed: Parsed, name: str) -> str:
    """Return a header as it stands: one line, raw bytes decoded, encoded words left alone."""
    wanted = name.lower()
    told = next((str(it) for key, it in parsed.raw_items() if key.lower() == wanted), "")
    raw = told[: 10 * _LONGEST].encode("utf-8", "surrogateescape")
    return " ".join(decode(raw, None).split())


def _plain(text: str) -> str:
    """Decode the encoded words of a header; wrong ones are left as they are."""
    try:
        parts = decode_header(text)
    except (ValueError, LookupError, HeaderParseError):
        return text
    told = (decode(part, charset) if isinstance(part, bytes) else part for part, charset in parts)
    return " ".join("".join(told).split())


def _header(parsed: Parsed, name: str) -> str:
    return _plain(_raw(parsed, name))


def decode(raw: bytes, charset: str | None) -> str:
    """Decode text: as it says, else as UTF-8, else as Windows-1252, which takes everything."""
    for name in (charset, "utf-8"):
        try:
            return raw.decode(codecs.lookup(name).name) if name else raw.decode("ascii")
        except (LookupError, ValueError):
            continue
    return raw.decode("cp1252", "replace")


def _addresses(parsed: Parsed, *names: str) -> list[str]:
    told = [_raw(parsed, name) for name in names]
    return [address.lower() for _, address in getaddresses(told) if "@" in address]


def _first_address(parsed: Parsed, name: str) -> tuple[str, str]:
    """Return name and address.

    The address is taken before anything is decoded: an encoded name may hold another, to deceive.
    """
    told = _raw(parsed, name)
    bracketed = _BRACKETED.fullmatch(told)
    pairs = [(bracketed[1], bracketed[2])] if bracketed else getaddresses([told])
    for shown, address in pairs:
        if _ADDRESS.fullmatch(address.strip()):
            plain = _plain(shown.strip(" '\"")).strip(" '\"")
            return ("" if "@" in plain else plain), address.strip().lower()
    return "", ""


def _is_automatic(parsed: Parsed) -> bool:
    if _header(parsed, "Auto-Submitted").lower() not in ("", "no"):
        return True
    if _header(parsed, "Precedence").lower() in _AUTOMATIC:
        return True
    return any(name in parsed for name in ("List-Id", "List-Unsubscribe", "X-Autoreply"))


def _text(parsed: Parsed) -> str:
    """Return the text; that of an HTML mail where there is no other."""
    plain, marked_up = [], []
    for part in parsed.walk():
        if part.is_multipart() or part.get_filename():
            continue
        if part.get_content_type() == "text/plain":
            plain.append(_body(part))
        elif part.get_content_type() == "text/html":
            marked_up.append(_body(part))
    text = "\n".join(plain) or "\n".join(_without_markup(one) for one in marked_up)
    lines = (_BLANKS.sub(" ", line).strip() for line in text.replace("\0", "").splitlines())
    return "\n".join(line[:_LONGEST] for line in lines)


def _body(part: Parsed) -> str:
    raw = part.get_payload(decode=True)
    return decode(raw, part.get_content_charset()) if isinstance(raw, bytes) else ""


def _without_markup(text: str) -> str:
    parser = html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)
    try:
        return _spoken(html.document_fromstring(text.encode("utf-8", "replace"), parser=parser))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return ""


def _spoken(element: etree._Element) -> str:
    """Return the text that a reader sees, one line for each block; quotes are somebody else's."""
    if element.tag in _HIDDEN or not isinstance(element.tag, str):
        return ""
    parts = ["\n" if element.tag in _BLOCKS else "", element.text or ""]
    for child in element:
        parts += [_spoken(child), child.tail or ""]
    return "".join(parts)
