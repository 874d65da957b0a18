"""Google's spoken answers as samples: without header, and without the silence round them."""

import io
import wave
from collections.abc import Sequence

import numpy as np

from dubwright.domain.audio import Samples
from dubwright.domain.errors import ProviderError, ProviderRejected
from dubwright.providers.google.errors import NAME

SAMPLE_RATE = 24_000
_FRAME = SAMPLE_RATE // 100
_MARGIN_FRAMES = 2
_QUIET = 1 / 316  # 50 dB below the loudest frame
_PAUSE_MS = 150
_STEP = np.float32(1 / 32_768)


def samples_of(content: bytes) -> Samples:
    """LINEAR16 with its WAV header, as float32. Raises `ProviderError` for anything else."""
    try:
        with wave.open(io.BytesIO(content)) as sound:
            form = (sound.getnchannels(), sound.getsampwidth(), sound.getframerate())
            if form != (1, 2, SAMPLE_RATE):
                raise ProviderError(f"Google spoke in another form: {form}", provider=NAME)
            raw = sound.readframes(sound.getnframes())
    except (wave.Error, EOFError) as exc:
        raise ProviderError("Google's speech cannot be read", provider=NAME) from exc
    return np.frombuffer(raw[: len(raw) // 2 * 2], "<i2").astype(np.float32) * _STEP


def audible(samples: Samples) -> Samples:
    """The samples with at most 20 ms of silence at either end.

    Raises `ProviderRejected` where there is nothing but silence.
    """
    frames = np.pad(samples, (0, -len(samples) % _FRAME)).reshape(-1, _FRAME)
    levels = np.sqrt(np.mean(np.square(frames, dtype=np.float64), axis=1))
    loud = np.flatnonzero(levels > levels.max(initial=0.0) * _QUIET)
    if len(loud) == 0:
        raise nothing_to_speak()
    start = max(0, int(loud[0]) - _MARGIN_FRAMES)
    return samples[start * _FRAME : (int(loud[-1]) + 1 + _MARGIN_FRAMES) * _FRAME]


def in_a_row(takes: Sequence[Samples]) -> Samples:
    """Takes of one text, with the pause of a sentence between them."""
    pause = np.zeros(SAMPLE_RATE * _PAUSE_MS // 1000, np.float32)
    parts = [part for take in takes for part in (pause, take)]
    return np.concatenate(parts[1:])


def nothing_to_speak() -> ProviderRejected:
    """There are no words in a text."""
    return ProviderRejected(
        "there is nothing to speak in this text",
        provider=NAME,
        hint="write words, or keep the original of this line",
    )
