"""Objects in a bucket of Google Cloud Storage, through the official client."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dubwright.domain.errors import StorageError
from dubwright.ports.object_store import ArrivedObject
from dubwright.storage.google_errors import google_failures, require_bucket
from dubwright.storage.keys import checked_key, is_key_part, missing_object
from dubwright.storage.links import Download, DownloadLinks

if TYPE_CHECKING:
    from google.api_core.retry import Retry
    from google.cloud.storage import Blob, Bucket

# What is larger goes in pieces of this size, and on from the last one when it is cut. Memory for
# one piece is held. The library itself sends what is smaller in one request.
_PIECE_BYTES: Final = 8 * 2**20
_ATTEMPTS: Final = 20
# A bucket takes one change of an object a second.
_JUST_NOW: Final = timedelta(seconds=1)
_OCTETS: Final = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: how long a connection may say nothing, and how long a call is repeated."""

    silence_s: float = 60.0
    deadline_s: float = 60.0
    connect_s: float = 10.0

    @property
    def timeout(self) -> tuple[float, float]:
        """As the client takes it."""
        return (self.connect_s, self.silence_s)

    def retry(self) -> "Retry":
        """What is worth repeating, and for how long."""
        from google.cloud.storage.retry import DEFAULT_RETRY

        patient: Retry = DEFAULT_RETRY.with_timeout(self.deadline_s)
        return patient


class GoogleObjectStore:
    """An `ObjectStore` in a bucket, under `prefix`, so that several services can share one.

    The first object under a key stays: every write demands that there is none. When it was last
    put is its `customTime`, which also serves the rules by which a bucket deletes.
    """

    def __init__(
        self,
        bucket: "Bucket",
        links: DownloadLinks,
        *,
        prefix: str = "",
        patience: Patience | None = None,
    ) -> None:
        self._bucket = bucket
        self._links = links
        self._prefix = f"{checked_key(prefix)}/" if prefix else ""
        self._patience = patience or Patience()
        self._calls = {"timeout": self._patience.timeout, "retry": self._patience.retry()}

    def put(self, key: str, file: Path) -> None:
        """Keep a copy of `file`; the first one under a key stays."""
        name = self._name(key)
        with google_failures(f"cannot keep {key!r}"):
            if file.stat().st_size > _PIECE_BYTES and self._touched(name):
                return
            for _ in range(_ATTEMPTS):
                if self._uploaded(name, file) or self._touched(name):
                    return
        raise StorageError(f"cannot keep {key!r}: it is deleted again and again")

    def fetch(self, key: str, to: Path) -> None:
        """Download the object to `to`, in place of what is there; its checksum is verified."""
        from google.api_core.exceptions import NotFound

        blob = self._blob(key)
        with google_failures(f"cannot fetch {key!r}"):
            to.parent.mkdir(parents=True, exist_ok=True)
            part = to.with_name(f".{to.name}.part-{secrets.token_hex(8)}")
            try:
                blob.download_to_filename(str(part), checksum="crc32c", **self._calls)
                part.replace(to)
            except NotFound as exc:
                require_bucket(exc)
                raise missing_object(key) from None
            finally:
                part.unlink(missing_ok=True)

    def read(self, key: str, *, start: int = 0, size_bytes: int | None = None) -> bytes:
        """Bytes of the object from `start` on."""
        from google.api_core.exceptions import NotFound, RequestRangeNotSatisfiable

        blob = self._blob(key)
        if size_bytes == 0:
            return b""
        end = None if size_bytes is None else start + size_bytes - 1
        with google_failures(f"cannot read {key!r}"):
            try:
                content: bytes = blob.download_as_bytes(
                    start=start or None, end=end, checksum="crc32c", **self._calls
                )
            except RequestRangeNotSatisfiable:
                return b""
            except NotFound as exc:
                require_bucket(exc)
                raise missing_object(key) from None
        return content

    def size_bytes(self, key: str) -> int | None:
        """The size that the bucket tells; None if there is no object."""
        blob = self._described(key)
        return None if blob is None else int(blob.size)

    def last_put_s(self, key: str) -> float | None:
        """When the object was last put, by the clock of whoever did; None if there is none."""
        blob = self._described(key)
        return None if blob is None else _last_put(blob).timestamp()

    def keys(self, prefix: str) -> Iterator[str]:
        """All keys under `prefix`, in order; an empty prefix means all."""
        start = self._name(prefix) if prefix else self._prefix
        with google_failures(f"cannot list {prefix!r}"):
            found = self._bucket.client.list_blobs(
                self._bucket, prefix=start, fields="items(name),nextPageToken", **self._calls
            )
            for blob in found:
                name: str = blob.name
                key = name.removeprefix(self._prefix)
                is_below = not prefix or name == start or name.startswith(f"{start}/")
                if is_below and all(map(is_key_part, key.split("/"))):
                    yield key

    def delete(self, key: str) -> None:
        """Delete the object; one that is not there is no error."""
        from google.api_core.exceptions import NotFound

        blob = self._blob(key)
        with google_failures(f"cannot delete {key!r}"):
            try:
                blob.delete(**self._calls)
            except NotFound as exc:
                require_bucket(exc)

    def local_path(self, key: str) -> Path | None:
        """None: nothing of a bucket lies here."""
        checked_key(key)
        return None

    def download_url(self, key: str, *, file_name: str, content_type: str, expires_s: int) -> str:
        """A signed address of the bucket, or of the CDN before it."""
        download = Download(self._name(key), file_name, content_type)
        return self._links.link(download, expires_s=expires_s)

    def open_upload(self, key: str, *, size_bytes: int, origin: str | None) -> str:
        """An address to which a browser sends the object, resumable for a week."""
        blob = self._blob(key)
        blob.custom_time = datetime.now(UTC)
        with google_failures(f"cannot open an upload to {key!r}"):
            url: str = blob.create_resumable_upload_session(
                content_type=_OCTETS,
                size=size_bytes,
                origin=origin,
                # The library would send the checksum of the empty file that it has.
                checksum=None,
                if_generation_match=0,
                **self._calls,
            )
        return url

    def arrived(self, key: str) -> ArrivedObject | None:
        """What the bucket tells of an object; None before all of it is there."""
        blob = self._described(key)
        return None if blob is None else ArrivedObject(int(blob.size), str(blob.crc32c))

    def _uploaded(self, name: str, file: Path) -> bool:
        """False if there is an object already."""
        from google.api_core.exceptions import PreconditionFailed

        blob = self._bucket.blob(name, chunk_size=_PIECE_BYTES)
        blob.custom_time = datetime.now(UTC)
        try:
            blob.upload_from_filename(
                str(file),
                content_type=_OCTETS,
                checksum="crc32c",
                if_generation_match=0,
                **self._calls,
            )
        except PreconditionFailed:
            return False
        return True

    def _touched(self, name: str) -> bool:
        """Whether the object is there; then it counts as put now."""
        from google.api_core.exceptions import NotFound, PreconditionFailed

        blob = self._bucket.blob(name)
        try:
            blob.reload(**self._calls)
            now = datetime.now(UTC)
            if now - _last_put(blob) < _JUST_NOW:
                return True
            blob.custom_time = now
            # It may not go back, so nobody else may have moved it meanwhile.
            blob.patch(if_metageneration_match=blob.metageneration, **self._calls)
        except NotFound as exc:
            require_bucket(exc)
            return False
        except PreconditionFailed:
            return True
        return True

    def _described(self, key: str) -> "Blob | None":
        from google.api_core.exceptions import NotFound

        blob = self._blob(key)
        with google_failures(f"cannot look for {key!r}"):
            try:
                blob.reload(**self._calls)
            except NotFound as exc:
                require_bucket(exc)
                return None
        return blob

    def _blob(self, key: str) -> "Blob":
        return self._bucket.blob(self._name(key))

    def _name(self, key: str) -> str:
        return f"{self._prefix}{checked_key(key)}"


def _last_put(blob: "Blob") -> datetime:
    put: datetime = blob.custom_time or blob.time_created
    return put
