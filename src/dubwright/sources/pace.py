"""How long a transfer may last: a while in all, and never without getting on."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from dubwright.domain.errors import Cancelled, SiteUnreachable

_MIB: Final = 2**20


@dataclass(frozen=True, slots=True)
class Patience:
    """The longest transfer, and how many bytes must come in every stretch of time."""

    longest_s: float = 6 * 3600.0
    stretch_s: float = 60.0
    least_bytes: int = 256 * 1024


class Pace:
    """Watches one transfer. `clock` gives seconds."""

    def __init__(
        self,
        patience: Patience,
        is_cancelled: Callable[[], bool],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._patience = patience
        self._is_cancelled = is_cancelled
        self._clock = clock
        self._end_s = clock() + patience.longest_s
        self._arrived = 0
        self._needs_bytes = True
        self._begin_stretch()

    def arrived(self, total_bytes: int) -> None:
        """So many bytes are here by now, in all."""
        self._arrived = total_bytes
        if total_bytes >= self._wanted and not self.is_over():
            self._begin_stretch()

    def all_arrived(self) -> None:
        """Nothing more is to come; what is done with it may take its time."""
        self._needs_bytes = False

    def is_over(self) -> bool:
        """Whether it took too long, or too little came lately."""
        now_s = self._clock()
        return now_s > self._end_s or (self._needs_bytes and now_s > self._stretch_end_s)

    def left_s(self) -> float:
        """Seconds until it is over. Raises `SiteUnreachable` when it is, `Cancelled` when asked."""
        if self._is_cancelled():
            raise Cancelled("stopped while the video was fetched")
        if self.is_over():
            raise self.failure()
        return max(0.001, min(self._end_s, self._stretch_end_s) - self._clock())

    def failure(self) -> SiteUnreachable:
        """What to tell when it is over."""
        return SiteUnreachable(
            f"the site was too slow: {self._arrived / _MIB:.1f} MiB had arrived",
            hint="try again later, or download the video yourself and upload the file",
        )

    def _begin_stretch(self) -> None:
        self._stretch_end_s = self._clock() + self._patience.stretch_s
        self._wanted = self._arrived + self._patience.least_bytes
