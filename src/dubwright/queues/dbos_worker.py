"""The job engine on a worker: takes operations from the queues and has them performed."""

import threading
import uuid
from collections.abc import Awaitable, Callable
from typing import Literal, Protocol

import structlog
from dbos import DBOS, DBOSConfig, StepOptions

from dubwright.domain.errors import StorageError
from dubwright.domain.job import Queue
from dubwright.queues.endings import Endings, Settle
from dubwright.queues.engine_database import connect, prepare, told_as_storage_errors
from dubwright.queues.flow import (
    APPLICATION,
    LOCAL_EXECUTOR,
    STEP,
    WORKFLOW,
    WorkerOptions,
    is_postgresql,
    sqlite_file,
)
from dubwright.queues.lease import Lease
from dubwright.queues.serializer import JsonSerializer
from dubwright.queues.sole_worker import SoleWorker

Perform = Callable[[str, int, Queue], Awaitable[None]]
"""Performs an attempt: operation id, number, queue. Ends in `CancelledError` when cancelled or stopped."""

Standing = Literal["owned", "cancelled", "lost"]

_EXECUTOR_THREADS = 16
_POOL = 5
_IDLE_TRANSACTION_S = 8.0


class _Place(Protocol):
    """A worker's place among the workers."""

    def enter(self) -> None: ...

    def leave(self) -> None: ...


def executor_id_for(url: str) -> str:
    """Who this process is to the engine: on PostgreSQL never the same twice, on SQLite always."""
    return uuid.uuid4().hex if is_postgresql(url) else LOCAL_EXECUTOR


class DbosWorker:
    """One worker; there can be one in a process.

    `perform` runs on the engine's event loop, for as many operations at a time as the queues have
    slots. `settle` is told of workflows that ended without `perform` having the last word.
    """

    def __init__(
        self,
        url: str,
        *,
        perform: Perform,
        settle: Settle,
        executor_id: str | None = None,
        options: WorkerOptions | None = None,
    ) -> None:
        self._url = url
        self._perform = perform
        self._settle = settle
        self._me = executor_id or executor_id_for(url)
        self._options = options or WorkerOptions()
        self._lease = self._new_lease() if is_postgresql(url) else None
        self._place: _Place = self._lease or SoleWorker(sqlite_file(url).parent)
        self._stopping = threading.Event()

    def start(self) -> None:
        """Begin to take operations.

        Raises `ConflictError` when SQLite has a worker already, `StorageError` when the database
        cannot be used.
        """
        self._place.enter()
        if self._lease is not None:
            self._lease.keep()
        try:
            prepare(self._url)
            self._client = connect(self._url, connections=2)
            self._endings = Endings(self._client, self._settle)
            self._launch()
        except BaseException:
            self._place.leave()
            raise
        self._rounds = threading.Thread(target=self._make_rounds, name="rounds", daemon=True)
        self._rounds.start()

    def stop(self, timeout_s: float) -> None:
        """Take nothing new, give what runs `timeout_s` to end, then hand the rest on."""
        self._stopping.set()
        DBOS.destroy(workflow_completion_timeout_sec=round(timeout_s), destroy_registry=True)
        self._rounds.join(timeout=5)
        try:
            self._hand_on()
            self._place.leave()
        except StorageError as exc:
            # Without a database nobody can be told. The lease runs out by itself.
            structlog.get_logger().warning("worker.left_silently", reason=exc.message)
        self._client.destroy()

    def standing(self, workflow: str) -> Standing:
        """Whether an attempt is still this worker's to conclude. Raises `StorageError`."""
        with told_as_storage_errors():
            found = self._client.list_workflows(
                workflow_ids=[workflow], load_input=False, load_output=False
            )
        if not found or found[0].status == "CANCELLED":
            return "cancelled"
        owned = found[0].status == "PENDING" and found[0].executor_id == self._me
        return "owned" if owned else "lost"

    def _new_lease(self) -> Lease:
        options = self._options
        return Lease(
            self._url,
            me=self._me,
            epoch=options.epoch,
            lease_s=options.lease_s,
            beat_s=options.beat_s,
        )

    def _launch(self) -> None:
        config: DBOSConfig = {
            "name": APPLICATION,
            "system_database_url": self._url,
            "executor_id": self._me,
            "application_version": self._options.epoch,
            "serializer": JsonSerializer(),
            "sys_db_pool_size": _POOL,
            "sys_db_idle_transaction_timeout_sec": _IDLE_TRANSACTION_S,
            "max_executor_threads": _EXECUTOR_THREADS,
            "run_migrations": False,  # `prepare` has
            "enable_otlp": False,
            "log_level": "WARNING",
        }
        self._dbos = DBOS(config=config)
        _register(self._perform, self._options.max_recoveries)
        DBOS.listen_queues(list(self._options.slots))
        with told_as_storage_errors():
            DBOS.launch()
            for queue, slots in self._options.slots.items():
                DBOS.register_queue(
                    queue,
                    worker_concurrency=slots,
                    polling_interval_sec=self._options.polling_s,
                    on_conflict="always_update",
                )

    def _make_rounds(self) -> None:
        while not self._stopping.wait(self._options.round_s):
            try:
                if self._lease is not None:
                    self._lease.take_over(self._recover)
                self._endings.settle_new()
            except StorageError as exc:
                structlog.get_logger().warning("round.failed", reason=exc.message)
            except Exception as exc:  # noqa: BLE001  # the worker's loop: the next round tries again
                structlog.get_logger().error("round.failed", exc_info=exc)

    def _recover(self, executor: str) -> int:
        # Private to the engine, which has no public way; tests/worker/test_engine_contract.py watches it.
        return len(self._dbos._recover_pending_workflows([executor]))  # noqa: SLF001

    def _hand_on(self) -> None:
        """Put what was not finished back into its queue, without counting it as a death."""
        with told_as_storage_errors():
            running = self._client.list_workflows(
                status="PENDING",
                executor_id=self._me,
                app_version=self._options.epoch,
                load_input=False,
                load_output=False,
            )
            for one in running:
                self._client.resume_workflow(one.workflow_id, queue_name=one.queue_name)


def _register(perform: Perform, max_recoveries: int) -> None:
    async def perform_step(operation_id: str, attempt: int, queue: Queue) -> None:
        await perform(operation_id, attempt, queue)

    async def operation(operation_id: str, attempt: int, queue: Queue) -> None:
        step: StepOptions = {"name": STEP, "preemptible": True}
        await DBOS.run_step_async(step, perform_step, operation_id, attempt, queue)

    DBOS.workflow(name=WORKFLOW, max_recovery_attempts=max_recoveries)(operation)
