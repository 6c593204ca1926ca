"""``goldenrod listen`` as a vendor meets it: a process, a signed delivery, an answer at once."""

import base64
import hmac
import os
import signal
import socket
import subprocess
import sys

import pytest
import requests

from console.listening import listen
from hub.config import load_settings
from hub.errors import ConfigError

SETTINGS = """
store: sqlite:///hub.db
channels:
  shop:
    profile: shopify
    url: https://acme.invalid
    password: ${TOKEN}
    inbox: inbox
    secrets: {webhook: "${SECRET}"}
"""


@pytest.fixture
def config(tmp_path):
    file = tmp_path / "goldenrod.yaml"
    file.write_text(SETTINGS, encoding="utf-8")
    return file


def test_a_delivery_lies_in_the_inbox_when_the_vendor_hears_of_it(config, tmp_path):
    command = [sys.executable, "-m", "console.app", "listen", "-c", str(config), "--port", "0"]
    environment = {**os.environ, "TOKEN": "t", "SECRET": "k"}  # noqa: TID251 - of the process
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            address = process.stdout.readline().split()[1].removesuffix("CHANNEL")
            body = b'{"id": 5}'
            signature = base64.b64encode(hmac.digest(b"k", body, "sha256")).decode()
            headers = {"X-Shopify-Hmac-Sha256": signature, "X-Shopify-Topic": "customers/update"}
            answer = requests.post(f"{address}shop", data=body, headers=headers, timeout=10)
            assert answer.status_code == 202
            assert len(list((tmp_path / "inbox" / "shop").glob("*.json"))) == 1
            assert requests.post(f"{address}shop", data=body, timeout=10).status_code == 401
        finally:
            process.send_signal(signal.SIGTERM)


def test_a_port_that_is_taken_is_named_with_a_way_out(config):
    settings = load_settings(config, {"TOKEN": "t", "SECRET": "k"})
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match="choose another --port"):
            listen(settings, "127.0.0.1", port)
