"""The child's end of the conversation with its worker."""

import itertools
import os
import queue
import socket
import threading
from collections.abc import Iterator

from dubwright.domain.timeline import Document
from dubwright.worker.messages import (
    Assign,
    CancelWork,
    Conclusion,
    Ready,
    Report,
    TurnBooked,
    TurnWanted,
    line_of,
    to_child,
)


class Conversation:
    """Listens on a thread of its own; speaking blocks while the worker does not listen."""

    def __init__(self, talk: int) -> None:
        self._socket = socket.socket(fileno=talk)
        self._assignments: queue.Queue[str] = queue.Queue()
        self._cancelled = threading.Event()
        self._turns = itertools.count()
        self._booked: dict[int, queue.SimpleQueue[float]] = {}
        self._speaking = threading.Lock()
        threading.Thread(target=self._listen, name="conversation", daemon=True).start()

    def be_ready(self) -> None:
        """Say that work can begin."""
        self._say(Ready(pid=os.getpid()))

    def assignments(self) -> Iterator[str]:
        """What to do, one after another, for ever."""
        while True:
            yield self._assignments.get()

    def report(self, message: str) -> None:
        """Tell the worker what happened; may be called from any thread."""
        self._say(Report(message=message))

    def is_cancelled(self) -> bool:
        """Whether the worker wants the present assignment stopped."""
        return self._cancelled.is_set()

    def book_turn(self, name: str, calls_per_minute: float) -> float:
        """Seconds until a call may be made that all workers make `calls_per_minute` times at most.

        May be called from any thread.
        """
        number = next(self._turns)
        answer = self._booked[number] = queue.SimpleQueue()
        self._say(TurnWanted(number=number, name=name, calls_per_minute=calls_per_minute))
        return answer.get()

    def conclude(self, conclusion: Conclusion) -> None:
        """The last word on the present assignment."""
        self._say(conclusion)

    def _say(self, message: Document) -> None:
        with self._speaking:
            self._socket.sendall(line_of(message))

    def _listen(self) -> None:
        for line in self._socket.makefile("rb"):
            match to_child.validate_json(line):
                case Assign(assignment=assignment):
                    # In the order of the lines: a wish to cancel is about what came before it.
                    self._cancelled.clear()
                    self._assignments.put(assignment)
                case CancelWork():
                    self._cancelled.set()
                case TurnBooked(number=number, wait_s=wait_s):
                    self._booked.pop(number).put(wait_s)
        os._exit(0)
