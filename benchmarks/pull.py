"""How much CPU and memory a pull costs: `python -m benchmarks.pull [--records 100000]`.

A server in a process of its own answers with pages of web shop customers that were made before; the
hub pulls them through the real REST engine into SQLite (first everything, then the same again).
What is told: microseconds of CPU of the hub's process for each record, from the bytes of the answer
to the landed row, and the most memory that the process ever had.
"""

import argparse
import json
import multiprocessing
import resource
import sys
import tempfile
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from hub.config import Channel, Settings
from pipeline.pull import pull
from store.database import Store

PAGE = 1_000
LIMIT_MICROSECONDS = 150
LIMIT_MEGABYTES = 200
_PROFILE = """
vendor: Benchmark
source: "this file"
engine: rest
auth: {kind: none}
limits: {page: 1000}
customers:
  id: id
  changed: {fields: [date_modified_gmt], zone: UTC}
  list:
    request: GET /customers
    query: {page: "{at}", per_page: "{size}"}
    pages: {kind: number}
    total: {header: X-WP-Total}
"""


def record(number: int) -> dict[str, Any]:
    """Return a customer as WooCommerce shows one: about 1,100 bytes."""
    name, town = f"Vorname{number % 997}", f"Stadt {number % 89}"
    address = {
        "first_name": name,
        "last_name": f"Nachname{number % 1009}",
        "company": "",
        "address_1": f"Hauptstraße {number % 200}",
        "address_2": "",
        "city": town,
        "postcode": f"{10000 + number % 89999}",
        "country": "DE",
        "state": "",
    }
    mail = f"kunde{number}@beispiel{number % 50}.example"
    return {
        "id": number,
        "date_created_gmt": "2025-03-01T10:00:00",
        "date_modified_gmt": f"2026-02-{1 + number % 28:02}T{number % 24:02}:00:00",
        "email": mail,
        "first_name": name,
        "last_name": address["last_name"],
        "role": "customer",
        "username": f"kunde{number}",
        "billing": {**address, "email": mail, "phone": f"+49 30 {1000000 + number}"},
        "shipping": {**address, "phone": ""},
        "is_paying_customer": number % 3 == 0,
        "avatar_url": f"https://avatar.example/{number:032x}?s=96&d=mm&r=g",
        "meta_data": [
            {"id": number * 2, "key": "vat_number", "value": f"DE{100000000 + number}"},
            {"id": number * 2 + 1, "key": "locale", "value": "de_DE"},
        ],
    }


def serve(records: int, told: Connection) -> None:
    """Answer on a free port, which is told first, until killed."""
    pages = [
        json.dumps([record(n) for n in range(at + 1, min(at + PAGE, records) + 1)]).encode()
        for at in range(0, records, PAGE)
    ]

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            number = int(parse_qs(urlsplit(self.path).query)["page"][0])
            body = pages[number - 1] if number <= len(pages) else b"[]"
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("X-WP-Total", str(records))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.send(server.server_port)
    server.serve_forever()


def measure(port: int, folder: Path, records: int) -> dict[str, float]:
    """Pull twice; return what it cost."""
    profile = folder / "benchmark.yaml"
    profile.write_text(_PROFILE, encoding="utf-8")
    shop = Channel(
        name="shop", profile=str(profile), map="woocommerce", url=f"http://127.0.0.1:{port}"
    )
    settings = Settings(store=f"sqlite:///{folder / 'hub.db'}", channels={"shop": shop})
    figures: dict[str, float] = {"records": records}
    with Store(settings.store) as store:
        store.migrate()
        for name in ("first", "again"):
            cpu, wall = time.process_time(), time.perf_counter()
            report = pull(settings, store, "shop")
            cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
            if report.pulled + report.unchanged != records or report.error:
                raise SystemExit(f"the pull went wrong: {report}")
            figures[f"{name}_microseconds"] = round(cpu / records * 1e6, 1)
            figures[f"{name}_records_a_second"] = round(records / wall)
    figures["most_megabytes"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
    return figures


def main() -> None:
    """Measure, print the figures, and fail where a limit is not held."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--records", type=int, default=100_000)
    asked = words.parse_args()
    spawn = multiprocessing.get_context("spawn")
    heard, told = spawn.Pipe(duplex=False)
    server = spawn.Process(target=serve, args=(asked.records, told), daemon=True)
    server.start()
    try:
        with tempfile.TemporaryDirectory() as folder:
            figures = measure(heard.recv(), Path(folder), asked.records)
    finally:
        server.kill()
    sys.stdout.write(json.dumps(figures, indent=2) + "\n")
    held = (
        figures["first_microseconds"] < LIMIT_MICROSECONDS
        and figures["most_megabytes"] < LIMIT_MEGABYTES
    )
    sys.exit(0 if held else 1)


if __name__ == "__main__":
    main()
