"""Sound files that people give: told by their first bytes, decoded once, encoded once."""

import wave
from collections.abc import Iterable
from pathlib import Path

from dubwright.domain.audio import Samples, SpeechClip
from dubwright.domain.errors import InputError, MediaError
from dubwright.domain.media import Container
from dubwright.media.extract import MIX_RATE, SPEECH_RATE, written_beside
from dubwright.media.ffmpeg import Ffmpeg, IsCancelled, input_of, local
from dubwright.media.wav import RawSound, WavRecording, describe_raw

_HEAD_BYTES = 12
_LEAST_MS = 20


def decode_speech(
    file: Path, to: Path, *, longest_ms: int, ffmpeg: Ffmpeg, cancelled: IsCancelled | None = None
) -> WavRecording:
    """Write the first sound track of a file as 16 kHz mono WAV. Raises `InputError`."""
    options = ["-ac", "1", "-ar", str(SPEECH_RATE), "-c:a", "pcm_s16le", "-bitexact", "-f", "wav"]
    _decode(file, to, options, longest_ms=longest_ms, ffmpeg=ffmpeg, cancelled=cancelled)
    recording = WavRecording(to)
    if recording.duration_ms > longest_ms:
        raise _too_long(file, longest_ms)
    if recording.duration_ms < _LEAST_MS:
        raise InputError(f"{file.name!r} has no sound", hint="give a file that can be heard")
    return recording


def decode_stereo(
    file: Path, to: Path, *, longest_ms: int, ffmpeg: Ffmpeg, cancelled: IsCancelled | None = None
) -> RawSound:
    """Write the first sound track of a file as 48 kHz stereo samples. Raises `InputError`."""
    options = ["-ac", "2", "-ar", str(MIX_RATE), "-c:a", "pcm_f32le", "-f", "f32le"]
    _decode(file, to, options, longest_ms=longest_ms, ffmpeg=ffmpeg, cancelled=cancelled)
    return describe_raw(to, channels=2, layout="stereo", sample_rate=MIX_RATE)


def encode_flac(
    blocks: Iterable[Samples], like: RawSound, to: Path, *, ffmpeg: Ffmpeg, cancelled: IsCancelled
) -> None:
    """Write float samples, shape (n, channels), as 24-bit FLAC."""
    form = ["-f", "f32le", "-ar", str(like.sample_rate), "-ch_layout", like.layout, "-i", "pipe:0"]
    with written_beside(to) as part:
        ffmpeg.write_blocks(
            [*form, "-c:a", "flac", "-sample_fmt", "s32", "-f", "flac", local(part)],
            blocks,
            timeout_s=60 + like.duration_ms / 1000,
            cancelled=cancelled,
        )


def copy_sound(
    video: Path, container: Container, to: Path, *, ffmpeg: Ffmpeg, cancelled: IsCancelled
) -> None:
    """Write the first sound track of a video to a file of its own, without encoding it again."""
    form = "matroska" if to.suffix == ".mka" else "ipod"
    with written_beside(to) as part:
        ffmpeg.run(
            [*input_of(video, container), "-map", "0:a:0", "-c", "copy", "-f", form, local(part)],
            timeout_s=600,
            cancelled=cancelled,
        )


def write_wav(clip: SpeechClip, to: Path) -> None:
    """Write a clip as 16-bit mono WAV."""
    with written_beside(to) as part, wave.open(str(part), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(clip.sample_rate)
        out.writeframes((clip.samples.clip(-1, 1) * 32767).round().astype("<i2").tobytes())


def demuxer_for(head: bytes) -> str | None:
    """The demuxer for a file that begins so; None for anything but sound and video files."""
    starts = {
        b"fLaC": "flac",
        b"OggS": "ogg",
        b"ID3": "mp3",
        b"\xff\xfb": "mp3",
        b"\xff\xf3": "mp3",
        b"\xff\xf2": "mp3",
        b"\x1a\x45\xdf\xa3": "matroska",
    }
    for start, demuxer in starts.items():
        if head.startswith(start):
            return demuxer
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "wav"
    if head[4:8] == b"ftyp":
        return "mov"
    return None


def _decode(
    file: Path,
    to: Path,
    options: list[str],
    *,
    longest_ms: int,
    ffmpeg: Ffmpeg,
    cancelled: IsCancelled | None,
) -> None:
    opened = ["-protocol_whitelist", "file,pipe", "-f", _demuxer(file)]
    guarded = ["-enable_drefs", "0", "-use_absolute_path", "0"] if "mov" in opened else []
    limit_s = longest_ms / 1000 + 1
    with written_beside(to) as part:
        try:
            ffmpeg.run(
                [
                    *(*opened, *guarded, "-i", local(file), "-map", "0:a:0", "-vn", "-sn", "-dn"),
                    *("-map_metadata", "-1", "-t", f"{limit_s:.3f}", *options, local(part)),
                ],
                timeout_s=60 + limit_s,
                cancelled=cancelled,
            )
        except MediaError as exc:
            raise InputError(
                f"{file.name!r} has no sound that can be decoded",
                hint="give a WAV, FLAC, MP3, Ogg, M4A or video file with a sound track",
            ) from exc


def _demuxer(file: Path) -> str:
    with file.open("rb") as opened:
        demuxer = demuxer_for(opened.read(_HEAD_BYTES))
    if demuxer is None:
        raise InputError(
            f"{file.name!r} is not a sound file", hint="give a WAV, FLAC, MP3, Ogg or M4A file"
        )
    return demuxer


def _too_long(file: Path, longest_ms: int) -> InputError:
    return InputError(
        f"{file.name!r} is longer than {longest_ms // 60_000} minutes",
        hint="cut it into shorter files, or raise `limits.max_duration_s`",
    )
