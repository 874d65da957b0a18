"""All cores on one queue: work is taken by urgency, and the first failure stops the rest."""

import heapq
import itertools
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field
from functools import partial
from types import TracebackType
from typing import ParamSpec, Self, TypeVar

from dubwright.domain.errors import Cancelled
from dubwright.observability.logs import in_this_context
from dubwright.ports import Provider, calls_at_once

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(order=True, slots=True)
class _Task:
    urgency: float
    order: int
    run: Callable[[], None] = field(compare=False)
    drop: Callable[[], object] = field(compare=False)


class WorkPool:
    """Worker threads on priority queues. Lower urgency numbers are done first.

    `workers` threads compute; `waiters` more wait for engines elsewhere, so that neither work
    holds up the other. Without waiters the workers do both.

    Leaving the `with` block waits for everything that was started. After a failure, in a task or
    in the block, what has not begun is dropped and nothing new begins.
    """

    def __init__(self, workers: int, *, waiters: int = 0, is_cancelled: Callable[[], bool]) -> None:
        self._is_cancelled = is_cancelled
        self._here: list[_Task] = []
        self._elsewhere: list[_Task] = [] if waiters else self._here
        self._order = itertools.count()
        self._changed = threading.Condition()
        self._closing = False
        self._error: BaseException | None = None
        self._threads = [
            *self._threads_on(self._here, workers, "dub"),
            *self._threads_on(self._elsewhere, waiters, "wait"),
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
        return self._queue(self._here, urgency, partial(call, *args, **kwargs))

    def start_with(
        self,
        engine: Provider,
        urgency: float,
        call: Callable[P, R],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> "Future[R]":
        """The same for a call that asks `engine` and does little else."""
        tasks = self._elsewhere if calls_at_once(engine) else self._here
        return self._queue(tasks, urgency, partial(call, *args, **kwargs))

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

    def _queue(self, tasks: list[_Task], urgency: float, call: Callable[[], R]) -> "Future[R]":
        future: Future[R] = Future()
        call = in_this_context(call)

        def run() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                self._stop_if_cancelled()
                future.set_result(call())
            except BaseException as exc:  # noqa: BLE001  # it belongs to whoever asks for the result
                future.set_exception(exc)
                self._fail(exc)

        with self._changed:
            if self._error is not None:
                future.cancel()
            else:
                heapq.heappush(tasks, _Task(urgency, next(self._order), run, future.cancel))
                self._changed.notify_all()
        return future

    def _stop_if_cancelled(self) -> None:
        if self._is_cancelled():
            raise Cancelled("stopped while working", hint="run it again to go on from here")

    def _threads_on(self, tasks: list[_Task], count: int, name: str) -> list[threading.Thread]:
        return [
            threading.Thread(target=self._work, args=(tasks,), name=f"{name}-{n}", daemon=True)
            for n in range(count)
        ]

    def _work(self, tasks: list[_Task]) -> None:
        while task := self._next(tasks):
            task.run()

    def _next(self, tasks: list[_Task]) -> _Task | None:
        with self._changed:
            while not tasks:
                if self._closing:
                    return None
                self._changed.wait()
            return heapq.heappop(tasks)

    def _fail(self, error: BaseException) -> None:
        with self._changed:
            self._error = self._error or error
            waiting = [*self._here, *self._elsewhere]
            self._here.clear()
            self._elsewhere.clear()
        for task in waiting:
            task.drop()
