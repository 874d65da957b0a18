"""How often a double may be asked: so many requests in any window of time, as Google counts."""

import threading
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from dubwright.testing.google.failures import Refused, quota_exceeded


@dataclass(frozen=True, slots=True)
class Quota:
    """At most `limit` requests of `method` in any `window_s` seconds.

    For speech `method` may name a family of voices too, as in
    `TextToSpeech/SynthesizeSpeech/chirp3-hd`.
    """

    method: str
    limit: int
    window_s: float = 60.0


@dataclass(slots=True)
class _Window:
    quota: Quota
    taken_at: deque[float] = field(default_factory=deque)


class Quotas:
    """Lets requests pass while there is room; safe from any thread. Refused ones take none."""

    def __init__(self, quotas: Iterable[Quota] = ()) -> None:
        self._windows = {quota.method: _Window(quota) for quota in quotas}
        self._lock = threading.Lock()

    def take(self, method: str) -> None:
        """Count a request. Raises `Refused` with the time after which there is room again."""
        window = self._windows.get(method)
        if window is None:
            return
        with self._lock:
            now = time.monotonic()
            over = now - window.quota.window_s
            while window.taken_at and window.taken_at[0] <= over:
                window.taken_at.popleft()
            if len(window.taken_at) < window.quota.limit:
                window.taken_at.append(now)
                return
            wait_s = window.taken_at[0] - over
        raise Refused(quota_exceeded(retry_after_s=wait_s, limit=window.quota.limit, metric=method))
