"""Checksums of uploads that grow with them, so that nobody has to read a whole file again."""

import hashlib
import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hashlib import _Hash

_MOST_SUMS = 1000


class RunningSums:
    """The SHA-256 so far of uploads that one process received from the start on."""

    def __init__(self) -> None:
        self._sums: OrderedDict[str, tuple[int, _Hash]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, upload_id: str, offset: int) -> "_Hash | None":
        """The sum of the bytes before `offset`; None if it is not known."""
        with self._lock:
            known = self._sums.pop(upload_id, None)
        if offset == 0:
            return hashlib.sha256()
        return known[1] if known is not None and known[0] == offset else None

    def keep(self, upload_id: str, offset: int, so_far: "_Hash") -> None:
        """Remember a sum until the next piece; the oldest ones are forgotten."""
        with self._lock:
            self._sums[upload_id] = (offset, so_far)
            while len(self._sums) > _MOST_SUMS:
                self._sums.popitem(last=False)
