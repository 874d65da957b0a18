"""Which dubs of a project can be put together: those that are finished."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from dubwright.db.tables import Artifact, Project, Target
from dubwright.domain.errors import ConflictError
from dubwright.domain.language import LanguageTag
from dubwright.jobs.lookup import targets_of


def finished_languages(
    session: Session, project: Project, wanted: Sequence[LanguageTag]
) -> tuple[str, ...]:
    """The wanted languages, or all that are finished. Raises `ConflictError` where one is not.

    A dub that was edited since is finished all the same: its newest output is taken.
    """
    finished = [one.language for one in targets_of(session, project) if _has_video(session, one)]
    missing = [language for language in wanted if language not in finished]
    if missing or not finished:
        which = f"target {missing[0]!r} has no" if missing else "no target of this project has a"
        raise ConflictError(
            f"{which} finished dub",
            hint=f"dub first, with `POST /v1/projects/{project.id}:run`",
        )
    return tuple(dict.fromkeys(wanted)) or tuple(finished)


def _has_video(session: Session, target: Target) -> bool:
    if target.output_revision == 0:
        return False
    videos = select(Artifact.id).where(
        Artifact.target_id == target.id, Artifact.name.startswith("video.")
    )
    return session.scalar(videos.limit(1)) is not None
