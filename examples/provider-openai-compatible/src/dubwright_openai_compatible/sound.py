"""Sound as it goes over the wire: 16-bit WAV to the server, WAV or bare samples from it."""

import io
import wave

import numpy as np

from dubwright.domain.audio import Samples, SpeechClip
from dubwright.domain.errors import ProviderError, ProviderRejected
from dubwright_openai_compatible.errors import NAME

_STEP = np.float32(1 / 32_768)
_LEAST_RATE = 8_000
_FRAMES_PER_S = 100
_MARGIN_FRAMES = 2
_QUIET = 1 / 316  # 50 dB below the loudest frame


def as_wav(clip: SpeechClip) -> bytes:
    """The clip as a WAV file with 16-bit samples."""
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(clip.sample_rate)
        file.writeframes((clip.samples.clip(-1, 1) * 32_767).round().astype("<i2").tobytes())
    return made.getvalue()


def wav_samples(content: bytes) -> SpeechClip:
    """A WAV file as float32. Its header may lie about the length, as those of streams do."""
    try:
        with wave.open(io.BytesIO(content)) as file:
            form, rate = (file.getnchannels(), file.getsampwidth()), file.getframerate()
            raw = file.readframes(file.getnframes())
    except (wave.Error, EOFError) as exc:
        raise ProviderError(
            "the speech is no WAV file", provider=NAME, hint="try the `response_format` `pcm`"
        ) from exc
    if form != (1, 2) or rate < _LEAST_RATE:
        raise ProviderError(
            f"the speech has {form[0]} channels of {form[1]} bytes at {rate} Hz, not 16-bit mono",
            provider=NAME,
            hint="choose another `model`, or have the server send 16-bit mono",
        )
    return SpeechClip(bare_samples(raw), rate)


def bare_samples(raw: bytes) -> Samples:
    """Little-endian 16-bit samples as float32; half a sample at the end is dropped."""
    return np.frombuffer(raw[: len(raw) // 2 * 2], "<i2").astype(np.float32) * _STEP


def audible(clip: SpeechClip) -> SpeechClip:
    """The clip with at most 20 ms of silence at either end.

    Raises `ProviderRejected` where there is nothing but silence.
    """
    frame = clip.sample_rate // _FRAMES_PER_S
    frames = np.pad(clip.samples, (0, -len(clip.samples) % frame)).reshape(-1, frame)
    levels = np.sqrt(np.mean(np.square(frames, dtype=np.float64), axis=1))
    loud = np.flatnonzero(levels > levels.max(initial=0.0) * _QUIET)
    if len(loud) == 0:
        raise ProviderRejected("the server spoke nothing but silence", provider=NAME)
    start = max(0, int(loud[0]) - _MARGIN_FRAMES)
    end = int(loud[-1]) + 1 + _MARGIN_FRAMES
    return SpeechClip(clip.samples[start * frame : end * frame], clip.sample_rate)
