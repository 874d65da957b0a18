"""Deterministic sounds for tests: silence, noise, and something that moves like speech."""

from dataclasses import dataclass

import numpy as np

from dubwright.domain.audio import Samples, SpeechClip
from dubwright.domain.timeline import TimeSpan


@dataclass(frozen=True, slots=True)
class MemoryRecording:
    """A `Recording` held whole in memory: mono float32 samples at `sample_rate` Hz."""

    samples: Samples
    sample_rate: int

    @property
    def duration_ms(self) -> int:
        return 1000 * len(self.samples) // self.sample_rate

    def read(self, span: TimeSpan) -> SpeechClip:
        """The samples of `span`; a span past the end gives what there is."""
        start = span.start_ms * self.sample_rate // 1000
        end = span.end_ms * self.sample_rate // 1000
        return SpeechClip(self.samples[start:end], self.sample_rate)


def silence(duration_ms: int, *, sample_rate: int) -> Samples:
    """Digital silence."""
    return np.zeros(_length(duration_ms, sample_rate), dtype=np.float32)


def noise(
    duration_ms: int, *, sample_rate: int, level_dbfs: float = -30.0, seed: int = 1
) -> Samples:
    """White noise of the given RMS level."""
    random = np.random.default_rng(seed)
    samples = random.standard_normal(_length(duration_ms, sample_rate)) * 10 ** (level_dbfs / 20)
    return np.clip(samples, -1, 1).astype(np.float32)


def babble(
    duration_ms: int, *, sample_rate: int, pitch_hz: float = 140.0, seed: int = 1
) -> Samples:
    """A voice without words: a gliding pitch with three formants, in about 4 syllables a second.

    No recogniser hears words in it, and no neural voice activity is bound to take it for speech.
    """
    random = np.random.default_rng(seed)
    seconds = np.arange(_length(duration_ms, sample_rate)) / sample_rate
    glide = 1 + 0.08 * np.sin(2 * np.pi * 0.7 * seconds + random.uniform(0, 2 * np.pi))
    phase = 2 * np.pi * np.cumsum(pitch_hz * glide) / sample_rate
    formants_hz = random.uniform((350, 1000, 2300), (750, 1900, 3000))
    voice = np.zeros_like(seconds)
    for harmonic in range(1, int(min(3800, sample_rate / 2) / (1.1 * pitch_hz))):
        distance = (harmonic * pitch_hz - formants_hz) / 150
        voice += np.sum(1 / (1 + distance**2)) * np.sin(harmonic * phase)
    syllables = 0.2 + 0.8 * np.sin(np.pi * 4 * seconds) ** 2
    shaped = 0.3 * syllables * voice / max(1e-9, float(np.abs(voice).max()))
    return np.asarray(shaped, dtype=np.float32)


def _length(duration_ms: int, sample_rate: int) -> int:
    return round(duration_ms * sample_rate / 1000)
