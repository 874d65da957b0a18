"""The source of a project that began with a link: what is still to fetch, and what was fetched."""

from sqlalchemy.orm import Session

from dubwright.db.ids import new_id
from dubwright.db.tables import Operation, Project, Upload
from dubwright.jobs.assignments import FetchedNews, LinkWork
from dubwright.jobs.holdings import require_quota, room_left
from dubwright.jobs.service import Service


def link_work(service: Service, session: Session, project: Project) -> LinkWork | None:
    """What is to fetch, within what the account and the key may still hold; None if nothing is."""
    link = project.link
    if link is None or project.source_key is not None:
        return None
    most = service.options.max_upload_bytes
    room = room_left(session, project.account_id, link.key_id)
    return LinkWork(
        url=link.url,
        max_bytes=most if room is None else min(most, room),
        use_captions=link.use_captions,
    )


def keep_source(
    service: Service, session: Session, operation: Operation, news: FetchedNews
) -> None:
    """Give the project its source, as if it had been uploaded. A project that has one keeps it.

    Raises `QuotaExceeded`, and keeps nothing, when others took the room while it was fetched.
    """
    project = session.get(Project, operation.project_id, with_for_update=True)
    if project is None or project.link is None or project.source_key is not None:
        return
    size_bytes = news.source.size_bytes
    require_quota(session, project.account_id, project.link.key_id, size_bytes)
    now = service.now()
    upload = Upload(
        id=new_id("upl"),
        account_id=project.account_id,
        key_id=project.link.key_id,
        file_name=news.file_name,
        size_bytes=size_bytes,
        received_bytes=size_bytes,
        sha256=news.source.sha256,
        object_key=news.object_key,
        created_at=now,
        expires_at=now + service.options.uploads_kept,
    )
    session.add(upload)
    if project.name == project.link.file_name:  # nobody named it
        project.name = news.file_name
    project.upload_id, project.source_key = upload.id, news.object_key
    project.source, project.captions_key = news.source, news.captions_key
    told = news.model_dump(include={"title", "channel", "licence", "captions_language"})
    project.link = project.link.model_copy(update={**told, "fetched_at": now})
    project.updated_at = now
