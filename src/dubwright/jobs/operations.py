"""Operations: watch, stop and repeat what works in the background."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from dubwright.db.events import record_event
from dubwright.db.tables import Operation, Target
from dubwright.domain.errors import ConflictError
from dubwright.domain.job import FINAL_STATES, OperationProgress, OperationState
from dubwright.jobs.caller import Caller
from dubwright.jobs.deliveries import queue_deliveries
from dubwright.jobs.lookup import own_operation, own_project
from dubwright.jobs.paging import Cursor, page_of
from dubwright.jobs.resources import OperationResource, Page
from dubwright.jobs.service import Service
from dubwright.jobs.shown import operation_shown, operations_shown
from dubwright.jobs.starting import (
    queue_of,
    refuse_when_full,
    refuse_while_busy,
    stop,
    submission_of,
    submit,
)


def show_operation(service: Service, caller: Caller, operation_id: str) -> OperationResource:
    """One operation as it stands."""
    with service.database.reading() as session:
        return operation_shown(session, own_operation(session, caller, operation_id))


def list_operations(
    service: Service,
    caller: Caller,
    cursor: Cursor,
    *,
    project: str | None = None,
    state: OperationState | None = None,
) -> Page[OperationResource]:
    """The caller's operations, newest first."""
    conditions = [Operation.account_id == caller.account_id]
    if project is not None:
        conditions.append(Operation.project_id == project)
    if state is not None:
        conditions.append(Operation.state == state)
    with service.database.reading() as session:
        rows, following = page_of(session, Operation, cursor, *conditions)
        shown = operations_shown(session, rows)
    return Page(items=shown, next_cursor=following)


def cancel_operation(service: Service, caller: Caller, operation_id: str) -> OperationResource:
    """Ask to stop. A waiting operation is cancelled at once, a running one within seconds.

    Raises `ConflictError` when it has ended.
    """
    with service.database.writing() as session:
        operation = own_operation(session, caller, operation_id, to_change=True)
        if operation.state in FINAL_STATES:
            raise ConflictError(
                f"operation {operation.id!r} has {operation.state} already",
                hint="there is nothing left to cancel",
            )
        now = service.now()
        operation.cancel_requested_at = operation.cancel_requested_at or now
        if operation.state == "queued":
            operation.state, operation.finished_at = "cancelled", now
            queue_deliveries(service, session, operation)
        operation.last_news_at = now
        record_event(session, operation, "state")
        workflow = submission_of(session, operation).workflow
        shown = operation_shown(session, operation)
    stop(service, operation_id, workflow)
    return shown


def retry_operation(service: Service, caller: Caller, operation_id: str) -> OperationResource:
    """Try again what failed or was cancelled. What was finished is used, not made again."""
    with service.database.writing() as session:
        operation = own_operation(session, caller, operation_id, to_change=True)
        if operation.state not in ("failed", "cancelled"):
            raise ConflictError(
                f"operation {operation.id!r} is {operation.state}",
                hint="only what failed or was cancelled can be tried again",
            )
        refuse_when_full(service, session, caller)
        if operation.project_id is not None:
            project = own_project(session, caller, operation.project_id, to_change=True)
            target = session.get(Target, operation.target_id) if operation.target_id else None
            refuse_while_busy(session, project, target)
            operation.queue = queue_of(operation.kind, target)
        _begin_again(service, operation)
        record_event(session, operation, "state", "tried again")
        submission = submission_of(session, operation)
        shown = operation_shown(session, operation)
    submit(service, submission)
    return shown


def unstopped_operations(session: Session, *, before: datetime) -> list[Operation]:
    """Operations that were to be cancelled and still run: the job engine was not reached."""
    wanted = select(Operation).where(
        Operation.state == "running", Operation.cancel_requested_at < before
    )
    return list(session.scalars(wanted.limit(1_000)))


def _begin_again(service: Service, operation: Operation) -> None:
    operation.attempt += 1
    operation.submitted = False
    operation.state = "queued"
    operation.progress = OperationProgress()
    operation.failure = operation.result = None
    operation.started_at = operation.finished_at = operation.cancel_requested_at = None
    operation.last_news_at = service.now()
