"""A whole worker: takes operations from the queues, has its crew perform them, tells the database."""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import sqlalchemy as sa
import structlog

from dubwright.domain.errors import StorageError
from dubwright.domain.job import Failure, Queue
from dubwright.observability.logs import log_context
from dubwright.queues.dbos_worker import DbosWorker, Standing
from dubwright.queues.endings import Settle
from dubwright.queues.flow import WorkerOptions
from dubwright.worker.crew import Crew, CrewOptions
from dubwright.worker.in_thread import in_thread
from dubwright.worker.messages import Conclusion, Failed, Stopped
from dubwright.worker.seat import ChildDied

R = TypeVar("R")

_TRIES = 2
_FIRST_WAIT_S, _LONGEST_WAIT_S = 0.25, 5.0


@dataclass(frozen=True, slots=True)
class Duties:
    """What the application does with operations. All block; each is called on some thread.

    A `StorageError`, or a lost database, makes the worker call again until it is answered.
    `begin(operation, attempt)`: the assignment, as the children read it; None when there is
    nothing to do any more. It is called again for the same attempt after a worker died.
    `record(operation, message)`: a child said so; in order.
    `conclude(operation, attempt, conclusion)`: how the attempt ended; may come twice.
    `settle(workflow, ending)`: the attempt ended without a conclusion; may come twice, and for
    operations that are concluded.
    """

    begin: Callable[[str, int], str | None]
    record: Callable[[str, str], None]
    conclude: Callable[[str, int, Conclusion], None]
    settle: Settle


class OperationWorker:
    """One worker process. `crew.slots` and the queues' slots are the same."""

    def __init__(
        self, url: str, *, duties: Duties, crew: CrewOptions, options: WorkerOptions
    ) -> None:
        self._duties = duties
        self._crew = Crew(crew)
        self._stopping = threading.Event()
        self._engine = DbosWorker(url, perform=self._perform, settle=duties.settle, options=options)

    def start(self) -> None:
        """Begin to take operations. Raises `ConflictError`, `StorageError`."""
        self._crew.start()
        try:
            self._engine.start()
        except BaseException:
            self._crew.close()
            raise

    def stop(self, timeout_s: float) -> None:
        """Take nothing new, give what runs `timeout_s` to end, hand the rest on to others."""
        self._engine.stop(timeout_s)
        self._stopping.set()
        self._crew.close()

    async def _perform(self, operation: str, attempt: int, queue: Queue) -> None:
        with log_context(operation=operation):
            run = _Attempt(self._duties, operation, attempt, self._engine.standing)
            try:
                assignment = await run.begin()
                if assignment is not None:
                    await run.conclude(await self._have_performed(queue, assignment, run))
            except asyncio.CancelledError:
                await run.conclude_if_cancelled()
                raise
            finally:
                run.over.set()

    async def _have_performed(self, queue: Queue, assignment: str, run: "_Attempt") -> Conclusion:
        """What the crew makes of it. A child that dies is replaced, and the work tried once more."""
        for _ in range(_TRIES):
            try:
                return await self._crew.perform(queue, assignment, run.record)
            except ChildDied as exc:
                reason = str(exc)
                structlog.get_logger().error("child.died", reason=reason)
        return Failed(failure=_crashed(reason))


class _Attempt:
    """One attempt at one operation, and what the database is told of it."""

    def __init__(
        self, duties: Duties, operation: str, attempt: int, standing: Callable[[str], Standing]
    ) -> None:
        self._duties = duties
        self._operation = operation
        self._attempt = attempt
        self._standing = standing
        self.over = threading.Event()

    async def begin(self) -> str | None:
        return await self._told(lambda: self._duties.begin(self._operation, self._attempt))

    def record(self, message: str) -> None:
        self._insist(lambda: self._duties.record(self._operation, message))

    async def conclude(self, conclusion: Conclusion) -> None:
        """Unless another worker has taken over: then its word counts."""
        if await self._told(self._stands) == "lost":
            structlog.get_logger().warning("operation.lost", attempt=self._attempt)
            return
        await self._told(lambda: self._duties.conclude(self._operation, self._attempt, conclusion))

    async def conclude_if_cancelled(self) -> None:
        """The step was cancelled: because of a wish, or because this worker stops."""
        self.over.set()
        if await in_thread(self._stands, name="standing") == "cancelled":
            await in_thread(
                lambda: self._duties.conclude(self._operation, self._attempt, Stopped()),
                name="conclusion",
            )

    def _stands(self) -> Standing:
        return self._standing(f"{self._operation}-{self._attempt}")

    async def _told(self, call: Callable[[], R]) -> R:
        return await in_thread(lambda: self._insist(call), name="duty")

    def _insist(self, call: Callable[[], R]) -> R:
        """Call until the database answers, or the attempt is over."""
        wait_s = _FIRST_WAIT_S
        while True:
            try:
                return call()
            except (StorageError, sa.exc.OperationalError, sa.exc.InterfaceError) as exc:
                if self.over.is_set():
                    raise
                structlog.get_logger().warning("database.waiting", reason=type(exc).__name__)
            self.over.wait(wait_s)
            wait_s = min(wait_s * 2, _LONGEST_WAIT_S)


def _crashed(reason: str) -> Failure:
    return Failure(
        code="worker_crashed",
        message=f"the program that did the work ended twice ({reason})",
        hint="most often the machine ran out of memory: give it more, or try a shorter video; the worker's log has more",
        retryable=True,
    )
