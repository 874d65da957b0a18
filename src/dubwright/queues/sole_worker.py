"""On SQLite there is one worker: a lock on a file says who."""

import fcntl
import os
from pathlib import Path
from typing import IO

from dubwright.domain.errors import ConflictError

LOCK_NAME = "worker.lock"


class SoleWorker:
    """The only worker of a data folder, as long as this process lives."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / LOCK_NAME
        self._file: IO[str] | None = None

    def enter(self) -> None:
        """Take the place. Raises `ConflictError` when another process has it."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = self._path.open("a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as exc:
            file.seek(0)
            other = file.read(20).strip()
            file.close()
            raise ConflictError(
                f"another worker, process {other or 'unknown'}, already works for {str(self._path.parent)!r}",
                hint="SQLite serves one worker; stop that one, or set `database_url` to a PostgreSQL database for more",
            ) from exc
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        self._file = file

    def leave(self) -> None:
        """Give the place up."""
        if self._file is not None:
            self._file.close()
            self._file = None
