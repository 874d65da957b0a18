"""Where the recogniser's double finds sound and leaves results: objects by `gs://` address."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


class Objects(Protocol):
    """The content of buckets. An address is `gs://bucket/name`."""

    def read(self, uri: str) -> bytes | None:
        """The content of an object; None if there is none."""
        ...

    def write(self, uri: str, content: bytes) -> None:
        """Keep an object, in place of what was there."""
        ...


@dataclass(slots=True)
class MemoryObjects:
    """Objects held in memory, for tests."""

    contents: dict[str, bytes] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def holding(cls, contents: Mapping[str, bytes]) -> "MemoryObjects":
        """Objects that are there from the start."""
        return cls(dict(contents))

    def read(self, uri: str) -> bytes | None:
        with self._lock:
            return self.contents.get(uri)

    def write(self, uri: str, content: bytes) -> None:
        with self._lock:
            self.contents[uri] = content
