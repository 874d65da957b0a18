"""Artifacts: the files of a project, a target or an operation, for downloading."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TypeVar

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from dubwright.db.tables import Artifact
from dubwright.domain.errors import NotFoundError
from dubwright.domain.language import LanguageTag
from dubwright.domain.timeline import Document
from dubwright.jobs.caller import Caller
from dubwright.jobs.documents import read_document
from dubwright.jobs.lookup import own_operation, own_project, own_target
from dubwright.jobs.resources import ArtifactResource
from dubwright.jobs.service import Service
from dubwright.jobs.shown import artifact_shown, target_url

D = TypeVar("D", bound=Document)

_SUBTITLES = re.compile(r"subtitles\.(?P<language>[A-Za-z0-9-]+)\.(?P<form>srt|vtt)")
_MEDIA = frozenset((".mp4", ".mov", ".mkv", ".webm", ".m4v", ".avi", ".mp3", ".wav", ".m4a"))
_NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')
_LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class ArtifactOwner:
    """What the files belong to: an operation, or a project, or one target of it."""

    project: str | None = None
    target: LanguageTag | None = None
    operation: str | None = None


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file in the object store. `path` is None where the store is not on this machine."""

    object_key: str
    file_name: str
    content_type: str
    sha256: str
    path: Path | None


@dataclass(frozen=True, slots=True)
class _Shelf:
    """The rows of an owner, its address, and what its files are called after."""

    rows: Sequence[ColumnElement[bool]]
    url: str
    name: str
    language: LanguageTag | None = None


def list_artifacts(
    service: Service, caller: Caller, owner: ArtifactOwner
) -> tuple[ArtifactResource, ...]:
    """All files of an owner, by name."""
    with service.database.reading() as session:
        shelf = _shelf(session, caller, owner)
        rows = session.scalars(select(Artifact).where(*shelf.rows).order_by(Artifact.name))
        return tuple(artifact_shown(row, shelf.url) for row in rows)


def find_artifact(service: Service, caller: Caller, owner: ArtifactOwner, name: str) -> StoredFile:
    """One file. Raises `NotFoundError`, also when it was cleaned up."""
    with service.database.reading() as session:
        shelf = _shelf(session, caller, owner)
        rows = session.scalars(select(Artifact).where(*shelf.rows)).all()
    found = {row.name: row for row in rows}
    if name not in found:
        raise NotFoundError(
            f"there is no artifact {name!r}",
            hint=f"there are: {', '.join(sorted(found)) or 'none yet'}",
        )
    row = found[name]
    path = service.store.local_path(row.object_key)
    if path is None and service.store.size_bytes(row.object_key) is None:
        raise NotFoundError(
            f"the file of {name!r} is not kept any more", hint="run the operation again"
        )
    return StoredFile(
        object_key=row.object_key,
        file_name=download_name(shelf.name, shelf.language, name),
        content_type=row.content_type,
        sha256=row.sha256,
        path=path,
    )


def read_artifact(
    service: Service, caller: Caller, owner: ArtifactOwner, name: str, kind: type[D]
) -> D:
    """A file that holds a document. Raises `NotFoundError` before there is one."""
    return read_document(
        service.store, kind, find_artifact(service, caller, owner, name).object_key
    )


def artifact_link(service: Service, stored: StoredFile) -> str:
    """An address that serves the file for as long as `downloads_last`, without a key."""
    return service.store.download_url(
        stored.object_key,
        file_name=stored.file_name,
        content_type=stored.content_type,
        expires_s=round(service.options.downloads_last.total_seconds()),
    )


def download_name(title: str, language: LanguageTag | None, name: str) -> str:
    """What a browser calls the file: the project, the language, and what it is.

    `video.mp4` of `A talk.mp4` in `de` is `A talk.de.mp4`; `subtitles.en.srt` is `A talk.en.srt`;
    `video.all-languages.mp4` is `A talk.all-languages.mp4`.
    """
    stem = _plain(title)
    subtitles = _SUBTITLES.fullmatch(name)
    if subtitles:
        return f"{stem}.{subtitles['language']}.{subtitles['form']}"
    last = name.removeprefix("video.")
    return ".".join(part for part in (stem, language, last) if part)


def _plain(title: str) -> str:
    path = PurePath(_NOT_IN_NAMES.sub(" ", title).strip(" ."))
    stem = path.stem if path.suffix.lower() in _MEDIA else str(path)
    return stem[:_LONGEST_NAME].strip(" .") or "dub"


def _shelf(session: Session, caller: Caller, owner: ArtifactOwner) -> _Shelf:
    if owner.operation is not None:
        operation = own_operation(session, caller, owner.operation)
        rows = (Artifact.operation_id == operation.id,)
        return _Shelf(rows, f"/v1/operations/{operation.id}", operation.kind)
    project_id = owner.project or ""
    if owner.target is not None:
        project, target = own_target(session, caller, project_id, owner.target)
        language = LanguageTag(target.language)
        url = target_url(project, target)
        return _Shelf((Artifact.target_id == target.id,), url, project.name, language)
    project = own_project(session, caller, project_id)
    own_rows = (
        Artifact.project_id == project.id,
        Artifact.target_id.is_(None),
        Artifact.operation_id.is_(None),
    )
    return _Shelf(own_rows, f"/v1/projects/{project.id}", project.name)
