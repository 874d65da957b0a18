"""The fit: where each line was placed, how fast it is spoken, and what had to give."""

from typing import Literal

from pydantic import Field

from dubwright.domain.speech import SpeakerId
from dubwright.domain.timeline import Document, TimeSpan

Measure = Literal["shorter_text", "later_onset", "top_speed", "review"]
"""Rungs of the escalation ladder, mildest first."""


class Placement(Document):
    """One placed line. `variant` 0 is the line's own text, 1.. its shorter wordings.

    `start_ms` and `duration_ms` are of the take as it will sound; `speed` is how much
    faster than its natural pace the line sounds, by engine and stretching together. `measures` are the rungs that this line needed.
    `spoken_by` names the fallback that spoke it, where the engine that was set did not.
    """

    utterance: int
    speaker: SpeakerId
    start_ms: int = Field(ge=0)
    duration_ms: int = Field(ge=0)
    speed: float
    variant: int = 0
    onset_error_ms: int = 0
    overrun_ms: int = 0
    measures: tuple[Measure, ...] = ()
    spoken_by: str = ""

    @property
    def end_ms(self) -> int:
        return self.start_ms + self.duration_ms

    @property
    def span(self) -> TimeSpan:
        return TimeSpan(start_ms=self.start_ms, end_ms=self.end_ms)


class FitReport(Document):
    """All placements in order of start, and whether the hard rules hold."""

    placements: tuple[Placement, ...]
    feasible: bool = True
    infeasible_clusters: tuple[TimeSpan, ...] = ()
