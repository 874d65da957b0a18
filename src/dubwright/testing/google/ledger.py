"""What a double was asked, and what Google would have billed for it."""

import threading
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from pydantic import Field

from dubwright.domain.timeline import Document


class MethodUse(Document):
    """The use of one method. `failed` requests were refused; they are part of `requests`.

    `billed` counts by product, as in the price list, in the unit that Google bills it by: seconds
    of sound for `speech.*`, code points for `translate.*`, characters for `tts.*`.
    """

    requests: int = 0
    failed: int = 0
    billed: dict[str, int] = Field(default_factory=dict)


class Statement(Document):
    """Everything that was asked of the doubles since they started, by method."""

    methods: dict[str, MethodUse]

    def billed(self) -> dict[str, int]:
        """What all methods were billed together, by product."""
        total: Counter[str] = Counter()
        for use in self.methods.values():
            total.update(use.billed)
        return dict(total)


@dataclass(slots=True)
class Ledger:
    """Counts requests and billed units by method; safe from any thread."""

    _requests: Counter[str] = field(default_factory=Counter)
    _failed: Counter[str] = field(default_factory=Counter)
    _billed: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def arrived(self, method: str) -> None:
        """Count a request."""
        with self._lock:
            self._requests[method] += 1

    def refused(self, method: str) -> None:
        """Count a request, that has arrived, as failed."""
        with self._lock:
            self._failed[method] += 1

    def bill(self, method: str, product: str, units: int) -> None:
        """Put units on the bill."""
        with self._lock:
            self._billed[method][product] += units

    def statement(self) -> Statement:
        """How things stand."""
        with self._lock:
            return Statement(
                methods={
                    method: MethodUse(
                        requests=count,
                        failed=self._failed[method],
                        billed=dict(self._billed.get(method, {})),
                    )
                    for method, count in sorted(self._requests.items())
                }
            )

    def requests(self, method: str) -> int:
        """How many requests of `method` have arrived."""
        with self._lock:
            return self._requests[method]
