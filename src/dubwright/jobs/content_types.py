"""What a file is told to be, by the ending of its name."""

from collections.abc import Mapping
from pathlib import PurePath
from typing import Final

_UNKNOWN: Final = "application/octet-stream"
_BY_ENDING: Final[Mapping[str, str]] = {
    ".mp4": "video/mp4",
    ".mov": "video/quicktime",
    ".mkv": "video/x-matroska",
    ".webm": "video/webm",
    ".m4a": "audio/mp4",
    ".mka": "audio/x-matroska",
    ".flac": "audio/flac",
    ".wav": "audio/wav",
    ".srt": "application/x-subrip",
    ".vtt": "text/vtt",
    ".json": "application/json",
    ".jpg": "image/jpeg",
    ".zip": "application/zip",
}


def content_type_of(file_name: str) -> str:
    """The media type; `application/octet-stream` for an ending that is none of ours."""
    return _BY_ENDING.get(PurePath(file_name).suffix.lower(), _UNKNOWN)
