"""Proof that tracks were carried over bit for bit."""

import re
from collections.abc import Sequence
from pathlib import Path

from dubwright.domain.errors import MediaError
from dubwright.domain.media import Source
from dubwright.media.extract import time_limit_s
from dubwright.media.ffmpeg import Ffmpeg, IsCancelled, input_of

_DIGEST = re.compile(r"^\d+,[^=]*SHA256=([0-9a-f]{64})$", re.MULTILINE)


def picture_digest(
    video: Path, source: Source, *, ffmpeg: Ffmpeg, cancelled: IsCancelled | None = None
) -> str:
    """The SHA-256 of all packets of the picture, in order: equal digests, equal packets."""
    (digest,) = track_digests(
        video, source, [source.video.index], ffmpeg=ffmpeg, cancelled=cancelled
    )
    return digest


def track_digests(
    video: Path,
    source: Source,
    tracks: Sequence[int],
    *,
    ffmpeg: Ffmpeg,
    cancelled: IsCancelled | None = None,
) -> tuple[str, ...]:
    """The SHA-256 of all packets of each track, by its index in the file; read in one pass."""
    picked = [word for index in tracks for word in ("-map", f"0:{index}")]
    answer = ffmpeg.run(
        [
            *input_of(video, source.container),
            *(*picked, "-c", "copy"),
            *("-f", "streamhash", "-hash", "sha256", "-"),
        ],
        timeout_s=time_limit_s(source),
        cancelled=cancelled,
    )
    digests = _DIGEST.findall(answer.decode())
    if len(digests) != len(tracks):
        raise MediaError(f"ffmpeg gave no digest of {video.name!r}: {answer[:200]!r}")
    return tuple(digests)
