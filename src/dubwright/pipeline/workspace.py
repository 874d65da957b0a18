"""The one folder a dub works in: documents, takes, stems and sound, each named by its key."""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from dubwright.domain.errors import ConflictError, StorageError

_PART = ".part"


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
            lock = os.open(self.folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise ConflictError(
                    f"another dub is working on this video in {str(self.folder)!r}",
                    hint="wait for it to end, or choose another `--output` folder",
                ) from None
            self._sweep()
            yield
        finally:
            os.close(lock)

    def path(self, stage: str, key: str, suffix: str) -> Path:
        """Where a stage keeps the file with this key."""
        return self.folder / stage / f"{key}{suffix}"

    def write(self, path: Path, make: Callable[[Path], None]) -> Path:
        """Let `make` write a file beside `path` and rename it when it is whole."""
        with _storage_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_name(f"{path.stem}{_PART}{path.suffix}")
            make(part)
            if part.is_file():
                _flush(part)
            part.replace(path)
        return path

    def _sweep(self) -> None:
        for left_over in self.folder.rglob(f"*{_PART}*"):
            if left_over.is_dir():
                shutil.rmtree(left_over)
            else:
                left_over.unlink(missing_ok=True)


def _flush(path: Path) -> None:
    """Bring a file to the disk, so that after a power cut it is whole or not there."""
    with path.open("rb") as written:
        os.fsync(written.fileno())


@contextmanager
def _storage_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as exc:
        raise StorageError(
            f"cannot write {str(path)!r}: {exc.strerror or exc}",
            hint="check the free space and the permissions of the output folder",
        ) from exc
