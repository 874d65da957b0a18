"""Uploads: announce one, show it, end it, and forget those whose time is over."""

import shutil
import time
from datetime import datetime
from pathlib import Path

from pydantic import Field
from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from dubwright.db.ids import new_id
from dubwright.db.tables import Project, Upload
from dubwright.domain.errors import (
    ConflictError,
    InputError,
    NotFoundError,
    StorageFull,
    TooLarge,
    storage_failure,
)
from dubwright.domain.timeline import Document
from dubwright.jobs.caller import Caller
from dubwright.jobs.holdings import require_quota
from dubwright.jobs.service import Service

_LONGEST_NAME = 255
_ORPHANED_S = 60 * 60
_SOUND_AND_VIDEO = (
    "video/",
    "audio/",
    "application/octet-stream",
    "application/mp4",
    "application/ogg",
    "application/mxf",
    "application/x-matroska",
)


class NewUpload(Document):
    """What an upload announces. The type is the browser's guess and decides nothing later."""

    size_bytes: int
    file_name: str = "video"
    content_type: str = ""


class UploadResource(Document):
    """A file on its way in. `complete`: all of it is here, and projects may use it."""

    id: str = Field(examples=["upl_k3v7q2m5x4a6b7c2d3e4"])
    file_name: str
    size_bytes: int
    received_bytes: int
    complete: bool
    sha256: str | None
    created_at: datetime
    expires_at: datetime


def create_upload(service: Service, caller: Caller, asked: NewUpload) -> UploadResource:
    """Announce an upload. Nothing of it is here yet.

    Raises `InputError`, `TooLarge`, `QuotaExceeded` or `StorageFull`.
    """
    _refuse(service, asked)
    require_room(service, asked.size_bytes)
    return announce_upload(service, caller, asked)


def announce_upload(service: Service, caller: Caller, asked: NewUpload) -> UploadResource:
    """The same for one whose bytes need no room here. Raises all but `StorageFull`."""
    _refuse(service, asked)
    now = service.now()
    with service.database.writing() as session:
        require_quota(session, caller.account_id, caller.key_id, asked.size_bytes)
        upload = Upload(
            id=new_id("upl"),
            account_id=caller.account_id,
            key_id=caller.key_id,
            file_name=_plain_name(asked.file_name),
            size_bytes=asked.size_bytes,
            received_bytes=0,
            created_at=now,
            expires_at=now + service.options.uploads_kept,
        )
        session.add(upload)
    return upload_shown(upload)


def show_upload(service: Service, caller: Caller, upload_id: str) -> UploadResource:
    """How far an upload is. Raises `NotFoundError`, also when its time is over."""
    with service.database.reading() as session:
        return upload_shown(own_upload(service, session, caller, upload_id))


def delete_upload(service: Service, caller: Caller, upload_id: str) -> None:
    """End an upload and forget it. Raises `ConflictError` while a project uses it."""
    try:
        with service.database.writing() as session:
            session.get(Upload, upload_id, with_for_update=True)  # of several at once one ends it
            upload = own_upload(service, session, caller, upload_id)
            if session.scalar(_users_of(upload_id)):
                raise _in_use(upload_id)
            session.delete(upload)
    except IntegrityError:  # a project took it at the same moment
        raise _in_use(upload_id) from None
    _unlink(part_path(service, upload_id))


def expire_uploads(service: Service, now: datetime) -> int:
    """Forget uploads whose time is over and that no project uses; how many.

    What lies in the uploads folder without a row goes too. Objects stay: they may be others' too.
    """
    with service.database.writing() as session:
        over = select(Upload).where(
            Upload.expires_at <= now,
            ~select(Project.id).where(Project.upload_id == Upload.id).exists(),
        )
        expired = list(session.scalars(over))
        for upload in expired:
            session.delete(upload)
    for upload in expired:
        _unlink(part_path(service, upload.id))
    _delete_orphans(service)
    return len(expired)


def own_upload(service: Service, session: Session, caller: Caller, upload_id: str) -> Upload:
    """The caller's upload. Raises `NotFoundError`."""
    upload = session.get(Upload, upload_id)
    if (
        upload is None
        or upload.account_id != caller.account_id
        or (upload.object_key is None and upload.expires_at <= service.now())
    ):
        raise NotFoundError(
            f"there is no upload {upload_id!r}", hint="start one with `POST /v1/uploads`"
        )
    return upload


def upload_shown(upload: Upload) -> UploadResource:
    """A row as it is served."""
    return UploadResource(
        id=upload.id,
        file_name=upload.file_name,
        size_bytes=upload.size_bytes,
        received_bytes=upload.received_bytes,
        complete=upload.object_key is not None,
        sha256=upload.sha256,
        created_at=upload.created_at,
        expires_at=upload.expires_at,
    )


def part_path(service: Service, upload_id: str) -> Path:
    """Where the bytes of an upload gather. The id is one of ours, out of a row."""
    return service.options.uploads_folder / f"{upload_id}.part"


def require_room(service: Service, size_bytes: int) -> None:
    """Raise `StorageFull` if so many bytes would leave less than the disk is to keep free."""
    folder = service.options.uploads_folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(folder).free
    except OSError as exc:
        raise storage_failure(
            exc, "cannot keep uploads", hint="check the permissions of the data folder"
        ) from exc
    if free - size_bytes < service.options.spare_disk_bytes:
        raise StorageFull(
            f"{size_bytes} bytes more do not fit: {free} are free, and "
            f"{service.options.spare_disk_bytes} of them are kept free",
            hint="make room on the disk, or delete projects",
        )


def too_large(size_bytes: int, most: int) -> TooLarge:
    """The failure for more bytes than an upload may have, or announced."""
    return TooLarge(
        f"{size_bytes} bytes are more than the {most} that are taken",
        hint="send a smaller file, for example one with a smaller picture",
    )


def _refuse(service: Service, asked: NewUpload) -> None:
    if asked.size_bytes <= 0:
        raise InputError("an empty file cannot be dubbed", hint="choose a video or sound file")
    if asked.size_bytes > service.options.max_upload_bytes:
        raise too_large(asked.size_bytes, service.options.max_upload_bytes)
    if asked.content_type and not asked.content_type.lower().startswith(_SOUND_AND_VIDEO):
        raise InputError(
            f"{asked.content_type[:100]!r} is neither video nor sound",
            hint="send a video or sound file, or no `filetype` if it is one",
        )


def _plain_name(file_name: str) -> str:
    """The last part of a path, without what is no character to show."""
    last = file_name.replace("\\", "/").rpartition("/")[2]
    plain = "".join(letter for letter in last if letter.isprintable()).strip()
    return plain[:_LONGEST_NAME] or "video"


def _users_of(upload_id: str) -> Select[str]:
    return select(Project.id).where(Project.upload_id == upload_id).limit(1)


def _in_use(upload_id: str) -> ConflictError:
    return ConflictError(
        f"a project uses upload {upload_id!r}", hint="delete the project; its source goes with it"
    )


def _delete_orphans(service: Service) -> None:
    folder = service.options.uploads_folder
    oldest = time.time() - _ORPHANED_S
    old = [path for path in folder.glob("*.part") if _changed_s(path) < oldest]
    for path in old:
        with service.database.reading() as session:
            known = session.get(Upload, path.stem)
        if known is None or known.object_key is not None:
            _unlink(path)


def _changed_s(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return time.time()


def _unlink(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as exc:
        raise storage_failure(
            exc, f"cannot delete {path.name!r}", hint="check the permissions of the data folder"
        ) from exc
