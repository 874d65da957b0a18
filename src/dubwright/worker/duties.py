"""What a worker does with operations in the database, and its regular rounds."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta

import structlog

from dubwright.db.quotas import Turnstile
from dubwright.db.tables import Worker
from dubwright.domain.errors import StorageError, WorkerCrashed
from dubwright.domain.job import Failure
from dubwright.jobs.assigning import begin_operation
from dubwright.jobs.assignments import Outcome
from dubwright.jobs.cleaning import CleaningPolicy, clean_up
from dubwright.jobs.concluding import (
    conclude_operation,
    fail_operation,
    mark_cancelled,
    record_news,
)
from dubwright.jobs.delivering import deliver_due
from dubwright.jobs.operations import unstopped_operations
from dubwright.jobs.service import Service
from dubwright.jobs.starting import submission_of, submit, unsubmitted_operations
from dubwright.pipeline.workspace import sweep_idle
from dubwright.queues.endings import Ending
from dubwright.queues.flow import EPOCH, LOCAL_EXECUTOR
from dubwright.settings import RetentionSettings
from dubwright.worker.messages import Conclusion, Failed, Stopped, Succeeded
from dubwright.worker.run import Duties

log = structlog.get_logger()

_BOOKING_WAITS_S = (0.25, 0.5, 1.0, 2.0, *(4.0 for _ in range(60)))
_UNSUBMITTED_FOR = timedelta(seconds=20)
_WORKFLOWS_KEPT = timedelta(days=2)
_UNSTOPPED_FOR = timedelta(seconds=10)
_GIVEN_UP = Failure.of(
    WorkerCrashed(
        "the workers that tried this operation died, again and again",
        hint="look at the workers' logs; most often the machine ran out of memory",
    )
)


def duties_of(service: Service) -> Duties:
    """The duties of a worker of this service."""

    def begin(operation: str, attempt: int) -> str | None:
        assignment = begin_operation(service, operation, attempt)
        return None if assignment is None else assignment.model_dump_json()

    def record(operation: str, message: str) -> None:
        record_news(service, operation, message)

    def conclude(operation: str, attempt: int, conclusion: Conclusion) -> None:
        _conclude(service, operation, attempt, conclusion)

    def settle(workflow: str, ending: Ending) -> None:
        operation, _, attempt = workflow.rpartition("-")
        if ending == "CANCELLED":
            mark_cancelled(service, operation, int(attempt))
        else:
            fail_operation(service, operation, int(attempt), _GIVEN_UP)

    return Duties(begin=begin, record=record, conclude=conclude, settle=settle)


def _conclude(service: Service, operation: str, attempt: int, conclusion: Conclusion) -> None:
    match conclusion:
        case Succeeded(outcome=outcome):
            made = Outcome.model_validate_json(outcome)
            conclude_operation(service, operation, attempt, made)
        case Failed(failure=failure):
            fail_operation(service, operation, attempt, failure)
        case Stopped():
            mark_cancelled(service, operation, attempt)


def submit_forgotten(service: Service) -> int:
    """Hand over what waits unknown to the job engine: an API process may have died just then."""
    before = service.now() - _UNSUBMITTED_FOR
    with service.database.reading() as session:
        forgotten = unsubmitted_operations(session, before=before)
        submissions = [submission_of(session, one) for one in forgotten]
    for submission in submissions:
        submit(service, submission)
    return len(submissions)


def stop_unstopped(service: Service) -> int:
    """Cancel again what runs on although somebody cancelled it."""
    before = service.now() - _UNSTOPPED_FOR
    with service.database.reading() as session:
        workflows = [
            submission_of(session, one).workflow
            for one in unstopped_operations(session, before=before)
        ]
    for workflow in workflows:
        service.engine.cancel(workflow)
    return len(workflows)


def deliver(service: Service) -> int:
    """Send every message to a webhook that is due."""
    sent = 0
    while tried := deliver_due(service, now=service.now()):
        sent += tried
    return sent


def clean(service: Service, kept: RetentionSettings) -> None:
    """Forget and delete what nobody needs any more."""
    policy = CleaningPolicy(
        events=timedelta(days=kept.operations_days),
        audit=timedelta(days=kept.audit_days),
        calls=timedelta(days=kept.calls_days),
        operations=timedelta(days=kept.operations_days),
        deliveries=timedelta(days=kept.deliveries_days),
        grace=timedelta(days=kept.files_days),
        idle_work=timedelta(days=kept.work_days),
    )
    now = service.now()
    cleaned = clean_up(service, now, policy)
    workflows = service.engine.forget_workflows(now - _WORKFLOWS_KEPT)
    scratch_before = now - timedelta(hours=kept.scratch_hours)
    sweep_idle(service.options.data_folder / "scratch", before_s=scratch_before.timestamp())
    log.info(
        "service.cleaned", objects=cleaned.objects, size_bytes=cleaned.bytes, workflows=workflows
    )


def note_life(service: Service, state: str = "alive") -> None:
    """Say that the sole worker of a SQLite database lives; on PostgreSQL the lease says so."""
    with service.database.writing() as session:
        row = Worker(
            id=LOCAL_EXECUTOR,
            state=state,
            beat_s=service.now().timestamp(),
            application_version=EPOCH,
        )
        session.merge(row)


def book_turn(turnstile: Turnstile, name: str, calls_per_minute: float) -> float:
    """Seconds until a call may be made that all workers make so often at most.

    A lost database is waited for. Raises `StorageError` when it stays away for minutes.
    """
    for wait_s in _BOOKING_WAITS_S:
        try:
            return turnstile.take(name, 1, per_second=calls_per_minute / 60, burst=1)
        except StorageError as exc:
            log.warning("database.waiting", reason=type(exc).__name__)
            time.sleep(wait_s)
    return turnstile.take(name, 1, per_second=calls_per_minute / 60, burst=1)


class Rounds:
    """A thread that does what has to be done now and then, for as long as the worker works."""

    def __init__(self, every_s: float, *chores: Callable[[], object]) -> None:
        self._every_s = every_s
        self._chores = chores
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="rounds", daemon=True)

    def start(self) -> None:
        """Begin; the first round is made at once."""
        self._thread.start()

    def stop(self) -> None:
        """Make no other round."""
        self._stopping.set()
        self._thread.join(timeout=5)

    def _run(self) -> None:
        while True:
            for chore in self._chores:
                self._do(chore)
            if self._stopping.wait(self._every_s):
                return

    def _do(self, chore: Callable[[], object]) -> None:
        try:
            chore()
        except Exception as exc:  # the worker's loop: the next round may go well
            log.exception("chore.failed", chore=getattr(chore, "__name__", "chore"), exc_info=exc)
