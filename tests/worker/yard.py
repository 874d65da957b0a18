"""Where workers are tried: real worker processes on one engine database, and what they logged."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from dubwright.domain.job import Queue
from dubwright.ports.job_engine import Submission
from dubwright.queues.dbos_engine import DbosClientEngine

HERE = Path(__file__).resolve().parent


def wait_until(claim: Callable[[], bool], *, within_s: float, what: str) -> float:
    """Look until it is so; how long that took. Fails after `within_s`."""
    began = time.monotonic()
    while not claim():
        if time.monotonic() - began > within_s:
            raise AssertionError(f"not within {within_s} s: {what}")
        time.sleep(0.01)
    return time.monotonic() - began


def runs(pid: int) -> bool:
    """Whether a process is there and is not a mere name in the table."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def programs_that_mention(words: str) -> list[int]:
    """The processes with these words in their command line, but for the workers and their crews."""
    found = []
    for command in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            line = command.read_bytes().decode(errors="replace")
            if words in line and "stand_in_worker" not in line:
                found.append(int(command.parent.name))
    return [pid for pid in found if runs(pid)]


@dataclass(frozen=True, slots=True)
class Happening:
    what: str
    operation: str
    pid: int
    at: float


@dataclass
class Yard:
    url: str
    folder: Path
    options: dict[str, float | int | str]
    engine: DbosClientEngine = field(init=False)
    workers: list[subprocess.Popen[str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.engine = DbosClientEngine(self.url)
        (self.folder / "store").mkdir(parents=True, exist_ok=True)

    def start_worker(self, **options: float | str) -> subprocess.Popen[str]:
        told = {
            "url": self.url,
            "folder": str(self.folder),
            "options": {**self.options, **options},
        }
        output = (self.folder / f"worker-{len(self.workers)}.log").open("a")
        with output:
            worker = subprocess.Popen(
                [sys.executable, str(HERE / "stand_in_worker.py"), json.dumps(told)],
                stdout=subprocess.PIPE,
                stderr=output,
                text=True,
                env={**os.environ, "PYTHONPATH": str(HERE)},
            )
        self.workers.append(worker)
        return worker

    def await_ready(self, worker: subprocess.Popen[str]) -> str:
        assert worker.stdout is not None
        return worker.stdout.readline().strip()

    def ready_worker(self, **options: float | str) -> subprocess.Popen[str]:
        worker = self.start_worker(**options)
        assert self.await_ready(worker) == "ready", self.said()
        return worker

    def ready_workers(self, count: int, **options: float | str) -> list[subprocess.Popen[str]]:
        started = [self.start_worker(**options) for _ in range(count)]
        assert [self.await_ready(worker) for worker in started] == ["ready"] * count, self.said()
        return started

    def submit(
        self, operation: str, kind: str, *, queue: Queue = "long", priority: int = 10, **more: float
    ) -> str:
        """Queue an operation of this kind; gives its workflow."""
        told = {
            "kind": kind,
            "operation": operation,
            "log": str(self.folder / "log"),
            "store": str(self.folder / "store"),
            **more,
        }
        (self.folder / f"{operation}.json").write_text(json.dumps(told))
        submission = Submission(operation, 1, queue, priority)
        self.engine.submit(submission)
        return submission.workflow

    def log(self, operation: str | None = None) -> list[Happening]:
        path = self.folder / "log"
        lines = path.read_text().splitlines() if path.exists() else []
        happened = [Happening(**json.loads(line)) for line in lines]
        return [one for one in happened if operation in (None, one.operation)]

    def happenings(self, operation: str) -> list[str]:
        return [one.what for one in self.log(operation)]

    def await_log(self, operation: str, what: str, *, within_s: float = 15) -> Happening:
        wait_until(
            lambda: what in self.happenings(operation),
            within_s=within_s,
            what=f"{what!r} of {operation}; there is {self.happenings(operation)}; {self.said()}",
        )
        return next(one for one in self.log(operation) if one.what == what)

    def said(self) -> str:
        """What the workers logged."""
        return "\n".join(path.read_text()[-4000:] for path in self.folder.glob("worker-*.log"))

    def close(self) -> None:
        for worker in self.workers:
            if worker.poll() is None:
                worker.send_signal(signal.SIGCONT)
                worker.kill()
            worker.wait(timeout=10)
            assert worker.stdout is not None
            worker.stdout.close()
        self.engine.close()


@contextlib.contextmanager
def yard(url: str, folder: Path, **options: float | str) -> Iterator[Yard]:
    opened = Yard(url, folder, {"polling_s": 0.1, "lease_s": 3, "beat_s": 0.5, **options})
    try:
        yield opened
    finally:
        opened.close()
