"""The finished file: the source's picture untouched, the dub first, the original sound second."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dubwright.domain.language import LanguageTag, track_code
from dubwright.domain.media import AudioTrack, Container, Source
from dubwright.media.aac import in_step
from dubwright.media.extract import time_limit_s, written_beside
from dubwright.media.ffmpeg import Ffmpeg, IsCancelled, input_of, local

_MUXERS: dict[Container, str] = {"mp4": "mp4", "mov": "mov", "mkv": "matroska", "webm": "webm"}
_SUBTITLE_CODECS: dict[Container, str] = {
    "mp4": "mov_text",
    "mov": "mov_text",
    "mkv": "srt",
    "webm": "webvtt",
}
# What each container carries as it is; anything else is encoded again.
_CARRIED: dict[Container, frozenset[str]] = {
    "mp4": frozenset({"aac", "ac3", "eac3", "mp3", "mp2", "alac", "opus", "flac", "vorbis", "dts"}),
    "mov": frozenset({"aac", "ac3", "eac3", "mp3", "alac"}),
    "webm": frozenset({"opus", "vorbis"}),
}
_AGAIN = {"mp4": ("aac", "192k"), "mov": ("aac", "192k"), "webm": ("libopus", "128k")}


@dataclass(frozen=True, slots=True)
class SoftSubtitle:
    """An SRT file that becomes a subtitle track a viewer can switch on."""

    path: Path
    language: LanguageTag


@dataclass(frozen=True, slots=True)
class Dub:
    """What is joined to the source's picture. `original` is the track that was dubbed.

    `audio` is a sound file, or an ADTS stream of `samples` samples, with its priming packet where
    the container holds that.
    """

    audio: Path
    language: LanguageTag
    original: AudioTrack
    original_language: LanguageTag | None = None
    subtitles: tuple[SoftSubtitle, ...] = ()
    samples: int | None = None


def mux(
    video: Path,
    source: Source,
    dub: Dub,
    to: Path,
    *,
    ffmpeg: Ffmpeg,
    cancelled: IsCancelled | None = None,
) -> None:
    """Write the dubbed video in the source's own container.

    Tracks: the picture's packets as they are, the dub (default), every original sound track, the
    new subtitles, the source's text subtitles. Chapters, rotation and tags come along.
    """
    with written_beside(to) as part:
        ffmpeg.run(
            [
                *input_of(video, source.container),
                *("-i", local(dub.audio)),
                *_each("-f", "srt", "-i", files=[s.path for s in dub.subtitles]),
                *("-map", f"0:{source.video.index}", "-map", "1:a:0", "-c:v", "copy"),
                *_sounds(source, dub),
                *_subtitles(source, dub),
                *_container(source.container),
                local(part),
            ],
            timeout_s=time_limit_s(source),
            cancelled=cancelled,
        )


def _each(*before: str, files: Sequence[Path]) -> list[str]:
    return [word for file in files for word in (*before, local(file))]


def _sounds(source: Source, dub: Dub) -> list[str]:
    """The dub is output sound 0; the originals follow, the dubbed one before the others."""
    others = [track for track in source.audio if track.index != dub.original.index]
    words = ["-c:a:0", "copy", "-disposition:a:0", "default", *_tag("a", 0, dub.language)]
    words += _timed(dub, source.container)
    for place, track in enumerate([dub.original, *others], start=1):
        words += ["-map", f"0:{track.index}", f"-disposition:a:{place}", "0"]
        words += _original_codec(source.container, track, place)
        if place == 1 and dub.original_language is not None:
            words += _tag("a", place, dub.original_language)
    return words


def holds_priming(container: Container) -> bool:
    """Whether a container can hold AAC's packet before time 0. Matroska would shift all by it."""
    return container != "mkv"


def _timed(dub: Dub, container: Container) -> list[str]:
    if dub.samples is not None:
        return ["-bsf:a:0", in_step(dub.samples, primed=holds_priming(container))]
    return [] if holds_priming(container) else ["-bsf:a:0", r"noise=drop=lt(pts\,0)"]


def _original_codec(container: Container, track: AudioTrack, place: int) -> list[str]:
    carried = _CARRIED.get(container)
    is_pcm_in_mov = container == "mov" and track.codec.startswith("pcm_")
    if carried is None or track.codec in carried or is_pcm_in_mov:
        return [f"-c:a:{place}", "copy"]
    codec, rate = _AGAIN[container]
    return [f"-c:a:{place}", codec, f"-b:a:{place}", rate]


def _subtitles(source: Source, dub: Dub) -> list[str]:
    words: list[str] = []
    for place, subtitle in enumerate(dub.subtitles):
        words += ["-map", f"{2 + place}:s:0", f"-c:s:{place}", _SUBTITLE_CODECS[source.container]]
        words += [f"-disposition:s:{place}", "0", *_tag("s", place, subtitle.language)]
    kept = [track for track in source.subtitles if track.is_text or source.container == "mkv"]
    for place, track in enumerate(kept, start=len(dub.subtitles)):
        words += [
            "-map",
            f"0:{track.index}",
            f"-c:s:{place}",
            "copy",
            f"-disposition:s:{place}",
            "0",
        ]
    return words


def _tag(kind: str, place: int, language: LanguageTag) -> list[str]:
    return [f"-metadata:s:{kind}:{place}", f"language={track_code(language)}"]


def _container(container: Container) -> list[str]:
    words = ["-map_metadata", "0", "-map_chapters", "0", "-max_muxing_queue_size", "4096"]
    if container in {"mp4", "mov"}:
        words += ["-movflags", "+faststart", "-strict", "-2"]
    return [*words, "-f", _MUXERS[container]]
