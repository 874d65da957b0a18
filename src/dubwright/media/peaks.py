"""Peaks: the course of a sound as pairs of its lowest and highest sample, for drawing a waveform.

The format is that of BBC's audiowaveform, `.dat` version 1 with 8 bits and one channel:
https://github.com/bbc/audiowaveform/blob/master/doc/DataFormat.md
"""

import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from dubwright.domain.audio import Samples
from dubwright.domain.errors import Cancelled
from dubwright.domain.timeline import TimeSpan
from dubwright.media.extract import written_beside
from dubwright.media.ffmpeg import IsCancelled
from dubwright.ports.recording import Recording

Pairs = npt.NDArray[np.int8]

_VERSION, _EIGHT_BIT = 1, 1
_HEADER = struct.Struct("<iIiiI")
_READ_MS = 60_000
_FULL_SCALE = 128


def write_peaks(
    sound: Recording, pairs_per_s: int, to: Path, *, cancelled: IsCancelled | None = None
) -> None:
    """Write the peaks of a whole sound; memory does not grow with its length.

    `pairs_per_s` has to divide the sample rate. The last pair may stand for fewer samples.
    """
    if sound.sample_rate % pairs_per_s:
        raise ValueError(f"{sound.sample_rate} samples a second are no {pairs_per_s} equal parts")
    each = sound.sample_rate // pairs_per_s
    with written_beside(to) as part, part.open("wb") as file:
        file.write(_HEADER.pack(_VERSION, _EIGHT_BIT, sound.sample_rate, each, 0))
        count = 0
        for pairs in _pairs(sound, each, cancelled or (lambda: False)):
            count += len(pairs)
            file.write(pairs.tobytes())
        file.seek(0)
        file.write(_HEADER.pack(_VERSION, _EIGHT_BIT, sound.sample_rate, each, count))


def _pairs(sound: Recording, each: int, cancelled: IsCancelled) -> Iterator[Pairs]:
    """The pairs in order; what is left of a read goes to the front of the next."""
    left = np.zeros(0, np.float32)
    for samples in _reads(sound):
        if cancelled():
            raise Cancelled("stopped while drawing the sound")
        left = np.concatenate([left, samples])
        whole = len(left) // each * each
        if whole:
            yield _extremes(left[:whole].reshape(-1, each))
        left = left[whole:]
    if len(left):
        yield _extremes(left.reshape(1, -1))


def _reads(sound: Recording) -> Iterator[Samples]:
    for start_ms in range(0, sound.duration_ms, _READ_MS):
        end_ms = min(start_ms + _READ_MS, sound.duration_ms)
        yield sound.read(TimeSpan(start_ms=start_ms, end_ms=end_ms)).samples


def _extremes(rows: Samples) -> Pairs:
    """The lowest and the highest sample of each row, shape (n, 2), cut to 8 bits as audiowaveform does."""
    found = np.stack([rows.min(axis=1), rows.max(axis=1)], axis=1) * _FULL_SCALE
    pairs: Pairs = np.trunc(np.clip(found, -_FULL_SCALE, _FULL_SCALE - 1)).astype(np.int8)
    return pairs
