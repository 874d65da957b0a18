"""Time on the media clock: whole milliseconds, exact and hashable."""

from collections.abc import Iterable
from itertools import pairwise
from typing import Self

from pydantic import BaseModel, ConfigDict, NonNegativeInt, model_validator


class Document(BaseModel):
    """An immutable value that is stored, hashed and served as JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class TimeSpan(Document):
    """A stretch of time in whole milliseconds; it ends after it starts."""

    start_ms: NonNegativeInt
    end_ms: NonNegativeInt

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.end_ms <= self.start_ms:
            raise ValueError("a span must end after it starts")
        return self

    @property
    def duration_ms(self) -> int:
        return self.end_ms - self.start_ms

    def overlap_ms(self, other: "TimeSpan") -> int:
        """How long both last at once; 0 when they do not meet."""
        return max(0, min(self.end_ms, other.end_ms) - max(self.start_ms, other.start_ms))

    def shifted(self, by_ms: int) -> "TimeSpan":
        """The same length of time, `by_ms` later."""
        return TimeSpan(start_ms=self.start_ms + by_ms, end_ms=self.end_ms + by_ms)

    def equal_parts(self, longest_ms: int) -> "tuple[TimeSpan, ...]":
        """The span in as few parts as can be, none longer than `longest_ms`."""
        count = -(-self.duration_ms // longest_ms)
        edges = [self.start_ms + self.duration_ms * n // count for n in range(count + 1)]
        return tuple(TimeSpan(start_ms=start, end_ms=end) for start, end in pairwise(edges))


def clipped(spans: Iterable[TimeSpan], start_ms: int, end_ms: int) -> tuple[TimeSpan, ...]:
    """What of `spans` lies between two times, in the order given."""
    return tuple(
        TimeSpan(start_ms=max(span.start_ms, start_ms), end_ms=min(span.end_ms, end_ms))
        for span in spans
        if span.start_ms < end_ms and span.end_ms > start_ms
    )


def clock(ms: int) -> str:
    """A time as people read it: `1:02:03.450`, or `2:03.450` within the first hour."""
    seconds, rest = divmod(ms, 1000)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    return (
        f"{hours}:{minute:02}:{second:02}.{rest:03}" if hours else f"{minute}:{second:02}.{rest:03}"
    )
