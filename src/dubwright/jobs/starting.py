"""Start what works in the background: its row first, then the job engine's queue."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from pydantic import JsonValue
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from dubwright.db.events import record_event
from dubwright.db.ids import new_id
from dubwright.db.tables import Operation, Project, Target
from dubwright.domain.errors import ConflictError, InputError, StorageError, Throttled
from dubwright.domain.job import OperationKind, OperationProgress, Queue
from dubwright.domain.language import LanguageTag
from dubwright.jobs.caller import Caller
from dubwright.jobs.idempotency import keep_begun
from dubwright.jobs.lookup import own_project, own_target, targets_of
from dubwright.jobs.packable import finished_languages
from dubwright.jobs.resources import OperationResource
from dubwright.jobs.service import Service
from dubwright.jobs.shown import operation_shown, unfinished_operations
from dubwright.ports.job_engine import Submission

log = structlog.get_logger()

_QUICK: frozenset[OperationKind] = frozenset(("translate_text", "synthesize_text"))
_ON_SEVERAL: frozenset[OperationKind] = frozenset(("run", "package"))
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


def queue_operation(
    service: Service, session: Session, caller: Caller, wanted: Wanted
) -> Operation:
    """Write the operation's row. It is submitted after the transaction, or by the sweeper."""
    refuse_when_full(service, session, caller)
    project, target = _named(session, caller, wanted)
    if project is not None:
        refuse_while_busy(session, project, target)
    now = service.now()
    operation = Operation(
        id=new_id("op"),
        account_id=caller.account_id,
        project_id=project.id if project else None,
        target_id=target.id if target else None,
        kind=wanted.kind,
        queue=queue_of(wanted.kind, target),
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
    if caller.claim is not None:
        keep_begun(session, caller.claim, operation.id)
    return operation


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


def stop(service: Service, operation_id: str, workflow: str) -> None:
    """Have the job engine stop an attempt. When it is not reached, the log says so."""
    try:
        service.engine.cancel(workflow)
    except StorageError as exc:
        log.warning("operation.not_stopped_yet", operation=operation_id, reason=exc.message)


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


def unsubmitted_operations(session: Session, *, before: datetime) -> list[Operation]:
    """Operations that the job engine was not given, because whoever queued them died."""
    wanted = select(Operation).where(
        Operation.state == "queued", Operation.submitted.is_(False), Operation.last_news_at < before
    )
    return list(session.scalars(wanted.order_by(Operation.created_at).limit(1_000)))


def queue_of(kind: OperationKind, target: Target | None) -> Queue:
    """Which queue it waits in: `quick` for short texts, and where most of a dub can be used again.

    The receipt of the last dub tells that: it is gone after a change of settings.
    """
    is_again = target is not None and target.receipt_key is not None
    return "quick" if kind in _QUICK or is_again else "long"


def refuse_when_full(service: Service, session: Session, caller: Caller) -> None:
    """Raise `Throttled` when as many operations wait as may."""
    waiting = select(func.count()).select_from(Operation).where(Operation.state == "queued")
    mine = waiting.where(Operation.account_id == caller.account_id)
    options = service.options
    for count, most in ((waiting, options.max_waiting), (mine, options.max_waiting_per_account)):
        if (session.scalar(count) or 0) >= most:
            raise Throttled(
                f"{most} operations are waiting already",
                hint="try again when some of them have ended",
            )


def refuse_while_busy(session: Session, project: Project, target: Target | None) -> None:
    """Raise `ConflictError` when one that has not ended works on the same thing.

    Two operations may share a project, but not a target, and the source is a target's too. Where
    there is a budget nothing is shared: the one that works has all that is left of it. Nor is a
    project whose link was not fetched yet: the one that works fetches it for all.
    """
    # Whoever starts something on a project waits here for whoever else does.
    session.refresh(project, with_for_update=True)
    is_fetched = project.link is None or project.source_key is not None
    has_budget = project.budget_micro_usd is not None
    for other in unfinished_operations(session, project.id):
        if not is_fetched:
            raise ConflictError(
                f"operation {other.id!r} ({other.kind}) fetches the video of this project",
                hint="wait until the project has its `source`, then start this again",
            )
        if target is None or other.target_id in (None, target.id) or has_budget:
            raise ConflictError(
                f"operation {other.id!r} ({other.kind}) is {other.state} on this project",
                hint=f"wait for it, or `POST /v1/operations/{other.id}:cancel`",
            )


def _named(
    session: Session, caller: Caller, wanted: Wanted
) -> tuple[Project | None, Target | None]:
    if wanted.project is None:
        return None, None
    if wanted.target is not None:
        return own_target(session, caller, wanted.project, wanted.target, to_change=True)
    return own_project(session, caller, wanted.project, to_change=True), None


def _arguments(session: Session, project: Project | None, wanted: Wanted) -> dict[str, JsonValue]:
    arguments: dict[str, JsonValue] = {}
    if wanted.given:
        arguments["given"] = dict(wanted.given)
    if wanted.engines:
        arguments["engines"] = dict(wanted.engines)
    if project is not None and wanted.kind in _ON_SEVERAL and wanted.target is None:
        languages = _languages(session, project, wanted)
        if wanted.kind == "package":
            languages = finished_languages(session, project, wanted.targets)
        arguments["targets"] = [str(one) for one in languages]
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
