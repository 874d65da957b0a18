"""The child process that talks to YouTube: `python -m dubwright.sources.youtube_child`.

It alone runs yt-dlp, within the confines of `confinement` and limits on memory and file size. It
reads one order from its standard input and tells how it goes on its standard output, one JSON
object per line. What it is not allowed to fetch shows before any of it is downloaded.
"""

import importlib.util
import ipaddress
import logging
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from dubwright.sources.addresses import AddressPolicy
from dubwright.sources.confinement import Confines, confine
from dubwright.sources.youtube_arrivals import Arrivals
from dubwright.sources.youtube_choice import (
    Found,
    chosen_captions,
    estimated_bytes,
    language_of_captions,
    unfit,
)
from dubwright.sources.youtube_options import deno_program, options
from dubwright.sources.youtube_talk import (
    AllArrived,
    FromYoutube,
    VideoFailed,
    VideoReady,
    VideoRefused,
    YoutubeOrder,
)

if TYPE_CHECKING:
    from yt_dlp import YoutubeDL

MEMORY_BYTES: Final = 2 << 30
_ROOM_FOR_JOINING: Final = 64 << 20
_KEPT_VARIABLES: Final = ("PATH", "LANG", "LC_ALL", "SSL_CERT_FILE", "SSL_CERT_DIR")


def main() -> int:
    """Fetch the video of the order on the standard input."""
    tell = _only_speaker()
    order = YoutubeOrder.model_validate_json(sys.stdin.buffer.read())
    _forget_surroundings(order)
    _limit(order)
    try:
        import yt_dlp
    except ModuleNotFoundError:
        tell(VideoRefused(reason="no_program"))
        return 0
    confine(_confines(order))
    try:
        tell(_fetched(order, tell))
    except yt_dlp.utils.DownloadCancelled:
        tell(VideoRefused(reason="too_large", detail=f"more than {order.max_bytes}"))
    except (yt_dlp.utils.YoutubeDLError, yt_dlp.networking.exceptions.RequestError) as exc:
        tell(VideoFailed(words=str(exc)[-2_000:]))
    except yt_dlp.cookies.CookieLoadError:
        tell(VideoRefused(reason="cookies"))
    return 0


def _only_speaker() -> Callable[[FromYoutube], None]:
    """Keep the standard output for what is told; what libraries print goes where errors go."""
    output = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    lock = threading.Lock()

    def tell(news: FromYoutube) -> None:
        with lock:
            output.write(news.model_dump_json().encode() + b"\n")

    return tell


def _forget_surroundings(order: YoutubeOrder) -> None:
    """Neither this process nor what it starts needs our settings, keys or home."""
    kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    os.environ.clear()
    os.environ.update(kept)
    for name in ("HOME", "TMPDIR", "DENO_DIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        os.environ[name] = order.folder
    os.environ.update({"YTDLP_NO_PLUGINS": "1", "DENO_NO_UPDATE_CHECK": "1", "NO_COLOR": "1"})
    os.chdir(order.folder)
    sys.dont_write_bytecode = True


def _limit(order: YoutubeOrder) -> None:
    try:
        import resource
    except ImportError:  # not a Unix machine: the parent's clock is the only limit
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    largest = order.max_bytes + _ROOM_FOR_JOINING
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))
    if sys.platform == "linux":
        # Not the address space: JavaScript engines reserve far more of it than they use.
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, MEMORY_BYTES))


def _confines(order: YoutubeOrder) -> Confines:
    policy = AddressPolicy(
        private_networks=tuple(map(ipaddress.ip_network, order.private_networks)),
        any_port=order.any_port,
    )
    ffmpeg = Path(order.ffmpeg)
    programs = {order.ffmpeg, str(ffmpeg.with_name("ffprobe")), *filter(None, (deno_program(),))}
    return Confines(
        Path(order.folder), frozenset(programs), policy, frozenset(order.proxy_addresses)
    )


def _fetched(order: YoutubeOrder, tell: Callable[[FromYoutube], None]) -> FromYoutube:
    import yt_dlp

    arrivals = Arrivals(order, tell)
    chosen = options(
        order,
        on_progress=arrivals.take,
        on_joining=lambda _: tell(AllArrived()),
        log=logging.getLogger("yt_dlp"),
    )
    with yt_dlp.YoutubeDL(chosen) as youtube:
        if order.extractor is not None:
            _use_extractor(youtube, order.extractor)
        found = cast("Found", youtube.extract_info(order.url, download=False))
        refused = unfit(found, order)
        if refused is not None:
            return refused
        captions = chosen_captions(found, order.language) if order.captions else None
        if captions is not None:
            youtube.params.update(writesubtitles=True, subtitleslangs=[captions])
        arrivals.expect(estimated_bytes(found))
        # The same answer again, and no second look: nothing can have changed in between.
        done = cast("Found", youtube.process_ie_result(found, download=True))
    return _ready(order, found, done, captions)


def _use_extractor(youtube: "YoutubeDL", path: str) -> None:
    spec = importlib.util.spec_from_file_location("extractor", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path!r} is no module")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    youtube._ies.clear()  # noqa: SLF001  # the list has no other way to be emptied
    youtube._ies_instances.clear()  # noqa: SLF001  # as above
    youtube.add_info_extractor(module.Extractor())


def _ready(order: YoutubeOrder, found: Found, done: Found, captions: str | None) -> FromYoutube:
    folder = Path(order.folder)
    made = next(iter(cast("list[Found]", done.get("requested_downloads") or [])), {})
    file = Path(str(made.get("filepath") or ""))
    if not file.is_file():  # yt-dlp leaves a file that is too large without a word
        return VideoRefused(reason="too_large", detail=f"more than {order.max_bytes}")
    written = sorted(folder.glob("source.*.vtt")) if captions is not None else []
    tag = language_of_captions(captions) if captions is not None and written else None
    return VideoReady(
        file=file.name,
        title=_text(found, "title") or "video",
        channel=_text(found, "channel") or _text(found, "uploader"),
        licence=_text(found, "license"),
        captions=written[0].name if written else None,
        captions_language=tag,
    )


def _text(found: Found, key: str) -> str | None:
    """What the site says, without what is no character to show."""
    value = found.get(key)
    if not isinstance(value, str):
        return None
    return "".join(letter for letter in value if letter.isprintable()).strip()[:500] or None


if __name__ == "__main__":
    sys.exit(main())
