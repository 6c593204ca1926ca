"""Chunks in, results out, in their order, whoever computed them."""

import os
import subprocess
import sys

import pytest

from hub.errors import TransientError
from pipeline.workers import Workers, at_work


def double(chunk):
    return os.getpid(), [2 * one for one in chunk]


def each_chunk(function, chunks, number):
    with Workers(number) as workers:
        yield from workers.each_chunk(function, chunks)


def die(chunk):
    os._exit(9)


def refuse(chunk):
    raise ValueError(chunk)


@pytest.mark.parametrize("workers", [None, 1, 2])
def test_results_come_in_the_order_of_the_chunks(workers):
    chunks = [[number] for number in range(12)]
    found = list(each_chunk(double, iter(chunks), workers))
    assert [result for _, result in found] == [[2 * number] for number in range(12)]
    if workers is not None:
        assert (os.getpid() in {process for process, _ in found}) == (workers == 1)


def test_few_chunks_are_not_worth_a_process():
    assert {process for process, _ in each_chunk(double, [[1], [2], [3]], 2)} == {os.getpid()}
    assert list(each_chunk(double, [], 2)) == []


def test_no_more_is_read_ahead_than_the_workers_can_take():
    read = []

    def chunks():
        for number in range(40):
            read.append(number)
            yield [number]

    results = each_chunk(double, chunks(), 2)
    next(results)
    assert len(read) < 12
    results.close()


KILLED = """
import os
from pipeline.workers import Workers
with Workers(2) as workers:
    print(list(workers.each_chunk(abs, range(9))), flush=True)
    os.kill(os.getpid(), 9)
"""


def test_workers_end_with_a_run_that_is_killed():
    # Its output ends only when nobody who inherited it is left.
    command = [sys.executable, "-c", KILLED]
    ended = subprocess.run(command, check=False, stdout=subprocess.PIPE, timeout=20)
    assert ended.returncode == -9
    assert ended.stdout.split() == str(list(range(9))).encode().split()


def test_a_worker_that_is_killed_is_worth_another_try():
    with pytest.raises(TransientError, match="worker"):
        list(each_chunk(die, [[n] for n in range(9)], 2))


def test_what_a_worker_raises_is_raised_here():
    with pytest.raises(ValueError, match="0"):
        list(each_chunk(refuse, [[n] for n in range(9)], 2))


def test_workers_of_the_caller_are_used_and_kept():
    with Workers(2) as mine:
        with at_work(mine, 1) as hands:
            first = {process for process, _ in hands.each_chunk(double, [[n] for n in range(9)])}
        again = {process for process, _ in mine.each_chunk(double, [[0]] * 9)}
        assert len(first | again) <= 2
    with at_work(None, 1) as hands:
        assert {process for process, _ in hands.each_chunk(double, [[0]] * 9)} == {os.getpid()}
