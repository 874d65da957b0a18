"""What Google says that it offers, asked once, with what is known beforehand where it is silent."""

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

import structlog

from dubwright.domain.errors import ProviderError

T = TypeVar("T")

log = structlog.get_logger()

_SILENT_S = 300.0


class Discovery(Generic[T]):
    """An answer kept as long as its provider lives; asked for from any number of threads.

    Where Google does not answer, `known` counts for five minutes. Where nothing is known either
    (None), the failure is the caller's.
    """

    def __init__(self, what: str, ask: Callable[[], T], *, known: T | None) -> None:
        self._what, self._ask, self._known = what, ask, known
        self._found: T | None = None
        self._ask_again_at = 0.0
        self._asking = threading.Lock()

    def value(self) -> T:
        """What Google offers. Raises `ProviderError` where neither it nor we can tell."""
        with self._asking:
            if self._found is not None:
                return self._found
            if self._known is not None and time.monotonic() < self._ask_again_at:
                return self._known
            try:
                self._found = self._ask()
            except ProviderError as exc:
                if self._known is None:
                    raise
                log.info("google.undiscovered", what=self._what, code=exc.code)
                self._ask_again_at = time.monotonic() + _SILENT_S
                return self._known
            return self._found
