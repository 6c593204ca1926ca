"""What goes wrong with one cell: each edit takes a value and two random numbers from 0 to 1."""

from collections.abc import Callable

Edit = Callable[[str, float, float], str]

_NEIGHBOURS = dict(
    zip(
        "qwertyuiopasdfghjklzxcvbnm1234567890",
        "wqetryuioopsdfgfhkjkxzcvbn2345678909",
        strict=True,
    )
)
_MISREAD = {
    "rn": "m", "m": "rn", "cl": "d", "d": "cl", "vv": "w", "w": "vv", "l": "1", "i": "l",
    "o": "0", "s": "5", "b": "6", "g": "9", "e": "c", "h": "b", "u": "v", "a": "o",
}  # fmt: skip


def typo(value: str, where: float, what: float) -> str:
    """Drop, double, swap or mistype one character."""
    at = int(where * len(value))
    before, here, after = value[:at], value[at : at + 1], value[at + 1 :]
    if what < 0.25 and len(value) > 2:
        return before + after
    if what < 0.45:
        return before + here + here + after
    if what < 0.65 and after:
        return before + after[0] + here + after[1:]
    wrong = _NEIGHBOURS.get(here.lower(), here)
    return before + (wrong.upper() if here.isupper() else wrong) + after


def misread(value: str, where: float, what: float) -> str:
    """Read one letter or pair of letters as another that looks like it, as scanners do."""
    low = value.lower()
    seen = [piece for piece in _MISREAD if piece in low]
    if not seen:
        return value
    piece = seen[int(what * len(seen))]
    spots = [at for at in range(len(low)) if low.startswith(piece, at)]
    at = spots[int(where * len(spots))]
    return value[:at] + _MISREAD[piece] + value[at + len(piece) :]


def digit(value: str, where: float, what: float) -> str:
    """Replace one digit by another."""
    spots = [at for at, letter in enumerate(value) if letter.isdecimal()]
    if not spots:
        return value
    at = spots[int(where * len(spots))]
    return value[:at] + str((int(value[at]) + 1 + int(what * 9)) % 10) + value[at + 1 :]


def date_slip(value: str, where: float, what: float) -> str:
    """Slip in a date: day and month swapped, a year off, one digit wrong, or 1 January."""
    year, month, day = value.split("-")
    if what < 0.3 and int(day) <= 12:
        return f"{year}-{day}-{month}"
    if what < 0.5:
        return f"{int(year) + (1 if where < 0.5 else -1)}-{month}-{day}"
    if what < 0.6:
        return f"{year}-01-01"
    if what < 0.8:
        return f"{year}-{month}-{1 + (int(day) + int(where * 26)) % 28:02d}"
    if what < 0.9:
        return f"{year}-{1 + (int(month) + int(where * 10)) % 12:02d}-{day}"
    return f"{year[:3]}{(int(year[3]) + 1 + int(where * 9)) % 10}-{month}-{day}"


def initial(value: str, _where: float, what: float) -> str:
    """Keep the first letter, with or without its point."""
    return value[0] + ("." if what < 0.5 else "")


def upper(value: str, _where: float, what: float) -> str:
    """Write it all large or all small."""
    return value.upper() if what < 0.6 else value.lower()


def phone_format(value: str, _where: float, what: float) -> str:
    """Write a national number as people do."""
    a, b, c = value[:3], value[3:6], value[6:]
    return (f"({a}) {b}-{c}", f"+1 {a} {b} {c}", f"{a}.{b}.{c}", f"1{value}", f"{a} {b}{c}")[
        int(what * 5)
    ]


def full_width(value: str, _where: float, _what: float) -> str:
    """Write digits as East Asian keyboards do when nobody looks."""
    return value.translate({ord("0") + n: chr(0xFF10 + n) for n in range(10)})
