import signal
import socket
import subprocess
import sys
import threading
import warnings
from pathlib import Path

import pytest
import requests
import zeep

from hub.errors import ConfigError
from sandbox.faults import Fault
from sandbox.serving import Sandbox, serve_forever


def is_open(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def port_of(server):
    return int(server.address.rpartition(":")[2])


def sandbox_threads():
    names = ("sandbox", "waitress")
    return [thread for thread in threading.enumerate() if thread.name.startswith(names)]


def test_the_environment_names_the_four_systems(sandbox, tmp_path):
    assert sandbox.environment == {
        "GOLDENROD_ERP_URL": f"{sandbox.erp.address}/WS/Goldenrod/Page/Customer",
        "GOLDENROD_SHOP_URL": f"{sandbox.shop.address}/wp-json/wc/v3",
        "GOLDENROD_MAIL_URL": f"{sandbox.mail.address}/3.0",
        "GOLDENROD_CRM_URL": f"sqlite:///{tmp_path / 'new' / 'legacy_crm.db'}",
    }
    assert sandbox.erp.address.startswith("http://127.0.0.1:")


def test_systems_without_records_are_ready_for_their_first(tmp_path):
    with Sandbox.start(tmp_path) as empty, requests.Session() as session:
        session.auth = ("goldenrod", "sandbox")
        transport = zeep.Transport(session=session)
        url = f"{empty.environment['GOLDENROD_ERP_URL']}?wsdl"
        erp = zeep.Client(url, transport=transport).service
        assert erp.ReadMultiple(setSize=0) is None
        assert erp.Create({"Name": "x"})["No"] == "C10001"
        session.auth = ("ck_sandbox", "cs_sandbox")
        customers = f"{empty.environment['GOLDENROD_SHOP_URL']}/customers"
        assert session.get(customers, timeout=10).headers["X-WP-TotalPages"] == "0"
        assert (
            session.post(customers, json={"email": "a@example.com"}, timeout=10).json()["id"] == 1
        )


def test_closing_leaves_no_thread_and_no_socket_behind(tmp_path):
    before = len(sandbox_threads())
    with warnings.catch_warnings():
        warnings.simplefilter("error", ResourceWarning)
        running = Sandbox.start(tmp_path)
        ports = [port_of(server) for server in (running.erp, running.shop, running.mail)]
        assert all(map(is_open, ports))
        running.close()
    assert not any(map(is_open, ports))
    assert len(sandbox_threads()) == before


def test_closing_does_not_wait_for_a_request_that_is_held_up(tmp_path):
    with Sandbox.start(tmp_path) as running:
        running.shop.plan.add(Fault(kind="latency", seconds=60))
        answers = []
        url = running.environment["GOLDENROD_SHOP_URL"]
        client = threading.Thread(target=lambda: answers.append(requests.get(url, timeout=50)))
        client.start()
        while not running.shop.stats().faults:
            client.join(0.01)
    client.join()
    assert answers[0].status_code == 404


def test_a_given_port_is_used_and_free_again_afterwards(tmp_path):
    with Sandbox.start(tmp_path) as running:
        port = port_of(running.mail)
    with Sandbox.start(tmp_path, ports=(0, 0, port)) as running:
        assert port_of(running.mail) == port


def test_a_port_that_is_taken_is_told_and_nothing_is_left_running(sandbox, tmp_path):
    taken, before = port_of(sandbox.shop), len(sandbox_threads())
    with pytest.raises(ConfigError, match=f"port {taken} of 127.0.0.1 can't be used"):
        Sandbox.start(tmp_path / "second", ports=(0, 0, taken))
    assert len(sandbox_threads()) == before


def test_many_clients_at_once_are_all_served(sandbox, shop):
    url = f"{shop.base}/customers/101"
    answers = []

    def ask():
        with requests.Session() as session:
            session.auth = shop.session.auth
            answers.extend(session.get(url, timeout=20).status_code for _ in range(5))

    clients = [threading.Thread(target=ask) for _ in range(20)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    assert answers == [200] * 100


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_as_a_process_of_its_own_it_tells_its_addresses_and_ends_on_a_signal(tmp_path, number):
    code = (
        "from pathlib import Path; from sandbox.serving import serve_forever; "
        f"serve_forever(Path({str(tmp_path)!r}), seed=7, records=40, ports=(0, 0, 0))"
    )
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-c", code],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        lines = [line.strip() for line in iter(process.stdout.readline, "ready\n")]
        addresses = dict(line.split("=", 1) for line in lines)
        answer = requests.get(addresses["GOLDENROD_MAIL_URL"], timeout=10)
        process.send_signal(number)
        _, errors = process.communicate(timeout=20)
    assert answer.status_code == 401
    assert (process.returncode, errors) == (0, "")
    assert {path.name for path in tmp_path.iterdir()} >= {"truth.csv", "legacy_crm.db"}


def test_in_this_process_it_serves_the_generated_records_until_the_signal(tmp_path, capsys):
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    signal.raise_signal(signal.SIGTERM)  # stays due until the sandbox waits for it
    try:
        serve_forever(tmp_path, seed=7, records=40, ports=(0, 0, 0))
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM, signal.SIGINT})
    told = capsys.readouterr().out.splitlines()
    assert [line.partition("=")[0] for line in told] == [
        "GOLDENROD_ERP_URL",
        "GOLDENROD_SHOP_URL",
        "GOLDENROD_MAIL_URL",
        "GOLDENROD_CRM_URL",
        "ready",
    ]
