"""The database's side of an operation: what the worker is given, and what becomes of its answer."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from dubwright.db.errors import count_error
from dubwright.db.events import record_event
from dubwright.db.ids import new_id
from dubwright.db.tables import Artifact, Operation, Project, ProviderCall, Target, Upload
from dubwright.domain.job import (
    FINAL_STATES,
    Failure,
    OperationProgress,
    OperationResult,
    OperationState,
)
from dubwright.domain.language import LanguageTag
from dubwright.jobs.assignments import (
    Assignment,
    CallNews,
    LogNews,
    MadeArtifact,
    MadeTarget,
    Outcome,
    ProjectWork,
    StageNews,
    TargetWork,
)
from dubwright.jobs.deliveries import queue_deliveries
from dubwright.jobs.glossaries import glossary_of
from dubwright.jobs.lookup import targets_of
from dubwright.jobs.resources import ProjectSettings
from dubwright.jobs.service import Service
from dubwright.jobs.shown import lines_are_newer

News = StageNews | CallNews | LogNews
_NEWS: TypeAdapter[News] = TypeAdapter(News)


def begin_operation(service: Service, operation_id: str, attempt: int) -> Assignment | None:
    """Mark an attempt as running and say what to do; None when there is nothing left to do.

    Beginning again after a crash is no error: what was finished is found in the store.
    """
    with service.database.writing() as session:
        operation = session.get(Operation, operation_id, with_for_update=True)
        if operation is None or operation.attempt != attempt or operation.state in FINAL_STATES:
            return None
        begins = operation.state != "running"
        operation.state = "running"
        operation.started_at = operation.started_at or service.now()
        operation.last_news_at = service.now()
        record_event(session, operation, "state")
        if begins:
            queue_deliveries(service, session, operation)
        return _assignment(session, operation)


def record_news(service: Service, operation_id: str, message: str) -> None:
    """Write down what the worker told."""
    news = _NEWS.validate_json(message)
    with service.database.writing() as session:
        operation = session.get(Operation, operation_id, with_for_update=True)
        if operation is None or operation.state in FINAL_STATES:
            return
        operation.last_news_at = service.now()
        match news:
            case CallNews():
                session.add(_call(service, operation, news))
            case StageNews():
                operation.progress = _progress(operation.progress, news)
                record_event(session, operation, "stage")
            case LogNews():
                record_event(session, operation, "log", news.message)


def conclude_operation(service: Service, operation_id: str, attempt: int, outcome: Outcome) -> None:
    """Take over what was made, and say how it ended. An attempt that was replaced changes nothing."""
    with service.database.writing() as session:
        operation = _open(session, operation_id, attempt)
        if operation is None:
            return
        _keep_project(service, session, operation, outcome)
        for made in outcome.targets:
            _keep_target(service, session, operation, made)
        _keep_artifacts(service, session, operation, outcome)
        operation.result = _result(outcome)
        state: OperationState = "failed" if outcome.failure else "succeeded"
        _end(service, session, operation, state, outcome.failure)


def fail_operation(service: Service, operation_id: str, attempt: int, failure: Failure) -> None:
    """The attempt ended without an outcome."""
    with service.database.writing() as session:
        operation = _open(session, operation_id, attempt)
        if operation is not None:
            _end(service, session, operation, "failed", failure)


def mark_cancelled(service: Service, operation_id: str, attempt: int) -> None:
    """The attempt was stopped, as was asked."""
    with service.database.writing() as session:
        operation = _open(session, operation_id, attempt)
        if operation is not None:
            _end(service, session, operation, "cancelled", None)


def _open(session: Session, operation_id: str, attempt: int) -> Operation | None:
    operation = session.get(Operation, operation_id, with_for_update=True)
    if operation is None or operation.attempt != attempt or operation.state in FINAL_STATES:
        return None
    return operation


def _end(
    service: Service,
    session: Session,
    operation: Operation,
    state: OperationState,
    failure: Failure | None,
) -> None:
    now = service.now()
    operation.state, operation.failure = state, failure
    operation.finished_at = operation.last_news_at = now
    if state == "succeeded":
        done = operation.progress.model_copy(update={"percent": 100.0, "eta_s": 0})
        operation.progress = done
    if failure is not None:
        count_error(session, failure, operation.kind, operation.id)
    record_event(session, operation, "state", failure.code if failure else "")
    queue_deliveries(service, session, operation)


def _assignment(session: Session, operation: Operation) -> Assignment:
    project = session.get(Project, operation.project_id) if operation.project_id else None
    arguments = operation.arguments
    return Assignment.model_validate(
        {
            "operation": operation.id,
            "attempt": operation.attempt,
            "kind": operation.kind,
            "request": operation.request_id,
            "project": _project_work(session, project) if project else None,
            "targets": _target_works(session, project, operation) if project else (),
            "given": arguments.get("given", {}),
            "engines": arguments.get("engines", {}),
        }
    )


def _project_work(session: Session, project: Project) -> ProjectWork:
    settings = ProjectSettings.model_validate(project.settings)
    upload = session.get(Upload, project.upload_id) if project.upload_id else None
    if project.source_key is None:
        raise ValueError(f"project {project.id!r} has no source file")
    return ProjectWork(
        id=project.id,
        revision=project.revision,
        source_key=project.source_key,
        file_name=upload.file_name if upload else project.name,
        source=project.source,
        source_language=None
        if project.source_language is None
        else LanguageTag(project.source_language),
        lines_key=project.lines_key,
        speakers=settings.speakers,
        keep_background=settings.keep_background,
        engines=settings.engines,
    )


def _target_works(
    session: Session, project: Project, operation: Operation
) -> tuple[TargetWork, ...]:
    return tuple(
        TargetWork.model_validate(
            {
                "id": target.id,
                "language": target.language,
                "revision": target.revision,
                "voices": target.voices,
                "script_key": target.script_key,
                "receipt_key": target.receipt_key,
                "lines_are_newer": lines_are_newer(project, target),
                "glossary": glossary_of(session, project, target),
            }
        )
        for target in _chosen(targets_of(session, project), operation)
    )


def _chosen(targets: Sequence[Target], operation: Operation) -> list[Target]:
    named = operation.arguments.get("targets", [])
    languages = named if isinstance(named, list) else []
    return [
        target
        for target in targets
        if target.id == operation.target_id or target.language in languages
    ]


def _call(service: Service, operation: Operation, news: CallNews) -> ProviderCall:
    told = news.model_dump(exclude={"news"})
    return ProviderCall(
        operation_id=operation.id, account_id=operation.account_id, at=service.now(), **told
    )


def _progress(before: OperationProgress, news: StageNews) -> OperationProgress:
    return OperationProgress(
        stage=news.stage,
        percent=min(99.9, max(before.percent, news.percent)),
        done=news.done,
        total=news.total,
        eta_s=news.eta_s,
    )


def _keep_project(
    service: Service, session: Session, operation: Operation, outcome: Outcome
) -> None:
    if operation.project_id is None:
        return
    # Whoever edits the project or its targets waits, and what they wrote before is seen here.
    project = session.get(Project, operation.project_id, with_for_update=True)
    if project is None:
        return
    project.source = outcome.source or project.source
    project.source_language = outcome.source_language or project.source_language
    project.speakers_key = outcome.speakers_key or project.speakers_key
    was_transcribed = operation.kind == "transcribe"
    # What a person edited meanwhile is newer than what was heard.
    if outcome.lines_key and (project.lines_key is None or was_transcribed):
        project.revision += project.lines_key != outcome.lines_key
        project.lines_key = outcome.lines_key
    project.updated_at = service.now()


def _keep_target(
    service: Service, session: Session, operation: Operation, made: MadeTarget
) -> None:
    """A script that was edited meanwhile stays; the output then is of an earlier revision."""
    target = session.get(Target, made.id)
    project = session.get(Project, operation.project_id)
    if target is None or project is None:
        return
    if made.script_key is not None and target.revision == made.revision:
        target.script_key = made.script_key
        target.lines_key = project.lines_key
    target.receipt_key = made.receipt_key or target.receipt_key
    if made.finished:
        target.output_revision = made.revision
    target.updated_at = service.now()
    revision = made.revision
    for artifact in made.artifacts:
        place = {"project_id": project.id, "target_id": target.id, "operation_id": None}
        _keep_artifact(service, session, operation, artifact, place, revision)


def _keep_artifacts(
    service: Service, session: Session, operation: Operation, outcome: Outcome
) -> None:
    of_project = operation.project_id is not None
    place = {
        "project_id": operation.project_id,
        "target_id": None,
        "operation_id": None if of_project else operation.id,
    }
    for artifact in outcome.artifacts:
        _keep_artifact(service, session, operation, artifact, place, 0)


def _keep_artifact(
    service: Service,
    session: Session,
    operation: Operation,
    made: MadeArtifact,
    place: dict[str, str | None],
    revision: int,
) -> None:
    """The newest file of a name takes the place of the one before."""
    session.execute(
        delete(Artifact).where(
            Artifact.name == made.name,
            *(getattr(Artifact, column).is_not_distinct_from(of) for column, of in place.items()),
        )
    )
    session.add(
        Artifact(
            id=new_id("art"),
            account_id=operation.account_id,
            revision=revision,
            created_at=service.now(),
            **place,
            **made.model_dump(),
        )
    )


def _result(outcome: Outcome) -> OperationResult:
    names = [one.name for one in outcome.artifacts]
    names += [one.name for made in outcome.targets for one in made.artifacts]
    return OperationResult(artifacts=tuple(dict.fromkeys(names)), value=outcome.value)


def unsubmitted_operations(session: Session, *, before: datetime) -> list[Operation]:
    """Operations that the job engine was not given, because whoever queued them died."""
    wanted = select(Operation).where(
        Operation.state == "queued", Operation.submitted.is_(False), Operation.last_news_at < before
    )
    return list(session.scalars(wanted.order_by(Operation.created_at).limit(1_000)))


def unstopped_operations(session: Session, *, before: datetime) -> list[Operation]:
    """Operations that were to be cancelled and still run: the job engine was not reached."""
    wanted = select(Operation).where(
        Operation.state == "running", Operation.cancel_requested_at < before
    )
    return list(session.scalars(wanted.limit(1_000)))
