"""One attempt at one operation, and what the application is told of it."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import sqlalchemy as sa
import structlog

from dubwright.domain.errors import StorageError
from dubwright.queues.dbos_worker import Standing
from dubwright.queues.endings import Settle
from dubwright.worker.in_thread import in_thread
from dubwright.worker.messages import Conclusion, Stopped

R = TypeVar("R")

_PASSING = (StorageError, sa.exc.OperationalError, sa.exc.InterfaceError)
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


class Attempt:
    """Tells the application of one attempt; waits for a lost database as long as the attempt lasts.

    `over` is set when nothing needs to be told any more.
    """

    def __init__(
        self, duties: Duties, operation: str, attempt: int, standing: Callable[[str], Standing]
    ) -> None:
        self._duties = duties
        self._operation = operation
        self._attempt = attempt
        self._standing = standing
        self.over = threading.Event()

    async def begin(self) -> str | None:
        """What to do; None when there is nothing to do any more."""
        return await self._told(lambda: self._duties.begin(self._operation, self._attempt))

    def record(self, message: str) -> None:
        """A child said so. Blocks, and with it the child."""
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
        try:
            if await self._told(self._stands) == "cancelled":
                stopped = Stopped()
                await self._told(
                    lambda: self._duties.conclude(self._operation, self._attempt, stopped)
                )
        except _PASSING as exc:
            # Nothing is lost: a wish is settled later, anything else is taken over.
            structlog.get_logger().warning("operation.left", reason=type(exc).__name__)

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
            except _PASSING as exc:
                if self.over.is_set():
                    raise
                structlog.get_logger().warning("database.waiting", reason=type(exc).__name__)
            self.over.wait(wait_s)
            wait_s = min(wait_s * 2, _LONGEST_WAIT_S)
