"""Stages that take the source's mix apart where somebody speaks."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dubwright.domain.audio import Samples, SpeechClip
from dubwright.domain.media import AudioTrack, Source
from dubwright.domain.speech import SpeechMap
from dubwright.domain.timeline import TimeSpan
from dubwright.media.extract import extract_mix as extract_channels
from dubwright.media.ffmpeg import Ffmpeg
from dubwright.media.wav import RawSound, open_raw
from dubwright.pipeline.listening import Listened
from dubwright.pipeline.order import Order
from dubwright.pipeline.pool import WorkPool
from dubwright.pipeline.runner import stage
from dubwright.pipeline.studio import Studio
from dubwright.ports import SourceSeparator

LAST = 1e12
"""Urgency of work that nobody waits for until the very end."""

_BEFORE_MS = 250
_AFTER_MS = 400
_JOINED_WITHIN_MS = 1_000
_LONGEST_MS = 30_000
_RUN_UP_MS = 500
_MOST_HELD = 1.5
"""A separator may leave some of a voice behind, but what it takes is not all voice."""


@dataclass(frozen=True, slots=True)
class VocalStem:
    """The voices of one region of the mix, 48 kHz mono."""

    region: TimeSpan
    samples: Path

    def read(self) -> Samples:
        """The samples, shape (n,)."""
        voices: Samples = np.load(self.samples)
        return voices


@dataclass(frozen=True, slots=True)
class SourceSound:
    """The source's mix, and the voices in it; None where nothing separates them."""

    mix_folder: Path
    stems: tuple[VocalStem, ...] | None

    @property
    def mix(self) -> RawSound:
        return open_raw(self.mix_folder / "mix.raw")


@dataclass(frozen=True, slots=True)
class Separation:
    """A separation under way."""

    mix_folder: "Future[Path]"
    pieces: "Future[list[tuple[TimeSpan, Future[Path]]]] | None"

    def wait(self, pool: WorkPool) -> SourceSound:
        """Everything, when it is there."""
        folder = pool.result(self.mix_folder)
        if self.pieces is None:
            return SourceSound(folder, None)
        pieces = pool.result(self.pieces)
        stems = tuple(VocalStem(region, pool.result(path)) for region, path in pieces)
        return SourceSound(folder, stems)


@stage(version=1)
def extract_mix(
    to: Path,
    source: Source,
    track: AudioTrack,
    *,
    video: Path,
    ffmpeg: Ffmpeg,
    is_cancelled: Callable[[], bool],
) -> None:
    """The track at 48 kHz with all its channels, in a folder of its own."""
    to.mkdir()
    extract_channels(video, source, track, to / "mix.raw", ffmpeg=ffmpeg, cancelled=is_cancelled)


@stage(version=2)
def separate(to: Path, mix_folder: Path, region: TimeSpan, separator: SourceSeparator) -> None:
    """The voices of one region. The separator hears a run-up before it, so it begins in swing."""
    mix = open_raw(mix_folder / "mix.raw")
    run_up_ms = min(_RUN_UP_MS, region.start_ms)
    heard = TimeSpan(start_ms=region.start_ms - run_up_ms, end_ms=region.end_ms)
    frames = mix.read_span(heard)
    stems = separator.separate(SpeechClip(voice_channel(frames, mix.layout), mix.sample_rate))
    skipped = round(run_up_ms * mix.sample_rate / 1000)
    with to.open("wb") as out:
        np.save(out, stems.vocals[skipped:])


def start_separation(order: Order, heard: Listened, studio: Studio) -> Separation:
    """Extract the mix and separate every region with speech, after everything more urgent."""
    tools, run, pool = studio.tools, studio.run, studio.pool
    mix_folder = pool.start(
        LAST,
        run.file,
        ".mix",
        extract_mix,
        heard.source,
        heard.track,
        video=heard.video,
        ffmpeg=tools.ffmpeg,
        is_cancelled=run.is_cancelled,
    )
    separator = tools.separator
    takes_voices_out = order.keep_background and not order.bed.voice_over
    if separator is None or not separator.removes_speech or not takes_voices_out:
        return Separation(mix_folder, None)
    regions = speech_regions(heard.speech, heard.source.duration_ms)
    run.tally.expect("separate", len(regions))

    def begin() -> list[tuple[TimeSpan, Future[Path]]]:
        folder = mix_folder.result()
        return [
            (region, pool.start(LAST, run.file, ".npy", separate, folder, region, separator))
            for region in regions
        ]

    # Queued behind the extraction, which is taken first; with a result to wait for it cannot hang.
    return Separation(mix_folder, pool.start(LAST, begin))


def voice_channel(frames: Samples, layout: str) -> Samples:
    """The mono signal in which the voices are: the centre where there is one, else the middle."""
    if _has_centre(layout):
        return np.ascontiguousarray(frames[:, 2])
    middle: Samples = frames.mean(axis=1, dtype=np.float32)
    return middle


def speech_regions(speech: SpeechMap, end_ms: int) -> tuple[TimeSpan, ...]:
    """Where to separate: the speech with some room round it, at most half a minute each."""
    regions: list[TimeSpan] = []
    for span in speech.spans:
        start_ms = max(0, span.start_ms - _BEFORE_MS)
        wanted_end_ms = min(end_ms, span.end_ms + _AFTER_MS)
        if wanted_end_ms <= start_ms:
            continue
        if regions and start_ms - regions[-1].end_ms < _JOINED_WITHIN_MS:
            start_ms = regions.pop().start_ms
        regions.append(TimeSpan(start_ms=start_ms, end_ms=wanted_end_ms))
    return tuple(piece for region in regions for piece in region.equal_parts(_LONGEST_MS))


def background(frames: Samples, voices: Samples, layout: str) -> Samples:
    """The mix, shape (n, channels), without the voices, shape (n,), found in its voice channel.

    Each channel gives up as much of the voices as it holds (least squares), so that a voice
    anywhere in a stereo picture leaves both sides and stays in neither.
    """
    power = float(voices @ voices)
    if power == 0:
        return frames
    # A voice in one channel alone is that many times as loud there as in the middle of them all.
    most = _MOST_HELD if _has_centre(layout) else max(_MOST_HELD, frames.shape[1])
    shares = np.clip(frames.T @ voices / power, 0, most).astype(np.float32)
    bed: Samples = frames - voices[:, None] * shares
    return bed


def _has_centre(layout: str) -> bool:
    named = layout.startswith(("3.", "4.0", "4.1", "5.", "6.", "7."))
    return named and not layout.endswith(("(back)", "(front)"))
