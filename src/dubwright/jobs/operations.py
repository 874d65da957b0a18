"""Operations: start, watch, stop and repeat what works in the background."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import structlog
from pydantic import JsonValue
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from dubwright.db.events import record_event
from dubwright.db.ids import new_id
from dubwright.db.tables import Operation, OperationEventRow, Project, ProviderCall, Target
from dubwright.domain.errors import ConflictError, InputError, StorageError, Throttled
from dubwright.domain.job import (
    FINAL_STATES,
    OperationKind,
    OperationProgress,
    OperationState,
    Queue,
)
from dubwright.domain.language import LanguageTag
from dubwright.jobs.caller import Caller
from dubwright.jobs.deliveries import queue_deliveries
from dubwright.jobs.lookup import own_operation, own_project, own_target, targets_of
from dubwright.jobs.paging import Cursor, page_of
from dubwright.jobs.resources import LogLine, OperationResource, Page
from dubwright.jobs.service import Service
from dubwright.jobs.shown import operation_shown, unfinished_operations
from dubwright.ports.job_engine import Submission

log = structlog.get_logger()

OF_SOURCE: frozenset[OperationKind] = frozenset(("ingest", "separate", "transcribe", "diarize"))
_QUICK: frozenset[OperationKind] = frozenset(("translate_text", "synthesize_text"))
_MOST_PRIORITY = 1_000_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to start: on a source, on one target, on several (`targets`), or on given input."""

    kind: OperationKind
    project: str | None = None
    target: LanguageTag | None = None
    targets: tuple[LanguageTag, ...] = ()
    given: Mapping[str, JsonValue] = field(default_factory=dict)
    engines: Mapping[str, str] = field(default_factory=dict)


def start_operation(service: Service, caller: Caller, wanted: Wanted) -> OperationResource:
    """Queue an operation and return it at once.

    Raises `ConflictError` while another one works on the same thing, `Throttled` when too many
    wait.
    """
    with service.database.writing() as session:
        operation = queue_operation(service, session, caller, wanted)
        submission = submission_of(session, operation)
        shown = operation_shown(session, operation)
    submit(service, submission)
    return shown


def submit(service: Service, submission: Submission) -> None:
    """Hand an attempt to the job engine. When that fails, a worker does it on its next round."""
    try:
        service.engine.submit(submission)
    except StorageError as exc:
        log.warning("operation.not_submitted", operation=submission.operation, reason=exc.message)
        return
    with service.database.writing() as session:
        session.execute(
            update(Operation)
            .where(Operation.id == submission.operation, Operation.attempt == submission.attempt)
            .values(submitted=True)
        )


def queue_operation(
    service: Service, session: Session, caller: Caller, wanted: Wanted
) -> Operation:
    """Write the operation's row. It is submitted after the transaction, or by the sweeper."""
    _refuse_when_full(service, session, caller)
    project, target = _named(session, caller, wanted)
    if project is not None:
        _refuse_while_busy(session, project, target)
    now = service.now()
    operation = Operation(
        id=new_id("op"),
        account_id=caller.account_id,
        project_id=project.id if project else None,
        target_id=target.id if target else None,
        kind=wanted.kind,
        queue=_queue(wanted.kind, target),
        arguments=_arguments(session, project, wanted),
        state="queued",
        attempt=1,
        progress=OperationProgress(),
        request_id=caller.request_id,
        created_at=now,
        last_news_at=now,
    )
    session.add(operation)
    record_event(session, operation, "state")
    session.flush()
    return operation


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
        shown = tuple(operation_shown(session, row) for row in rows)
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
    try:
        service.engine.cancel(workflow)
    except StorageError as exc:
        log.warning("operation.not_stopped_yet", operation=operation_id, reason=exc.message)
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
        _refuse_when_full(service, session, caller)
        if operation.project_id is not None:
            project = own_project(session, caller, operation.project_id, to_change=True)
            target = session.get(Target, operation.target_id) if operation.target_id else None
            _refuse_while_busy(session, project, target)
        _begin_again(service, operation)
        record_event(session, operation, "state", "tried again")
        submission = submission_of(session, operation)
        shown = operation_shown(session, operation)
    submit(service, submission)
    return shown


def operation_log(
    service: Service, caller: Caller, operation_id: str, *, limit: int = 500
) -> tuple[LogLine, ...]:
    """What happened to an operation and which engines it called, in order of time."""
    with service.database.reading() as session:
        operation = own_operation(session, caller, operation_id)
        events = session.scalars(
            select(OperationEventRow)
            .where(OperationEventRow.operation_id == operation.id)
            .order_by(OperationEventRow.id.desc())
            .limit(limit)
        ).all()
        calls = session.scalars(
            select(ProviderCall)
            .where(ProviderCall.operation_id == operation.id)
            .order_by(ProviderCall.id.desc())
            .limit(limit)
        ).all()
    lines = [*map(_event_line, events), *map(_call_line, calls)]
    return tuple(sorted(lines, key=lambda line: line.at)[-limit:])


def submission_of(session: Session, operation: Operation) -> Submission:
    """How the operation is handed to the engine. The more an account has waiting, the later."""
    waiting = session.scalar(
        select(func.count())
        .select_from(Operation)
        .where(Operation.account_id == operation.account_id, Operation.state == "queued")
    )
    return Submission(
        operation=operation.id,
        attempt=operation.attempt,
        queue=operation.queue,
        priority=min(max(1, waiting or 1), _MOST_PRIORITY),
    )


def _refuse_when_full(service: Service, session: Session, caller: Caller) -> None:
    waiting = select(func.count()).select_from(Operation).where(Operation.state == "queued")
    mine = waiting.where(Operation.account_id == caller.account_id)
    options = service.options
    for count, most in ((waiting, options.max_waiting), (mine, options.max_waiting_per_account)):
        if (session.scalar(count) or 0) >= most:
            raise Throttled(
                f"{most} operations are waiting already",
                hint="try again when some of them have ended",
            )


def _named(
    session: Session, caller: Caller, wanted: Wanted
) -> tuple[Project | None, Target | None]:
    if wanted.project is None:
        return None, None
    if wanted.target is not None:
        return own_target(session, caller, wanted.project, wanted.target, to_change=True)
    return own_project(session, caller, wanted.project, to_change=True), None


def _refuse_while_busy(session: Session, project: Project, target: Target | None) -> None:
    """Two operations may share a project, but not a target, and the source is a target's too."""
    # Whoever starts something on a project waits here for whoever else does.
    session.refresh(project, with_for_update=True)
    for other in unfinished_operations(session, project.id):
        if target is None or other.target_id is None or other.target_id == target.id:
            raise ConflictError(
                f"operation {other.id!r} ({other.kind}) is {other.state} on this project",
                hint=f"wait for it, or `POST /v1/operations/{other.id}:cancel`",
            )


def _arguments(session: Session, project: Project | None, wanted: Wanted) -> dict[str, JsonValue]:
    arguments: dict[str, JsonValue] = {}
    if wanted.given:
        arguments["given"] = dict(wanted.given)
    if wanted.engines:
        arguments["engines"] = dict(wanted.engines)
    if project is not None and wanted.kind == "run" and wanted.target is None:
        arguments["targets"] = [str(one) for one in _languages(session, project, wanted)]
    return arguments


def _languages(session: Session, project: Project, wanted: Wanted) -> tuple[str, ...]:
    present = tuple(target.language for target in targets_of(session, project))
    if not present:
        raise InputError(
            "the project has no target to dub into",
            hint=f"add one with `POST /v1/projects/{project.id}/targets`",
        )
    unknown = [language for language in wanted.targets if language not in present]
    if unknown:
        raise InputError(
            f"the project has no target {unknown[0]!r}", hint=f"it has {', '.join(present)}"
        )
    return tuple(wanted.targets) or present


def _queue(kind: OperationKind, target: Target | None) -> Queue:
    """A target that was dubbed before waits for an edit or two, and a person for it."""
    was_dubbed = target is not None and target.output_revision > 0
    return "quick" if kind in _QUICK or was_dubbed else "long"


def _begin_again(service: Service, operation: Operation) -> None:
    operation.attempt += 1
    operation.submitted = False
    operation.state = "queued"
    operation.progress = OperationProgress()
    operation.failure = operation.result = None
    operation.started_at = operation.finished_at = operation.cancel_requested_at = None
    operation.last_news_at = service.now()


def _event_line(event: OperationEventRow) -> LogLine:
    progress = event.progress
    fields: dict[str, JsonValue] = {"state": event.state, "percent": progress.percent}
    if progress.stage is not None:
        fields |= {"stage": progress.stage, "done": progress.done, "total": progress.total}
    if event.message:
        fields["message"] = event.message
    return LogLine(at=event.at, event=f"operation.{event.kind}", fields=fields)


def _call_line(call: ProviderCall) -> LogLine:
    fields: dict[str, JsonValue] = {
        "kind": call.kind,
        "provider": call.provider,
        "call": call.call,
        "units": call.units,
        "unit": call.unit,
        "elapsed_ms": call.elapsed_ms,
        "outcome": call.outcome,
    }
    return LogLine(at=call.at, event="provider.called", fields=fields)
