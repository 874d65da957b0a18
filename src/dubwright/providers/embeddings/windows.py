"""Speech cut into short windows, and the mel spectrogram that the embedding network reads."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from dubwright.domain.audio import Samples
from dubwright.domain.timeline import TimeSpan

SAMPLE_RATE = 16_000
WINDOW_FRAMES = 80
MELS = 40
_HOP_FRAMES = 40
_FRAME_MS = 10
_FFT, _FRAME, _HOP = 512, 400, 160
_FLOOR = 1e-10

Matrix = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Window:
    """Where one window of 0.8 s lies; `speech` is the index of the speech span that it is in."""

    speech: int
    span: TimeSpan


def windows(span: TimeSpan, speech: int) -> list[Window]:
    """Windows of 0.8 s that overlap by half and lie within `span`; one for a shorter span."""
    frames = max(WINDOW_FRAMES, (span.duration_ms - _FFT // 16) // _FRAME_MS + 1)
    starts = range(0, frames - WINDOW_FRAMES + 1, _HOP_FRAMES)
    return [Window(speech, _window_span(span, first * _FRAME_MS)) for first in starts]


def _window_span(span: TimeSpan, offset_ms: int) -> TimeSpan:
    start_ms = span.start_ms + offset_ms
    end_ms = min(span.end_ms, start_ms + WINDOW_FRAMES * _FRAME_MS)
    return TimeSpan(start_ms=start_ms, end_ms=end_ms)


def window_spectra(samples: Samples, count: int) -> Iterator[Matrix]:
    """The first `count` windows of a span as log mel spectra, shape (80, 40).

    A span shorter than a window is repeated until it fills one.
    """
    spectrum = log_mel(samples)
    if len(spectrum) < WINDOW_FRAMES:
        spectrum = np.resize(spectrum, (WINDOW_FRAMES, MELS))
    for number in range(count):
        yield spectrum[number * _HOP_FRAMES :][:WINDOW_FRAMES]


def log_mel(samples: Samples) -> Matrix:
    """Power in 40 mel bands every 10 ms, as log10, shape (frames, 40).

    The network was trained on this: 512-point transform of 25 ms under a Hamming window.
    """
    padded = np.pad(samples, (0, max(0, _FFT - len(samples))))
    frames = np.lib.stride_tricks.sliding_window_view(padded, _FFT)[::_HOP]
    power = np.square(np.abs(np.fft.rfft(frames * _taper(), axis=1)))
    spectrum: Matrix = np.log10(power @ _mel_bands() + _FLOOR).astype(np.float32)
    return spectrum


@cache
def _taper() -> Samples:
    hamming = 0.54 - 0.46 * np.cos(2 * np.pi * np.arange(_FRAME) / _FRAME)
    return np.pad(hamming, (_FFT - _FRAME) // 2).astype(np.float32)


@cache
def _mel_bands() -> Matrix:
    """Slaney's triangular bands of equal area from 0 Hz to half the sample rate, (257, 40)."""
    edges = _hertz(np.linspace(0, _mel(SAMPLE_RATE / 2), MELS + 2))
    bins = np.linspace(0, SAMPLE_RATE / 2, _FFT // 2 + 1)[:, None]
    low, middle, high = edges[:-2], edges[1:-1], edges[2:]
    rising, falling = (bins - low) / (middle - low), (high - bins) / (high - middle)
    return (np.maximum(0, np.minimum(rising, falling)) * 2 / (high - low)).astype(np.float32)


_LINEAR_HZ, _BREAK_HZ, _BREAK_MEL = 200 / 3, 1000.0, 15.0
_LOG_STEP = np.log(6.4) / 27


def _mel(hertz: float) -> float:
    return float(_BREAK_MEL + np.log(hertz / _BREAK_HZ) / _LOG_STEP)


def _hertz(mels: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    above = _BREAK_HZ * np.exp(_LOG_STEP * (mels - _BREAK_MEL))
    return np.where(mels >= _BREAK_MEL, above, mels * _LINEAR_HZ)
