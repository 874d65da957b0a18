"""Keeps the programs of one machine running: the API and the worker of `dubwright serve`."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import FrameType

import structlog

from dubwright.queues import EXIT_TAKEN_FOR_DEAD

_LOOK_EVERY_S = 0.1
_LAST_WORD_S = 1.0
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Program:
    """One program to keep running. `final_codes` are exit codes that starting again would not mend."""

    name: str
    command: tuple[str, ...]
    final_codes: frozenset[int] = frozenset({0, 2, 4, 5, 6})


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait. A program that ran for `stable_s` starts with a clean record.

    The wait before starting again doubles from `first_wait_s` to `longest_wait_s`. After `tries`
    short lives in a row it is given up. `stop_s` is what programs have to end in.
    """

    first_wait_s: float = 0.5
    longest_wait_s: float = 15.0
    stable_s: float = 60.0
    tries: int = 8
    stop_s: float = 8.0


def supervise(programs: Sequence[Program], *, patience: Patience | None = None) -> int:
    """Run until told to stop, or until one program ends for good; then stop all.

    SIGINT and SIGTERM are passed on as SIGTERM, once; who has not ended in time is killed. Gives 0
    after a signal, else the exit code of the program that ended. For the main thread only.
    """
    patience = patience or Patience()
    kept = [_Kept(program, patience) for program in programs]
    with _told_to_stop() as told:
        try:
            while not told:
                ended = next((code for one in kept if (code := one.look_after()) is not None), None)
                if ended is not None:
                    return ended
                time.sleep(_LOOK_EVERY_S)
            return 0
        finally:
            _stop(kept, patience.stop_s)


class _Kept:
    """A program, its present life, and how its lives have gone."""

    def __init__(self, program: Program, patience: Patience) -> None:
        self._program = program
        self._patience = patience
        self._short_lives = 0
        self._not_before = 0.0
        self.life: subprocess.Popen[bytes] | None = None

    def look_after(self) -> int | None:
        """Start it if it is time to. Gives its exit code when it has ended for good."""
        now = time.monotonic()
        if self.life is None:
            if now >= self._not_before:
                self._start(now)
            return None
        code = self.life.poll()
        return None if code is None else self._ended(code, now)

    def _start(self, now: float) -> None:
        self._began = now
        self.life = subprocess.Popen(
            self._program.command,
            process_group=0,  # a terminal's Ctrl-C comes through us, once
            preexec_fn=_end_with_parent,  # noqa: PLW1509  # this program has no threads
        )

    def _ended(self, code: int, now: float) -> int | None:
        self.life = None
        log = structlog.get_logger().bind(program=self._program.name, exit_code=code)
        if now - self._began >= self._patience.stable_s:
            self._short_lives = 0
        self._short_lives += 1
        if code in self._program.final_codes or self._short_lives >= self._patience.tries:
            log.error("program.ended")
            return code if code >= 0 else 128 - code
        log.warning("program.restarting")
        self._not_before = now + self._wait_s(code)
        return None

    def _wait_s(self, code: int) -> float:
        if code == EXIT_TAKEN_FOR_DEAD and self._short_lives == 1:
            return 0.0
        doubled = self._patience.first_wait_s * 2.0 ** (self._short_lives - 1)
        return min(doubled, self._patience.longest_wait_s)


def _stop(kept: Sequence[_Kept], stop_s: float) -> None:
    running = [one.life for one in kept if one.life is not None]
    for life in running:
        life.terminate()
    deadline = time.monotonic() + stop_s
    for life in running:
        with contextlib.suppress(subprocess.TimeoutExpired):
            life.wait(max(deadline - time.monotonic(), 0))
            continue
        with contextlib.suppress(ProcessLookupError):
            os.killpg(life.pid, signal.SIGKILL)
        life.wait(_LAST_WORD_S)


@contextlib.contextmanager
def _told_to_stop() -> Iterator[list[int]]:
    """The signals that came, while inside."""
    told: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        told.append(number)

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield told
    finally:
        for number, answer in before.items():
            signal.signal(number, answer)


def _end_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
