"""Sound as it arrives in a request: decoded once, read in pieces."""

import io
import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dubwright.domain.audio import SpeechClip
from dubwright.domain.errors import InputError
from dubwright.media.extract import SPEECH_RATE
from dubwright.media.ffmpeg import Ffmpeg
from dubwright.media.sound_file import decode_speech
from dubwright.media.wav import WavRecording
from dubwright.testing.google.failures import Refused, invalid_argument

_LONGEST_MS = 9 * 3_600_000
_SPEECH_WAV = (1, 2, SPEECH_RATE)


@dataclass(frozen=True, slots=True)
class ArrivedSound:
    """Sound for the recogniser, 16 kHz mono, and how many channels it came with."""

    recording: WavRecording
    channels: int

    @property
    def billed_s(self) -> int:
        """Seconds, each started one counted, of each channel."""
        return -(-self.recording.duration_ms // 1000) * self.channels


def decoded(content: bytes, folder: Path, ffmpeg: Ffmpeg) -> ArrivedSound:
    """Decode sound with a header into `folder`. Raises `Refused` for what is no sound."""
    file = folder / "arrived"
    file.write_bytes(content)
    if _is_speech_wav(content):
        return ArrivedSound(WavRecording(file), 1)
    try:
        recording = decode_speech(
            file, folder / "decoded.wav", longest_ms=_LONGEST_MS, ffmpeg=ffmpeg
        )
    except InputError as exc:
        raise Refused(
            invalid_argument(
                "Audio data does not appear to be in a supported encoding. If you believe this to "
                "be incorrect, try explicitly specifying the decoding parameters.",
                "content",
            )
        ) from exc
    return ArrivedSound(recording, _channels(content))


def with_header(content: bytes, *, sample_rate: int, channels: int) -> bytes:
    """Bare 16-bit samples as a WAV file."""
    made = io.BytesIO()
    with wave.open(made, "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(2)
        out.setframerate(sample_rate)
        out.writeframes(content)
    return made.getvalue()


def linear16(clip: SpeechClip) -> bytes:
    """A clip as bare 16-bit samples."""
    return (clip.samples.clip(-1, 1) * 32767).round().astype("<i2").tobytes()


def silence(duration_ms: int, sample_rate: int) -> np.typing.NDArray[np.float32]:
    """Samples of nothing."""
    return np.zeros(duration_ms * sample_rate // 1000, np.float32)


def _is_speech_wav(content: bytes) -> bool:
    """Whether it can be read as it is."""
    if content[:4] != b"RIFF":
        return False
    try:
        with wave.open(io.BytesIO(content)) as file:
            form = (file.getnchannels(), file.getsampwidth(), file.getframerate())
            return form == _SPEECH_WAV and file.getnframes() > 0
    except (wave.Error, EOFError):
        return False


def _channels(content: bytes) -> int:
    """From the header of WAV and FLAC; other sound counts as one channel."""
    if content[:4] == b"RIFF":
        return int.from_bytes(content[22:24], "little") or 1
    if content[:4] == b"fLaC":
        return (content[20] >> 1 & 0b111) + 1
    return 1
