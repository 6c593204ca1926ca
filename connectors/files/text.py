"""Bytes -> lines of text, by an encoding that is known and never guessed.

Order: what the profile declares; a byte order mark; UTF-8. A file that is none of them is refused
with the place of the first byte that does not fit: a wrong guess between two code pages gives no
error, only wrong names.
"""

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import ebcdic

from hub.errors import ConfigError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHUNK = 1 << 20
LONGEST = 1 << 21
"""Characters in one line; a longer one is no line of a table."""

ebcdic.ignored_codec_names()  # the import is what adds the code pages (cp1141, cp1047 and others)


class Line(NamedTuple):
    """One line with its number, from 1, without its end."""

    number: int
    text: str
    whole: bool = True
    """False: it was longer than any line may be, this is its beginning."""


def known_encoding(name: str, where: str) -> str:
    """Return ``name`` if Python has such an encoding; raises ConfigError."""
    try:
        return codecs.lookup(name).name
    except LookupError as error:
        raise ConfigError(f"{where}: {name!r} is no encoding that we know") from error


def encoding_of(file: Path, declared: str | None, where: str) -> str:
    """Return the encoding of the file; raises ConfigError if it is neither told nor UTF-8."""
    with file.open("rb") as stream:
        head = stream.read(4)
        for mark, name in _MARKS:
            if head.startswith(mark):
                return name
        if declared:
            return known_encoding(declared, where)
        stream.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        before = 0
        while chunk := stream.read(_CHUNK):
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError as error:
                raise ConfigError(
                    f"{where}: byte {before + error.start + 1} is no UTF-8; "
                    "name the file's encoding in the profile (such as cp1252)"
                ) from error
            before += len(chunk)
    return "utf-8"


def read_lines(file: Path, encoding: str) -> Iterator[Line]:
    """Yield the lines; what does not fit the encoding becomes U+FFFD. Line ends: LF, CRLF or CR."""
    with file.open(encoding=encoding, errors="replace", newline=None) as stream:
        number = 0
        while text := stream.readline(LONGEST):
            number += 1
            whole = True
            rest = text
            while len(rest) == LONGEST and not rest.endswith("\n"):
                whole = False
                rest = stream.readline(LONGEST)
            yield Line(number, text.removesuffix("\n"), whole)
