"""The same folder on an SFTP server: a real one, in this process."""

import asyncio
import threading

import asyncssh
import pytest

from hub.errors import ConfigError, TransientError
from hub.model import Change, Operation, Outcome

CSV = "vendor: A\nsource: s\nengine: files\nsftp: {%s}\ncustomers: {id: NO, files: 'c*', layout: {kind: csv}, drop: {}}"  # noqa: E501
CONNECTIONS: list[asyncssh.SSHServerConnection] = []


class Login(asyncssh.SSHServer):
    def connection_made(self, conn):
        CONNECTIONS.append(conn)

    def begin_auth(self, username):
        return True

    def password_auth_supported(self):
        return True

    def validate_password(self, username, password):
        return (username, password) == ("hub", "s3cret-planted")


@pytest.fixture(scope="module")
def key():
    return asyncssh.generate_private_key("ssh-ed25519")


@pytest.fixture
def server(folder, key):
    """Serve the folder's parent as /; yields the port."""
    loop = asyncio.new_event_loop()

    async def listen():
        return await asyncssh.listen(
            "127.0.0.1",
            0,
            server_factory=Login,
            server_host_keys=[key],
            sftp_factory=lambda channel: asyncssh.SFTPServer(channel, chroot=str(folder.parent)),
        )

    serving = loop.run_until_complete(listen())
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield serving.get_port()

    async def stop():
        serving.close()
        await serving.wait_closed()
        while CONNECTIONS:
            connection = CONNECTIONS.pop()
            connection.abort()
            await connection.wait_closed()

    asyncio.run_coroutine_threadsafe(stop(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    loop.close()


@pytest.fixture
def remote(open_profile, server, key):
    def one(facts=None, **given):
        public = key.export_public_key().decode().strip()
        text = CSV % (facts or f'host_key: "{public}"')
        return open_profile(text, f"sftp://127.0.0.1:{server}/out", **given)

    return one


def test_files_are_read_from_the_server_and_changes_laid_there(remote, write, folder, pull):
    write("c1.csv", "NO,NAME\n1,Müller\n")
    (folder / "clink.csv").symlink_to("c1.csv")
    with remote() as connector:
        connector.check()
        records, _, cursor = pull(connector)
        assert [dict(it.payload) for it in records] == [{"NO": "1", "NAME": "Müller"}]
        assert pull(connector, cursor)[0] == []
        change = Change("1", Operation.UPDATE, "1", {"NAME": "M"}, records[0].payload, "cus_1")
        assert connector.push([change])[0].outcome is Outcome.SENT
    (file,) = (folder / "in").iterdir()
    assert file.read_text() == "NO,NAME\n1,M\n"


def test_a_server_with_another_key_is_refused_before_the_password_is_sent(remote, tmp_path):
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().strip()
    with (
        remote(f'host_key: "{other}"') as connector,
        pytest.raises(ConfigError, match="a key that"),
    ):
        connector.check()
    (tmp_path / "known").write_text(f"somewhere {other}")
    with (
        remote(f"known_hosts: {tmp_path / 'known'}") as connector,
        pytest.raises(ConfigError, match="a key that we do not know"),
    ):
        connector.check()
    with remote("known_hosts: /nowhere") as connector, pytest.raises(ConfigError, match="be read"):
        connector.check()


def test_a_key_in_known_hosts_is_trusted(remote, server, key, tmp_path):
    public = key.export_public_key().decode().strip()
    (tmp_path / "known").write_text(f"[127.0.0.1]:{server} {public}")
    with remote(f"known_hosts: {tmp_path / 'known'}") as connector:
        connector.check()


def test_whose_key_it_is_must_be_said(remote):
    with pytest.raises(ConfigError, match="whose key must the server show"):
        remote("key_file: ''")


def test_a_wrong_password_needs_a_person_and_is_not_told(remote):
    with remote(username="eve") as connector, pytest.raises(ConfigError, match="login") as caught:
        connector.check()
    assert "s3cret" not in str(caught.value)


def test_a_folder_that_the_server_does_not_have_needs_a_person(open_profile, server, key):
    public = key.export_public_key().decode().strip()
    with (
        open_profile(CSV % f'host_key: "{public}"', f"sftp://127.0.0.1:{server}/no") as connector,
        pytest.raises(ConfigError, match="no such folder"),
    ):
        connector.check()


def test_a_server_that_is_not_there_is_trouble_that_may_pass(open_profile):
    connector = open_profile(CSV % "host_key: a b", "sftp://127.0.0.1:1/out")
    with pytest.raises(TransientError):
        connector.check()
