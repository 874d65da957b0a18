"""Operations through a whole worker: submitted, performed once, cancelled, settled, forgotten."""

import time
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from yard import Yard, programs_that_mention, wait_until

from dubwright.ports.job_engine import Submission

_numbers = count()


@pytest.fixture
def operation() -> str:
    """The id of an operation that no other test has."""
    return f"op_{next(_numbers)}"


def performed(yard: Yard, operation: str, kind: str, **more: float) -> list[str]:
    """What happens to an operation of this kind, until it is concluded."""
    yard.submit(operation, kind, **more)
    wait_until(
        lambda: (
            bool({"succeeded", "stopped"} & set(yard.happenings(operation)))
            or any(what.startswith("failed") for what in yard.happenings(operation))
        ),
        within_s=20,
        what=f"{operation} is concluded; {yard.said()}",
    )
    return yard.happenings(operation)


def cancelled(yard: Yard, workflow: str, operation: str) -> float:
    """Seconds from the wish to cancel until the application was told that it has stopped."""
    began = time.time()
    yard.engine.cancel(workflow)
    return yard.await_log(operation, "stopped").at - began


def test_an_operation_is_begun_heard_and_concluded(manned_yard: Yard, operation: str) -> None:
    happenings = performed(manned_yard, operation, "echo", count=2)
    assert happenings == ["begin", "started", "heard 0", "heard 1", "succeeded"]


def test_what_is_submitted_twice_runs_once(manned_yard: Yard, operation: str) -> None:
    manned_yard.submit(operation, "pieces", count=1, each_s=0.3)
    manned_yard.engine.submit(Submission(operation, 1, "long", 10))
    manned_yard.await_log(operation, "succeeded")
    manned_yard.engine.submit(Submission(operation, 1, "long", 10))
    performed(manned_yard, f"{operation}_after", "echo")
    assert manned_yard.happenings(operation).count("begin") == 1


def test_another_attempt_runs_again(manned_sqlite_yard: Yard, operation: str) -> None:
    performed(manned_sqlite_yard, operation, "echo")
    manned_sqlite_yard.engine.submit(Submission(operation, 2, "long", 10))
    wait_until(
        lambda: manned_sqlite_yard.happenings(operation).count("succeeded") == 2,
        within_s=10,
        what="the second attempt succeeds",
    )


def test_lower_priorities_run_first(manned_yard: Yard, operation: str) -> None:
    manned_yard.submit(f"{operation}_first", "pieces", count=1, each_s=1.0)
    manned_yard.await_log(f"{operation}_first", "started")
    for priority in (30, 0, 20):
        manned_yard.submit(f"{operation}_{priority}", "echo", priority=priority)
    manned_yard.await_log(f"{operation}_30", "succeeded")
    begun = [one.operation for one in manned_yard.log() if one.what == "begin"]
    assert begun[-3:] == [f"{operation}_{priority}" for priority in (0, 20, 30)]


def test_a_quick_operation_does_not_wait_for_a_long_one(
    manned_sqlite_yard: Yard, operation: str
) -> None:
    workflow = manned_sqlite_yard.submit(operation, "pieces", count=99, each_s=0.1)
    manned_sqlite_yard.await_log(operation, "started")
    performed(manned_sqlite_yard, f"{operation}_quick", "echo", queue="quick")
    assert "succeeded" not in manned_sqlite_yard.happenings(operation)
    cancelled(manned_sqlite_yard, workflow, operation)


def test_an_operation_with_nothing_to_do_ends_without_a_conclusion(
    manned_sqlite_yard: Yard, operation: str
) -> None:
    manned_sqlite_yard.engine.submit(Submission(operation, 1, "long", 10))
    manned_sqlite_yard.await_log(operation, "begin")
    performed(manned_sqlite_yard, f"{operation}_after", "echo")
    assert manned_sqlite_yard.happenings(operation) == ["begin"]


def test_an_operation_cancelled_in_its_queue_never_begins_and_is_settled(
    manned_yard: Yard, operation: str
) -> None:
    running = manned_yard.submit(operation, "pieces", count=99, each_s=0.1)
    manned_yard.await_log(operation, "started")
    manned_yard.engine.cancel(manned_yard.submit(f"{operation}_queued", "echo"))
    cancelled(manned_yard, running, operation)
    manned_yard.await_log(f"{operation}_queued", "settled CANCELLED")
    performed(manned_yard, f"{operation}_after", "echo")
    assert manned_yard.happenings(f"{operation}_queued") == ["settled CANCELLED"]


@pytest.mark.parametrize("kind", ["native", "ffmpeg"])
def test_a_running_operation_is_stopped_within_two_seconds(
    kind: str, manned_yard: Yard, operation: str
) -> None:
    workflow = manned_yard.submit(operation, kind)
    manned_yard.await_log(operation, "heard busy")
    took_s = cancelled(manned_yard, workflow, operation)
    assert took_s < 2.0
    assert programs_that_mention(f"{operation}.wav") == []
    assert performed(manned_yard, f"{operation}_after", "echo")[-1] == "succeeded"


def test_an_operation_whose_child_dies_is_tried_once_more_as_it_stands_then(
    manned_sqlite_yard: Yard, operation: str
) -> None:
    happenings = performed(manned_sqlite_yard, operation, "crash once")
    assert happenings == ["begin", "started", "begin", "started", "succeeded"]


def test_an_operation_whose_child_dies_twice_fails(
    manned_sqlite_yard: Yard, operation: str
) -> None:
    happenings = performed(manned_sqlite_yard, operation, "crash")
    assert happenings == ["begin", "started", "begin", "started", "failed worker_crashed"]


def test_an_operation_that_is_refused_fails_with_its_code(
    manned_sqlite_yard: Yard, operation: str
) -> None:
    assert performed(manned_sqlite_yard, operation, "refuse")[-1] == "failed invalid_input"


def test_an_operation_that_the_application_cannot_begin_is_settled(
    manned_sqlite_yard: Yard,
) -> None:
    manned_sqlite_yard.submit("op_lost", "echo")
    manned_sqlite_yard.await_log("op_lost", "settled ERROR")
    assert manned_sqlite_yard.happenings("op_lost") == ["begin", "settled ERROR"]


def test_workflows_that_ended_are_forgotten_and_running_ones_kept(
    manned_yard: Yard, operation: str
) -> None:
    performed(manned_yard, operation, "echo")
    running = manned_yard.submit(f"{operation}_running", "pieces", count=99, each_s=0.1)
    manned_yard.await_log(f"{operation}_running", "started")
    now = datetime.now(UTC)

    assert manned_yard.engine.forget_workflows(now - timedelta(hours=1)) == 0
    wait_until(
        lambda: manned_yard.engine.forget_workflows(now + timedelta(hours=1)) > 0,
        within_s=5,
        what="the ended one is forgotten",
    )

    cancelled(manned_yard, running, f"{operation}_running")
