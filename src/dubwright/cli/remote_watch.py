"""Watching an operation of a server until it ends, and stopping it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from dubwright.cli.remote import RemoteServer, read_as, step, wait_s
from dubwright.domain.errors import DubError
from dubwright.domain.job import OperationProgress
from dubwright.jobs.resources import OperationResource
from dubwright.pipeline.progress import Progress

_POLLED_S = 2.0


@contextmanager
def cancelling(server: RemoteServer, operation: str, stop: threading.Event) -> Iterator[None]:
    """Cancel the operation as soon as the person wants to stop, whatever is being waited for."""
    over = threading.Event()

    def cancel_when_asked() -> None:
        while not over.is_set():
            if stop.wait(0.1):
                _cancel(server, operation)
                return

    thread = threading.Thread(target=cancel_when_asked, name="cancelling", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(5)


def _cancel(server: RemoteServer, operation: str) -> None:
    try:
        server.post(f"/v1/operations/{operation}:cancel")
    except DubError:
        # It ended at that moment, or the server is gone: whoever watches is told.
        return


def watched(server: RemoteServer, operation: str, progress: Progress) -> OperationResource:
    """The operation when it has ended. Live where the server can be listened to, else asked."""
    last: int | None = None
    in_vain = 0
    told = _Told(progress)
    while True:
        try:
            for event in server.events(operation, last):
                last, in_vain = event.id, 0
                told(event.progress)
        except DubError:  # asking below tells what is wrong, if it is more than the stream
            in_vain += 1
        shown = read_as(OperationResource, server.get(f"/v1/operations/{operation}").content)
        told(shown.progress)
        if shown.done:
            return shown
        server.pause(min(_POLLED_S, wait_s(in_vain + 1)))


class _Told:
    """Passes progress on as the display knows it, each step once."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._last: OperationProgress | None = None

    def __call__(self, now: OperationProgress) -> None:
        if now.stage is None or now == self._last:
            return
        self._last = now
        self._progress(step(now.stage, now.done, max(now.total, 1)))
