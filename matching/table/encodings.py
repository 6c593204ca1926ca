"""Text files as UTF-8: whatever wrote them, and even where several hands did.

In: a path. Out: the same path where it is clean UTF-8, else a decoded copy and a remark that says
how it was read. Raises ConfigError for what is no text.
"""

from collections import Counter
from pathlib import Path

from hub.errors import ConfigError

_MARKS = (
    ("utf-8-sig", b"\xef\xbb\xbf"), ("utf-32", b"\xff\xfe\0\0"), ("utf-32", b"\0\0\xfe\xff"),
    ("utf-16", b"\xff\xfe"), ("utf-16", b"\xfe\xff"),
)  # fmt: skip
_NO_TEXT = {
    b"PK\x03\x04": "an Excel file or a ZIP archive",
    b"\xd0\xcf\x11\xe0": "an old Excel or Word file",
    b"\x1f\x8b": "compressed",
    b"%PDF": "a PDF",
    b"\x89PNG": "an image",
}
_START, _BLOCK = 4096, 1 << 20
_WIDE = 0.7
"""Share of every second byte that is 0 in text of two bytes a letter."""


def readable(path: Path, scratch: Path) -> tuple[Path, str | None]:
    """Return a file of clean UTF-8 with one kind of line ends, and a remark if it was decoded."""
    with path.open("rb") as file:
        start = file.read(_START)
    for mark, what in _NO_TEXT.items():
        if start.startswith(mark):
            raise ConfigError(f"{path}: {what}; save it as CSV or Parquet")
    encoding = _marked(start)
    clean, mixed = _looked_at(path) if encoding is None else (False, False)
    if clean and not mixed:
        return path, None
    try:
        _copy(path, scratch, encoding or "utf-8-sig")
    except UnicodeDecodeError as error:
        if encoding not in {None, "utf-8-sig"}:
            raise ConfigError(f"{path}: no whole {encoding} text: {error.reason}") from None
        return scratch, f"{path}: read as {_copy_by_lines(path, scratch)}"
    return scratch, None if clean else f"{path}: read as {encoding or 'utf-8-sig'}"


def _marked(start: bytes) -> str | None:
    """Return the encoding that the first bytes show; None for one byte a letter without a mark."""
    for encoding, mark in _MARKS:
        if start.startswith(mark):
            return encoding
    odd, even = start[1::2], start[0::2]
    if odd.count(0) > _WIDE * len(odd) > 0:
        return "utf-16-le"
    return "utf-16-be" if even.count(0) > _WIDE * len(odd) > 0 else None


def _looked_at(path: Path) -> tuple[bool, bool]:
    """Tell whether a file is UTF-8 without NULs, and whether its lines end in several ways."""
    try:
        with path.open(encoding="utf-8") as text:
            clean = all("\0" not in block for block in iter(lambda: text.read(_BLOCK), ""))
            return clean, isinstance(text.newlines, tuple)
    except UnicodeDecodeError:
        return False, False


def _copy(path: Path, scratch: Path, encoding: str) -> None:
    with (
        path.open(encoding=encoding) as text,
        scratch.open("w", encoding="utf-8", newline="") as target,
    ):
        while block := text.read(_BLOCK):
            target.write(block.replace("\0", ""))


def _copy_by_lines(path: Path, scratch: Path) -> str:
    """Decode each line as UTF-8 if it is, else as Windows-1252; return what was found."""
    found: Counter[str] = Counter()
    with path.open("rb") as lines, scratch.open("w", encoding="utf-8", newline="") as target:
        for line in lines:
            text, encoding = _decoded(line.removeprefix(b"\xef\xbb\xbf"))
            found[encoding] += not line.isascii()
            target.write(text.replace("\0", "").replace("\r\n", "\n"))
    other = "latin-1" if found["latin-1"] else "cp1252"
    many = found["cp1252"] + found["latin-1"]
    return other if not found["utf-8"] else f"utf-8, and {many} of its lines as {other}"


def _decoded(line: bytes) -> tuple[str, str]:
    for encoding in ("utf-8", "cp1252"):
        try:
            return line.decode(encoding), encoding
        except UnicodeDecodeError:
            pass
    return line.decode("latin-1"), "latin-1"
