"""What an uploaded file really is: told by its content, opened in a child process, or refused."""

import sys
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from dubwright.domain.errors import InputError, MediaError, NothingToDub
from dubwright.domain.language import LanguageTag, same_language, track_language
from dubwright.domain.media import AudioTrack, Container, Source, SubtitleTrack, VideoTrack
from dubwright.domain.timeline import Document, clock
from dubwright.media.checksums import sha256_of
from dubwright.media.child import Child
from dubwright.media.isobmff import check_boxes
from dubwright.media.sniff import sniff_container

_TEXT_CODECS = frozenset({"mov_text", "srt", "subrip", "webvtt", "ass", "ssa", "text"})
_IMAGE_CODECS = frozenset({"png", "gif", "bmp", "webp", "tiff", "jpeg2000", "mjpeg"})
_NOT_A_PICTURE = frozenset({"attached_pic", "timed_thumbnails", "still_image"})
_COMMENTARY = frozenset({"comment", "visual_impaired", "descriptions"})
_LAYOUTS = {1: "mono", 2: "stereo", 6: "5.1", 8: "7.1"}
_DAMAGED = "download or export it again; this copy is damaged"
_MOST_RATE = 384_000
_UNKNOWN_FRAME_MS = 42


@dataclass(frozen=True, slots=True)
class ProbeLimits:
    """What a video may be. Sides are in pixels; `timeout_s` bounds the opening of the file."""

    max_duration_ms: int = 6 * 3600 * 1000
    max_bytes: int = 64 << 30
    min_side: int = 16
    max_side: int = 16_384
    max_channels: int = 8
    timeout_s: float = 10.0


class _Track(Document):
    index: int
    kind: str
    codec: str | None
    start_ms: int
    duration_ms: int | None
    language: str | None
    dispositions: frozenset[str]
    width: int = 0
    height: int = 0
    frame_ms: int | None = None
    frames: int = 0
    channels: int = 0
    layout: str = ""
    sample_rate: int = 0


class _Listing(Document):
    duration_ms: int
    tracks: tuple[_Track, ...]


def probe(path: Path, *, limits: ProbeLimits | None = None) -> Source:
    """The file as a `Source`, with times counted from its earliest track's start.

    Raises `InputError` with a hint for anything that is not a whole video within `limits`,
    `NothingToDub` for a video without a sound track. No other file and no socket is opened.
    """
    limits = limits or ProbeLimits()
    size = _size(path, limits)
    container = sniff_container(path)
    declared = check_boxes(path) if container in {"mp4", "mov"} else ()
    for picture in declared:
        _check_sides(path, picture.width, picture.height, limits)
    listing = _list_tracks(path, container, limits)
    video = _picture(path, listing, limits)
    _check_duration(path, listing.duration_ms, limits)
    return Source(
        sha256=sha256_of(path),
        container=container,
        duration_ms=listing.duration_ms,
        size_bytes=size,
        video=video,
        audio=_sound(path, listing, limits),
        subtitles=tuple(_subtitles(listing)),
    )


def stated_duration_ms(path: Path, *, limits: ProbeLimits | None = None) -> int:
    """How long the file says that it lasts; nothing else of it is checked or read."""
    return _list_tracks(path, sniff_container(path), limits or ProbeLimits()).duration_ms


def choose_audio(source: Source, language: LanguageTag | None = None) -> tuple[AudioTrack, ...]:
    """The sound tracks, the likeliest to carry the speech first.

    Commentary comes last, the wanted language first, then the default track, then file order.
    """

    def rank(track: AudioTrack) -> tuple[bool, bool, bool, int]:
        speaks = (
            language is not None
            and track.language is not None
            and same_language(track.language, language)
        )
        return (track.is_commentary, not speaks, not track.is_default, track.index)

    return tuple(sorted(source.audio, key=rank))


def _size(path: Path, limits: ProbeLimits) -> int:
    if not path.is_file():
        raise InputError(f"{path.name!r} is not a file", hint="give the path of a video file")
    size = path.stat().st_size
    if size == 0:
        raise InputError(f"{path.name!r} is empty", hint=_DAMAGED)
    if size > limits.max_bytes:
        raise InputError(
            f"{path.name!r} has {size} bytes, more than the {limits.max_bytes} allowed",
            hint="give a smaller file, or raise the limit",
        )
    return size


def _list_tracks(path: Path, container: Container, limits: ProbeLimits) -> _Listing:
    demuxer = "mov" if container in {"mp4", "mov"} else "matroska"
    command = [sys.executable, "-P", "-m", "dubwright.media.track_listing"]
    child = Child(
        [*command, f"file:{path.resolve()}", demuxer], name="probe", timeout_s=limits.timeout_s
    )
    try:
        with child:
            answer = child.exchange(b"")
        return _Listing.model_validate_json(answer)
    except (MediaError, ValidationError) as error:
        raise InputError(
            f"{path.name!r} cannot be read as a video: {_reason(child)}", hint=_DAMAGED
        ) from error


def _reason(child: Child) -> str:
    last = child.stderr_tail.splitlines()[-1:]
    return last[0] if last else "opening it took too long or too much memory"


def _picture(path: Path, listing: _Listing, limits: ProbeLimits) -> VideoTrack:
    moving = [track for track in listing.tracks if track.kind == "video" and _moves(track)]
    if not moving:
        raise InputError(f"{path.name!r} has no picture", hint="give a video, not a sound file")
    track = min(moving, key=lambda t: ("default" not in t.dispositions, t.index))
    _check_sides(path, track.width, track.height, limits)
    return VideoTrack(
        index=track.index,
        codec=track.codec or "",
        width=track.width,
        height=track.height,
        frame_ms=track.frame_ms or _UNKNOWN_FRAME_MS,
        duration_ms=track.duration_ms,
    )


def _moves(track: _Track) -> bool:
    is_image = track.codec in _IMAGE_CODECS and track.frames <= 1
    return bool(track.codec) and not is_image and not track.dispositions & _NOT_A_PICTURE


def _check_sides(path: Path, width: int, height: int, limits: ProbeLimits) -> None:
    if max(width, height) > limits.max_side:
        raise InputError(
            f"{path.name!r} declares a picture of {width}x{height}, "
            f"more than {limits.max_side} a side",
            hint="export it in a smaller size",
        )
    if min(width, height) < limits.min_side:
        raise InputError(
            f"{path.name!r} has a picture of {width}x{height}, less than {limits.min_side} a side",
            hint="give a real video; this picture cannot be seen",
        )


def _check_duration(path: Path, duration_ms: int, limits: ProbeLimits) -> None:
    if duration_ms <= 0:
        raise InputError(f"{path.name!r} has no length", hint=_DAMAGED)
    if duration_ms > limits.max_duration_ms:
        raise InputError(
            f"{path.name!r} declares a length of {clock(duration_ms)}, "
            f"more than {clock(limits.max_duration_ms)}",
            hint="cut it into shorter videos, or raise the limit",
        )


def _sound(path: Path, listing: _Listing, limits: ProbeLimits) -> tuple[AudioTrack, ...]:
    sounding = [track for track in listing.tracks if track.kind == "audio"]
    if not sounding:
        raise NothingToDub(
            f"{path.name!r} has no sound track", hint="there is nothing to dub in a silent video"
        )
    usable = tuple(_audio_track(track) for track in sounding if _can_be_heard(track, limits))
    if not usable:
        raise InputError(
            f"the sound of {path.name!r} is in a form that cannot be read",
            hint="export the video with AAC sound in mono, stereo or 5.1",
        )
    return usable


def _can_be_heard(track: _Track, limits: ProbeLimits) -> bool:
    return (
        track.codec is not None
        and 1 <= track.channels <= limits.max_channels
        and 0 < track.sample_rate <= _MOST_RATE
    )


def _audio_track(track: _Track) -> AudioTrack:
    named = not track.layout[:1].isdigit() or "." in track.layout
    return AudioTrack(
        index=track.index,
        codec=track.codec or "",
        channels=track.channels,
        layout=track.layout if named else _LAYOUTS.get(track.channels, track.layout),
        sample_rate=track.sample_rate,
        start_ms=track.start_ms,
        duration_ms=track.duration_ms,
        language=track_language(track.language or ""),
        is_default="default" in track.dispositions,
        is_commentary=bool(track.dispositions & _COMMENTARY),
    )


def _subtitles(listing: _Listing) -> list[SubtitleTrack]:
    return [
        SubtitleTrack(
            index=track.index,
            codec=track.codec,
            is_text=track.codec in _TEXT_CODECS,
            language=track_language(track.language or ""),
        )
        for track in listing.tracks
        if track.kind == "subtitle" and track.codec is not None
    ]
