import subprocess
import sys

import pytest
from sqlalchemy import create_engine

from hub.errors import TransientError
from store.lock import exclusive

HOLDER = """
import sys
from sqlalchemy import create_engine
from store.lock import exclusive
with exclusive(create_engine(sys.argv[1]), "resolve"):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture(params=["file", "memory"])
def engine(request, tmp_path):
    url = f"sqlite:///{tmp_path / 'hub.db'}" if request.param == "file" else "sqlite://"
    engine = create_engine(url)
    yield engine
    engine.dispose()


def test_a_second_holder_is_told_to_try_later(engine):
    with (
        exclusive(engine, "resolve"),
        pytest.raises(TransientError, match="resolve") as caught,
        exclusive(engine, "resolve", patience=0),
    ):
        pass
    assert caught.value.retry_after


def test_locks_of_other_names_do_not_wait(engine):
    with exclusive(engine, "pull erp"), exclusive(engine, "pull shop", patience=0):
        pass


def test_a_lock_that_was_given_back_can_be_taken_again(engine):
    for _ in range(2):
        with exclusive(engine, "resolve", patience=0):
            pass


def test_a_lock_dies_with_the_process_that_held_it(tmp_path):
    url = f"sqlite:///{tmp_path / 'hub.db'}"
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    engine = create_engine(url)
    with holder:
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(TransientError), exclusive(engine, "resolve", patience=0):
            pass
        holder.kill()
    with exclusive(engine, "resolve", patience=5):
        pass
    engine.dispose()
