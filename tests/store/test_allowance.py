import gc
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import pairwise
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.allowance import Allowance, Spent, spend
from store.engine import open_engine

DAY = 86_400
MORNING = 20_000 * DAY + 6 * 3_600.0


@pytest.fixture(params=["file", "memory"])
def engine(request, url):
    engine = open_engine(url if request.param == "file" else "sqlite://")
    yield engine
    engine.dispose()


def test_requests_are_evenly_spaced_whoever_makes_them(engine):
    waits = [Allowance(engine, "erp").take(2, None, 60)[0] for _ in range(3)]
    assert waits[0] == 0
    assert waits[1:] == pytest.approx([0.5, 1.0], abs=0.4)
    assert Allowance(engine, "shop").take(2, None, 60)[0] == 0
    assert Allowance(engine, "erp").spent().used == 3


def test_a_channel_that_asks_for_a_pause_gets_it_from_all(engine):
    Allowance(engine, "erp").put_off(30)
    wait, given_ = Allowance(engine, "erp").take(None, None, 60)
    assert (given_, wait) == (True, pytest.approx(30, abs=5))


def test_a_spent_quota_refuses_until_the_day_ends(engine):
    mine = Allowance(engine, "erp")
    assert [mine.take(None, 2, 1e9)[1] for _ in range(3)] == [True, True, False]
    assert mine.spent().used == 2


def test_the_count_that_the_channel_tells_is_believed(engine):
    mine = Allowance(engine, "erp")
    mine.told(5_000, 5_000)
    assert mine.take(None, None, 1e9)[1] is False
    assert mine.spent()[2:] == (5_000, 5_000)


def test_no_more_requests_than_slots_are_under_way(engine):
    with ExitStack() as two:
        for _ in range(2):
            two.enter_context(Allowance(engine, "erp").slot(2))
        entered, leave = Event(), Event()

        def third():
            with Allowance(engine, "erp").slot(2):
                entered.set()
                leave.wait(10)

        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(third)
            assert not entered.wait(0.1)
            two.close()
            assert entered.wait(10)
            leave.set()
            waiting.result()


def test_many_at_once_lose_no_count(engine):
    def ten(_):
        mine = Allowance(engine, "erp")
        for _ in range(10):
            mine.take(None, 1_000, 60)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(ten, range(4)))
    assert Allowance(engine, "erp").spent().used == 40


def test_a_database_in_memory_knows_nothing_of_one_that_is_gone():
    counts = []
    for _ in range(20):  # some of them lie where one before lay
        engine = open_engine("sqlite://")
        Allowance(engine, "erp").take(None, 1_000, 60)
        counts.append(Allowance(engine, "erp").spent().used)
        engine.dispose()
        del engine
        gc.collect()
    assert set(counts) == {1}


def test_a_quota_that_is_nearly_spent_slows_down_before_it_stops():
    spent = Spent(0.0, 20_000, 79)
    waits = []
    for _ in range(4):
        spent, grant = spend(spent, MORNING, rate=None, per_day=100, patience=1e9)
        waits.append(grant.wait)
    assert waits[:2] == [0, 0]
    night = 18 * 3_600
    assert waits[2:] == pytest.approx([night / 20, night / 20 + night / 19])


def test_a_wait_that_is_too_long_is_told_and_costs_nothing():
    busy = Spent(MORNING + 100, 20_000, 5)
    after, grant = spend(busy, MORNING, rate=1, per_day=None, patience=60)
    assert after == busy
    assert grant == (100, False)


def test_a_new_day_counts_anew():
    after, _ = spend(Spent(0.0, 19_999, 100, 100), MORNING, rate=None, per_day=9, patience=60)
    assert after == Spent(MORNING, 20_000, 1)


@given(
    st.integers(1, 50), st.lists(st.floats(0, 2 * DAY), max_size=80), st.none() | st.floats(0.1, 10)
)
def test_no_day_ever_sees_more_requests_than_its_quota(quota, moments, rate):
    spent, sent = Spent(), {}
    for moment in sorted(moments):
        spent, grant = spend(spent, moment, rate=rate, per_day=quota, patience=60)
        if grant.given:
            sent.setdefault(int(moment // DAY), []).append(moment + grant.wait)
    for times in sent.values():
        assert len(times) <= quota
        if rate:
            assert all(b - a >= 0.99 / rate for a, b in pairwise(times))
