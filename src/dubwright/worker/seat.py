"""One child process as the worker sees it: given work, listened to, asked to stop, ended."""

import contextlib
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from dubwright.worker.keeper import exit_reason
from dubwright.worker.messages import (
    MAX_LINE_BYTES,
    Assign,
    CancelWork,
    Conclusion,
    Ready,
    Report,
    TurnBooked,
    TurnWanted,
    from_child,
    line_of,
)

BookTurn = Callable[[str, float], float]

_STDERR = 2
_LAST_WORD_S = 1.0
_TO_SPEAK_S = 0.1


class ChildDied(Exception):
    """A child process ended without a conclusion. The message says how."""


class Seat:
    """A running child and its keeper. `work` is the dotted name of the work function;
    `book_turn(name, calls_per_minute)` tells in how many seconds it may make a call.

    `perform` is for one thread at a time; `ask_to_stop` and `end` may come from another. Everything
    is given back once it has ended and `perform` has returned.
    """

    def __init__(self, work: str, book_turn: BookTurn) -> None:
        ours, theirs = socket.socketpair()
        watched, life = os.pipe()
        command = [sys.executable, "-m", "dubwright.worker.child"]
        with theirs:
            self._keeper = subprocess.Popen(
                [*command, str(theirs.fileno()), str(watched), work],
                stdin=subprocess.DEVNULL,
                stdout=_STDERR,  # what engines print is no answer of ours
                pass_fds=(theirs.fileno(), watched),
                start_new_session=True,
            )
        os.close(watched)
        self._life: int | None = life
        self._ending = threading.Lock()
        self._speaking = threading.Lock()
        self._performing = threading.Lock()
        self._talk = ours
        self._book_turn = book_turn
        self._lines = ours.makefile("rb")
        self.pid: int | None = None
        self.performed = 0

    def perform(self, assignment: str, on_message: Callable[[str], None]) -> Conclusion:
        """Have it done. Blocks; `on_message` is called for every report, in this thread.

        Raises `ChildDied`, and whatever `on_message` raises.
        """
        self.performed += 1
        try:
            with self._performing:
                return self._converse(assignment, on_message)
        finally:
            if self._life is None:
                self._hang_up()

    def ask_to_stop(self) -> None:
        """Tell the child that its work is not wanted any more."""
        # An assignment may be on its way to a child that does not listen yet: then do not wait.
        if self._speaking.acquire(timeout=_TO_SPEAK_S):
            try:
                with contextlib.suppress(OSError):
                    self._talk.sendall(line_of(CancelWork()))
            finally:
                self._speaking.release()

    def end(self) -> None:
        """Kill the child and all that it started; returns when they are gone."""
        with self._ending:
            if self._life is not None:
                os.close(self._life)
                self._life = None
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._keeper.wait(_LAST_WORD_S)
        if self._performing.acquire(blocking=False):
            self._hang_up()
            self._performing.release()

    def is_alive(self) -> bool:
        """Whether the child can be given work."""
        return self._life is not None and self._keeper.poll() is None

    def resident_bytes(self) -> int:
        """How much memory the child holds; 0 where the system does not tell."""
        with contextlib.suppress(OSError):
            pages = Path(f"/proc/{self.pid}/statm").read_text().split()[1]
            return int(pages) * os.sysconf("SC_PAGE_SIZE")
        return 0

    def _converse(self, assignment: str, on_message: Callable[[str], None]) -> Conclusion:
        try:
            with self._speaking:
                self._talk.sendall(line_of(Assign(assignment=assignment)))
            while line := self._lines.readline(MAX_LINE_BYTES):
                match from_child.validate_json(line):
                    case Ready(pid=pid):
                        self.pid = pid
                    case Report(message=message):
                        on_message(message)
                    case TurnWanted() as wanted:
                        self._answer(wanted)
                    case conclusion:
                        return conclusion
        except ConnectionError as exc:
            raise ChildDied(self._death()) from exc
        raise ChildDied(self._death())

    def _answer(self, wanted: TurnWanted) -> None:
        wait_s = self._book_turn(wanted.name, wanted.calls_per_minute)
        with self._speaking:
            self._talk.sendall(line_of(TurnBooked(number=wanted.number, wait_s=wait_s)))

    def _hang_up(self) -> None:
        self._lines.close()
        self._talk.close()

    def _death(self) -> str:
        try:
            return exit_reason(self._keeper.wait(_LAST_WORD_S))
        except subprocess.TimeoutExpired:
            return "it hung up"
