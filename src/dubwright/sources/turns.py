"""One transfer at a time from each site, with a pause between, on one machine."""

import contextlib
import fcntl
import hashlib
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from dubwright.domain.errors import Cancelled

_LOOK_S: Final = 0.1


@contextlib.contextmanager
def turn_at(
    host: str, folder: Path, *, pause_s: float, is_cancelled: Callable[[], bool]
) -> Iterator[None]:
    """Wait until nobody on this machine fetches from the host and the last one did `pause_s` ago.

    The turn ends with the context, or with the process. Raises `Cancelled` while waiting.
    """
    folder.mkdir(parents=True, exist_ok=True)
    name = hashlib.sha256(host.encode()).hexdigest()[:16]
    with (folder / f"{name}.turn").open("ab") as file:
        while not _is_ours(file.fileno()):
            _wait(is_cancelled)
        while _idle_s(file.fileno()) < pause_s:
            _wait(is_cancelled)
        try:
            yield
        finally:
            os.ftruncate(file.fileno(), 0)
            os.write(file.fileno(), b".")


def _is_ours(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _idle_s(file: int) -> float:
    """Seconds since the last transfer ended; an empty file never saw one."""
    state = os.fstat(file)
    return time.time() - state.st_mtime if state.st_size else float("inf")


def _wait(is_cancelled: Callable[[], bool]) -> None:
    if is_cancelled():
        raise Cancelled("stopped while waiting for another transfer from the same site")
    time.sleep(_LOOK_S)
