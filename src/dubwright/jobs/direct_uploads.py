"""Uploads that go from the browser straight to the bucket, past the API.

The address of such an upload is a secret: it is told once, to who asked for it, and kept nowhere.
"""

import re
from typing import Annotated, Final, Literal

from pydantic import Field

from dubwright.db.tables import Upload
from dubwright.domain.errors import ChecksumMismatch, ConflictError, InputError, NotFoundError
from dubwright.domain.timeline import Document
from dubwright.jobs.caller import Caller
from dubwright.jobs.service import Service
from dubwright.jobs.uploads import (
    NewUpload,
    UploadResource,
    announce_upload,
    create_upload,
    delete_upload,
    own_upload,
    upload_shown,
)
from dubwright.media.sniff import HEAD_BYTES, container_in
from dubwright.media.sound_file import demuxer_for
from dubwright.ports.object_store import ArrivedObject, DirectUploads

_ORIGIN: Final = re.compile(
    r"https?://[a-z0-9.-]+(:[0-9]{1,5})?|https?://\[[0-9a-f:]+\](:[0-9]{1,5})?"
)

Crc32c = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9+/]{6}==$", description="CRC-32C, big-endian, in Base64.")
]


class AnnouncedUpload(UploadResource):
    """An upload, and the way its bytes are to come.

    `resumable`: with `PUT` to `session_url`, as Cloud Storage takes resumable uploads, then
    `:complete`. Whoever has that address can send the file; it is shown this once.
    """

    protocol: Literal["tus", "resumable"]
    session_url: str | None = None


class SentUpload(Document):
    """What the sender knows of the file that it sent."""

    crc32c: Crc32c | None = None


def open_direct_upload(
    service: Service, caller: Caller, asked: NewUpload, *, origin: str | None
) -> AnnouncedUpload:
    """Announce an upload that goes past us if the store can take it so; else it goes by tus.

    Pages of `origin` may send it. Raises as `create_upload` does, and `StorageError`.
    """
    store = service.store
    if not isinstance(store, DirectUploads):
        return by_tus(create_upload(service, caller, asked))
    upload = announce_upload(service, caller, asked)
    try:
        session_url = store.open_upload(
            direct_key(upload.id), size_bytes=upload.size_bytes, origin=_checked_origin(origin)
        )
    except BaseException:
        delete_upload(service, caller, upload.id)
        raise
    return AnnouncedUpload(**upload.model_dump(), protocol="resumable", session_url=session_url)


def by_tus(upload: UploadResource) -> AnnouncedUpload:
    """An upload whose bytes come to the API."""
    return AnnouncedUpload(**upload.model_dump(), protocol="tus")


def complete_direct_upload(
    service: Service, caller: Caller, upload_id: str, sent: SentUpload
) -> UploadResource:
    """Take what was sent to the bucket. Safe to repeat.

    Raises `ConflictError` before all of it is there. Raises `ChecksumMismatch`, or `InputError` for
    what is neither video nor sound; the upload is ended then.
    """
    with service.database.reading() as session:
        upload = own_upload(service, session, caller, upload_id)
    if upload.object_key is not None:
        return upload_shown(upload)
    arrived = _arrived(service, upload)
    try:
        _require_whole(upload, arrived, sent)
        _require_media(service, upload)
    except InputError:
        delete_upload(service, caller, upload_id)
        service.store.delete(direct_key(upload_id))
        raise
    with service.database.writing() as session:
        upload = own_upload(service, session, caller, upload_id)
        upload.object_key = direct_key(upload_id)
        upload.received_bytes = upload.size_bytes
        upload.expires_at = service.now() + service.options.uploads_kept
    return upload_shown(upload)


def direct_key(upload_id: str) -> str:
    """Its content is not known to us, so the object is named after the upload."""
    return f"sources/{upload_id}"


def _checked_origin(origin: str | None) -> str | None:
    """What browsers send, such as `https://studio.example.org`; anything else is no origin."""
    return origin if origin is not None and _ORIGIN.fullmatch(origin) else None


def _arrived(service: Service, upload: Upload) -> ArrivedObject:
    store = service.store
    arrived = store.arrived(direct_key(upload.id)) if isinstance(store, DirectUploads) else None
    if arrived is None:
        raise ConflictError(
            f"not all of upload {upload.id!r} is in the bucket",
            hint="send the rest to its `session_url`, then complete it again",
        )
    return arrived


def _require_whole(upload: Upload, arrived: ArrivedObject, sent: SentUpload) -> None:
    if arrived.size_bytes != upload.size_bytes:
        raise InputError(
            f"upload {upload.id!r} has {arrived.size_bytes} bytes, and {upload.size_bytes} were "
            "announced",
            hint="start a new upload with the size of the file",
        )
    if sent.crc32c not in (None, arrived.crc32c):
        raise ChecksumMismatch(
            f"upload {upload.id!r} arrived with the crc32c {arrived.crc32c!r}",
            hint="start a new upload, and send the file again",
        )


def _require_media(service: Service, upload: Upload) -> None:
    try:
        head = service.store.read(direct_key(upload.id), size_bytes=HEAD_BYTES)
    except NotFoundError as exc:
        raise ConflictError(
            f"upload {upload.id!r} was deleted meanwhile", hint="start it anew"
        ) from exc
    if container_in(head) is None and demuxer_for(head) is None:
        raise InputError(
            f"{upload.file_name!r} is neither a video nor a sound file",
            hint="give an MP4, MOV, MKV or WebM file, or sound as WAV, FLAC, MP3, Ogg or M4A",
        )
