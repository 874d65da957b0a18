"""`python -m dubwright.worker` is one worker; with `--role all` it keeps an API running too."""

import argparse
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from functools import partial
from types import FrameType

from dubwright import bootstrap
from dubwright.db.quotas import Turnstile
from dubwright.domain.errors import ConflictError, DubError
from dubwright.jobs.exit_codes import exit_code
from dubwright.jobs.service import Service
from dubwright.queues.flow import WorkerOptions
from dubwright.settings import Settings
from dubwright.worker.crew import CrewOptions
from dubwright.worker.duties import (
    Rounds,
    book_turn,
    clean,
    deliver,
    duties_of,
    note_life,
    stop_unstopped,
    submit_forgotten,
)
from dubwright.worker.run import OperationWorker
from dubwright.worker.supervise import Program, supervise

_ROUND_S = 15.0
_DELIVERY_ROUND_S = 2.0
_CLEANING_ROUND_S = 3600.0


def main() -> int:
    """Run until a signal says to stop; the exit code says how it went."""
    parser = argparse.ArgumentParser(prog="dubwright serve")
    parser.add_argument("--role", choices=("worker", "all"), default="worker")
    role = parser.parse_args().role
    try:
        return _serve_all() if role == "all" else _work(bootstrap.load_service_settings())
    except DubError as exc:
        sys.stderr.write(f"{exc.code}: {exc.message}\n" + (f"→ {exc.hint}\n" if exc.hint else ""))
        return exit_code(exc)


def _serve_all() -> int:
    settings = bootstrap.load_service_settings()
    server = settings.server
    _require_free(server.host, server.port)
    bootstrap.build_service(settings).database.close()
    sys.stderr.write(f"Dubwright is at http://{server.host}:{server.port} (Ctrl-C stops it)\n")
    return supervise(
        [
            Program("api", (sys.executable, "-m", "dubwright.api")),
            Program("worker", (sys.executable, "-m", "dubwright.worker")),
        ]
    )


def _require_free(host: str, port: int) -> None:
    """Raise `ConflictError` when another program listens there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as exc:
            raise ConflictError(
                f"{host}:{port} cannot be listened on: {exc.strerror}",
                hint="stop the other program, or choose another `--port`",
            ) from exc


def _work(settings: Settings) -> int:
    os.nice(settings.worker.niceness)  # threads and children inherit it
    service = bootstrap.build_service(settings)
    options = WorkerOptions(
        long_slots=settings.worker.long_slots,
        quick_slots=settings.worker.quick_slots,
        lease_s=settings.worker.lease_s,
        beat_s=settings.worker.lease_s / 4.3,
    )
    worker = OperationWorker(
        bootstrap.engine_url(settings),
        duties=duties_of(service),
        crew=CrewOptions(
            work="dubwright.worker.working:work",
            slots=options.slots,
            book_turn=partial(book_turn, Turnstile(service.database)),
        ),
        options=options,
    )
    is_sole = not service.database.is_postgresql
    rounds = _rounds(service, settings, is_sole=is_sole)
    told = _told_to_stop()
    worker.start()
    for chore in rounds:
        chore.start()
    told.wait()
    for chore in rounds:
        chore.stop()
    worker.stop(settings.worker.stop_s)
    if is_sole:
        note_life(service, "gone")
    return 0


def _rounds(service: Service, settings: Settings, *, is_sole: bool) -> tuple[Rounds, ...]:
    """What is done now and then, beside operations."""
    chores: list[Callable[[], object]] = [
        lambda: submit_forgotten(service),
        lambda: stop_unstopped(service),
    ]
    if is_sole:
        chores.append(lambda: note_life(service))
    return (
        Rounds(_ROUND_S, *chores),
        Rounds(_DELIVERY_ROUND_S, lambda: deliver(service)),
        Rounds(_CLEANING_ROUND_S, lambda: clean(service, settings.retention)),
    )


def _told_to_stop() -> threading.Event:
    told = threading.Event()

    def note(number: int, frame: FrameType | None) -> None:
        told.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, note)
    return told


if __name__ == "__main__":
    sys.exit(main())
