"""What may go wrong for a while between us and a channel over HTTP."""

from datetime import timedelta
from email.utils import format_datetime

import requests

HTML = (200, {"Content-Type": "text/html"}, "<!DOCTYPE html><html><body>Log in, Anna</body></html>")


def cut(fake):
    """Promise more than is brought."""
    error = requests.exceptions.ChunkedEncodingError("Connection broken: IncompleteRead")
    return 200, {}, error


def hang(fake):
    return 200, {}, requests.exceptions.ReadTimeout("Read timed out.")


def half(fake):
    """Answer with half of a document."""
    status, headers, body = fake.handle(fake.asked[-1])
    text = fake._told((status, headers, body))[2]
    return status, headers, text[: len(text) // 2]


PASSING = {
    "429 with seconds": lambda fake: (429, {"Retry-After": "2"}, ""),
    "429 with a date": lambda fake: (
        429, {"Retry-After": format_datetime(fake.now + timedelta(seconds=2), usegmt=True)}, "",
    ),
    "429 with nothing": lambda fake: (429, {}, ""),
    "503 with seconds": lambda fake: (503, {"Retry-After": "2"}, ""),
    "500": lambda fake: (500, {}, ""),
    "502": lambda fake: (502, {}, "<html>Bad gateway</html>"),
    "cut": cut,
    "hang": hang,
    "half a document": half,
    "html": lambda fake: HTML,
    "expired session": lambda fake: fake.expired,
}  # fmt: skip
