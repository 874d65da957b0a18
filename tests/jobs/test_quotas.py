"""Rate limits: the bound holds over threads and processes, and no turn is wasted."""

import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from dubwright.db.engine import Database
from dubwright.db.quotas import Turnstile

PER_SECOND, BURST = 50.0, 10.0
TAKES = 30


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn may be used somewhere between these two times."""

    earliest_s: float
    latest_s: float


def turns(url: str) -> list[Turn]:
    database = Database(url)
    turnstile = Turnstile(database)
    taken = []
    for _ in range(TAKES):
        before = time.time()
        wait_s = turnstile.take("translate", 1, per_second=PER_SECOND, burst=BURST)
        taken.append(Turn(before + wait_s, time.time() + wait_s))
    database.close()
    return taken


@pytest.mark.parametrize("workers", ["threads", "processes"])
def test_three_workers_together_keep_the_rate(database_url: str, workers: str) -> None:
    pool = (
        ThreadPoolExecutor(3)
        if workers == "threads"
        else ProcessPoolExecutor(3, mp_context=multiprocessing.get_context("spawn"))
    )
    with pool:
        taken = [turn for own in pool.map(turns, [database_url] * 3) for turn in own]
    assert len(taken) == 3 * TAKES
    assert_never_too_many(taken)


def assert_never_too_many(taken: list[Turn]) -> None:
    """From the first turn on, and the clock is trusted to 2 ms."""
    start = min(turn.earliest_s for turn in taken)
    for count, latest_s in enumerate(sorted(turn.latest_s for turn in taken), start=1):
        assert count <= BURST + (latest_s - start + 0.002) * PER_SECOND


def test_a_burst_is_free_and_then_turns_are_spaced(database: Database) -> None:
    turnstile = Turnstile(database)
    waits = [turnstile.take("speak", 1, per_second=0.01, burst=3) for _ in range(5)]
    assert waits[:3] == [0, 0, 0]
    assert waits[3] == pytest.approx(100, abs=10)
    assert waits[4] - waits[3] == pytest.approx(100, abs=10)


def test_costs_are_counted_not_calls(database: Database) -> None:
    turnstile = Turnstile(database)
    assert turnstile.take("characters", 5000, per_second=10, burst=5000) == 0
    wait_s = turnstile.take("characters", 1000, per_second=10, burst=5000)
    assert wait_s == pytest.approx(100, abs=10)


def test_limits_do_not_know_each_other(database: Database) -> None:
    turnstile = Turnstile(database)
    for name in ("one", "other"):
        assert turnstile.take(name, 1, per_second=0.1, burst=1) == 0


def test_a_refused_request_books_nothing(database: Database) -> None:
    turnstile = Turnstile(database)
    waits = [turnstile.take_if_free("key", 1, per_second=0.01, burst=2) for _ in range(12)]
    assert waits[:2] == [0, 0]
    assert all(80 < wait <= 100 for wait in waits[2:])


def test_a_request_is_let_through_when_its_wait_is_over(database: Database) -> None:
    turnstile = Turnstile(database)
    assert turnstile.take_if_free("key", 1, per_second=20, burst=1) == 0
    wait_s = turnstile.take_if_free("key", 1, per_second=20, burst=1)
    free_at = time.monotonic() + wait_s + 0.002
    while time.monotonic() < free_at:
        pass
    assert turnstile.take_if_free("key", 1, per_second=20, burst=1) == 0


def test_a_cost_that_never_fits_is_a_mistake(database: Database) -> None:
    with pytest.raises(ValueError, match="never fits"):
        Turnstile(database).take_if_free("key", 3, per_second=1, burst=2)
