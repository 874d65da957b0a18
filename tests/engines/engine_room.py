"""What the engine tests share: clips, recordings in memory, and the evaluation sounds."""

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from dubwright.domain.audio import Samples, SpeechClip
from dubwright.domain.timeline import TimeSpan


def clip_of(samples: npt.ArrayLike, *, rate: int = 16_000) -> SpeechClip:
    return SpeechClip(np.asarray(samples, dtype=np.float32), rate)


@dataclass(frozen=True, slots=True)
class SoundInMemory:
    """A `Recording` of samples that are already here."""

    samples: Samples
    sample_rate: int = 16_000

    @property
    def duration_ms(self) -> int:
        return len(self.samples) * 1000 // self.sample_rate

    def read(self, span: TimeSpan) -> SpeechClip:
        first, last = (ms * self.sample_rate // 1000 for ms in (span.start_ms, span.end_ms))
        return SpeechClip(self.samples[first:last], self.sample_rate)


def evaluation_path(name: str) -> Path:
    """A file of the evaluation data; the test is skipped where the data is not."""
    beside = Path(__file__).resolve().parents[2].parent / "shared" / "eval"
    path = Path(os.environ.get("DUBWRIGHT_EVAL", beside)) / name
    if not path.is_file():
        pytest.skip(f"the evaluation file {name} is not here; DUBWRIGHT_EVAL names its folder")
    return path


def evaluation_sound(name: str, *, rate: int = 16_000) -> SpeechClip:
    """Its sound, mono at `rate`."""
    command = ["ffmpeg", "-nostdin", "-v", "error", "-i", str(evaluation_path(name)), "-vn"]
    command += ["-ac", "1", "-ar", str(rate), "-f", "f32le", "-"]
    done = subprocess.run(command, capture_output=True, check=True, timeout=60)
    return clip_of(np.frombuffer(done.stdout, np.float32), rate=rate)


def words_of(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())
