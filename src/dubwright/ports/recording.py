"""A recording that is read in pieces, because an hour of sound does not belong in memory."""

from typing import Protocol

from dubwright.domain.audio import SpeechClip
from dubwright.domain.timeline import TimeSpan


class Recording(Protocol):
    """Mono sound of any length at `sample_rate` Hz."""

    @property
    def sample_rate(self) -> int: ...

    @property
    def duration_ms(self) -> int: ...

    def read(self, span: TimeSpan) -> SpeechClip:
        """The samples of `span`, float32. A span past the end gives what there is."""
        ...
