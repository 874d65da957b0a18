"""When to call a provider again, and how often at most."""

import random
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Final, Protocol

from dubwright.domain.errors import Cancelled, ProviderError, ProviderThrottled

_LOOKS_EVERY_S: Final = 0.2


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How long to keep trying. Waits double from `first_wait_s` up to `longest_wait_s`.

    A provider that asks for a longer wait gets it. No attempt starts later than `deadline_s`
    after the first one. `jitter` is the share of each wait that is left to chance, so that many
    workers do not come back at once. `sleep` may raise to end a wait early.
    """

    attempts: int = 4
    first_wait_s: float = 0.5
    longest_wait_s: float = 20.0
    deadline_s: float = 120.0
    jitter: float = 0.0
    sleep: Callable[[float], object] = time.sleep
    clock: Callable[[], float] = time.monotonic

    def wait_after(self, attempt: int, failure: ProviderError) -> float:
        """Seconds to wait after attempt 1, 2, ... failed."""
        wait_s = min(self.first_wait_s * 2.0 ** (attempt - 1), self.longest_wait_s)
        # Chance spreads load here; nothing secret depends on it.
        wait_s *= 1 - self.jitter * random.random()  # noqa: S311
        if isinstance(failure, ProviderThrottled):
            return max(wait_s, failure.retry_after_s)
        return wait_s


def until_cancelled(is_cancelled: Callable[[], bool]) -> Callable[[float], None]:
    """A sleep for waits before calls: it ends with `Cancelled` as soon as somebody stops."""

    def sleep(wait_s: float) -> None:
        wakes_at = time.monotonic() + wait_s
        while (left_s := wakes_at - time.monotonic()) > 0:
            if is_cancelled():
                raise Cancelled("stopped while waiting for the next call")
            time.sleep(min(left_s, _LOOKS_EVERY_S))

    return sleep


class Turns(Protocol):
    """Spaces calls, over this process or over all of them."""

    def wait_for_turn(self) -> None:
        """Wait until the next call may be made."""
        ...


Slots = AbstractContextManager[object]
"""Entered for the time of a call; a semaphore where only so many may be made at once."""

NO_SLOTS: Final[Slots] = nullcontext()
"""As many calls at once as there are callers."""


class RateLimit:
    """A token bucket in this process: `calls_per_minute`, and at most `burst` at once."""

    def __init__(
        self,
        calls_per_minute: float,
        *,
        burst: int = 1,
        sleep: Callable[[float], object] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._refill_s = 60.0 / calls_per_minute
        self._burst_s = burst * self._refill_s
        self._sleep, self._clock = sleep, clock
        self._full_at = clock()
        self._lock = threading.Lock()

    def wait_for_turn(self) -> None:
        """Take one token, waiting until there is one."""
        with self._lock:
            now = self._clock()
            self._full_at = max(self._full_at, now) + self._refill_s
            wait_s = self._full_at - now - self._burst_s
        if wait_s > 0:
            self._sleep(wait_s)
