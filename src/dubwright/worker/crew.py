"""The crew of a worker: warm child processes, some for each queue."""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from dubwright.domain.job import Queue
from dubwright.worker.in_thread import in_thread
from dubwright.worker.messages import Conclusion
from dubwright.worker.seat import BookTurn, Seat


def at_once(name: str, calls_per_minute: float) -> float:
    """For crews that share no limit with others."""
    return 0.0


@dataclass(frozen=True, slots=True)
class CrewOptions:
    """`work` is the dotted name of what the children do, `package.module:function`.

    `book_turn(name, calls_per_minute)` tells in how many seconds a child may make a call.
    A child that was asked to stop is killed after `grace_s`. It is replaced after
    `max_operations`, or when it holds more than `max_resident_bytes` after one.
    """

    work: str
    slots: dict[Queue, int]
    book_turn: BookTurn = at_once
    grace_s: float = 0.6
    max_operations: int = 200
    max_resident_bytes: int = 4 * 2**30


class Crew:
    """Performs assignments in child processes, as many at a time as a queue has slots.

    `perform` is called on one event loop; `start` and `close` may come from another thread.
    """

    def __init__(self, options: CrewOptions) -> None:
        self._options = options
        self._free: dict[Queue, asyncio.Queue[Seat]] = {}
        self._seats: set[Seat] = set()
        self._closed = threading.Event()

    def start(self) -> None:
        """Start all children; they import what they need while there is nothing to do."""
        for queue, slots in self._options.slots.items():
            self._free[queue] = asyncio.Queue()
            for _ in range(slots):
                self._free[queue].put_nowait(self._new_seat())

    def close(self) -> None:
        """Kill all children. Nothing may be performed any more."""
        self._closed.set()
        for seat in tuple(self._seats):
            seat.end()

    async def perform(
        self, queue: Queue, assignment: str, on_message: Callable[[str], None]
    ) -> Conclusion:
        """Have a child do it. `on_message` is called on another thread, one message at a time;
        while it blocks, the child waits.

        When cancelled, the child is asked to stop, and killed with all that it started if it has
        not within the grace. Raises `seat.ChildDied` when the child ends by itself, and what
        `on_message` raises.
        """
        seat = await self._take(queue)
        try:
            return await self._have_performed(seat, assignment, on_message)
        finally:
            self._give_back(queue, seat)

    async def _have_performed(
        self, seat: Seat, assignment: str, on_message: Callable[[str], None]
    ) -> Conclusion:
        talk = in_thread(lambda: seat.perform(assignment, on_message), name="conversation")
        try:
            return await asyncio.shield(talk)
        except asyncio.CancelledError:
            await self._stop(seat, talk)
            raise
        except BaseException:
            seat.end()
            raise

    async def _stop(self, seat: Seat, talk: asyncio.Future[Conclusion]) -> None:
        talk.add_done_callback(_take_note)
        seat.ask_to_stop()
        try:
            await asyncio.wait({talk}, timeout=self._options.grace_s)
        finally:
            if not talk.done():
                seat.end()

    async def _take(self, queue: Queue) -> Seat:
        seat = await self._free[queue].get()
        if seat.is_alive():
            return seat
        self._discard(seat)
        return self._new_seat()

    def _give_back(self, queue: Queue, seat: Seat) -> None:
        """Back among the free, or a fresh one in its place."""
        if self._closed.is_set():
            return
        if not seat.is_alive() or self._is_worn(seat):
            self._discard(seat)
            seat = self._new_seat()
        self._free[queue].put_nowait(seat)

    def _is_worn(self, seat: Seat) -> bool:
        options = self._options
        return (
            seat.performed >= options.max_operations
            or seat.resident_bytes() > options.max_resident_bytes
        )

    def _new_seat(self) -> Seat:
        seat = Seat(self._options.work, self._options.book_turn)
        self._seats.add(seat)
        return seat

    def _discard(self, seat: Seat) -> None:
        self._seats.discard(seat)
        seat.end()


def _take_note(talk: asyncio.Future[Conclusion]) -> None:
    """How it ended, so that asyncio does not complain that nobody did."""
    if not talk.cancelled() and talk.exception() is not None:
        structlog.get_logger().debug("conversation.ended", reason=type(talk.exception()).__name__)
