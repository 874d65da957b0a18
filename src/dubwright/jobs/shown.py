"""Rows as the resources that the API serves."""

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from dubwright.db.tables import Artifact, Operation, Project, Target
from dubwright.domain.job import FINAL_STATES
from dubwright.domain.language import LanguageTag
from dubwright.domain.pricing import to_usd
from dubwright.domain.speech import SpeakerId
from dubwright.jobs.lookup import targets_of
from dubwright.jobs.resources import (
    ArtifactResource,
    OperationResource,
    ProjectResource,
    ProjectSettings,
    TargetResource,
)


def project_shown(session: Session, project: Project) -> ProjectResource:
    """A project with its targets."""
    return ProjectResource(
        id=project.id,
        name=project.name,
        source=project.source,
        source_url=f"/v1/projects/{project.id}/source" if project.source_key else None,
        link=project.link,
        source_language=_language(project.source_language),
        has_transcript=project.lines_key is not None,
        settings=ProjectSettings.model_validate(project.settings),
        budget=None if project.budget_micro_usd is None else to_usd(project.budget_micro_usd),
        spent=to_usd(project.spent_micro_usd),
        unpriced_calls=project.unpriced_calls,
        revision=project.revision,
        targets=tuple(
            target_shown(session, project, target) for target in targets_of(session, project)
        ),
        created_at=project.created_at,
        updated_at=project.updated_at,
    )


def target_shown(session: Session, project: Project, target: Target) -> TargetResource:
    """A target with what can be downloaded of it."""
    made = session.scalars(
        select(Artifact).where(Artifact.target_id == target.id).order_by(Artifact.name)
    )
    stale = is_stale(project, target)
    return TargetResource(
        id=target.id,
        project=project.id,
        language=LanguageTag(target.language),
        status=_status(session, target, stale=stale),
        revision=target.revision,
        output_revision=target.output_revision,
        stale=stale,
        voices={SpeakerId(speaker): voice for speaker, voice in target.voices.items()},
        artifacts=tuple(artifact_shown(one, target_url(project, target)) for one in made),
        created_at=target.created_at,
        updated_at=target.updated_at,
    )


def is_stale(project: Project, target: Target) -> bool:
    """Whether the target has an output that edits have overtaken."""
    if target.output_revision == 0:
        return False
    return target.output_revision < target.revision or lines_are_newer(project, target)


def lines_are_newer(project: Project, target: Target) -> bool:
    """Whether the transcript was edited after the target's script was written from it."""
    return project.lines_key is not None and target.lines_key != project.lines_key


def operation_shown(session: Session, operation: Operation) -> OperationResource:
    """An operation, and the files it made for itself."""
    target = session.get(Target, operation.target_id) if operation.target_id else None
    made = session.scalars(
        select(Artifact).where(Artifact.operation_id == operation.id).order_by(Artifact.name)
    )
    return OperationResource(
        id=operation.id,
        kind=operation.kind,
        state=operation.state,
        done=operation.state in FINAL_STATES,
        project=operation.project_id,
        target=_language(target.language) if target else None,
        progress=operation.progress,
        attempt=operation.attempt,
        cancel_requested=operation.cancel_requested_at is not None,
        error=operation.failure,
        result=operation.result,
        artifacts=tuple(artifact_shown(one, f"/v1/operations/{operation.id}") for one in made),
        created_at=operation.created_at,
        started_at=operation.started_at,
        finished_at=operation.finished_at,
        last_news_at=operation.last_news_at,
    )


def artifact_shown(artifact: Artifact, owner_url: str) -> ArtifactResource:
    """A file and where to get it."""
    return ArtifactResource(
        name=artifact.name,
        content_type=artifact.content_type,
        size_bytes=artifact.size_bytes,
        sha256=artifact.sha256,
        revision=artifact.revision,
        url=f"{owner_url}/artifacts/{artifact.name}",
        created_at=artifact.created_at,
    )


def target_url(project: Project, target: Target) -> str:
    """The address of a target."""
    return f"/v1/projects/{project.id}/targets/{target.language}"


def unfinished_operations(session: Session, project_id: str) -> Sequence[Operation]:
    """What still works on a project, or will."""
    return session.scalars(
        select(Operation).where(
            Operation.project_id == project_id, Operation.state.in_(("queued", "running"))
        )
    ).all()


def _status(session: Session, target: Target, *, stale: bool) -> str:
    of_target = or_(Operation.target_id == target.id, Operation.target_id.is_(None))
    working = session.scalar(
        select(Operation.id)
        .where(
            Operation.project_id == target.project_id,
            Operation.state.in_(("queued", "running")),
            of_target,
        )
        .limit(1)
    )
    if working is not None:
        return "working"
    if stale:
        return "stale"
    if target.output_revision:
        return "ready"
    return "draft" if target.script_key else "empty"


def _language(tag: str | None) -> LanguageTag | None:
    return None if tag is None else LanguageTag(tag)
