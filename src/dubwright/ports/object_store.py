"""Where files are kept for good: sources, documents, takes, finished videos."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable


@runtime_checkable
class ObjectStore(Protocol):
    """Files under keys. A key is one or more parts of `[a-z0-9._-]`, joined with `/`.

    Only `StorageError` and `NotFoundError` escape. Objects never change: putting the same key
    again leaves the first one, so writing is safe to repeat from any number of processes.
    """

    def put(self, key: str, file: Path) -> None:
        """Keep a copy of `file`; whole or not at all.

        A file that nobody may write any more (mode 0444) may be kept as it is, without a copy.
        """
        ...

    def fetch(self, key: str, to: Path) -> None:
        """Write the object to `to`, beside and renamed. Raises `NotFoundError`.

        It may be read-only and the object itself: replace it, never write into it.
        """
        ...

    def read(self, key: str, *, start: int = 0, size_bytes: int | None = None) -> bytes:
        """The object's bytes from `start` on, `size_bytes` of them if it has so many.

        For documents and the ends of files: all of it is held in memory. Raises `NotFoundError`.
        """
        ...

    def size_bytes(self, key: str) -> int | None:
        """How large the object is; None if there is none."""
        ...

    def last_put_s(self, key: str) -> float | None:
        """When the object was last put, also when it was there already, in seconds since 1970.

        None if there is none.
        """
        ...

    def keys(self, prefix: str) -> Iterator[str]:
        """All keys that begin with the parts of `prefix`, in order."""
        ...

    def delete(self, key: str) -> None:
        """Forget the object; deleting what is not there is no error."""
        ...

    def local_path(self, key: str) -> Path | None:
        """Where the object lies on this machine, for reading only; None if it lies elsewhere."""
        ...

    def download_url(self, key: str, *, file_name: str, content_type: str, expires_s: int) -> str:
        """A web address that serves the object for a while to whoever has it."""
        ...


@dataclass(frozen=True, slots=True)
class ArrivedObject:
    """What a store tells of an object that came to it past us; the CRC-32C in Base64."""

    size_bytes: int
    crc32c: str


@runtime_checkable
class DirectUploads(Protocol):
    """What a store may offer besides: browsers send objects to it, and not to us."""

    def open_upload(self, key: str, *, size_bytes: int, origin: str | None) -> str:
        """An address that takes one object of this size, in pieces, without further rights.

        It is a secret. Pages of `origin` may send to it; None: no page of any other site may.
        """
        ...

    def arrived(self, key: str) -> ArrivedObject | None:
        """The object that was sent; None before all of it is there."""
        ...
