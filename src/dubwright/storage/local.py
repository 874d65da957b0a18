"""Objects as files in one folder, on this machine or on a disk that several share."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import time
from urllib.parse import quote

from dubwright.domain.errors import StorageError, storage_failure
from dubwright.storage.keys import checked_key, is_key_part, missing_object
from dubwright.storage.signing import UrlSigner

# Capitals stand in no key, so nothing that is being written is taken for an object.
_PART = "PART-"
_ATTEMPTS = 20
_READ_ONLY = 0o444
_WRITABLE = 0o222


class LocalObjectStore:
    """An `ObjectStore` in a folder. No key may be the first parts of another one.

    Objects are read-only files. A file that nobody may write any more (mode 0444) is kept by a
    hard link, without a copy, where the file system allows it; any other file is copied. So who
    hands over a finished file makes it read-only first. `fetch` gives a read-only link likewise:
    replace what was fetched, never write into it.
    """

    def __init__(self, folder: Path, signer: UrlSigner, base_url: str = "/v1/objects") -> None:
        self.folder = folder
        self.signer = signer
        self._base_url = base_url.rstrip("/")

    def put(self, key: str, file: Path) -> None:
        """Keep `file`; the first one under a key stays. On the disk when this returns."""
        path = self._path(key)
        with _failures(f"cannot keep {key!r}"):
            if _touched(path):
                return
            for _ in range(_ATTEMPTS):
                if self._put(path, file):
                    return
        raise StorageError(f"cannot keep {key!r}: its folder is deleted again and again")

    def fetch(self, key: str, to: Path) -> None:
        """Link or copy the object to `to`, in place of what is there."""
        path = self._path(key)
        with _failures(f"cannot fetch {key!r}"):
            to.parent.mkdir(parents=True, exist_ok=True)
            part = to.with_name(f".{to.name}.part-{secrets.token_hex(8)}")
            try:
                if not _linked(path, part):
                    _copy(path, part)
                part.replace(to)
            except (FileNotFoundError, NotADirectoryError):
                raise missing_object(key) from None
            finally:
                # Renaming a link to another link of the same file leaves both.
                part.unlink(missing_ok=True)

    def read(self, key: str, *, start: int = 0, size_bytes: int | None = None) -> bytes:
        """Bytes of the file from `start` on."""
        path = self._path(key)
        with _failures(f"cannot read {key!r}"):
            try:
                with path.open("rb") as file:
                    file.seek(start)
                    return file.read(-1 if size_bytes is None else size_bytes)
            except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
                raise missing_object(key) from None

    def size_bytes(self, key: str) -> int | None:
        """The size of the file; None if there is none."""
        path = self._path(key)
        with _failures(f"cannot look for {key!r}"):
            return path.stat().st_size if path.is_file() else None

    def last_put_s(self, key: str) -> float | None:
        """When the file was last put, by the clock of its disk; None if there is none."""
        path = self._path(key)
        with _failures(f"cannot look for {key!r}"):
            try:
                return path.stat().st_mtime if path.is_file() else None
            except FileNotFoundError:
                return None

    def keys(self, prefix: str) -> Iterator[str]:
        """All keys under `prefix`, in order; an empty prefix means all."""
        start = self._path(prefix) if prefix else self.folder
        with _failures(f"cannot list {prefix!r}"):
            if prefix and start.is_file():
                yield prefix
            else:
                yield from sorted(_keys_below(start, prefix))

    def delete(self, key: str) -> None:
        """Delete the file, and the folders that are empty then."""
        path = self._path(key)
        with _failures(f"cannot delete {key!r}"):
            if path.is_file():
                path.unlink(missing_ok=True)
            self._prune(path.parent)

    def local_path(self, key: str) -> Path | None:
        """The file itself."""
        path = self._path(key)
        return path if path.is_file() else None

    def download_url(self, key: str, *, file_name: str, content_type: str, expires_s: int) -> str:
        """A signed address under `base_url`."""
        query = self.signer.sign(
            checked_key(key), file_name=file_name, content_type=content_type, expires_s=expires_s
        )
        return f"{self._base_url}/{quote(key)}?{query}"

    def sweep(self, older_than_s: float = 24 * 60 * 60) -> int:
        """Delete what killed writers left half written; the number of files."""
        oldest = time() - older_than_s
        with _failures("cannot sweep the objects"):
            left = [p for p in self.folder.rglob(f"{_PART}*") if p.lstat().st_mtime < oldest]
            for part in left:
                part.unlink(missing_ok=True)
        return len(left)

    def _path(self, key: str) -> Path:
        return self.folder / checked_key(key)

    def _put(self, path: Path, file: Path) -> bool:
        """False if the folder was pruned meanwhile by somebody who deleted another object."""
        try:
            made = _make_folder(path.parent)
        except FileNotFoundError:
            return False
        part = path.with_name(f"{_PART}{secrets.token_hex(8)}")
        try:
            if _is_finished(file):
                _flush(file)  # after the link it would cost a journal write
            if not _linked(file, part):
                _copy(file, part)
            os.utime(part)  # a link has the time of the file that was given
            _claim_name(part, path)
        except FileNotFoundError:
            if not file.exists():
                raise
            return False
        finally:
            part.unlink(missing_ok=True)
        for folder in (path.parent, *made):
            _flush(folder)
        return True

    def _prune(self, folder: Path) -> None:
        while folder != self.folder and folder.is_relative_to(self.folder):
            try:
                folder.rmdir()
            except OSError:  # not empty, or gone
                if folder.is_dir():
                    return
            folder = folder.parent


def _touched(path: Path) -> bool:
    """Whether the file is there; then it counts as put now."""
    if not path.is_file():
        return False
    try:
        os.utime(path)
    except FileNotFoundError:
        return False
    return True


def _make_folder(folder: Path) -> list[Path]:
    """Make a folder; the list has those that got a new entry and are to be flushed."""
    missing = [one for one in (folder, *folder.parents) if not one.is_dir()]
    folder.mkdir(parents=True, exist_ok=True)
    return [one.parent for one in missing]


def _is_finished(file: Path) -> bool:
    return not file.stat().st_mode & _WRITABLE


def _linked(file: Path, to: Path) -> bool:
    """Make `to` a link, if nobody may write the file any more and the file system has links."""
    if not _is_finished(file):
        return False
    try:
        to.hardlink_to(file.resolve())
    except FileNotFoundError:
        raise
    except OSError:  # another file system, one without links, too many links
        to.unlink(missing_ok=True)
        return False
    return True


def _copy(file: Path, to: Path) -> None:
    shutil.copyfile(file, to)
    to.chmod(_READ_ONLY)
    _flush(to)


def _claim_name(part: Path, path: Path) -> None:
    """Give the finished file its name, unless one has it."""
    try:
        path.hardlink_to(part)
    except FileExistsError:
        if not path.is_file():
            raise
    except FileNotFoundError:
        raise
    except OSError:  # no links here; renaming replaces a file that came in between by its equal
        part.replace(path)


def _flush(path: Path) -> None:
    """Bring a file or a folder's entries to the disk."""
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def _keys_below(folder: Path, prefix: str) -> Iterator[str]:
    try:
        paths = list(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):  # never there, or just deleted
        return
    for path in paths:
        key = f"{prefix}/{path.name}" if prefix else path.name
        if path.is_dir():
            yield from _keys_below(path, key)
        elif is_key_part(path.name):
            yield key


@contextmanager
def _failures(what: str) -> Iterator[None]:
    try:
        yield
    except OSError as exc:
        raise storage_failure(
            exc, what, hint="check the free space and the permissions of the data folder"
        ) from exc
