"""Posters of small videos: how large, which way up, and of which moment."""

import struct
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from footage import Footage

from dubwright.domain.errors import MediaError
from dubwright.media.ffmpeg import Ffmpeg
from dubwright.media.poster import MOST_BYTES, write_poster
from dubwright.media.probe import probe

SOUND = ["-f", "lavfi", "-i", "sine=frequency=300:sample_rate=48000"]
CODED = [
    "-c:v",
    "libx264",
    "-preset",
    "ultrafast",
    "-pix_fmt",
    "yuv420p",
    "-c:a",
    "aac",
    "-shortest",
]


UPRIGHT = struct.pack(">9i", 1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)
QUARTER_TURN = struct.pack(">9i", 0, 1 << 16, 0, -1 << 16, 0, 0, 0, 0, 1 << 30)


def with_matrix(mp4: bytes, matrix: bytes) -> bytes:
    """The file with another display matrix in the header of its first track."""
    at = mp4.index(UPRIGHT, mp4.index(b"tkhd"))
    return mp4[:at] + matrix + mp4[at + len(matrix) :]


def filmed(footage: Footage, name: str, picture: str, *more: str) -> Path:
    return footage.made(name, "-f", "lavfi", "-i", picture, *SOUND, *CODED, *more)


def poster(video: Path, to: Path, ffmpeg: Ffmpeg) -> npt.NDArray[np.uint8]:
    """The poster's pixels, shape (height, width, 3)."""
    write_poster(video, probe(video), to, ffmpeg=ffmpeg)
    assert to.read_bytes()[:2] == b"\xff\xd8"
    ppm = ffmpeg.run(["-i", str(to), "-c:v", "ppm", "-f", "image2pipe", "pipe:1"], timeout_s=10)
    _, sides, depth, pixels = ppm.split(b"\n", 3)
    width, height = map(int, sides.split())
    assert depth == b"255"
    return np.frombuffer(pixels, np.uint8).reshape(height, width, 3)


@pytest.mark.parametrize(
    ("size", "expected"),
    [("1920x1080", (720, 1280)), ("640x360", (360, 640)), ("1080x1920", (1280, 720))],
)
def test_a_poster_has_the_shape_of_the_picture_and_no_side_over_1280(
    footage: Footage, each_ffmpeg: Ffmpeg, tmp_path: Path, size: str, expected: tuple[int, int]
) -> None:
    video = filmed(footage, f"{size}.mp4", f"testsrc2=s={size}:r=5:d=2")
    assert poster(video, tmp_path / "p.jpg", each_ffmpeg).shape[:2] == expected


def test_pixels_that_are_not_square_are_shown_in_their_right_shape(
    footage: Footage, ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    wide = filmed(footage, "wide.mp4", "testsrc2=s=320x240:r=5:d=2", "-vf", "setsar=2")
    assert poster(wide, tmp_path / "p.jpg", ffmpeg).shape[:2] == (240, 640)


def test_a_picture_that_was_filmed_lying_stands_upright(
    footage: Footage, ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    lying = filmed(footage, "lying.mp4", "testsrc2=s=320x180:r=5:d=2")
    turned = tmp_path / "turned.mp4"
    turned.write_bytes(with_matrix(lying.read_bytes(), QUARTER_TURN))
    assert poster(turned, tmp_path / "p.jpg", ffmpeg).shape[:2] == (320, 180)


def test_a_video_that_begins_in_the_dark_is_shown_where_there_is_light(
    footage: Footage, ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    dark_first = "testsrc2=s=320x180:r=10:d=10,drawbox=t=fill:c=black:enable='lt(t,4)'"
    video = filmed(footage, "dark.mp4", dark_first, "-g", "10")
    assert poster(video, tmp_path / "p.jpg", ffmpeg).mean() > 60


def test_a_video_that_is_dark_throughout_still_has_a_poster(
    footage: Footage, ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    video = filmed(footage, "night.mp4", "color=black:s=320x180:r=10:d=3")
    assert poster(video, tmp_path / "p.jpg", ffmpeg).max() < 30


def test_even_noise_makes_a_small_file(footage: Footage, ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    noise = "color=gray:s=1280x720:r=5:d=1,noise=all_strength=100:all_flags=t"
    poster(filmed(footage, "noise.mp4", noise), tmp_path / "p.jpg", ffmpeg)
    assert (tmp_path / "p.jpg").stat().st_size <= MOST_BYTES


def test_the_same_video_gives_the_same_bytes(
    footage: Footage, ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    video = filmed(footage, "same.mp4", "testsrc2=s=320x180:r=10:d=3")
    for name in ("one.jpg", "two.jpg"):
        poster(video, tmp_path / name, ffmpeg)
    assert (tmp_path / "one.jpg").read_bytes() == (tmp_path / "two.jpg").read_bytes()


def test_a_picture_that_cannot_be_decoded_is_a_typed_failure(
    footage: Footage, ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    video = filmed(footage, "whole.mp4", "testsrc2=s=320x180:r=10:d=1")
    source = probe(video)
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(video.read_bytes()[:200])
    with pytest.raises(MediaError):
        write_poster(broken, source, tmp_path / "p.jpg", ffmpeg=ffmpeg)
    assert not (tmp_path / "p.jpg").exists()
