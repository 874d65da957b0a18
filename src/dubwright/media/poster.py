"""The poster: one picture of a video that stands for it, as a small JPEG.

It is the only place where the picture of an untrusted video is decoded: for a few frames, of a
bounded size, within a time limit.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dubwright.domain.errors import MediaError
from dubwright.domain.media import Source
from dubwright.media.extract import written_beside
from dubwright.media.ffmpeg import Ffmpeg, IsCancelled, input_of

MOST_SIDE = 1_280
MOST_BYTES = 200_000
_PLACES = (0.10, 0.30, 0.50, 0.75, 0.0)
"""Where a picture is looked for, in shares of the length; the first that is light enough is taken."""
_FRAMES = 40
_MOST_PIXELS = 8_192 * 4_608
_TIMEOUT_S = 10.0
_LIGHT, _VARIED = 24.0, 8.0
_QUALITIES = (3, 6, 10, 16, 24, 31)
_SMALLER = ("iw", "iw/2", "iw/4")
_PPM = re.compile(rb"P6\s+\d+\s+\d+\s+255\s")
# As it is shown: square pixels, upright, no side longer than `MOST_SIDE`, both of them even.
_SHRUNK = f"min(1,{MOST_SIDE}/max(iw*sar,ih))"
_SHOWN = f"scale=w='max(2,trunc({_SHRUNK}*iw*sar/2)*2)':h='max(2,trunc({_SHRUNK}*ih/2)*2)',setsar=1"


@dataclass(frozen=True, slots=True)
class _Picture:
    """A decoded picture as a PPM file, and how light and how varied it is, of 255."""

    ppm: bytes
    light: float
    varied: float

    @property
    def shows_something(self) -> bool:
        return self.light >= _LIGHT and self.varied >= _VARIED


def write_poster(
    video: Path, source: Source, to: Path, *, ffmpeg: Ffmpeg, cancelled: IsCancelled | None = None
) -> None:
    """Write a JPEG of at most `MOST_BYTES` that shows a typical moment of the video.

    A video that is dark throughout gets its lightest moment. Raises `MediaError` when no picture
    can be decoded.
    """
    best: _Picture | None = None
    for picture in _pictures(video, source, ffmpeg, cancelled):
        if best is None or picture.varied > best.varied:
            best = picture
        if picture.shows_something:
            best = picture
            break
    if best is None:
        raise MediaError("no picture of this video can be decoded")
    with written_beside(to) as part:
        part.write_bytes(_small_jpeg(best.ppm, ffmpeg))


def _pictures(
    video: Path, source: Source, ffmpeg: Ffmpeg, cancelled: IsCancelled | None
) -> Iterator[_Picture]:
    failure: MediaError | None = None
    for share in _PLACES:
        try:
            ppm = _typical_frame(video, source, share, ffmpeg, cancelled)
        except MediaError as error:
            failure = error
            continue
        if ppm:
            failure = None
            yield _looked_at(ppm)
    if failure is not None:
        raise failure


def _typical_frame(
    video: Path, source: Source, share: float, ffmpeg: Ffmpeg, cancelled: IsCancelled | None
) -> bytes:
    """The most typical of the frames from the key frame before a place on; nothing past the end."""
    # Without `-noaccurate_seek` all frames from there to the place are decoded and thrown away.
    return ffmpeg.run(
        [
            *("-noaccurate_seek", "-ss", f"{share * source.duration_ms / 1000:.3f}"),
            *("-threads", "2", "-max_pixels", str(_MOST_PIXELS)),
            *input_of(video, source.container),
            *("-map", f"0:{source.video.index}", "-an", "-sn", "-dn", "-map_metadata", "-1"),
            *("-vf", f"trim=end_frame={_FRAMES},{_SHOWN},thumbnail={_FRAMES}"),
            *("-frames:v", "1", "-c:v", "ppm", "-f", "image2pipe", "pipe:1"),
        ],
        timeout_s=_TIMEOUT_S,
        cancelled=cancelled,
    )


def _looked_at(ppm: bytes) -> _Picture:
    header = _PPM.match(ppm)
    if header is None:
        raise MediaError("ffmpeg gave no picture where one was asked for")
    grey = np.frombuffer(ppm, np.uint8, offset=header.end()).reshape(-1, 3)[::7].mean(axis=1)
    return _Picture(ppm, float(grey.mean()), float(grey.std()))


def _small_jpeg(ppm: bytes, ffmpeg: Ffmpeg) -> bytes:
    """The best JPEG that is small enough."""
    for width in _SMALLER:
        for quality in _QUALITIES:
            jpeg = ffmpeg.run(
                [
                    *("-f", "ppm_pipe", "-i", "pipe:0", "-vf", f"scale={width}:-2"),
                    *("-q:v", str(quality), "-pix_fmt", "yuvj420p", "-strict", "unofficial"),
                    *("-fflags", "+bitexact", "-flags:v", "+bitexact"),
                    *("-c:v", "mjpeg", "-f", "image2pipe", "pipe:1"),
                ],
                timeout_s=_TIMEOUT_S,
                stdin=ppm,
            )
            if len(jpeg) <= MOST_BYTES:
                return jpeg
    raise MediaError(f"no JPEG of this picture has less than {MOST_BYTES} bytes")
