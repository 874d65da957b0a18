"""Workers that die, freeze, lose their database or stop: others go on where they were."""

import signal
import time

import pytest
import sqlalchemy as sa
from yard import Yard, wait_until, yard

from postgresql_server import PostgresqlServer

LEASE_S = 3.0
TAKEN_OVER_WITHIN_S = LEASE_S + 5


def pieces_made(yard: Yard, operation: str) -> list[str]:
    return [what for what in yard.happenings(operation) if what.startswith("piece ")]


def begun_by(yard: Yard, operation: str) -> list[int]:
    return [one.pid for one in yard.log(operation) if one.what == "begin"]


def states(url: str) -> list[str]:
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        found = connection.execute(sa.text("select state from worker order by state"))
        rows = [str(row[0]) for row in found]
    engine.dispose()
    return rows


def test_the_operation_of_a_killed_worker_is_taken_over_and_nothing_done_twice(
    postgresql_yard: Yard,
) -> None:
    workers = postgresql_yard.ready_workers(2)
    postgresql_yard.submit("op", "pieces", count=8, each_s=0.3)
    postgresql_yard.await_log("op", "piece 2")
    (first,) = begun_by(postgresql_yard, "op")
    victim, heir = sorted(workers, key=lambda worker: worker.pid != first)
    victim.kill()
    killed = time.time()

    wait_until(
        lambda: heir.pid in begun_by(postgresql_yard, "op"),
        within_s=TAKEN_OVER_WITHIN_S,
        what="the other worker begins the operation",
    )
    took_s = time.time() - killed
    postgresql_yard.await_log("op", "succeeded")

    print(f"taken over after {took_s:.1f} s at a lease of {LEASE_S} s")
    made = pieces_made(postgresql_yard, "op")
    assert sorted(made) == sorted({f"piece {number}" for number in range(8)})


def test_a_frozen_worker_that_wakes_up_ends_itself_and_changes_nothing(
    postgresql_yard: Yard,
) -> None:
    workers = postgresql_yard.ready_workers(2)
    postgresql_yard.submit("op", "pieces", count=6, each_s=0.3)
    postgresql_yard.await_log("op", "piece 1")
    (first,) = begun_by(postgresql_yard, "op")
    frozen, heir = sorted(workers, key=lambda worker: worker.pid != first)
    frozen.send_signal(signal.SIGSTOP)

    postgresql_yard.await_log("op", "succeeded", within_s=TAKEN_OVER_WITHIN_S + 5)
    frozen.send_signal(signal.SIGCONT)

    assert frozen.wait(timeout=10) == 75
    assert heir.poll() is None
    assert postgresql_yard.happenings("op").count("succeeded") == 1
    assert not any(what.startswith("failed") for what in postgresql_yard.happenings("op"))


def test_a_restart_of_postgresql_loses_nothing(
    postgresql_yard: Yard, postgresql_server: PostgresqlServer
) -> None:
    workers = postgresql_yard.ready_workers(2)
    postgresql_yard.submit("op", "pieces", count=8, each_s=0.3)
    postgresql_yard.await_log("op", "piece 1")
    postgresql_server.stop("immediate")
    postgresql_yard.await_log("op", "piece 5")
    postgresql_server.start()

    postgresql_yard.await_log("op", "succeeded", within_s=20)
    postgresql_yard.submit("after", "echo")
    postgresql_yard.await_log("after", "succeeded", within_s=20)

    assert len(begun_by(postgresql_yard, "op")) == 1
    assert [worker.poll() for worker in workers] == [None, None]


def test_a_stopped_worker_hands_its_operations_on_at_once(postgresql_yard: Yard) -> None:
    workers = postgresql_yard.ready_workers(2, lease_s=60)
    postgresql_yard.submit("op", "pieces", count=12, each_s=0.2)
    postgresql_yard.await_log("op", "piece 2")
    (begun,) = begun_by(postgresql_yard, "op")
    first, second = sorted(workers, key=lambda worker: worker.pid != begun)
    first.terminate()

    assert first.wait(timeout=10) == 0, postgresql_yard.said()
    assert states(postgresql_yard.url) == ["alive", "gone"]
    wait_until(
        lambda: second.pid in begun_by(postgresql_yard, "op"),
        within_s=3,
        what="the other worker begins the operation",
    )
    postgresql_yard.await_log("op", "succeeded")
    assert not {"stopped", "failed"} & set(postgresql_yard.happenings("op"))
    assert len(pieces_made(postgresql_yard, "op")) == 12


def test_an_operation_that_kills_its_workers_is_given_up(postgresql_yard: Yard) -> None:
    workers = postgresql_yard.ready_workers(2, max_recoveries=0)
    postgresql_yard.submit("poison", "poison")

    what = "settled MAX_RECOVERY_ATTEMPTS_EXCEEDED"
    postgresql_yard.await_log("poison", what, within_s=20)

    postgresql_yard.submit("after", "echo")
    postgresql_yard.await_log("after", "succeeded")
    assert [worker.poll() for worker in workers].count(-signal.SIGKILL) == 1


def test_what_an_older_epoch_submitted_is_left_alone(postgresql_yard: Yard) -> None:
    postgresql_yard.submit("old", "echo")
    newer = postgresql_yard.ready_worker(epoch="flow-2")
    with yard(postgresql_yard.url, postgresql_yard.folder) as api:
        api.engine = type(api.engine)(api.url, epoch="flow-2")
        api.submit("new", "echo")
        api.await_log("new", "succeeded")
    assert newer.poll() is None
    assert postgresql_yard.happenings("old") == []


def test_on_sqlite_a_second_worker_is_refused_with_a_remedy(sqlite_yard: Yard) -> None:
    first = sqlite_yard.ready_worker()
    second = sqlite_yard.start_worker()

    said = sqlite_yard.await_ready(second)
    assert second.wait(timeout=10) == 5
    assert said.startswith(f"conflict: another worker, process {first.pid}")
    assert "PostgreSQL" in said
    assert first.poll() is None


@pytest.mark.parametrize(("ending", "deaths"), [(signal.SIGKILL, 1), (signal.SIGTERM, 0)])
def test_on_sqlite_the_next_worker_goes_on_and_being_stopped_is_not_dying(
    ending: signal.Signals, deaths: int, sqlite_yard: Yard
) -> None:
    first = sqlite_yard.ready_worker(max_recoveries=deaths)
    sqlite_yard.submit("op", "pieces", count=5, each_s=0.2)
    sqlite_yard.await_log("op", "piece 1")
    first.send_signal(ending)
    first.wait(timeout=10)
    sqlite_yard.ready_worker(max_recoveries=deaths)

    sqlite_yard.await_log("op", "succeeded")
    assert len(pieces_made(sqlite_yard, "op")) == 5
    assert not {"stopped", "failed"} & set(sqlite_yard.happenings("op"))
