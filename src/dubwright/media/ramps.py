"""Soft borders: weights that rise before a span of sound and fall after it."""

from collections.abc import Iterable

import numpy as np

from dubwright.domain.audio import Samples

Frames = tuple[int, int]
"""The first frame of a span of sound, and the one after its last."""


def cover(spans: Iterable[Frames], window: Frames, *, rise: int, fall: int) -> Samples:
    """1 within `spans`, 0 away from them, with raised-cosine ramps before and after each.

    Frames count from the start of the sound; the result covers `window`.
    """
    weight = np.zeros(window[1] - window[0], np.float32)
    up, down = raised_cosine(rise), raised_cosine(fall)[::-1]
    for start, end in spans:
        if end + fall <= window[0] or start - rise >= window[1]:
            continue
        _raise_to(weight, start - rise - window[0], up)
        _raise_to(weight, start - window[0], np.ones(end - start, np.float32))
        _raise_to(weight, end - window[0], down)
    return weight


def _raise_to(weight: Samples, at: int, shape: Samples) -> None:
    """Lift `weight` from index `at` on to at least `shape`, where they meet."""
    first, last = max(0, at), min(len(weight), at + len(shape))
    if first < last:
        part = weight[first:last]
        np.maximum(part, shape[first - at : last - at], out=part)


def raised_cosine(length: int) -> Samples:
    """A raised cosine from 0 to 1."""
    turn = (np.arange(length) + 0.5) * (np.pi / max(length, 1))
    ramp: Samples = (0.5 - 0.5 * np.cos(turn)).astype(np.float32)
    return ramp
