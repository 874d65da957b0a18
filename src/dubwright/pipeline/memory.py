"""Memory that stages are done with, given back to the system."""

import ctypes
import threading
import time

_APART_S = 1.0


class SpareMemory:
    """What the C library keeps of memory that was let go of; given back at most once a second.

    Engines work on clips of every length on several threads, so what they free lies between what is
    still used, and glibc keeps it: 100 to 150 MB, more with every hour. Handing it back costs 3 % of
    recognition. Other systems need nothing.
    """

    def __init__(self) -> None:
        self._trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        self._due_s = 0.0
        self._choosing = threading.Lock()

    def give_back(self) -> None:
        """Give back what is free now. Other threads keep working."""
        now_s = time.monotonic()
        with self._choosing:
            if self._trim is None or now_s < self._due_s:
                return
            self._due_s = now_s + _APART_S
        self._trim(0)
