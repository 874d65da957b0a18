"""The one folder a dub works in: documents, takes, stems and sound, each named by its key."""

import fcntl
import itertools
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from dubwright.domain.errors import ConflictError, NotFoundError, storage_failure
from dubwright.ports.object_store import ObjectStore

_PART = ".part"
_READ_ONLY = 0o444
# Decoded sound is large and quickly made again: it stays on the machine that made it.
_SCRATCH_ONLY = frozenset({".raw"})


class Workspace:
    """Files of one source, made whole or not at all: written beside and renamed.

    One dub at a time works in a folder; the lock goes with the process, however it ends.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def claimed(self) -> Iterator[None]:
        """Hold the folder for this process. Raises `ConflictError` when another one has it."""
        with _storage_errors(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = _lock(self.folder / ".lock")
        if lock is None:
            raise ConflictError(
                f"another dub is working on this video in {str(self.folder)!r}",
                hint="wait for it to end, or choose another `--output` folder",
            )
        try:
            sweep(self.folder)
            yield
        finally:
            os.close(lock)

    def path(self, stage: str, key: str, suffix: str) -> Path:
        """Where a stage keeps the file with this key."""
        return self.folder / stage / f"{key}{suffix}"

    def find(self, path: Path) -> bool:
        """Whether the file or folder is there."""
        return path.exists()

    def write(self, path: Path, make: Callable[[Path], None]) -> Path:
        """Let `make` write a file beside `path` and rename it when it is whole."""
        with _storage_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            # The name is nobody else's, so two that make the same file do not meet.
            part = path.with_name(f"{path.stem}{_PART}-{secrets.token_hex(8)}{path.suffix}")
            make(part)
            if part.is_file():
                self._keep(path, part)
            part.replace(path)
        return path

    def _keep(self, path: Path, part: Path) -> None:
        """Make a finished file last before it gets its name."""
        _flush(part)


class StoreWorkspace(Workspace):
    """A workspace whose finished files are also kept in an object store under `prefix`.

    A file goes into the store before it gets its name here, so what is found here is also there,
    and another machine with an empty folder finds everything. Folders and decoded sound stay
    here. Finished files are read-only, and links where the store is on the same disk.
    """

    def __init__(self, folder: Path, store: ObjectStore, prefix: str) -> None:
        super().__init__(folder)
        self.store = store
        self._prefix = prefix

    def find(self, path: Path) -> bool:
        """Whether the file is there, after fetching it from the store if it has it."""
        if path.exists():
            return True
        if path.suffix in _SCRATCH_ONLY:
            return False
        try:
            self.store.fetch(self.object_key(path), path)
        except NotFoundError:
            return False
        return True

    def _keep(self, path: Path, part: Path) -> None:
        # An empty file counts as not made, so it must not take the key.
        if path.suffix in _SCRATCH_ONLY or part.stat().st_size == 0:
            _flush(part)
            return
        part.chmod(_READ_ONLY)
        _flush(part)
        self.store.put(self.object_key(path), part)

    def object_key(self, path: Path) -> str:
        """The key under which the store has the file at `path`."""
        return f"{self._prefix}/{path.relative_to(self.folder).as_posix()}"


@contextmanager
def claim_any(folder: Path) -> Iterator[Path]:
    """Hold the first free one of the folders `0`, `1`, `2` … in `folder`, swept of left-overs.

    It stays as it was left, so what was made in it before is found again. The lock goes with the
    process, however it ends.
    """
    with _storage_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        number, lock = _first_free(folder)
    try:
        claimed = folder / str(number)
        with _storage_errors(claimed):
            claimed.mkdir(exist_ok=True)
        sweep(claimed)
        yield claimed
    finally:
        os.close(lock)


def sweep(folder: Path) -> None:
    """Delete what was left half written. Only for who holds the folder: then all of it is stale."""
    with _storage_errors(folder):
        for left_over in list(folder.rglob(f"*{_PART}*")):
            if left_over.is_dir() and not left_over.is_symlink():
                shutil.rmtree(left_over, ignore_errors=True)
            else:
                left_over.unlink(missing_ok=True)


def sweep_idle(folder: Path, *, before_s: float) -> int:
    """Delete the work folders below `folder` that nobody holds and nobody wrote in since
    `before_s`, in Unix time; how many they were. What matters of them is in the store."""
    swept = 0
    for lock_path in list(folder.glob("*/*.lock")):
        work = lock_path.with_suffix("")
        with _storage_errors(work):
            lock = _lock(lock_path)
            if lock is None:
                continue
            try:
                if work.is_dir() and _newest_s(work) < before_s:
                    shutil.rmtree(work, ignore_errors=True)
                    swept += 1
            finally:
                os.close(lock)
    return swept


def _newest_s(folder: Path) -> float:
    """When something last happened in a folder, or in one of its stages."""
    return max(path.stat().st_mtime for path in (folder, *folder.iterdir()))


def _first_free(folder: Path) -> tuple[int, int]:
    for number in itertools.count():
        lock = _lock(folder / f"{number}.lock")
        if lock is not None:
            return number, lock
    raise AssertionError("numbers do not end")


def _lock(path: Path) -> int | None:
    """An open file that holds the lock until it is closed; None if another one holds it."""
    lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    except BaseException:
        os.close(lock)
        raise
    return lock


def _flush(path: Path) -> None:
    """Bring a file to the disk, so that after a power cut it is whole or not there."""
    with path.open("rb") as written:
        os.fsync(written.fileno())


@contextmanager
def _storage_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as exc:
        raise storage_failure(
            exc,
            f"cannot write {str(path)!r}",
            hint="check the free space and the permissions of the output folder",
        ) from exc
