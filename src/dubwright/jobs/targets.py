"""Targets of a project: add, show, give other voices, delete."""

from collections.abc import Mapping

from pydantic import Field
from sqlalchemy.orm import Session

from dubwright.db.ids import new_id
from dubwright.db.tables import Project, Target
from dubwright.domain.errors import ConflictError
from dubwright.domain.language import LanguageTag
from dubwright.domain.speech import SpeakerId
from dubwright.domain.timeline import Document
from dubwright.jobs.asked import AskedSpeaker, AskedVoice
from dubwright.jobs.caller import Caller
from dubwright.jobs.library import project_shown
from dubwright.jobs.lookup import own_project, own_target, targets_of
from dubwright.jobs.resources import TargetResource
from dubwright.jobs.revisions import require_revision, touch
from dubwright.jobs.service import Service
from dubwright.jobs.shown import target_shown, unfinished_operations

MOST_TARGETS = 50


class TargetChanges(Document):
    """The voices of a target: which one speaks for whom. Speakers left out keep theirs."""

    voices: dict[AskedSpeaker, AskedVoice] = Field(max_length=100)


def add_target(
    service: Service, caller: Caller, project_id: str, language: LanguageTag
) -> TargetResource:
    """One more language. Raises `ConflictError` when the project has it."""
    with service.database.writing() as session:
        project = own_project(session, caller, project_id, to_change=True)
        present = {target.language for target in targets_of(session, project)}
        if language in present:
            raise ConflictError(
                f"the project has a target {language!r} already", hint="use that one"
            )
        if len(present) >= MOST_TARGETS:
            raise ConflictError(
                f"a project has at most {MOST_TARGETS} targets", hint="make another project"
            )
        target = new_target(service, project, language)
        session.add(target)
        session.flush()
        return target_shown(session, project, target)


def show_target(
    service: Service, caller: Caller, project_id: str, language: LanguageTag
) -> TargetResource:
    """One target."""
    with service.database.reading() as session:
        return target_shown(session, *own_target(session, caller, project_id, language))


def list_targets(service: Service, caller: Caller, project_id: str) -> tuple[TargetResource, ...]:
    """All targets of a project."""
    with service.database.reading() as session:
        return project_shown(session, own_project(session, caller, project_id)).targets


def change_target(
    service: Service,
    caller: Caller,
    project_id: str,
    language: LanguageTag,
    changes: TargetChanges,
    *,
    revision: int | None,
) -> TargetResource:
    """Give speakers other voices; the target becomes stale."""
    with service.database.writing() as session:
        project, target = own_target(session, caller, project_id, language, to_change=True)
        require_revision(target, revision)
        target.voices = {**target.voices, **_as_text(changes.voices)}
        touch(service, target)
        return target_shown(session, project, target)


def delete_target(service: Service, caller: Caller, project_id: str, language: LanguageTag) -> None:
    """Forget a target. Raises `ConflictError` while something works on the project."""
    with service.database.writing() as session:
        project, target = own_target(session, caller, project_id, language, to_change=True)
        refuse_while_working(session, project)
        session.delete(target)


def new_target(service: Service, project: Project, language: LanguageTag) -> Target:
    """The row of a target that nothing was made for yet."""
    now = service.now()
    return Target(
        id=new_id("tgt"),
        project_id=project.id,
        language=language,
        voices={},
        revision=1,
        output_revision=0,
        created_at=now,
        updated_at=now,
    )


def refuse_while_working(session: Session, project: Project) -> None:
    """Raise `ConflictError` while an operation works on the project."""
    busy = unfinished_operations(session, project.id)
    if busy:
        raise ConflictError(
            f"operation {busy[0].id!r} works on this project",
            hint=f"wait for it, or `POST /v1/operations/{busy[0].id}:cancel`",
        )


def _as_text(voices: Mapping[SpeakerId, str]) -> dict[str, str]:
    return {str(speaker): voice for speaker, voice in voices.items()}
