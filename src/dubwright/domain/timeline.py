"""Time on the media clock: whole milliseconds, exact and hashable."""

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


def clock(ms: int) -> str:
    """A time as people read it: `1:02:03.450`, or `2:03.450` within the first hour."""
    seconds, rest = divmod(ms, 1000)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    return (
        f"{hours}:{minute:02}:{second:02}.{rest:03}" if hours else f"{minute}:{second:02}.{rest:03}"
    )
