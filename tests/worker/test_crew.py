"""The crew: assignments are performed in child processes that can be stopped at any moment."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from yard import HERE, programs_that_mention, runs, wait_until

from dubwright.domain.job import Queue
from dubwright.worker.crew import Crew, CrewOptions
from dubwright.worker.messages import Conclusion, Failed, Succeeded
from dubwright.worker.seat import ChildDied


@pytest.fixture(autouse=True)
def _children_find_the_stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(HERE))


@asynccontextmanager
async def crew_of(*queues: Queue, **options: object) -> AsyncIterator[Crew]:
    slots: dict[Queue, int] = dict.fromkeys(queues or ("long",), 1)
    crew = Crew(CrewOptions(work="stand_in_work:work", slots=slots, **options))
    crew.start()
    try:
        yield crew
    finally:
        crew.close()


def told(kind: str, store: Path, **more: object) -> str:
    return json.dumps({"kind": kind, "operation": "op", "store": str(store), **more})


def ignore(message: str) -> None:
    pass


def pid_of(conclusion: Conclusion) -> int:
    assert isinstance(conclusion, Succeeded)
    return int(json.loads(conclusion.outcome)["pid"])


async def cancelled_when_busy(crew: Crew, assignment: str) -> float:
    """Cancel once the child has reported; seconds until the crew says that it has stopped."""
    busy = asyncio.Event()
    loop = asyncio.get_running_loop()

    def on_message(message: str) -> None:
        loop.call_soon_threadsafe(busy.set)

    performing = asyncio.create_task(crew.perform("long", assignment, on_message))
    await asyncio.wait_for(busy.wait(), 20)
    began = time.monotonic()
    performing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await performing
    return time.monotonic() - began


def test_an_outcome_and_all_messages_arrive_in_order(tmp_path: Path) -> None:
    async def tell() -> None:
        heard: list[str] = []
        async with crew_of() as crew:
            conclusion = await crew.perform("long", told("echo", tmp_path, count=50), heard.append)
        assert isinstance(conclusion, Succeeded)
        assert heard == [str(number) for number in range(50)]

    asyncio.run(tell())


def test_each_queue_has_a_child_that_performs_one_assignment_after_another(tmp_path: Path) -> None:
    async def tell() -> None:
        async with crew_of("long", "quick") as crew:
            pids = [
                pid_of(await crew.perform(queue, told("echo", tmp_path), ignore))
                for queue in ("long", "long", "quick")
            ]
        assert pids[0] == pids[1] != pids[2]

    asyncio.run(tell())


def test_a_child_waits_while_nobody_listens(tmp_path: Path) -> None:
    async def tell() -> None:
        heard = 0
        first, go_on = threading.Event(), threading.Event()

        def slow(message: str) -> None:
            nonlocal heard
            heard += 1
            first.set()
            go_on.wait(20)

        async with crew_of() as crew:
            # Far more than the pipe between the two can hold.
            assignment = told("echo", tmp_path, count=50_000)
            performing = asyncio.create_task(crew.perform("long", assignment, slow))
            await asyncio.to_thread(first.wait, 20)
            await asyncio.sleep(0.3)  # nothing shall happen in it
            assert not performing.done()
            assert heard == 1
            go_on.set()
            await performing
        assert heard == 50_000

    asyncio.run(tell())


@pytest.mark.parametrize("kind", ["native", "ffmpeg", "orphan"])
def test_what_a_child_does_is_gone_within_a_second_of_being_cancelled(
    kind: str, tmp_path: Path
) -> None:
    async def tell() -> None:
        async with crew_of() as crew:
            took_s = await cancelled_when_busy(crew, told(kind, tmp_path))
            left = programs_that_mention(str(tmp_path))
            after = await crew.perform("long", told("echo", tmp_path), ignore)
        assert took_s < 1.0
        assert left == []
        assert isinstance(after, Succeeded)

    asyncio.run(tell())


def test_a_child_that_stops_when_asked_keeps_its_models(tmp_path: Path) -> None:
    async def tell() -> None:
        async with crew_of(grace_s=5) as crew:
            before = pid_of(await crew.perform("long", told("echo", tmp_path), ignore))
            await cancelled_when_busy(crew, told("pieces", tmp_path, count=999, each_s=0.02))
            after = pid_of(await crew.perform("long", told("echo", tmp_path), ignore))
        assert before == after

    asyncio.run(tell())


def test_a_child_that_dies_is_replaced(tmp_path: Path) -> None:
    async def tell() -> None:
        async with crew_of() as crew:
            with pytest.raises(ChildDied, match="SIGSEGV"):
                await crew.perform("long", told("crash", tmp_path), ignore)
            after = await crew.perform("long", told("echo", tmp_path), ignore)
        assert isinstance(after, Succeeded)

    asyncio.run(tell())


def test_a_child_that_was_killed_while_idle_is_replaced(tmp_path: Path) -> None:
    async def tell() -> None:
        async with crew_of() as crew:
            pid = pid_of(await crew.perform("long", told("echo", tmp_path), ignore))
            os.kill(pid, signal.SIGKILL)
            wait_until(lambda: not runs(pid), within_s=5, what="the child is gone")
            try:
                after = await crew.perform("long", told("echo", tmp_path), ignore)
            except ChildDied:  # its keeper was still at it
                after = await crew.perform("long", told("echo", tmp_path), ignore)
        assert pid_of(after) != pid

    asyncio.run(tell())


def test_an_expected_failure_keeps_its_code_and_hint(tmp_path: Path) -> None:
    async def tell() -> None:
        async with crew_of() as crew:
            conclusion = await crew.perform("long", told("refuse", tmp_path), ignore)
        assert isinstance(conclusion, Failed)
        assert conclusion.failure.code == "invalid_input"
        assert conclusion.failure.hint == "take another one"

    asyncio.run(tell())


def test_a_mistake_in_the_program_is_internal_and_shows_nothing_of_it(tmp_path: Path) -> None:
    async def tell() -> None:
        async with crew_of() as crew:
            conclusion = await crew.perform("long", told("break", tmp_path), ignore)
            after = await crew.perform("long", told("echo", tmp_path), ignore)
        assert isinstance(conclusion, Failed)
        assert conclusion.failure.code == "internal"
        assert "secret" not in conclusion.model_dump_json()
        assert isinstance(after, Succeeded)

    asyncio.run(tell())


def test_a_listener_that_fails_ends_the_work(tmp_path: Path) -> None:
    def refuse(message: str) -> None:
        raise KeyError(message)

    async def tell() -> None:
        async with crew_of() as crew:
            with pytest.raises(KeyError):
                await crew.perform("long", told("orphan", tmp_path), refuse)
            assert programs_that_mention(str(tmp_path)) == []

    asyncio.run(tell())


@pytest.mark.parametrize("limit", [{"max_operations": 2}, {"max_resident_bytes": 150 * 2**20}])
def test_a_worn_child_is_replaced(limit: dict[str, float], tmp_path: Path) -> None:
    async def tell() -> None:
        async with crew_of(**limit) as crew:
            grow = told("grow", tmp_path, count=60 * 2**20)
            pids = [pid_of(await crew.perform("long", grow, ignore)) for _ in range(3)]
        assert pids[0] == pids[1] != pids[2]

    asyncio.run(tell())


@pytest.fixture
def crew_program(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A worker in a process of its own, busy with an assignment that leaves programs behind."""
    program = """
import asyncio, sys
from dubwright.domain.job import Queue
from dubwright.worker.crew import Crew, CrewOptions

async def main():
    crew = Crew(CrewOptions(work="stand_in_work:work", slots={"long": 1}))
    crew.start()
    await crew.perform("long", sys.argv[1], lambda message: print(message, flush=True))

asyncio.run(main())
"""
    command = [sys.executable, "-c", program, told("orphan", tmp_path)]
    worker = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    yield worker
    worker.kill()
    worker.wait(timeout=10)
    assert worker.stdout is not None
    worker.stdout.close()


def test_nothing_outlives_a_worker_that_is_killed(
    crew_program: subprocess.Popen[str], tmp_path: Path
) -> None:
    assert crew_program.stdout is not None
    assert crew_program.stdout.readline() == "busy\n"
    mentions = programs_that_mention(str(tmp_path))
    crew_program.kill()
    crew_program.wait(timeout=5)

    assert len(mentions) > 1
    wait_until(lambda: programs_that_mention(str(tmp_path)) == [], within_s=2, what="all are gone")


def test_nothing_outlives_a_child_that_is_killed(tmp_path: Path) -> None:
    async def tell() -> None:
        async with crew_of() as crew:
            pid = pid_of(await crew.perform("long", told("echo", tmp_path), ignore))

            def kill(message: str) -> None:
                os.kill(pid, signal.SIGKILL)

            with pytest.raises(ChildDied, match="SIGKILL"):
                await crew.perform("long", told("orphan", tmp_path), kill)
            assert programs_that_mention(str(tmp_path)) == []

    asyncio.run(tell())


def test_closing_a_crew_ends_all_its_processes(tmp_path: Path) -> None:
    async def tell() -> int:
        async with crew_of() as crew:
            return pid_of(await crew.perform("long", told("echo", tmp_path), ignore))

    pid = asyncio.run(tell())
    assert not runs(pid)


def test_turns_are_booked_while_the_child_works(tmp_path: Path) -> None:
    async def tell() -> None:
        heard: list[str] = []
        wanted: list[tuple[str, float]] = []

        def book(name: str, calls_per_minute: float) -> float:
            wanted.append((name, calls_per_minute))
            return float(name.removeprefix("engine "))

        async with crew_of(book_turn=book) as crew:
            await crew.perform("long", told("turns", tmp_path, count=30), heard.append)
        assert heard == [f"{float(number)}" for number in range(30)]
        assert sorted(wanted) == sorted((f"engine {number}", 60.0) for number in range(30))

    asyncio.run(tell())
