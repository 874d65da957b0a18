"""What a worker is given: an attempt at an operation, told as values."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from dubwright.db.events import record_event
from dubwright.db.tables import Artifact, Operation, Project, Target, Upload
from dubwright.domain.job import (
    FINAL_STATES,
)
from dubwright.domain.language import LanguageTag
from dubwright.jobs.assignments import (
    Assignment,
    ProjectWork,
    TargetWork,
)
from dubwright.jobs.deliveries import queue_deliveries
from dubwright.jobs.glossaries import glossary_of
from dubwright.jobs.keeping_source import link_work
from dubwright.jobs.lookup import targets_of
from dubwright.jobs.resources import ProjectSettings
from dubwright.jobs.service import Service
from dubwright.jobs.speakers import added_speakers
from dubwright.jobs.spending import allowance_of
from dubwright.jobs.takes import takes_key


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
        return _assignment(service, session, operation)


def _assignment(service: Service, session: Session, operation: Operation) -> Assignment:
    project = session.get(Project, operation.project_id) if operation.project_id else None
    arguments = operation.arguments
    return Assignment.model_validate(
        {
            "operation": operation.id,
            "attempt": operation.attempt,
            "kind": operation.kind,
            "request": operation.request_id,
            "project": _project_work(service, session, project) if project else None,
            "targets": _target_works(session, project, operation) if project else (),
            "given": arguments.get("given", {}),
            "engines": arguments.get("engines", {}),
            "allowance": allowance_of(session, operation),
        }
    )


def _project_work(service: Service, session: Session, project: Project) -> ProjectWork:
    settings = ProjectSettings.model_validate(project.settings)
    upload = session.get(Upload, project.upload_id) if project.upload_id else None
    return ProjectWork(
        id=project.id,
        revision=project.revision,
        name=project.name,
        source_key=project.source_key,
        link=link_work(service, session, project),
        captions_key=project.captions_key,
        file_name=upload.file_name if upload else project.name,
        source=project.source,
        source_language=None
        if project.source_language is None
        else LanguageTag(project.source_language),
        lines_key=project.lines_key,
        speakers=settings.speakers,
        added_speakers=added_speakers(service, project),
        keep_background=settings.keep_background,
        background_db=settings.background_db,
        voice_over=settings.voice_over,
        files=_shared_files(session, project),
        engines=settings.engines,
    )


def _shared_files(session: Session, project: Project) -> frozenset[str]:
    """The names of the files that all targets of a project share."""
    wanted = (
        Artifact.project_id == project.id,
        Artifact.target_id.is_(None),
        Artifact.operation_id.is_(None),
    )
    return frozenset(session.scalars(select(Artifact.name).where(*wanted)))


def _files_of(session: Session, target: Target) -> dict[str, str]:
    """The keys of a target's files by name."""
    wanted = select(Artifact.name, Artifact.object_key).where(Artifact.target_id == target.id)
    return {row.name: row.object_key for row in session.execute(wanted)}


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
                "takes_key": takes_key(session, target),
                "files": _files_of(session, target) if operation.kind == "package" else {},
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
