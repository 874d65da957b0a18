"""A take made a little longer or shorter at the same pitch, to an exact number of samples."""

import numpy as np

from dubwright.domain.audio import Samples, SpeechClip
from dubwright.domain.errors import MediaError
from dubwright.media.ffmpeg import Ffmpeg, IsCancelled
from dubwright.media.levels import speech_level_db

_TIMEOUT_S = 60.0
_TRIES = 6
_LEAST_STEP = 1.005
_SILENT = 10 ** (-60 / 20)
# Measured on speech: sharp transients bend a low voice's pitch, long windows smear consonants.
_FILTERS = {
    True: "rubberband=tempo={speed:.6f}:transients=smooth:detector=soft:window=short",
    False: "atempo={speed:.6f}",
}


def stretch(
    clip: SpeechClip, speed: float, *, ffmpeg: Ffmpeg, cancelled: IsCancelled | None = None
) -> SpeechClip:
    """`clip` at `speed` times its pace (1.1: ten percent faster), same pitch.

    The result has exactly `round(len / speed)` samples. Nothing that sounds is cut: a result too
    long is made again a little faster, one too short ends in a few ms of silence. The level stays:
    the filter alone would cost up to 2 dB.
    """
    wanted = round(len(clip.samples) / speed)
    if wanted == len(clip.samples) or wanted == 0:
        return clip
    tried = speed
    for _ in range(_TRIES):
        made = _stretched(clip, tried, ffmpeg=ffmpeg, cancelled=cancelled)
        if not np.any(np.abs(made[wanted:]) > _SILENT):
            return SpeechClip(_exactly(_as_loud(made, clip), wanted), clip.sample_rate)
        tried *= max(_LEAST_STEP, len(made) / wanted)
    raise MediaError(f"the take could not be made {speed:.3f} times as fast")


def resample(clip: SpeechClip, rate: int) -> SpeechClip:
    """The same sound at `rate` Hz, by soxr's high quality filter."""
    if clip.sample_rate == rate:
        return clip
    import soxr

    samples = soxr.resample(clip.samples, clip.sample_rate, rate, quality="HQ")
    return SpeechClip(np.asarray(samples, np.float32), rate)


def _stretched(
    clip: SpeechClip, speed: float, *, ffmpeg: Ffmpeg, cancelled: IsCancelled | None
) -> Samples:
    sound = ["-f", "f32le", "-ar", str(clip.sample_rate)]
    answer = ffmpeg.run(
        [
            *(*sound, "-ac", "1", "-i", "pipe:0"),
            *("-af", _FILTERS[ffmpeg.has_filter("rubberband")].format(speed=speed)),
            *(*sound, "pipe:1"),
        ],
        timeout_s=_TIMEOUT_S,
        cancelled=cancelled,
        stdin=clip.samples.astype("<f4").tobytes(),
    )
    return np.frombuffer(answer, "<f4").astype(np.float32)


def _as_loud(made: Samples, clip: SpeechClip) -> Samples:
    before = speech_level_db(clip.samples, clip.sample_rate)
    after = speech_level_db(made, clip.sample_rate)
    if before is None or after is None:
        return made
    return made * np.float32(10 ** ((before - after) / 20))


def _exactly(samples: Samples, wanted: int) -> Samples:
    return np.pad(samples[:wanted], (0, max(0, wanted - len(samples))))
