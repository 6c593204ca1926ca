"""What the world outside may send: bombs, entities, strangers' certificates. Over real sockets."""

import gzip
import ssl
import threading
import tracemalloc
import zlib
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from hub.errors import ConfigError, TransientError

REST = """
vendor: Acme
source: https://acme.example/docs
engine: rest
customers:
  id: id
  list: {request: GET /people, pages: {kind: one}}
"""
SOAP = """
vendor: Acme
source: service.wsdl
engine: soap
wsdl: service.wsdl
customers:
  id: MemberNo
  list: {operation: ListMembers, arguments: {Page: 1, PageSize: 9}, records: Member,
         pages: {kind: one}}
"""
WSDL = Path(__file__).parent.parent / "data" / "never_seen" / "service.wsdl"
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BOMB = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "lol">{LAUGHS}]>'
ENVELOPE = (
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
    '<ListMembersResponse xmlns="urn:guild:members"><Member><MemberNo>%s</MemberNo></Member>'
    "</ListMembersResponse></s:Body></s:Envelope>"
)


class Server(HTTPServer):
    """Answers everything with the same bytes and counts who asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.body, self.headers, self.status = b"[]", {}, 200
        self.seen: list[str | None] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.seen.append(self.headers.get("Authorization"))
        self.send_response(self.server.status)
        told = {"Content-Length": str(len(self.server.body)), **self.server.headers}
        for name, value in told.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(self.server.body)

    def do_POST(self):
        self.do_GET()

    def log_message(self, *args):
        pass


def running(server: Server):
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    return thread


@pytest.fixture
def servers():
    made = [Server(), Server()]
    threads = [running(it) for it in made]
    yield made
    for server, thread in zip(made, threads, strict=True):
        server.shutdown()
        thread.join()
        server.server_close()


def pull(connector) -> list[str]:
    with connector:
        return [record.key.id for page in connector.pull(None) for record in page.records]


@pytest.mark.parametrize(("packing", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
def test_a_body_that_swells_when_it_is_unpacked_is_stopped_in_little_memory(
    servers, open_profile, monkeypatch, packing, pack
):
    monkeypatch.setattr("connectors.http.client.LARGEST_BODY", 4 * 2**20)
    server = servers[0]
    server.body = pack(b"[" + b" " * (60 * 2**20), 1)
    server.headers = {"Content-Encoding": packing, "Content-Type": "application/json"}
    connector = open_profile(REST, server.url)
    tracemalloc.start()
    try:
        with pytest.raises(ConfigError, match=r"^shop: customers, page 1: .*larger than"):
            pull(connector)
        assert tracemalloc.get_traced_memory()[1] < 40 * 2**20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("packing", ["gzip", "deflate", "br", "zstd"])
def test_a_body_that_is_not_packed_as_it_says_is_trouble_that_may_pass(
    servers, open_profile, packing
):
    """Brotli and the like are not asked for, and what was never asked for is no JSON."""
    servers[0].body, servers[0].headers = b"\x0b\x02\x80[]\x03", {"Content-Encoding": packing}
    with pytest.raises(TransientError, match=r"^shop: customers, page 1: (the conn|answered 200)"):
        pull(open_profile(REST, servers[0].url))


@pytest.fixture
def soap(tmp_path, open_profile):
    (tmp_path / "service.wsdl").write_text(WSDL.read_text(encoding="utf-8"), encoding="utf-8")
    return lambda url: open_profile(SOAP, url)


@pytest.mark.parametrize(
    "body",
    [
        BOMB + ENVELOPE % "&l9;",
        '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]>' + ENVELOPE % "&f;",
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/evil.dtd">' + ENVELOPE % "1",
        ENVELOPE % "1" * 2,
        (ENVELOPE % "1")[:-20],
    ],
)
def test_bombs_entities_and_broken_xml_are_refused_unread(servers, soap, body):
    servers[0].body = body.encode()
    servers[0].headers = {"Content-Type": "text/xml"}
    with pytest.raises(TransientError, match=r"^shop: customers, page 1: .*no SOAP envelope"):
        pull(soap(servers[0].url))


def test_a_good_answer_of_the_same_shape_is_read(servers, soap):
    servers[0].body = (ENVELOPE % "5").encode()
    assert pull(soap(servers[0].url)) == ["5"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_takes_no_credential_to_another_host(servers, open_profile, status):
    here, there = servers
    here.status, here.headers = status, {"Location": f"{there.url}/people"}
    with pytest.raises(ConfigError, match="another address"):
        pull(open_profile(REST, here.url))
    assert here.seen[0].startswith("Basic ")
    assert there.seen == []


def certificate(folder: Path) -> Path:
    """Return a file with a key and a certificate that nobody trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    today = datetime.now(UTC)  # noqa: TID251 - a certificate is valid today
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    text = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ) + signed.public_bytes(pem)
    (folder / "server.pem").write_bytes(text)
    return folder / "server.pem"


def test_a_certificate_that_nobody_trusts_is_never_passed_over(tmp_path, open_profile, naps):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(tmp_path))
    server = Server()
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = running(server)
    try:
        with pytest.raises(ConfigError, match=r"^shop: customers, page 1: .*not trusted"):
            pull(open_profile(REST, server.url.replace("http:", "https:")))
        assert server.seen == []
        assert naps == []
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
