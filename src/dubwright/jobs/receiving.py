"""Bytes of an upload on their way to the disk: one writer, and no more is told than is there."""

import base64
import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from dubwright.db.tables import Upload
from dubwright.domain.errors import (
    ChecksumMismatch,
    ConflictError,
    NotFoundError,
    UploadBusy,
    storage_failure,
)
from dubwright.jobs.caller import Caller
from dubwright.jobs.running_sums import RunningSums
from dubwright.jobs.service import Service
from dubwright.jobs.uploads import (
    UploadResource,
    own_upload,
    part_path,
    require_room,
    too_large,
    upload_shown,
)
from dubwright.media.checksums import sha256_of

ChecksumAlgorithm = Literal["sha1", "sha256"]

_KEPT_EVERY_BYTES = 64 * 2**20
_READ_ONLY = 0o444


@dataclass(frozen=True, slots=True)
class Checksum:
    """What a piece must add up to."""

    algorithm: ChecksumAlgorithm
    digest: bytes


@dataclass(frozen=True, slots=True)
class Piece:
    """Where a piece begins, how long it is if that is known, and its checksum if it has one."""

    offset: int
    size_bytes: int | None = None
    checksum: Checksum | None = None


class Receiver:
    """The one writer of an upload, for one piece. Ends with `finish` or `stop`, which close it.

    Not for several threads at once, but each call may come from another one.
    """

    def __init__(
        self, service: Service, upload: Upload, piece: Piece, *, file: int | None, sums: RunningSums
    ) -> None:
        self._service = service
        self._upload = upload
        self._file = file
        self._sums = sums
        self._sum = sums.take(upload.id, piece.offset)
        self._checksum = piece.checksum
        self._piece_sum = hashlib.new(piece.checksum.algorithm) if piece.checksum else None
        self._offset = self._kept = piece.offset

    def write(self, content: bytes) -> None:
        """Append bytes. Raises `TooLarge` past the announced size, `StorageFull`, `NotFoundError`."""
        if not content:
            return
        if self._file is None or self._offset + len(content) > self._upload.size_bytes:
            raise too_large(self._offset + len(content), self._upload.size_bytes)
        with _failures(self._upload.id):
            rest = memoryview(content)
            while rest:
                written = os.pwrite(self._file, rest, self._offset)
                self._count(rest[:written])
                rest = rest[written:]
        if self._offset - self._kept >= _KEPT_EVERY_BYTES and self._checksum is None:
            self._keep()
            require_room(self._service, 0)

    def stop(self, rest: bytes = b"") -> None:
        """The piece broke off: keep what arrived of it, unless it can no longer be checked."""
        try:
            if self._checksum is None:
                self.write(rest)
        finally:
            try:
                if self._checksum is None:
                    self._keep()
                    self._remember()
            finally:
                self._close()

    def finish(self, rest: bytes = b"") -> UploadResource:
        """The piece is whole. The last one brings the upload into the object store.

        Raises `ChecksumMismatch` and keeps nothing of the piece.
        """
        try:
            self.write(rest)
            self._check()
            self._keep()
            if self._offset == self._upload.size_bytes:
                return self._complete()
            self._remember()
            return upload_shown(self._upload)
        finally:
            self._close()

    def _count(self, written: memoryview) -> None:
        for one in (self._sum, self._piece_sum):
            if one is not None:
                one.update(written)
        self._offset += len(written)

    def _check(self) -> None:
        if self._checksum is None or self._piece_sum is None:
            return
        if self._piece_sum.digest() != self._checksum.digest:
            arrived = base64.b64encode(self._piece_sum.digest()).decode()
            raise ChecksumMismatch(
                f"the bytes from {self._kept} on have the {self._checksum.algorithm} {arrived!r}",
                hint=f"send them again from {self._kept} on",
            )

    def _keep(self) -> None:
        """Bring the bytes to the disk, and only then tell of them."""
        if self._offset == self._kept or self._file is None:
            return
        with _failures(self._upload.id):
            os.fsync(self._file)
        self._upload = _changed(self._service, self._upload.id, received_bytes=self._offset)
        self._kept = self._offset

    def _remember(self) -> None:
        if self._sum is not None:
            self._sums.keep(self._upload.id, self._offset, self._sum)

    def _complete(self) -> UploadResource:
        if self._upload.object_key is None:
            sha256 = self._sum.hexdigest() if self._sum is not None else None
            self._upload = _store(self._service, self._upload.id, sha256)
        return upload_shown(self._upload)

    def _close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


def open_receiver(
    service: Service, caller: Caller, upload_id: str, *, piece: Piece, sums: RunningSums
) -> Receiver:
    """Become the writer of an upload.

    Raises `NotFoundError`, `UploadBusy`, `ConflictError` for another offset than the upload is at,
    `TooLarge` and `StorageFull`.
    """
    with service.database.reading() as session:
        upload = own_upload(service, session, caller, upload_id)
    file = None if upload.object_key is not None else _locked(service, upload)
    try:
        with service.database.reading() as session:
            upload = own_upload(service, session, caller, upload_id)
        if file is not None and upload.object_key is not None:
            # Completed before the lock was ours: the file may be its object, or a new one.
            os.close(file)
            file = None
        _require_fit(service, upload, piece, at=_offset(upload, file))
        return Receiver(service, upload, piece, file=file, sums=sums)
    except BaseException:
        if file is not None:
            os.close(file)
        raise


def settle_upload(service: Service, caller: Caller, upload_id: str) -> UploadResource:
    """How far an upload is, seen on the disk. One that a crash kept from the store is put there.

    Raises `NotFoundError`, or `UploadBusy` while the last piece is being brought to the store.
    """
    with service.database.reading() as session:
        upload = own_upload(service, session, caller, upload_id)
    if upload.object_key is not None:
        return upload_shown(upload)
    if upload.received_bytes < upload.size_bytes:
        offset = min(upload.received_bytes, _size_bytes(part_path(service, upload.id)))
        return upload_shown(upload).model_copy(update={"received_bytes": offset})
    piece = Piece(offset=upload.size_bytes)
    return open_receiver(service, caller, upload_id, piece=piece, sums=RunningSums()).finish()


def _locked(service: Service, upload: Upload) -> int:
    """The open file of an upload, held until it is closed, also by the end of the process."""
    path = part_path(service, upload.id)
    with _failures(upload.id):
        path.parent.mkdir(parents=True, exist_ok=True)
        # A whole one may be a link to its object already: nobody may write it.
        whole = upload.received_bytes == upload.size_bytes == _size_bytes(path)
        flags = os.O_RDONLY if whole else os.O_RDWR | os.O_CREAT
        file = os.open(path, flags | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        raise UploadBusy(
            f"another request is writing upload {upload.id!r}",
            hint="wait until it ends, ask with `HEAD` how far it came, and go on from there",
        ) from None
    return file


def _offset(upload: Upload, file: int | None) -> int:
    """How far an upload is: what the row tells, unless the file is on another machine or lost."""
    if file is None:
        return upload.size_bytes
    return min(upload.received_bytes, os.fstat(file).st_size)


def _require_fit(service: Service, upload: Upload, piece: Piece, *, at: int) -> None:
    if piece.offset != at:
        raise ConflictError(
            f"upload {upload.id!r} is at {at}, not at {piece.offset}",
            hint="ask with `HEAD` how far it is, and go on from there",
        )
    announced = piece.offset + (piece.size_bytes or 0)
    if announced > upload.size_bytes:
        raise too_large(announced, upload.size_bytes)
    if at < upload.size_bytes:
        require_room(service, piece.size_bytes or 0)


def _store(service: Service, upload_id: str, sha256: str | None) -> Upload:
    """Bring a whole upload into the object store, where the same content is kept once."""
    path = part_path(service, upload_id)
    with _failures(upload_id):
        try:
            found = sha256 or sha256_of(path)
            path.chmod(_READ_ONLY)
        except FileNotFoundError:
            raise _ended(upload_id) from None
        key = f"sources/{found}"
        service.store.put(key, path)
        upload = _changed(service, upload_id, object_key=key, sha256=found)
        path.unlink(missing_ok=True)
    return upload


def _changed(service: Service, upload_id: str, **values: int | str) -> Upload:
    """Change the row, and give the upload more time. Raises `NotFoundError` if it was ended."""
    with service.database.writing() as session:
        upload = session.get(Upload, upload_id)
        if upload is None:
            raise _ended(upload_id)
        for name, value in values.items():
            setattr(upload, name, value)
        upload.expires_at = service.now() + service.options.uploads_kept
    return upload


def _ended(upload_id: str) -> NotFoundError:
    return NotFoundError(f"upload {upload_id!r} was ended", hint="start it anew")


def _size_bytes(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


@contextmanager
def _failures(upload_id: str) -> Iterator[None]:
    try:
        yield
    except OSError as exc:
        raise storage_failure(
            exc,
            f"cannot write upload {upload_id!r}",
            hint="check the free space and the permissions of the data folder",
        ) from exc
