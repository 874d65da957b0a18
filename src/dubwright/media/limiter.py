"""A look-ahead limiter of the true peak: it looks both ways, so it needs no state between blocks."""

import functools
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from dubwright.domain.audio import Samples
from dubwright.media.wav import RawSound

_BLOCK_FRAMES = 480_000
_REACH = 960
"""Frames (20 ms) over which the gain goes down before a peak, and up again after it."""
_TAPS = 24
_PHASES = 4
_CHUNK = 240
_MARGIN = 0.5
"""Between samples a sound rises above them by less than 6 dB; quieter chunks need no look."""
CONTEXT = 2 * _REACH + _TAPS
"""Frames that decide, on either side, how loud a frame may be."""
_ONE = 1 << 28
"""What a gain of 1 counts in whole numbers: half a minute of sums of sums stays below 2**63."""


def limited_blocks(sound: RawSound, *, gain_db: float, ceiling_db: float) -> Iterator[Samples]:
    """`sound` with `gain_db`, its true peak (BS.1770, 4x oversampled) at `ceiling_db` or below.

    Blocks come in order and depend on nothing but the sound.
    """
    for start in range(0, sound.frames, _BLOCK_FRAMES):
        count = min(_BLOCK_FRAMES, sound.frames - start)
        around = sound.read(start - CONTEXT, count + 2 * CONTEXT)
        yield limited(around, gain_db=gain_db, ceiling_db=ceiling_db)


def limited(
    around: Samples, *, gain_db: float, ceiling_db: float | npt.NDArray[np.float64]
) -> Samples:
    """The inside of `around`, which has `CONTEXT` frames more at each end, limited.

    `ceiling_db` is one ceiling, or one for each frame of `around`. A frame comes out the same to
    the last bit wherever `around` begins and ends.
    """
    louder = around * np.float32(10 ** (gain_db / 20))
    count = len(around) - 2 * CONTEXT
    ceiling = np.broadcast_to(10 ** (np.asarray(ceiling_db, np.float64) / 20), len(around))
    return louder[CONTEXT : CONTEXT + count] * _limiting_gain(louder, ceiling, count)[:, None]


def true_peaks(samples: Samples, *, above: float = 0.0) -> Samples:
    """The highest magnitude at or just before each frame, in any channel, between samples too.

    Where no sample comes near half of `above`, the magnitude of the samples themselves.
    """
    # Channel by channel: reducing the short axis of an array is ten times slower.
    peaks: Samples = functools.reduce(np.maximum, np.abs(samples).T).copy()
    for first, last in _loud_runs(peaks, above * _MARGIN):
        padded = np.pad(samples[max(0, first - _TAPS) : last + _TAPS], ((_TAPS, _TAPS), (0, 0)))
        skip = _TAPS + first - max(0, first - _TAPS)
        for channel in padded.T:
            for phase in _interpolators():
                between = np.convolve(channel, phase, mode="same")[skip : skip + last - first]
                np.maximum(peaks[first:last], np.abs(between), out=peaks[first:last])
    return peaks


def _limiting_gain(
    around: Samples, ceiling: npt.NDArray[np.float64], count: int
) -> npt.NDArray[np.float32]:
    peaks = true_peaks(around, above=float(ceiling.min())).astype(np.float64)
    if not np.any(peaks > ceiling):
        return np.ones(count, np.float32)
    # In whole numbers the running sums are exact, so it does not matter where they began.
    needed = np.minimum(1.0, ceiling / np.maximum(peaks, 1e-9))
    lowest = _sliding_min((needed * _ONE).astype(np.int64), 2 * _REACH + 1)
    summed = _sliding_sum(_sliding_sum(lowest, _REACH + 1), _REACH + 1)
    smooth = summed[_TAPS : _TAPS + count] / (float(_ONE) * (_REACH + 1) ** 2)
    return smooth.astype(np.float32)


def _loud_runs(peaks: Samples, threshold: float) -> Iterator[tuple[int, int]]:
    """Runs of chunks in which any frame exceeds `threshold`, whole chunks at a time."""
    chunks = -(-len(peaks) // _CHUNK)
    padded = np.pad(peaks, (0, chunks * _CHUNK - len(peaks)))
    loud = padded.reshape(chunks, _CHUNK).max(axis=1) >= threshold
    edges = np.flatnonzero(np.diff(np.concatenate([[0], loud.astype(np.int8), [0]])))
    for start, end in edges.reshape(-1, 2):
        yield int(start) * _CHUNK, min(int(end) * _CHUNK, len(peaks))


def _sliding_min(values: npt.NDArray[np.int64], width: int) -> npt.NDArray[np.int64]:
    """The least of every `width` neighbours; shorter by `width - 1`."""
    seen = 1
    while seen < width:
        step = min(seen, width - seen)
        values = np.minimum(values[:-step], values[step:])
        seen += step
    return values


def _sliding_sum(values: npt.NDArray[np.int64], width: int) -> npt.NDArray[np.int64]:
    total = np.concatenate([[0], np.cumsum(values)])
    summed: npt.NDArray[np.int64] = total[width:] - total[:-width]
    return summed


@functools.cache
def _interpolators() -> tuple[Samples, ...]:
    """Windowed sincs that give the sound a quarter, a half and three quarters of the way between frames."""
    centre = np.arange(_TAPS) - _TAPS // 2
    filters = []
    for phase in range(1, _PHASES):
        at = centre + phase / _PHASES
        window = np.cos(np.pi * at / (_TAPS + 2)) ** 2
        filters.append((np.sinc(at) * window).astype(np.float32))
    return tuple(filters)
