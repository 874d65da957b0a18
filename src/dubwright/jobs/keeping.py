"""What an attempt made, taken over into the rows of its project, its targets and their files."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from dubwright.db.ids import new_id
from dubwright.db.tables import Artifact, Operation, Project, Target
from dubwright.jobs.assignments import (
    MadeArtifact,
    MadeTarget,
    Outcome,
)
from dubwright.jobs.service import Service


def keep_outcome(
    service: Service, session: Session, operation: Operation, outcome: Outcome
) -> None:
    """Write what was made into the rows. What was edited meanwhile is newer, and stays."""
    _keep_project(service, session, operation, outcome)
    for made in outcome.targets:
        _keep_target(service, session, operation, made, outcome.lines_key)
    _keep_artifacts(service, session, operation, outcome)


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
    service: Service,
    session: Session,
    operation: Operation,
    made: MadeTarget,
    lines_key: str | None,
) -> None:
    """A script that was edited meanwhile stays; the output then is of an earlier revision.

    So it is where the lines were: the script that was made is of those at `lines_key`.
    """
    target = session.get(Target, made.id)
    project = session.get(Project, operation.project_id)
    if target is None or project is None:
        return
    if made.script_key is not None and target.revision == made.revision:
        target.script_key = made.script_key
        target.lines_key = lines_key or project.lines_key
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
