"""The source of a project as a file, to be played beside its dubs."""

from sqlalchemy.orm import Session

from dubwright.db.tables import Project, Upload
from dubwright.domain.errors import NotFoundError
from dubwright.jobs.artifacts import StoredFile
from dubwright.jobs.caller import Caller
from dubwright.jobs.content_types import content_type_of
from dubwright.jobs.lookup import own_project
from dubwright.jobs.service import Service


def find_source(service: Service, caller: Caller, project_id: str) -> StoredFile:
    """The video as it came in. Raises `NotFoundError` before it is there."""
    with service.database.reading() as session:
        project = own_project(session, caller, project_id)
        if project.source_key is None:
            raise NotFoundError(
                f"the source of project {project_id!r} is not here yet",
                hint="wait until it has arrived; `source_url` of the project tells",
            )
        name = _file_name(session, project)
    key = project.source_key
    path = service.store.local_path(key)
    if path is None and service.store.size_bytes(key) is None:
        raise NotFoundError(
            f"the source of project {project_id!r} is not kept any more", hint="upload it again"
        )
    # The container is known once somebody looked into the file; until then its name has to do.
    container = f"source.{project.source.container}" if project.source else name
    return StoredFile(
        object_key=key,
        file_name=name,
        content_type=content_type_of(container),
        sha256=key.rpartition("/")[2],
        path=path,
    )


def _file_name(session: Session, project: Project) -> str:
    upload = session.get(Upload, project.upload_id) if project.upload_id else None
    return upload.file_name if upload else project.name
