"""Sites for tests of links: servers on this machine, videos made on the spot, and a canary."""

import http.server
import ipaddress
import json
import os
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from dubwright.sources.addresses import AddressPolicy

LOOPBACK = AddressPolicy(
    schemes=frozenset({"http", "https"}),
    private_networks=(ipaddress.ip_network("127.0.0.1/32"),),
    any_port=True,
)
ONLY_PUBLIC = AddressPolicy(schemes=frozenset({"http", "https"}), any_port=True)
VIDEO_ID = "dQw4w9WgXcQ"

_VIDEO = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")


def make_formats(folder: Path) -> Path:
    """The files of a video of 6 s: whole, pictures of two sizes, sound, captions, and odd ones."""
    sound = ("-f", "lavfi", "-i", "sine=440:d=6")

    def picture(size: str) -> tuple[str, ...]:
        return ("-f", "lavfi", "-i", f"testsrc2=s={size}:r=10:d=6")

    _ffmpeg(*picture("320x180"), *sound, *_VIDEO, "-c:a", "aac", "-shortest", folder / "full.mp4")
    _ffmpeg(*picture("320x180"), *_VIDEO, folder / "v180.mp4")
    _ffmpeg(*picture("640x360"), *_VIDEO, folder / "v360.mp4")
    _ffmpeg(*sound, "-c:a", "aac", folder / "a.m4a")
    _ffmpeg("-i", folder / "full.mp4", "-c", "copy", folder / "full.mkv")
    for name, text in {
        "en.vtt": "WEBVTT\n\n00:00:01.000 --> 00:00:02.500\nHello there\n",
        "auto.vtt": "WEBVTT\n\n00:00:01.000 --> 00:00:02.500\nhello bear\n",
        "page.html": "<!doctype html><html><body>Watch this</body></html>",
        "notes.txt": "just a text",
        "short.mp4": "",
    }.items():
        (folder / name).write_text(text)
    return folder


def _ffmpeg(*arguments: str | Path) -> None:
    subprocess.run(["ffmpeg", "-v", "error", "-y", *map(str, arguments)], check=True, timeout=60)


class _Site(http.server.BaseHTTPRequestHandler):
    """Files of a folder, and answers that are called by their path."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Not on the screen."""

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        asked = urlsplit(self.path)
        name, rest = asked.path.lstrip("/"), asked.query
        answer = getattr(self, f"_{name.split('/')[0]}", None)
        if answer is not None:
            answer(name, rest)
        else:
            self._file(name)

    def _to(self, _: str, target: str) -> None:
        self._head(302, Location=unquote(target), **{"Content-Length": "0"})

    def _loop(self, *_: str) -> None:
        self._to("", "/loop")

    def _hop(self, name: str, _: str) -> None:
        left = int(name.split("/")[1])
        self._to("", f"/hop/{left - 1}" if left > 1 else "/full.mp4")

    def _status(self, name: str, _: str) -> None:
        self._head(int(name.split("/")[1]), **{"Content-Length": "0"})

    def _chunked(self, name: str, _: str) -> None:
        """The file without a word on how long it is."""
        self._head(200, **{"Transfer-Encoding": "chunked"})
        content = (self.server.folder / name.split("/")[1]).read_bytes()
        for at in range(0, len(content), 8192):
            piece = content[at : at + 8192]
            self._say(b"%x\r\n%s\r\n" % (len(piece), piece))
        self._say(b"0\r\n\r\n")

    def _huge(self, *_: str) -> None:
        """A file that says it is a terabyte long."""
        self._head(200, **{"Content-Length": str(2**40)})

    def _broken(self, *_: str) -> None:
        """Half of a file, and then nothing more."""
        content = (self.server.folder / "full.mp4").read_bytes()
        self._head(200, **{"Content-Length": str(len(content))})
        self._say(content[: len(content) // 2])
        self.close_connection = True

    def _slow(self, *_: str) -> None:
        """The beginning of a file, then a byte now and then."""
        content = (self.server.folder / "full.mp4").read_bytes()
        self._head(200, **{"Content-Length": str(len(content))})
        self._say(content[:6000])
        self.server.over.wait(0.05)
        for byte in content[6000:]:
            if self.server.over.wait(0.05) or not self._say(bytes([byte])):
                return

    def _held(self, name: str, _: str) -> None:
        """Half of a file, and the rest once `opened` is set."""
        content = (self.server.folder / name.split("/")[1]).read_bytes()
        self._head(200, **{"Content-Length": str(len(content))})
        self._say(content[: len(content) // 2])
        while not self.server.opened.wait(0.05):
            if self.server.over.is_set():
                return
        self._say(content[len(content) // 2 :])

    def _zipped(self, *_: str) -> None:
        self._head(200, **{"Content-Encoding": "gzip", "Content-Length": "0"})

    def _file(self, name: str) -> None:
        path = self.server.folder / name
        if not path.is_file():
            self._head(404, **{"Content-Length": "0"})
            return
        content = path.read_bytes()
        self._head(200, **{"Content-Length": str(len(content))})
        self._say(content)

    def _head(self, status: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def _say(self, content: bytes) -> bool:
        try:
            self.wfile.write(content)
            self.wfile.flush()
        except OSError:
            return False
        return True


@contextmanager
def site(folder: Path, host: str = "127.0.0.1") -> Iterator[http.server.ThreadingHTTPServer]:
    """A site that serves a folder; `asked` are the paths, `url` is where it is."""
    server = http.server.ThreadingHTTPServer((host, 0), _Site)
    server.daemon_threads = True
    server.folder, server.asked, server.over = folder, [], threading.Event()
    server.opened = threading.Event()
    server.url = f"http://{host}:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Canary:
    """Listens where nobody may call, on both kinds of loopback address, with one port."""

    port: int
    calls: list[str] = field(default_factory=list)


@contextmanager
def canary() -> Iterator[Canary]:
    over = threading.Event()
    with ExitStack() as stack:
        first = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        bird = Canary(first.getsockname()[1])
        listening = [first, *_on_version_6(stack, bird.port)]

        def listen(one: socket.socket) -> None:
            one.settimeout(0.02)
            while not over.is_set():
                try:
                    connection, caller = one.accept()
                except TimeoutError:
                    continue
                bird.calls.append(str(caller))
                connection.close()

        threads = [threading.Thread(target=listen, args=[one]) for one in listening]
        for thread in threads:
            thread.start()
        try:
            yield bird
        finally:
            over.set()
            for thread in threads:
                thread.join()


def _on_version_6(stack: ExitStack, port: int) -> list[socket.socket]:
    try:
        return [stack.enter_context(socket.create_server(("::1", port), family=socket.AF_INET6))]
    except OSError:  # a machine without version 6
        return []


_EXTRACTOR = """
import json
from yt_dlp.extractor.common import InfoExtractor
from yt_dlp.utils import ExtractorError

BASE, CHANGES = {base!r}, json.loads({changes!r})


def film(number, name, height, tbr, sound="none"):
    return dict(format_id=number, url=BASE + name, ext="mp4", vcodec="avc1.4d401e", acodec=sound,
                height=height, width=height * 16 // 9, tbr=tbr)


class Extractor(InfoExtractor):
    IE_NAME = "youtube"
    _VALID_URL = r"https://www\\.youtube\\.com/watch\\?v=(?P<id>[\\w-]{{11}})"

    def _real_extract(self, url):
        changes = dict(CHANGES)
        if "error" in changes:
            raise ExtractorError(changes["error"], expected=True)
        if "do" in changes:
            exec(changes.pop("do"), {{"self": self}})
        described = {{
            "id": self._match_id(url), "title": "A / test: «видео» " + "x" * 300, "duration": 6,
            "channel": "Somebody", "live_status": "not_live", "age_limit": 0,
            "license": "Creative Commons Attribution license (reuse allowed)",
            "formats": [
                film("18", "/full.mp4", 180, 100, "mp4a.40.2"), film("136", "/v360.mp4", 360, 200),
                film("134", "/v180.mp4", 180, 150),
                dict(format_id="140", url=BASE + "/a.m4a", ext="m4a", vcodec="none",
                     acodec="mp4a.40.2", tbr=128),
            ],
            "subtitles": {{"en-US": [{{"url": BASE + "/en.vtt", "ext": "vtt"}}],
                           "live_chat": [{{"url": BASE + "/chat", "ext": "json"}}]}},
            "automatic_captions": {{"en": [{{"url": BASE + "/auto.vtt", "ext": "vtt"}}]}},
        }}
        return {{**described, **changes}}
"""


def fake_youtube(folder: Path, base: str, **changes: object) -> Path:
    """An extractor that finds one video on the site at `base`, otherwise in some of its fields.

    `error` is what it fails with instead, `do` a statement that it executes first.
    """
    path = folder / "extractor.py"
    path.write_text(_EXTRACTOR.format(base=base, changes=json.dumps(changes)))
    return path


def only_format(url: str) -> list[dict[str, object]]:
    """The one form in which a video is to be had."""
    known = {"vcodec": "avc1.4d401e", "acodec": "mp4a.40.2", "height": 180, "width": 320}
    return [{"format_id": "c", "url": url, "ext": "mp4", **known}]


def until(happened: Callable[[], bool], *, seconds: float = 20.0) -> float:
    """Wait until something is so; how long that took. Fails when it never is."""
    began = time.monotonic()
    while not happened():
        assert time.monotonic() - began < seconds, "it did not happen in time"
        time.sleep(0.05)
    return time.monotonic() - began


def programs_with(words: str) -> list[int]:
    """The processes, but for this one, whose command line or folder has these words."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            told = (entry / "cmdline").read_bytes().decode(errors="replace")
            place = str((entry / "cwd").readlink())
        except OSError:
            continue
        if int(entry.name) != os.getpid() and (words in told or words in place):
            found.append(int(entry.name))
    return found
