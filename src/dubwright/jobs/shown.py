"""Rows as the resources that the API serves."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from dubwright.db.tables import Artifact, Operation, Project, Target
from dubwright.domain.job import FINAL_STATES
from dubwright.domain.language import LanguageTag
from dubwright.domain.speech import SpeakerId
from dubwright.jobs.resources import ArtifactResource, OperationResource, TargetResource


def target_shown(session: Session, project: Project, target: Target) -> TargetResource:
    """A target with what can be downloaded of it."""
    made = session.scalars(
        select(Artifact).where(Artifact.target_id == target.id).order_by(Artifact.name)
    )
    working = any(
        one.target_id in (None, target.id) for one in unfinished_operations(session, project.id)
    )
    return target_with(project, target, artifacts=made, is_worked_on=working)


def target_with(
    project: Project, target: Target, *, artifacts: Iterable[Artifact], is_worked_on: bool
) -> TargetResource:
    """A target whose artifacts, and whether something works on it, are known already."""
    return TargetResource(
        id=target.id,
        project=project.id,
        language=LanguageTag(target.language),
        status="working" if is_worked_on else _status(project, target),
        revision=target.revision,
        output_revision=target.output_revision,
        stale=is_stale(project, target),
        voices={SpeakerId(speaker): voice for speaker, voice in target.voices.items()},
        artifacts=tuple(artifact_shown(one, target_url(project, target)) for one in artifacts),
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
    [shown] = operations_shown(session, [operation])
    return shown


def operations_shown(
    session: Session, operations: Sequence[Operation]
) -> tuple[OperationResource, ...]:
    """Operations in their order. However many they are, the database is asked twice."""
    of_targets = {one.target_id for one in operations if one.target_id}
    targets = session.execute(
        select(Target.id, Target.language).where(Target.id.in_(of_targets))
    ).all()
    languages = {target_id: LanguageTag(language) for target_id, language in targets}
    made = defaultdict(list)
    of_operations = [one.id for one in operations]
    for artifact in session.scalars(
        select(Artifact).where(Artifact.operation_id.in_(of_operations)).order_by(Artifact.name)
    ):
        made[artifact.operation_id].append(artifact)
    return tuple(
        _operation_with(one, languages.get(one.target_id or ""), made[one.id]) for one in operations
    )


def _operation_with(
    operation: Operation, target: LanguageTag | None, artifacts: Iterable[Artifact]
) -> OperationResource:
    return OperationResource(
        id=operation.id,
        kind=operation.kind,
        state=operation.state,
        done=operation.state in FINAL_STATES,
        project=operation.project_id,
        target=target,
        progress=operation.progress,
        attempt=operation.attempt,
        cancel_requested=operation.cancel_requested_at is not None,
        error=operation.failure,
        result=operation.result,
        artifacts=tuple(artifact_shown(one, f"/v1/operations/{operation.id}") for one in artifacts),
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


def _status(project: Project, target: Target) -> Literal["empty", "draft", "ready", "stale"]:
    if is_stale(project, target):
        return "stale"
    if target.output_revision:
        return "ready"
    return "draft" if target.script_key else "empty"
