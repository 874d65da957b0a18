"""Sound in memory: what a take, a chunk to recognise and a stem are made of."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]
"""Samples in [-1, 1]. Mono: shape (n,). More channels: shape (n, channels)."""


@dataclass(frozen=True, slots=True)
class SpeechClip:
    """Mono float32 samples, shape (n,), at `sample_rate` Hz.

    `fallback` names the engine that spoke it where that is not the one that was set.
    """

    samples: Samples
    sample_rate: int
    fallback: str = ""

    @property
    def duration_ms(self) -> int:
        return round(1000 * len(self.samples) / self.sample_rate)


@dataclass(frozen=True, slots=True)
class Stems:
    """A mono mix taken apart. Both have the mix's length; together they are the mix."""

    vocals: Samples
    background: Samples
