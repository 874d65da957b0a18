"""What a media file holds, as far as dubbing cares."""

from typing import Literal

from dubwright.domain.language import LanguageTag
from dubwright.domain.timeline import Document

Container = Literal["mp4", "mov", "mkv", "webm"]


class VideoTrack(Document):
    """One moving picture. `frame_ms` is the length of one frame, rounded up."""

    index: int
    codec: str
    width: int
    height: int
    frame_ms: int
    duration_ms: int | None = None


class AudioTrack(Document):
    """One sound track. `layout` is ffmpeg's name, such as `stereo` or `5.1`."""

    index: int
    codec: str
    channels: int
    layout: str
    sample_rate: int
    start_ms: int
    duration_ms: int | None = None
    language: LanguageTag | None = None
    is_default: bool = False
    is_commentary: bool = False


class SubtitleTrack(Document):
    """One subtitle track; `is_text` tells whether it can be carried over."""

    index: int
    codec: str
    is_text: bool
    language: LanguageTag | None = None


class Source(Document):
    """The input video, probed: its container, length and tracks. `sha256` names its content."""

    sha256: str
    container: Container
    duration_ms: int
    size_bytes: int
    video: VideoTrack
    audio: tuple[AudioTrack, ...]
    subtitles: tuple[SubtitleTrack, ...] = ()
