"""A whole worker: takes operations from the queues, has its crew perform them, tells the database."""

import asyncio

import structlog

from dubwright.domain.errors import WorkerCrashed
from dubwright.domain.job import Failure, Queue
from dubwright.observability.logs import log_context
from dubwright.queues.dbos_worker import DbosWorker
from dubwright.queues.flow import WorkerOptions
from dubwright.worker.attempt import Attempt, Duties
from dubwright.worker.crew import Crew, CrewOptions
from dubwright.worker.messages import Conclusion, Failed
from dubwright.worker.seat import ChildDied

__all__ = ["Duties", "OperationWorker"]

_TRIES = 2


class OperationWorker:
    """One worker process. `crew.slots` and the queues' slots are the same."""

    def __init__(
        self, url: str, *, duties: Duties, crew: CrewOptions, options: WorkerOptions
    ) -> None:
        self._duties = duties
        self._crew = Crew(crew)
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
        self._crew.close()

    async def _perform(self, operation: str, attempt: int, queue: Queue) -> None:
        """One attempt. What escapes ends the workflow as an error, which is settled."""
        with log_context(operation=operation):
            run = Attempt(self._duties, operation, attempt, self._engine.standing)
            try:
                conclusion = await self._have_performed(queue, run)
                if conclusion is not None:
                    await run.conclude(conclusion)
            except asyncio.CancelledError:
                await run.conclude_if_cancelled()
                raise
            except Exception as exc:
                structlog.get_logger().error("operation.broke", exc_info=exc)
                raise
            finally:
                run.over.set()

    async def _have_performed(self, queue: Queue, run: "Attempt") -> Conclusion | None:
        """What the crew makes of it; None when there is nothing to do any more.

        A child that dies is replaced, and the work tried once more: as it stands then, for what
        the child had spent and fetched is spent and fetched.
        """
        for _ in range(_TRIES):
            assignment = await run.begin()
            if assignment is None:
                return None
            try:
                return await self._crew.perform(queue, assignment, run.record)
            except ChildDied as exc:
                reason = str(exc)
                structlog.get_logger().error("child.died", reason=reason)
        return Failed(failure=_crashed(reason))


def _crashed(reason: str) -> Failure:
    return Failure.of(
        WorkerCrashed(
            f"the program that did the work ended twice ({reason})",
            hint="most often the machine ran out of memory: give it more, or try a shorter video; the worker's log has more",
        )
    )
