"""Proof that a picture was carried over bit for bit."""

from pathlib import Path

from dubwright.domain.errors import MediaError
from dubwright.domain.media import Source
from dubwright.media.extract import time_limit_s
from dubwright.media.ffmpeg import Ffmpeg, IsCancelled, input_of


def picture_digest(
    video: Path, source: Source, *, ffmpeg: Ffmpeg, cancelled: IsCancelled | None = None
) -> str:
    """The SHA-256 of all packets of the picture, in order: equal digests, equal packets."""
    answer = ffmpeg.run(
        [
            *input_of(video, source.container),
            *("-map", f"0:{source.video.index}", "-c", "copy"),
            *("-f", "streamhash", "-hash", "sha256", "-"),
        ],
        timeout_s=time_limit_s(source),
        cancelled=cancelled,
    )
    name, found, digest = answer.decode().strip().partition("SHA256=")
    if not found:
        raise MediaError(f"ffmpeg gave no digest of {video.name!r}: {name}")
    return digest
