"""The source's sound, decoded once: mono for listening, every channel for the mix."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dubwright.domain.audio import Samples, SpeechClip
from dubwright.domain.errors import StorageError
from dubwright.domain.media import AudioTrack, Source
from dubwright.domain.timeline import TimeSpan
from dubwright.media.ffmpeg import Ffmpeg, IsCancelled, input_of, local
from dubwright.media.wav import PiecedRecording, RawSound, WavRecording, describe_raw

SPEECH_RATE = 16_000
MIX_RATE = 48_000
_LAYOUTS_WITH_CENTRE = ("3.", "4.0", "4.1", "5.", "6.", "7.", "hexagonal")
# The voices sit in the centre of a film's mix: it leads, the sides keep what was placed there.
_SIDE_GAIN = 0.3
_CENTRE_DOWNMIX = f"pan=mono|c0<FC+{_SIDE_GAIN}*FL+{_SIDE_GAIN}*FR"
_LEAST_TIMEOUT_S = 60.0


def extract_speech(
    video: Path,
    source: Source,
    track: AudioTrack,
    to: Path,
    *,
    ffmpeg: Ffmpeg,
    cancelled: IsCancelled | None = None,
) -> WavRecording:
    """Write `track` as a 16 kHz mono 16-bit WAV file: as long as the source, sample 0 at time 0."""
    filters = [
        _on_the_clock(track.sample_rate),
        _downmix(track),
        f"aresample={SPEECH_RATE}",
        *_whole(source, SPEECH_RATE),
    ]
    with written_beside(to) as part:
        ffmpeg.run(
            [
                *_decoded(video, source, track),
                *("-af", ",".join(filters)),
                *("-c:a", "pcm_s16le", "-bitexact", "-f", "wav", local(part)),
            ],
            timeout_s=time_limit_s(source),
            cancelled=cancelled,
        )
    return WavRecording(to)


@dataclass(frozen=True, slots=True)
class TrackRecording:
    """A sound track as 16 kHz mono that is decoded only where it is read."""

    video: Path
    source: Source
    track: AudioTrack
    ffmpeg: Ffmpeg
    sample_rate: int = SPEECH_RATE

    @property
    def duration_ms(self) -> int:
        return self.source.duration_ms

    def read(self, span: TimeSpan) -> SpeechClip:
        """The samples of `span`, float32. A span past the end gives what there is."""
        end_ms = min(span.end_ms, self.duration_ms)
        frames = max(0, end_ms - span.start_ms) * SPEECH_RATE // 1000
        samples = np.frombuffer(self._decode(span.start_ms, frames, "f32le"), "<f4")
        return SpeechClip(samples.astype(np.float32), SPEECH_RATE)

    def decoded(self) -> PiecedRecording:
        """The whole track in memory, 2 MB a minute: quicker where a short one is read often."""
        frames = self.duration_ms * SPEECH_RATE // 1000
        samples = np.frombuffer(self._decode(0, frames, "s16le"), "<i2")
        return PiecedRecording((lambda: samples,), self.duration_ms, self.duration_ms, SPEECH_RATE)

    def _decode(self, start_ms: int, frames: int, sample_format: str) -> bytes:
        clock = [_on_the_clock(self.track.sample_rate), _downmix(self.track)]
        whole = [
            f"aresample={SPEECH_RATE}",
            f"apad=whole_len={frames}",
            f"atrim=end_sample={frames}",
        ]
        return self.ffmpeg.run(
            [
                *("-ss", f"{start_ms / 1000:.3f}"),
                *_decoded(self.video, self.source, self.track),
                *("-t", f"{frames / SPEECH_RATE:.6f}"),
                *("-af", ",".join([*clock, *whole]), "-f", sample_format, "pipe:1"),
            ],
            timeout_s=time_limit_s(self.source),
        )


def extract_mix(
    video: Path,
    source: Source,
    track: AudioTrack,
    to: Path,
    *,
    ffmpeg: Ffmpeg,
    cancelled: IsCancelled | None = None,
) -> RawSound:
    """Write `track` at 48 kHz with all its channels, lossless: as long as the source, from time 0."""
    layout = _LAYOUT_ALIASES.get(track.layout, track.layout)
    filters = [
        _on_the_clock(track.sample_rate),
        f"aformat=channel_layouts={layout}" if layout != track.layout else "anull",
        f"aresample={MIX_RATE}",
        *_whole(source, MIX_RATE),
    ]
    with written_beside(to) as part:
        ffmpeg.run(
            [
                *_decoded(video, source, track),
                *("-af", ",".join(filters)),
                *("-c:a", "pcm_f32le", "-f", "f32le", local(part)),
            ],
            timeout_s=time_limit_s(source),
            cancelled=cancelled,
        )
    return describe_raw(to, channels=track.channels, layout=layout, sample_rate=MIX_RATE)


# The same places under another name; encoders know the name on the right.
_LAYOUT_ALIASES = {"5.1(side)": "5.1", "5.0(side)": "5.0"}


def downmix(frames: Samples, layout: str) -> Samples:
    """One channel of a decoded sound, shape (n, channels), as `extract_speech` makes it."""
    if layout.startswith(_LAYOUTS_WITH_CENTRE):
        gains = np.zeros(frames.shape[1], np.float32)
        gains[:3] = (_SIDE_GAIN, _SIDE_GAIN, 1)
        mono: Samples = frames @ (gains / gains.sum())
        return mono
    middle: Samples = frames.mean(axis=1, dtype=np.float32)
    return middle


@contextlib.contextmanager
def written_beside(to: Path) -> Iterator[Path]:
    """A path to write to that becomes `to` only when the block ends well."""
    part = to.with_name(f".{to.name}.part")
    # A program orphaned by a killed run may still write to the old one: it keeps that, nameless.
    part.unlink(missing_ok=True)
    try:
        yield part
        part.replace(to)
    except FileNotFoundError as error:
        raise StorageError(f"{to.name!r} was not written") from error
    finally:
        part.unlink(missing_ok=True)


def time_limit_s(source: Source) -> float:
    """How long reading through the whole source may take: a minute, and its length at least."""
    return _LEAST_TIMEOUT_S + source.duration_ms / 1000


def _decoded(video: Path, source: Source, track: AudioTrack) -> list[str]:
    picked = ["-map", f"0:{track.index}", "-vn", "-sn", "-dn", "-map_metadata", "-1"]
    return [*input_of(video, source.container), *picked]


def _on_the_clock(rate: int) -> str:
    """Silence where the track starts late or has a hole, so that samples count media time."""
    return f"aresample={rate}:async=1:first_pts=0"


def _downmix(track: AudioTrack) -> str:
    """One channel that cannot clip: the gains of a `<` mix add up to 1."""
    if track.layout.startswith(_LAYOUTS_WITH_CENTRE):
        return _CENTRE_DOWNMIX
    channels = "+".join(f"c{channel}" for channel in range(track.channels))
    return f"pan=mono|c0<{channels}"


def _whole(source: Source, rate: int) -> list[str]:
    frames = round(source.duration_ms * rate / 1000)
    return [f"apad=whole_len={frames}", f"atrim=end_sample={frames}"]
