"""One file for all languages: the picture as it is, every dub, the original and all subtitles."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dubwright.domain.language import LanguageTag, track_code
from dubwright.domain.language_names import language_name
from dubwright.domain.media import Container, Source
from dubwright.media.extract import time_limit_s, written_beside
from dubwright.media.ffmpeg import Ffmpeg, IsCancelled, input_of, local
from dubwright.media.mux import SoftSubtitle

_PICTURES_IN_MP4: Final = frozenset({"h264", "hevc", "av1", "mpeg4"})
_SOUND_IN_MP4: Final = frozenset({"aac", "ac3", "eac3", "mp3", "alac"})


@dataclass(frozen=True, slots=True)
class FinishedDub:
    """A finished video: its first sound track is the dub, its second the original."""

    video: Path
    source: Source
    language: LanguageTag


def joined_container(source: Source) -> Container:
    """MP4 where it carries the picture, else Matroska, which carries all."""
    fits = source.container != "webm" and source.video.codec in _PICTURES_IN_MP4
    return "mp4" if fits else "mkv"


def join_languages(
    dubs: Sequence[FinishedDub],
    subtitles: Sequence[SoftSubtitle],
    to: Path,
    *,
    original: LanguageTag | None,
    ffmpeg: Ffmpeg,
    cancelled: IsCancelled | None = None,
) -> None:
    """Write one video of several dubs of it. Its container is that of `to`.

    Tracks: the picture's packets as they are, the dubs in their order, the first of them the
    default, the original last, then the subtitles, all switched off.
    """
    first = dubs[0]
    container = joined_container(first.source)
    with written_beside(to) as part:
        ffmpeg.run(
            [
                *(word for dub in dubs for word in input_of(dub.video, dub.source.container)),
                *(word for one in subtitles for word in ("-f", "srt", "-i", local(one.path))),
                *("-map", f"0:{first.source.video.index}", "-c:v", "copy"),
                *_sounds(dubs, original, container),
                *_subtitles(subtitles, len(dubs), container),
                *("-map_metadata", "0", "-map_chapters", "0", "-max_muxing_queue_size", "4096"),
                *_form(container),
                local(part),
            ],
            timeout_s=time_limit_s(first.source),
            cancelled=cancelled,
        )


def _sounds(
    dubs: Sequence[FinishedDub], original: LanguageTag | None, container: Container
) -> list[str]:
    words: list[str] = []
    for place, dub in enumerate(dubs):
        name = language_name(dub.language)
        words += _sound(dub, number=place, track=0, place=place, container=container)
        words += _named("a", place, dub.language, name)
        words += [f"-disposition:a:{place}", "0" if place else "default"]
    place = len(dubs)
    if len(dubs[0].source.audio) > 1:
        words += _sound(dubs[0], number=0, track=1, place=place, container=container)
        language = f"Original ({language_name(original)})" if original else "Original"
        words += _named("a", place, original, language)
        words += [f"-disposition:a:{place}", "original"]
    return words


def _sound(  # one track of one input becomes one track of the file
    dub: FinishedDub, *, number: int, track: int, place: int, container: Container
) -> list[str]:
    source = sorted(dub.source.audio, key=lambda one: one.index)[track]
    mapped = ["-map", f"{number}:{source.index}"]
    if container == "mp4" and source.codec not in _SOUND_IN_MP4:
        return [*mapped, f"-c:a:{place}", "aac", f"-b:a:{place}", f"{96 * source.channels}k"]
    copied = [*mapped, f"-c:a:{place}", "copy"]
    if container == "mkv" and source.codec == "aac":
        # Matroska would shift everything by the packet that AAC needs before time 0.
        return [*copied, f"-bsf:a:{place}", r"noise=drop=lt(pts\,0)"]
    return copied


def _subtitles(
    subtitles: Sequence[SoftSubtitle], inputs_before: int, container: Container
) -> list[str]:
    codec = "mov_text" if container == "mp4" else "srt"
    words: list[str] = []
    for place, one in enumerate(subtitles):
        words += ["-map", f"{inputs_before + place}:s:0", f"-c:s:{place}", codec]
        words += [f"-disposition:s:{place}", "0"]
        words += _named("s", place, one.language, language_name(one.language))
    return words


def _named(kind: str, place: int, language: LanguageTag | None, name: str) -> list[str]:
    """The language of a track, and its name, which MP4 players look for as that of its handler."""
    at = f"-metadata:s:{kind}:{place}"
    code = track_code(language) if language else "und"
    return [at, f"language={code}", at, f"title={name}", at, f"handler_name={name}"]


def _form(container: Container) -> list[str]:
    if container == "mp4":
        return ["-movflags", "+faststart", "-strict", "-2", "-f", "mp4"]
    return ["-f", "matroska"]
