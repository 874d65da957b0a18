"""All cores on one queue: work is taken by urgency, and the first failure stops the rest."""

import heapq
import itertools
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field
from types import TracebackType
from typing import ParamSpec, Self, TypeVar

from dubwright.domain.errors import Cancelled
from dubwright.observability.logs import in_this_context

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(order=True, slots=True)
class _Task:
    urgency: float
    order: int
    run: Callable[[], None] = field(compare=False)
    drop: Callable[[], object] = field(compare=False)


class WorkPool:
    """Worker threads on one priority queue. Lower urgency numbers are done first.

    Leaving the `with` block waits for everything that was started. After a failure, in a task or
    in the block, what has not begun is dropped and nothing new begins.
    """

    def __init__(self, workers: int, *, is_cancelled: Callable[[], bool]) -> None:
        self._is_cancelled = is_cancelled
        self._tasks: list[_Task] = []
        self._order = itertools.count()
        self._changed = threading.Condition()
        self._closing = False
        self._error: BaseException | None = None
        self._threads = [
            threading.Thread(target=self._work, name=f"dub-{n}", daemon=True)
            for n in range(workers)
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:
            self._fail(error)
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()
        if error is None and self._error is not None:
            raise self._error

    def start(
        self, urgency: float, call: Callable[P, R], *args: P.args, **kwargs: P.kwargs
    ) -> "Future[R]":
        """Queue a call and return its future at once. Ask for the answer with `result`."""
        future: Future[R] = Future()
        call = in_this_context(call)

        def run() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                self._stop_if_cancelled()
                future.set_result(call(*args, **kwargs))
            except BaseException as exc:  # noqa: BLE001  # it belongs to whoever asks for the result
                future.set_exception(exc)
                self._fail(exc)

        with self._changed:
            if self._error is not None:
                future.cancel()
            else:
                heapq.heappush(self._tasks, _Task(urgency, next(self._order), run, future.cancel))
                self._changed.notify()
        return future

    def result(self, future: "Future[R]") -> R:
        """Wait for one result. Raises the error that stopped the pool, not its consequences."""
        try:
            return future.result()
        except CancelledError:
            if self._error is None:
                raise
            raise self._error from None

    def results(self, futures: "Iterable[Future[R]]") -> list[R]:
        """The results of several calls, in order."""
        return [self.result(future) for future in futures]

    def _stop_if_cancelled(self) -> None:
        if self._is_cancelled():
            raise Cancelled("stopped while working", hint="run it again to go on from here")

    def _work(self) -> None:
        while task := self._next():
            task.run()

    def _next(self) -> _Task | None:
        with self._changed:
            while not self._tasks:
                if self._closing:
                    return None
                self._changed.wait()
            return heapq.heappop(self._tasks)

    def _fail(self, error: BaseException) -> None:
        with self._changed:
            self._error = self._error or error
            waiting, self._tasks = self._tasks, []
        for task in waiting:
            task.drop()
