"""ffmpeg as a separate program: found once, started with argument lists, stopped in time."""

import shutil
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from dubwright.domain.audio import Samples
from dubwright.domain.errors import ProviderNotReady
from dubwright.domain.media import Container
from dubwright.media.child import Child

IsCancelled = Callable[[], bool]
"""Asked several times a second, from another thread, while ffmpeg runs."""

_DEMUXERS: dict[Container, str] = {
    "mp4": "mov",
    "mov": "mov",
    "mkv": "matroska",
    "webm": "matroska",
}


class Ffmpeg:
    """The ffmpeg program: the one named, else the system's, else the one of `imageio-ffmpeg`."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path

    @cached_property
    def program(self) -> str:
        """Where ffmpeg is. Raises `ProviderNotReady` when this machine has none."""
        if self._path is not None:
            return _named(self._path)
        found = shutil.which("ffmpeg") or _packaged()
        if found is None:
            raise ProviderNotReady(
                "ffmpeg is not installed",
                provider="ffmpeg",
                hint="install the system's `ffmpeg` package, or the Python package `dubwright[ffmpeg]`",
            )
        return found

    def version(self) -> str:
        """The first line that ffmpeg says of itself, without the copyright."""
        line = self.run(["-version"], timeout_s=10).decode(errors="replace").splitlines()[0]
        return line.split(" Copyright")[0]

    def has_filter(self, name: str) -> bool:
        """Whether this ffmpeg was built with a filter."""
        return name in self._filters

    @cached_property
    def _filters(self) -> frozenset[str]:
        lines = self.run(["-filters"], timeout_s=10).decode(errors="replace").splitlines()
        return frozenset(line.split()[1] for line in lines if "->" in line)

    def run(
        self,
        arguments: Sequence[str],
        *,
        timeout_s: float,
        cancelled: IsCancelled | None = None,
        stdin: bytes = b"",
    ) -> bytes:
        """Run to the end and return standard output.

        Raises `MediaError` on failure or after `timeout_s`, `Cancelled` within a second of being asked to stop.
        """
        with self._start(arguments, timeout_s, cancelled) as child:
            return child.exchange(stdin)

    def report(
        self, arguments: Sequence[str], *, timeout_s: float, cancelled: IsCancelled | None = None
    ) -> str:
        """Run to the end and return the last 4,000 characters of what was printed for people."""
        with self._start(["-loglevel", "info", *arguments], timeout_s, cancelled) as child:
            child.exchange(b"")
        return child.stderr_tail

    def write_blocks(
        self,
        arguments: Sequence[str],
        blocks: Iterable[Samples],
        *,
        timeout_s: float,
        cancelled: IsCancelled | None = None,
    ) -> None:
        """Feed `blocks` to standard input as raw `f32le`, one after another, and run to the end."""
        with self._start(arguments, timeout_s, cancelled) as child:
            child.feed(np.ascontiguousarray(block, "<f4").tobytes() for block in blocks)

    def _start(
        self, arguments: Sequence[str], timeout_s: float, cancelled: IsCancelled | None
    ) -> Child:
        command = [self.program, "-nostdin", "-hide_banner", "-loglevel", "error", "-y", *arguments]
        return Child(command, name="ffmpeg", timeout_s=timeout_s, cancelled=cancelled)


def input_of(path: Path, container: Container) -> list[str]:
    """Arguments that open an untrusted video as what its first bytes say, and no other file."""
    demuxer = _DEMUXERS[container]
    closed = ["-enable_drefs", "0", "-use_absolute_path", "0"] if demuxer == "mov" else []
    return ["-protocol_whitelist", "file,pipe", "-f", demuxer, *closed, "-i", local(path)]


def local(path: Path) -> str:
    """A path that ffmpeg cannot take for an address or an option."""
    return f"file:{path.resolve()}"


def _named(path: Path) -> str:
    found = shutil.which(str(path))
    if found is None:
        raise ProviderNotReady(
            f"{str(path)!r} is not a program",
            provider="ffmpeg",
            hint="give the path of an ffmpeg program, or leave the setting out to have it found",
        )
    return found


def _packaged() -> str | None:
    try:
        import imageio_ffmpeg

        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except (ImportError, RuntimeError):
        return None
