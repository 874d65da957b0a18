"""Voice activity by level alone: whatever is loud counts as speech. For tests, and clean talk."""

from typing import ClassVar

import numpy as np
from pydantic import Field, PositiveInt

from dubwright.domain.speech import SpeechMap
from dubwright.domain.timeline import TimeSpan, clipped
from dubwright.ports import ProviderOptions, Recording
from dubwright.testing.loudness import loud_frames, loud_spans

_PIECE_MS = 30_000


class EnergyOptions(ProviderOptions):
    """What counts as speech."""

    threshold_dbfs: float = Field(default=-45.0, le=0, description="Louder than this is speech.")
    shortest_pause_ms: PositiveInt = Field(
        default=300, description="A shorter pause does not end a stretch of speech."
    )
    shortest_speech_ms: PositiveInt = Field(default=100, description="Shorter sounds are left out.")


class EnergyVoiceActivity:
    """Takes every loud stretch for speech."""

    name: ClassVar[str] = "energy"
    Options: ClassVar[type[ProviderOptions]] = EnergyOptions

    def __init__(self, options: EnergyOptions) -> None:
        self._options = options

    @property
    def fingerprint(self) -> str:
        return f"energy/1/{self._options.model_dump_json()}"

    def check(self) -> None:
        """Always ready."""

    def detect(self, recording: Recording) -> SpeechMap:
        loud = [
            loud_frames(clip.samples, clip.sample_rate, threshold_dbfs=self._options.threshold_dbfs)
            for clip in (
                recording.read(TimeSpan(start_ms=start_ms, end_ms=start_ms + _PIECE_MS))
                for start_ms in range(0, recording.duration_ms, _PIECE_MS)
            )
        ]
        spans = loud_spans(
            np.concatenate(loud) if loud else np.zeros(0, dtype=np.bool_),
            shortest_pause_ms=self._options.shortest_pause_ms,
            shortest_sound_ms=self._options.shortest_speech_ms,
        )
        # The last frame may be longer than what is left of the recording.
        return SpeechMap(spans=clipped(spans, 0, recording.duration_ms))
