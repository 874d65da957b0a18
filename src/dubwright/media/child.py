"""A child program that is watched: its time limit, the wish to cancel, and its last words."""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import IO, Literal, Self

from dubwright.domain.errors import Cancelled, MediaError, StorageError

_WATCH_S = 0.1
_TAIL_CHARACTERS = 4000

_NO_SPACE = "No space left on device"


class Child:
    """One running program, in a process group of its own; a context that ends when it has.

    Leaving the context waits for the program and raises `Cancelled` when it was asked to stop,
    `MediaError` with the end of its stderr when it failed or ran longer than `timeout_s`.
    Leaving it by an exception, or before all output was read, kills the program.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        name: str,
        timeout_s: float,
        cancelled: Callable[[], bool] | None = None,
    ) -> None:
        self._command = command
        self._name = name
        self._timeout_s = timeout_s
        self._cancelled = cancelled or (lambda: False)
        self._verdict: Literal["cancelled", "late"] | None = None
        self._ended = threading.Event()
        self._tail = b""

    def __enter__(self) -> Self:
        self._program = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        self._threads = [
            threading.Thread(target=self._watch, daemon=True),
            threading.Thread(target=self._listen, daemon=True),
        ]
        for thread in self._threads:
            thread.start()
        return self

    @property
    def output(self) -> IO[bytes]:
        """Its standard output."""
        return _open(self._program.stdout)

    @property
    def stderr_tail(self) -> str:
        """The end of what it printed on stderr; complete once the context has ended."""
        return self._tail.decode(errors="replace").strip()

    def feed(self, pieces: Iterator[bytes]) -> None:
        """Write `pieces` to its standard input and close it. A program may stop reading early."""
        stdin = _open(self._program.stdin)
        with contextlib.suppress(BrokenPipeError), stdin:
            for piece in pieces:
                stdin.write(piece)

    def exchange(self, stdin: bytes) -> bytes:
        """Feed all of `stdin` while reading; return all that it writes."""
        feeder = threading.Thread(target=self.feed, args=(iter([stdin]),), daemon=True)
        feeder.start()
        answer = self.output.read()
        feeder.join()
        return answer

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self._kill()
        code = self._program.wait()
        self._ended.set()
        for thread in self._threads:
            thread.join()
        for pipe in (self._program.stdin, self._program.stdout, self._program.stderr):
            with contextlib.suppress(BrokenPipeError):
                _open(pipe).close()
        if kind is None:
            self._judge(code)

    def _judge(self, code: int) -> None:
        if self._verdict == "cancelled":
            raise Cancelled("stopped because it was cancelled")
        if self._verdict == "late":
            raise MediaError(
                f"{self._name} did not finish within {self._timeout_s:g} s",
                stderr_tail=self.stderr_tail,
            )
        if code != 0 and _NO_SPACE in self.stderr_tail:
            raise StorageError(
                "the disk is full", hint="make room where the output folder is, and run it again"
            )
        if code != 0:
            raise MediaError(
                f"{self._name} failed with exit code {code}: {_last_line(self.stderr_tail)}",
                stderr_tail=self.stderr_tail,
            )

    def _watch(self) -> None:
        deadline = time.monotonic() + self._timeout_s
        while not self._ended.wait(_WATCH_S):
            if self._cancelled():
                self._verdict = "cancelled"
            elif time.monotonic() > deadline:
                self._verdict = "late"
            if self._verdict is not None:
                self._kill()
                return

    def _listen(self) -> None:
        stderr = _open(self._program.stderr)
        while piece := stderr.read1(4096):  # type: ignore[attr-defined]  # a pipe is a BufferedReader
            self._tail = (self._tail + piece)[-_TAIL_CHARACTERS:]

    def _kill(self) -> None:
        if self._program.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._program.pid, signal.SIGKILL)


def _open(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise RuntimeError("the program was started without this pipe")
    return pipe


def _last_line(text: str) -> str:
    return text.splitlines()[-1] if text else "it gave no reason"
