"""How high a voice is: the fundamental of its voiced frames, by autocorrelation."""

import numpy as np
import numpy.typing as npt

from dubwright.domain.audio import Samples

Pitches = npt.NDArray[np.float64]
Curves = npt.NDArray[np.float64]

_RATE = 16_000
_FRAME, _HOP = 1_024, 320
_LOWEST_HZ, _HIGHEST_HZ = 65, 400
_VOICED = 0.45
_QUIET_RMS = 0.005
_OCTAVE_SHARE = 0.95


def frame_pitches(samples: Samples) -> Pitches:
    """The fundamental in Hz of every voiced frame of 64 ms; other frames are left out."""
    if len(samples) < _FRAME:
        return np.zeros(0)
    frames = np.lib.stride_tricks.sliding_window_view(samples, _FRAME)[::_HOP]
    frames = frames - frames.mean(axis=1, keepdims=True)
    frames = frames[np.sqrt(np.mean(np.square(frames), axis=1)) > _QUIET_RMS]
    if not len(frames):
        return np.zeros(0)
    curves = _autocorrelation(frames)
    lags = np.array([_first_high_peak(curve) for curve in curves])
    voiced = curves[np.arange(len(lags)), lags] > _VOICED
    pitches: Pitches = _RATE / lags[voiced]
    return pitches


def _autocorrelation(frames: npt.NDArray[np.float32]) -> Curves:
    """Normalised to 1 at lag 0 and freed of the window's own decay (Boersma 1993)."""
    taper = np.hanning(_FRAME)
    own = np.fft.irfft(np.abs(np.fft.rfft(taper, 2 * _FRAME)) ** 2)[: _RATE // _LOWEST_HZ + 1]
    spectra = np.abs(np.fft.rfft(frames * taper, 2 * _FRAME, axis=1)) ** 2
    curves = np.fft.irfft(spectra, axis=1)[:, : _RATE // _LOWEST_HZ + 1]
    normal: Curves = (curves / (curves[:, :1] + 1e-12)) / (own / own[0])
    return normal


def _first_high_peak(curve: npt.NDArray[np.float64]) -> int:
    """The shortest lag whose peak is nearly the highest: the fundamental, not an octave below."""
    shortest = _RATE // _HIGHEST_HZ
    inner = curve[shortest - 1 :]
    is_peak = (inner[1:-1] >= inner[:-2]) & (inner[1:-1] >= inner[2:])
    peaks = np.flatnonzero(is_peak) + shortest
    if not len(peaks):
        return int(shortest + np.argmax(curve[shortest:]))
    highest = curve[peaks].max()
    return int(peaks[curve[peaks] >= min(highest, _OCTAVE_SHARE * highest)][0])
