"""What is fitted: lines with their lengths, and the limits that a fit must keep."""

import math
from dataclasses import dataclass

from pydantic import Field

from dubwright.domain.speech import SpeakerId
from dubwright.domain.timeline import Document, TimeSpan


class FitLimits(Document):
    """Bounds of a fit. Speeds are factors; onsets are counted from the original's start, in ms.

    Between `fastest` and `top`, and between `latest_onset_ms` and
    `ladder_onset_ms`, lines are placed only where the milder limits cannot be kept.
    No line starts before `begin_ms` or ends after `end_ms`, the end of the file.
    """

    end_ms: int = Field(gt=0)
    begin_ms: int = Field(default=0, ge=0)
    slowest: float = 0.90
    fastest: float = 1.25
    top: float = 1.35
    gap_ms: int = Field(default=80, ge=0)
    earliest_onset_ms: int = Field(default=-300, le=0)
    latest_onset_ms: int = Field(default=800, ge=0)
    ladder_onset_ms: int = Field(default=1600, ge=0)


@dataclass(frozen=True, slots=True)
class LineToFit:
    """One utterance and how long it takes to say.

    `natural_ms` is its length at speed 1.0: of its own text first, then of each shorter wording.
    `locked_speed` is the speed a person chose; `locked` forbids the shorter wordings. A line that
    `stays` keeps the original, which sounds where it is.
    """

    utterance: int
    speaker: SpeakerId
    span: TimeSpan
    natural_ms: tuple[int, ...]
    locked_speed: float | None = None
    locked: bool = False
    stays: bool = False

    def __post_init__(self) -> None:
        if not self.natural_ms or min(self.natural_ms) <= 0:
            raise ValueError(f"line {self.utterance} needs a length above 0 for every wording")

    @property
    def wordings_ms(self) -> tuple[int, ...]:
        """The natural lengths that may be chosen from."""
        return self.natural_ms[:1] if self.locked else self.natural_ms

    def shortest_ms(self, fastest: float) -> int:
        """The least time this line takes when spoken at most `fastest` times as fast."""
        return spoken_ms(min(self.wordings_ms), self.locked_speed or fastest)


def spoken_ms(natural_ms: int, speed: float) -> int:
    """How long a take lasts at a speed, rounded up so that nothing is cut."""
    # The rounding keeps 1300 / 1.3 at 1000: a float's last digit is not a millisecond.
    return math.ceil(round(natural_ms / speed, 6))
