"""How long a speaker's vocal tract is, heard in the third and fourth formants.

Pitch alone mistakes a man who calls out to a crowd for a woman; his formants stay where they are.
Linear prediction by autocorrelation (Makhoul 1975); formants are the narrow poles.
"""

import numpy as np
import numpy.typing as npt

from dubwright.domain.audio import Samples

Values = npt.NDArray[np.float64]

_RATE, _ANALYSIS_RATE = 16_000, 11_000  # formants up to 5.5 kHz, as usual for adults
_ORDER = 11
_FRAME, _HOP = 330, 165
_PREEMPHASIS = 0.97
_QUIET_RMS = 0.003
_VOICED = 0.4
_LOWEST_HZ, _HIGHEST_HZ = 150, 5_300
_WIDEST_HZ = 500


def upper_formants(samples: Samples) -> Values:
    """The mean of the third and the fourth formant in Hz, for each voiced frame of 30 ms.

    Frames in which four formants cannot be told are left out, as in sound from a telephone.
    """
    import soxr

    sound = soxr.resample(samples, _RATE, _ANALYSIS_RATE).astype(np.float64)
    if len(sound) <= _FRAME:
        return np.zeros(0)
    emphasised = np.append(sound[0], sound[1:] - _PREEMPHASIS * sound[:-1])
    frames = np.lib.stride_tricks.sliding_window_view(emphasised, _FRAME)[::_HOP]
    loud = frames[np.sqrt(np.mean(np.square(frames), axis=1)) > _QUIET_RMS]
    curves = _autocorrelation(loud * np.hamming(_FRAME))
    poles = _poles(curves[_is_voiced(curves)])
    return np.array([mean for row in poles if (mean := _upper_mean(row)) is not None])


def _autocorrelation(frames: Values) -> Values:
    power = np.square(np.abs(np.fft.rfft(frames, 2 * _FRAME, axis=1)))
    curves: Values = np.fft.irfft(power, axis=1)[:, :_FRAME]
    return curves


def _is_voiced(curves: Values) -> npt.NDArray[np.bool_]:
    periodic = curves[:, _ANALYSIS_RATE // 400 : _ANALYSIS_RATE // 65].max(axis=1, initial=0)
    voiced: npt.NDArray[np.bool_] = periodic > _VOICED * curves[:, 0]
    return voiced


def _poles(curves: Values) -> npt.NDArray[np.complex128]:
    """The poles of each frame's all-pole model, shape (frames, order)."""
    wanted = curves[:, : _ORDER + 1].copy()
    wanted[:, 0] = wanted[:, 0] * 1.0001 + 1e-12
    lags = np.abs(np.subtract.outer(np.arange(_ORDER), np.arange(_ORDER)))
    predictor = np.linalg.solve(wanted[:, lags], wanted[:, 1:, None])[:, :, 0]
    companion = np.zeros((len(curves), _ORDER, _ORDER))
    companion[:, 0] = predictor
    companion[:, np.arange(1, _ORDER), np.arange(_ORDER - 1)] = 1
    return np.linalg.eigvals(companion).astype(np.complex128)


def _upper_mean(poles: npt.NDArray[np.complex128]) -> float | None:
    upper_half = poles[poles.imag > 0]
    hertz = np.angle(upper_half) * _ANALYSIS_RATE / (2 * np.pi)
    width = -np.log(np.abs(upper_half)) * _ANALYSIS_RATE / np.pi
    formants = np.sort(hertz[(width < _WIDEST_HZ) & (hertz > _LOWEST_HZ) & (hertz < _HIGHEST_HZ)])
    return float(formants[2:4].mean()) if len(formants) >= 4 else None
