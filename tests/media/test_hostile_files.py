"""Files that try to make us open another file or a connection: watched by the kernel and a server."""

import ctypes
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dubwright.domain.errors import InputError, MediaError
from dubwright.media.ffmpeg import Ffmpeg, input_of
from dubwright.media.probe import probe

_IN_OPEN = 0x20
PLAYLISTS = {
    "ffconcat": "ffconcat version 1.0\nfile {name}\nfile {url}\n",
    "ffconcat by path": "ffconcat version 1.0\nfile {path}\n",
    "HLS": "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{url}\n#EXTINF:10,\nfile://{path}\n#EXT-X-ENDLIST\n",
    "HLS through concat": "#EXTM3U\n#EXTINF:1.0,\nconcat:{url}|file://{path}\n#EXT-X-ENDLIST\n",
    "DASH": '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT5S">'
    '<Period><AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1"><BaseURL>{url}</BaseURL>'
    "</Representation></AdaptationSet></Period></MPD>",
    "SDP": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio {port} RTP/AVP 0\n",
}


class Neighbour:
    """A video beside the hostile file; the kernel tells whether anybody opens it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        libc = ctypes.CDLL(None, use_errno=True)
        self._watch = libc.inotify_init1(os.O_NONBLOCK)
        assert libc.inotify_add_watch(self._watch, os.fsencode(path), _IN_OPEN) >= 0

    def was_opened(self) -> bool:
        try:
            return bool(os.read(self._watch, 4096))
        except BlockingIOError:
            return False

    def close(self) -> None:
        os.close(self._watch)


@pytest.fixture
def neighbour(plain_video: Path, tmp_path: Path) -> Iterator[Neighbour]:
    if sys.platform != "linux":
        pytest.skip("only Linux tells who opens a file")
    path = tmp_path / "neighbour.mp4"
    path.write_bytes(plain_video.read_bytes())
    watched = Neighbour(path)
    yield watched
    watched.close()


@pytest.fixture
def canary() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


def test_the_watch_sees_a_file_being_opened(neighbour: Neighbour) -> None:
    assert not neighbour.was_opened()
    neighbour.path.read_bytes()
    assert neighbour.was_opened()


@pytest.mark.parametrize("kind", PLAYLISTS)
def test_a_playlist_named_mp4_is_refused_and_nothing_it_names_is_opened(
    kind: str, neighbour: Neighbour, canary: socket.socket
) -> None:
    hostile = _hostile(kind, neighbour, canary)
    with pytest.raises(InputError):
        probe(hostile)
    _nothing_was_opened(neighbour, canary)


@pytest.mark.parametrize("kind", PLAYLISTS)
def test_the_child_that_opens_files_follows_no_playlist_even_when_handed_one(
    kind: str, neighbour: Neighbour, canary: socket.socket
) -> None:
    hostile = _hostile(kind, neighbour, canary)
    listing = [sys.executable, "-m", "dubwright.media.track_listing", f"file:{hostile}", "mov"]
    outcome = subprocess.run(listing, capture_output=True, check=False, timeout=20)
    assert outcome.returncode == 1
    _nothing_was_opened(neighbour, canary)


@pytest.mark.parametrize("kind", PLAYLISTS)
def test_ffmpeg_follows_no_playlist_even_when_handed_one(
    kind: str, each_ffmpeg: Ffmpeg, neighbour: Neighbour, canary: socket.socket
) -> None:
    hostile = _hostile(kind, neighbour, canary)
    with pytest.raises(MediaError):
        each_ffmpeg.run([*input_of(hostile, "mp4"), "-f", "null", "-"], timeout_s=10)
    _nothing_was_opened(neighbour, canary)


def test_a_data_reference_to_a_neighbour_is_not_followed_by_the_child(
    plain_video: Path, tmp_path: Path, neighbour: Neighbour
) -> None:
    content = bytearray(plain_video.read_bytes())
    content[content.index(b"url ", content.index(b"dref")) + 7] = 0
    hostile = tmp_path / "hostile.mov"
    hostile.write_bytes(content)
    listing = [sys.executable, "-m", "dubwright.media.track_listing", f"file:{hostile}", "mov"]
    subprocess.run(listing, capture_output=True, check=False, timeout=20)
    assert not neighbour.was_opened()


def _hostile(kind: str, neighbour: Neighbour, canary: socket.socket) -> Path:
    port = canary.getsockname()[1]
    hostile = neighbour.path.with_name("hostile.mp4")
    hostile.write_text(
        PLAYLISTS[kind].format(
            name=neighbour.path.name,
            path=neighbour.path,
            url=f"http://127.0.0.1:{port}/canary.ts",
            port=port,
        )
    )
    return hostile


def _nothing_was_opened(neighbour: Neighbour, canary: socket.socket) -> None:
    assert not neighbour.was_opened()
    with pytest.raises(BlockingIOError):
        canary.accept()
