"""What is left of a mix beside its speech: spectral subtraction with a generous hand.

Taking the network's speech from the mix leaves an audible ghost of voices that it lowers only
half, as it does with rooms and old microphones: 8 dB below the voice in one such recording.
Subtracting twice the speech's magnitude in every bin left 24 dB there. It costs music that plays
under the voice: 1 to 1.4 dB where that is 8 dB softer than the voice, up to 3.6 dB at 20 dB softer.
Oversubtraction: Berouti, Schwartz and Makhoul, ICASSP 1979.
"""

import numpy as np

from dubwright.domain.audio import Samples

_WINDOW = 1_920
_HOP = 960


def residue(mix: Samples, speech: Samples, *, oversubtraction: float) -> Samples:
    """The background of `mix`, as long as it; where there is no speech it is the mix itself."""
    mixed, spoken = _spectrum(mix), _spectrum(speech)
    share = np.abs(spoken) / np.maximum(np.abs(mixed), np.float32(1e-9))
    kept = np.clip(1 - oversubtraction * share, 0, 1)
    return _sound(mixed * kept, len(mix))


def _window() -> Samples:
    """Its squares add up to one at this hop, so that analysis and synthesis cancel."""
    phase = np.pi * (np.arange(_WINDOW) + 0.5) / _WINDOW
    return np.sin(phase).astype(np.float32)


def _spectrum(sound: Samples) -> np.ndarray[tuple[int, int], np.dtype[np.complex64]]:
    padded = np.pad(sound, (_HOP, _WINDOW + -len(sound) % _HOP))
    frames = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::_HOP]
    return np.fft.rfft(frames * _window(), axis=1).astype(np.complex64, copy=False)


def _sound(spectrum: np.ndarray[tuple[int, int], np.dtype[np.complex64]], length: int) -> Samples:
    frames = np.fft.irfft(spectrum, _WINDOW, axis=1) * _window()
    first, second = frames[:, :_HOP], frames[:, _HOP:]
    added = np.concatenate([first, np.zeros((1, _HOP), np.float32)])
    added[1:] += second
    return added.reshape(-1)[_HOP : _HOP + length].astype(np.float32)
