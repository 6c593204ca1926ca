"""Who gives out tokens and vouches for them: what Google or Microsoft is to a real mail server.

Dovecot itself asks here whether a token is good, and whose it is.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

TOKEN = "t0ken-of-crm"  # noqa: S105 - of a server that lives as long as the test


class _Issuer(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        known = form.get("client_secret") == ["client-Pass1"]
        told = {"access_token": TOKEN if known else "t0ken-of-nobody", "expires_in": 3600}
        self._answer(200, told)

    def do_GET(self) -> None:
        asked = parse_qs(urlsplit(self.path).query).get("access_token")
        good = asked == [TOKEN]
        self._answer(200 if good else 401, {"email": "crm@example.test"} if good else {})

    def _answer(self, status: int, told: dict[str, object]) -> None:
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def run_issuer() -> Iterator[int]:
    """Give out tokens while the block lasts; yields the port."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Issuer) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()
