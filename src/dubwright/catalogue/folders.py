"""Folders that appear whole or not at all, made once by whichever thread or process comes first."""

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from dubwright.domain.errors import ProviderNotReady

_WAIT_S = 900.0
_POLL_S = 0.05


def make_once(
    folder: Path, make: Callable[[Path], None], *, is_whole: Callable[[Path], bool]
) -> Path:
    """`folder`, filled by `make` unless it is whole already; `make` gets an empty folder beside it.

    Raises `ProviderNotReady` when another process keeps the lock for a quarter of an hour.
    """
    if is_whole(folder):
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _locked(folder.with_name(f".{folder.name}.lock")):
        if not is_whole(folder):
            _fill(folder, make)
    return folder


def _fill(folder: Path, make: Callable[[Path], None]) -> None:
    fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        make(fresh)
        _flush(fresh)
        fresh.chmod(0o755)  # mkdtemp's 0o700 would hide the models from other accounts
        shutil.rmtree(folder, ignore_errors=True)
        fresh.rename(folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _flush(folder: Path) -> None:
    """Put the files on the disk before the folder gets its name, so a power cut leaves no husk."""
    for path in folder.iterdir():
        with path.open("rb") as stream:
            os.fsync(stream.fileno())


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold an exclusive lock on a file. It belongs to this call, so threads wait for each other."""
    with path.open("wb") as lock:
        deadline = time.monotonic() + _WAIT_S
        while not _try_lock(lock.fileno()):
            if time.monotonic() > deadline:
                raise ProviderNotReady(
                    f"another process holds {str(path)!r}",
                    provider="models",
                    hint="wait for it to end, then run again",
                )
            time.sleep(_POLL_S)
        yield


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
