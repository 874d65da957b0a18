"""Revisions of what people edit, so that nobody overwrites what another one wrote meanwhile."""

from sqlalchemy.orm import object_session

from dubwright.db.tables import Project, Target
from dubwright.domain.errors import PreconditionFailed
from dubwright.jobs.service import Service


def require_revision(thing: Project | Target, revision: int | None) -> None:
    """Raise `PreconditionFailed` unless the thing still has this revision; None is any.

    Of several that edit at once one is first; the others wait here, and then see its revision.
    """
    session = object_session(thing)
    if session is not None:
        session.refresh(thing, with_for_update=True)
    if revision is not None and thing.revision != revision:
        raise PreconditionFailed(
            f"the edit was made from another revision; this is revision {thing.revision}",
            hint="load it again, look at what changed, and repeat your change",
        )


def touch(service: Service, thing: Project | Target) -> None:
    """A new revision, now."""
    thing.revision += 1
    thing.updated_at = service.now()
