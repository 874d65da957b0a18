"""Finding an account's own things. Whatever belongs to others does not exist."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from dubwright.db.tables import Operation, Project, Target, Upload
from dubwright.domain.errors import ConflictError, NotFoundError
from dubwright.domain.language import LanguageTag
from dubwright.jobs.caller import Caller


def own_project(
    session: Session, caller: Caller, project_id: str, *, to_change: bool = False
) -> Project:
    """The caller's project; nobody else changes or deletes it meanwhile when it is to be changed.

    Raises `NotFoundError`.
    """
    project = session.get(Project, project_id, with_for_update=to_change or None)
    if project is None or project.account_id != caller.account_id:
        raise _none("project", project_id, "`GET /v1/projects` lists yours")
    return project


def own_target(
    session: Session,
    caller: Caller,
    project_id: str,
    language: LanguageTag,
    *,
    to_change: bool = False,
) -> tuple[Project, Target]:
    """The caller's project and its target in a language. Raises `NotFoundError`.

    Whoever changes a target holds its project, as whoever deletes one or starts something does.
    """
    project = own_project(session, caller, project_id, to_change=to_change)
    target = session.scalar(
        select(Target).where(Target.project_id == project.id, Target.language == language)
    )
    if target is None:
        raise _none("target", language, "add it with `POST /v1/projects/{project}/targets`")
    return project, target


def own_operation(
    session: Session, caller: Caller, operation_id: str, *, to_change: bool = False
) -> Operation:
    """The caller's operation; nobody else changes it meanwhile when it is to be changed.

    Raises `NotFoundError`.
    """
    operation = session.get(Operation, operation_id, with_for_update=to_change)
    if operation is None or operation.account_id != caller.account_id:
        raise _none("operation", operation_id, "`GET /v1/operations` lists yours")
    return operation


def own_finished_upload(
    session: Session, caller: Caller, upload_id: str, *, to_use: bool = False
) -> Upload:
    """The caller's upload, complete; nobody else ends it meanwhile when something will use it.

    Raises `NotFoundError` or `ConflictError`.
    """
    upload = session.get(
        Upload, upload_id, with_for_update={"read": True, "key_share": True} if to_use else None
    )
    if upload is None or upload.account_id != caller.account_id:
        raise _none("upload", upload_id, "start one with `POST /v1/uploads`")
    if upload.object_key is None:
        raise ConflictError(
            f"upload {upload_id!r} is not complete: {upload.received_bytes} of "
            f"{upload.size_bytes} bytes",
            hint="send the rest with `PATCH`, then try again",
        )
    return upload


def targets_of(session: Session, project: Project) -> list[Target]:
    """All targets of a project, oldest first."""
    wanted = select(Target).where(Target.project_id == project.id)
    return list(session.scalars(wanted.order_by(Target.created_at, Target.id)))


def _none(kind: str, name: str, hint: str) -> NotFoundError:
    return NotFoundError(f"there is no {kind} {name!r}", hint=hint)
