"""What is to go wrong, with which requests: planned by a test, met by a double."""

import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import Generic, TypeVar

F = TypeVar("F")


@dataclass(frozen=True, slots=True)
class Fault(Generic[F]):
    """`times` requests of `method` meet `failure`, after `after` that go well.

    What a failure is, each double says. `method` is a name as the ledger counts it, such as
    `Speech/Recognize` or `storage.objects.insert`.
    """

    method: str
    failure: F
    after: int = 0
    times: int = 1


@dataclass(slots=True)
class _Pending(Generic[F]):
    fault: Fault[F]
    seen: int = 0


@dataclass(slots=True)
class Faults(Generic[F]):
    """The faults of one double, met in the order they were planned; safe from any thread."""

    _pending: list[_Pending[F]] = field(default_factory=list)
    _met: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def plan(self, method: str, failure: F, *, after: int = 0, times: int = 1) -> Fault[F]:
        """Let `times` requests of `method` fail, after `after` more that go well."""
        fault = Fault(method, failure, after=after, times=times)
        with self._lock:
            self._pending.append(_Pending(fault))
        return fault

    def meet(self, method: str) -> F | None:
        """What goes wrong with the request of `method` that has just arrived; None if nothing."""
        with self._lock:
            for pending in self._pending:
                if pending.fault.method != method:
                    continue
                pending.seen += 1
                if pending.seen <= pending.fault.after:
                    return None
                if pending.seen >= pending.fault.after + pending.fault.times:
                    self._pending.remove(pending)
                self._met[method] += 1
                return pending.fault.failure
        return None

    def met(self, method: str) -> int:
        """How many requests of `method` have failed as planned."""
        with self._lock:
            return self._met[method]

    def clear(self) -> None:
        """Forget what was planned and has not happened."""
        with self._lock:
            self._pending.clear()
