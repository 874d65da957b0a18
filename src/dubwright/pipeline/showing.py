"""Stages that make what a person sees and hears of a video beside it: a poster, the course of its
sound, and its sound alone."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from dubwright.domain.media import Source
from dubwright.media.extract import SPEECH_RATE
from dubwright.media.ffmpeg import Ffmpeg
from dubwright.media.peaks import write_peaks
from dubwright.media.poster import write_poster
from dubwright.media.probe import choose_audio
from dubwright.media.sound_alone import write_sound_alone
from dubwright.media.wav import WavRecording
from dubwright.pipeline.listening import extract
from dubwright.pipeline.proving import probe_finished
from dubwright.pipeline.results import Dub
from dubwright.pipeline.runner import stage
from dubwright.pipeline.stages import Sitting, heard_in
from dubwright.ports import Recording

PEAKS: Final[Mapping[str, int]] = {"peaks-20.dat": 20, "peaks-100.dat": 100}
"""The files that tell how a sound runs, with how many pairs each has a second."""


def poster_of(at: Sitting) -> Path:
    """A picture that stands for the source, as JPEG. Raises `MediaError` when there is none."""
    return at.run.file(
        ".jpg",
        take_poster,
        at.source,
        video=at.video,
        ffmpeg=at.tools.ffmpeg,
        is_cancelled=at.run.is_cancelled,
    )


def source_peaks(at: Sitting) -> Iterator[tuple[str, Path]]:
    """How the sound of the source runs, by file name. Raises `NothingToDub`."""
    sound = heard_in(at).sound
    return _peaks(at, [sound], WavRecording(sound))


def dub_peaks(at: Sitting, made: Dub, video: Path) -> Iterator[tuple[str, Path]]:
    """How the sound of a finished dub runs, by file name."""
    if made.playback is not None:
        return _peaks(at, made.playback.heard, made.playback.recording)
    source = at.run.document(Source, probe_finished, video)
    sound = at.run.file(
        ".wav",
        extract,
        source,
        choose_audio(source)[0],
        video=video,
        ffmpeg=at.tools.ffmpeg,
        is_cancelled=at.run.is_cancelled,
    )
    return _peaks(at, [sound], WavRecording(sound))


def dub_sound(at: Sitting, video: Path) -> Path:
    """The sound of a finished dub alone, as `.m4a`."""
    return at.run.file(
        ".m4a",
        take_dub_sound,
        video,
        at.run.document(Source, probe_finished, video),
        ffmpeg=at.tools.ffmpeg,
        is_cancelled=at.run.is_cancelled,
    )


@stage(version=1)
def take_poster(
    to: Path, source: Source, *, video: Path, ffmpeg: Ffmpeg, is_cancelled: Callable[[], bool]
) -> None:
    """One picture of the source."""
    write_poster(video, source, to, ffmpeg=ffmpeg, cancelled=is_cancelled)


@stage(version=1)
def draw_sound(
    to: Path,
    pieces: Sequence[Path],
    pairs_per_s: int,
    sample_rate: int,
    *,
    recording: Recording,
    is_cancelled: Callable[[], bool],
) -> None:
    """The peaks of a sound that lies in `pieces`, which `recording` reads as one."""
    write_peaks(recording, pairs_per_s, to, cancelled=is_cancelled)


@stage(version=1)
def take_dub_sound(
    to: Path, video: Path, source: Source, *, ffmpeg: Ffmpeg, is_cancelled: Callable[[], bool]
) -> None:
    """The first sound track of a finished video."""
    track = min(source.audio, key=lambda track: track.index)
    write_sound_alone(video, source, track, to, ffmpeg=ffmpeg, cancelled=is_cancelled)


def _peaks(at: Sitting, pieces: Sequence[Path], recording: Recording) -> Iterator[tuple[str, Path]]:
    for name, pairs_per_s in PEAKS.items():
        path = at.run.file(
            ".dat",
            draw_sound,
            pieces,
            pairs_per_s,
            SPEECH_RATE,
            recording=recording,
            is_cancelled=at.run.is_cancelled,
        )
        yield name, path
