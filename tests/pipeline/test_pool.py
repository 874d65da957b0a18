"""The work pool: order, failure, cancelling."""

import threading

import pytest

from dubwright.domain.errors import Cancelled, MediaError
from dubwright.pipeline.pool import WorkPool
from dubwright.providers.tone import ToneOptions, ToneTextToSpeech


def never() -> bool:
    return False


def test_urgent_work_is_taken_first():
    taken, gate = [], threading.Event()
    with WorkPool(1, is_cancelled=never) as pool:
        pool.start(0, gate.wait, 5)
        for urgency in (30, 10, 20):
            pool.start(urgency, taken.append, urgency)
        gate.set()
    assert taken == [10, 20, 30]


def test_work_of_equal_urgency_keeps_its_order():
    taken, gate = [], threading.Event()
    with WorkPool(1, is_cancelled=never) as pool:
        pool.start(0, gate.wait, 5)
        for number in range(20):
            pool.start(1, taken.append, number)
        gate.set()
    assert taken == list(range(20))


def test_results_come_in_the_order_asked_for():
    with WorkPool(2, is_cancelled=never) as pool:
        futures = [pool.start(-n, pow, n, 2) for n in range(10)]
        assert pool.results(futures) == [n * n for n in range(10)]


def fail(message: str) -> None:
    raise MediaError(message)


def test_the_first_failure_is_what_every_waiter_hears_of():
    gate = threading.Event()
    with pytest.raises(MediaError, match="first"), WorkPool(1, is_cancelled=never) as pool:
        pool.start(0, gate.wait, 5)
        pool.start(1, fail, "first")
        dropped = pool.start(2, pow, 2, 2)
        gate.set()
        pool.result(dropped)


def test_nothing_new_begins_after_a_failure():
    with pytest.raises(MediaError), WorkPool(1, is_cancelled=never) as pool:
        failed = pool.start(0, fail, "broken")
        with pytest.raises(MediaError):
            pool.result(failed)
        assert pool.start(0, pow, 2, 2).cancelled()


def test_a_failure_nobody_waits_for_still_fails_the_block():
    with pytest.raises(MediaError, match="unseen"), WorkPool(1, is_cancelled=never) as pool:
        pool.start(0, fail, "unseen")


def test_an_error_in_the_block_drops_what_has_not_begun():
    gate, taken = threading.Event(), []
    with pytest.raises(KeyError), WorkPool(1, is_cancelled=never) as pool:
        pool.start(0, gate.wait, 5)
        pool.start(1, taken.append, "too late")
        threading.Timer(0.05, gate.set).start()
        raise KeyError("the caller's own")
    assert taken == []


def test_cancelling_stops_between_tasks():
    stop = threading.Event()
    with pytest.raises(Cancelled), WorkPool(1, is_cancelled=stop.is_set) as pool:
        pool.start(0, stop.set)
        pool.result(pool.start(1, pow, 2, 2))


class Far(ToneTextToSpeech):
    """A voice on another machine."""

    calls_at_once = 2


NEAR, FAR = ToneTextToSpeech(ToneOptions()), Far(ToneOptions())


def test_calls_elsewhere_do_not_hold_up_work_here():
    gate = threading.Event()
    with WorkPool(1, waiters=2, is_cancelled=never) as pool:
        waiting = [pool.start_with(FAR, 0, gate.wait, 5) for _ in range(2)]
        assert pool.result(pool.start(1, pow, 3, 2)) == 9
        assert pool.result(pool.start_with(NEAR, 1, pow, 2, 2)) == 4
        gate.set()
        assert pool.results(waiting) == [True, True]


def test_work_here_does_not_hold_up_calls_elsewhere():
    gate = threading.Event()
    with WorkPool(1, waiters=1, is_cancelled=never) as pool:
        working = pool.start(0, gate.wait, 5)
        assert pool.result(pool.start_with(FAR, 1, pow, 3, 2)) == 9
        gate.set()
        assert pool.result(working)


def test_without_waiters_the_workers_make_calls_elsewhere_too():
    with WorkPool(1, is_cancelled=never) as pool:
        assert pool.result(pool.start_with(FAR, 0, pow, 3, 2)) == 9


def test_a_failure_elsewhere_drops_what_waits_here():
    gate = threading.Event()
    with pytest.raises(MediaError), WorkPool(1, waiters=1, is_cancelled=never) as pool:
        pool.start(0, gate.wait, 5)
        dropped = pool.start(1, pow, 3, 2)
        failed = pool.start_with(FAR, 0, fail, "elsewhere")
        with pytest.raises(MediaError, match="elsewhere"):
            failed.result(5)
        gate.set()
        pool.result(dropped)
