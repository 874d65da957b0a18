"""The options that yt-dlp is run with: one video of YouTube, into one folder, and nothing else."""

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from dubwright.sources.youtube_talk import YoutubeOrder

_RETRIES: Final = 3
_SILENCE_S: Final = 20
_EXTRACTOR_RETRIES: Final = 2
_BETWEEN_REQUESTS_S: Final = 0.5


Hook = Callable[[Mapping[str, object]], None]


def options(
    order: YoutubeOrder, *, on_progress: Hook, on_joining: Hook, log: logging.Logger
) -> dict[str, object]:
    """For `YoutubeDL`. The file is called `source` with the ending of its container.

    No other site's extractor, no list, no cache, no code from elsewhere, no name from a title.
    Every format that plays everywhere is preferred, and the largest picture within the limit.
    """
    chosen: dict[str, object] = {
        "allowed_extractors": ["youtube"],
        "default_search": "error",
        "noplaylist": True,
        "playlist_items": "1",
        "format": _formats(order.max_height),
        "merge_output_format": "mp4",
        "paths": {"home": order.folder, "temp": order.folder},
        "outtmpl": {"default": "source.%(ext)s"},
        "overwrites": True,
        "continuedl": False,
        "writeautomaticsub": False,
        "subtitlesformat": "vtt",
        "max_filesize": order.max_bytes,
        "socket_timeout": _SILENCE_S,
        "retries": _RETRIES,
        "fragment_retries": _RETRIES,
        "extractor_retries": _EXTRACTOR_RETRIES,
        "file_access_retries": 1,
        "skip_unavailable_fragments": False,
        "concurrent_fragment_downloads": 1,
        "sleep_interval_requests": _BETWEEN_REQUESTS_S,
        "external_downloader": {"default": "native"},
        "hls_prefer_native": True,
        "enable_file_urls": False,
        "ffmpeg_location": order.ffmpeg,
        "fixup": "detect_or_warn",
        "cachedir": False,
        "usenetrc": False,
        "remote_components": [],
        "js_runtimes": {"deno": {"path": deno_program()}},
        "ignoreerrors": False,
        "quiet": True,
        "noprogress": True,
        "color": {"stdout": "no_color", "stderr": "no_color"},
        "logger": log,
        "progress_hooks": [on_progress],
        "postprocessor_hooks": [on_joining],
        # Empty: none, and none from the environment either.
        "proxy": order.proxy or "",
    }
    return chosen | ({"cookiefile": order.cookies} if order.cookies else {})


def deno_program() -> str | None:
    """The JavaScript runtime that the package `deno` brought; None where it is not installed."""
    try:
        from deno import find_deno_bin  # type: ignore[import-untyped]  # it has no type information
    except ModuleNotFoundError:
        return None
    try:
        return str(Path(find_deno_bin()))
    except FileNotFoundError:
        return None


def _formats(height: int) -> str:
    within = f"[height<={height}]"
    return "/".join(
        (
            f"bv*{within}[vcodec^=avc1]+ba[acodec^=mp4a]",
            f"b{within}[ext=mp4]",
            f"bv*{within}+ba",
            f"b{within}",
        )
    )
