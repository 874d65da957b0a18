"""Passing over an engine that keeps failing, where another can answer (M. Nygard: circuit breaker)."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from dubwright.domain.errors import ProviderError, ProviderNotReady


@dataclass(frozen=True, slots=True)
class RestRules:
    """After `failures` questions in a row that were not answered, an engine rests for `rest_s`.

    One that is not ready rests at once: asking again does not mend a missing permission.
    """

    failures: int = 3
    rest_s: float = 60.0
    clock: Callable[[], float] = time.monotonic


@dataclass(slots=True)
class _Record:
    failures: int = 0
    next_trial_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Breaker:
    """Remembers which engines rest, by name; shared by all threads."""

    rules: RestRules = field(default_factory=RestRules)
    _records: dict[str, _Record] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def may_ask(self, provider: str) -> bool:
        """Whether to try this engine. While it rests, one question is let through every `rest_s`."""
        with self._lock:
            record = self._records.get(provider)
            if record is None or record.failures < self.rules.failures:
                return True
            now_s = self.rules.clock()
            if now_s < record.next_trial_s:
                return False
            record.next_trial_s = now_s + self.rules.rest_s
            return True

    def note_answer(self, provider: str) -> None:
        """It answered: all is forgotten."""
        with self._lock:
            self._records.pop(provider, None)

    def note_failure(self, provider: str, failure: ProviderError) -> bool:
        """It did not answer, all attempts included. Whether it begins to rest because of this."""
        with self._lock:
            record = self._records.setdefault(provider, _Record())
            before = record.failures
            weight = self.rules.failures if isinstance(failure, ProviderNotReady) else 1
            record.failures = min(before + weight, self.rules.failures)
            if record.failures < self.rules.failures:
                return False
            record.next_trial_s = self.rules.clock() + self.rules.rest_s
            return before < self.rules.failures
