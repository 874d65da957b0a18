"""Fetching one video of YouTube, by yt-dlp in a child process that is watched."""

import shutil
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final
from urllib.parse import urlsplit

import structlog

from dubwright.domain.errors import Cancelled, LinkError, MediaError, storage_failure
from dubwright.domain.language import LanguageTag
from dubwright.media.child import Child
from dubwright.sources.addresses import AddressPolicy, addresses_of
from dubwright.sources.fetched import FetchedVideo, Wanted, Watch
from dubwright.sources.links import Link
from dubwright.sources.pace import Pace
from dubwright.sources.refusals import reason_in, refusal
from dubwright.sources.youtube_options import deno_program
from dubwright.sources.youtube_talk import (
    AllArrived,
    BytesArrived,
    VideoFailed,
    VideoReady,
    VideoRefused,
    YoutubeOrder,
    from_youtube,
)

log = structlog.get_logger()

_COMMAND: Final = (sys.executable, "-P", "-B", "-m", "dubwright.sources.youtube_child")
_PROXY_PORTS: Final = {"http": 80, "https": 443}
_SOCKS_PORT: Final = 1080


@dataclass(frozen=True, slots=True)
class YoutubeRules:
    """How YouTube is called. `policy` and `extractor` are for tests: no setting changes them."""

    ffmpeg: str = "ffmpeg"
    max_height: int = 1080
    cookies_file: Path | None = None
    proxy: str | None = field(default=None, repr=False)
    policy: AddressPolicy = field(default_factory=AddressPolicy)
    extractor: Path | None = None


def download_video(
    link: Link, folder: Path, wanted: Wanted, rules: YoutubeRules, watch: Watch
) -> FetchedVideo:
    """Fetch the video of a link into the folder.

    Raises the failure that `refusals` has for what went wrong, or `Cancelled` within a second of
    being asked to stop; the child and all that it started are gone then.
    """
    pace = Pace(watch.patience, watch.is_cancelled)
    order = _order(link, folder, wanted, rules)
    try:
        with Child(
            _COMMAND,
            name="yt-dlp",
            timeout_s=watch.patience.longest_s,
            cancelled=lambda: watch.is_cancelled() or pace.is_over(),
        ) as child:
            child.feed(iter([order.model_dump_json().encode()]))
            ready = _ending(child.output, watch.told, pace)
    except Cancelled:
        if watch.is_cancelled():
            raise
        raise pace.failure() from None
    except MediaError as exc:
        raise _broken(exc) from exc
    finally:
        _forget_cookies(order)
    return _fetched(folder, ready)


def _order(link: Link, folder: Path, wanted: Wanted, rules: YoutubeRules) -> YoutubeOrder:
    ffmpeg = shutil.which(rules.ffmpeg) or rules.ffmpeg
    if deno_program() is None:
        raise refusal("no_runtime")
    return YoutubeOrder(
        url=link.url,
        folder=str(folder.resolve()),
        max_bytes=wanted.max_bytes,
        max_duration_ms=wanted.max_duration_ms,
        max_height=rules.max_height,
        captions=wanted.captions,
        language=wanted.language,
        ffmpeg=ffmpeg,
        cookies=_copy_of_cookies(rules.cookies_file, folder),
        proxy=rules.proxy,
        proxy_addresses=_proxy_addresses(rules.proxy) if rules.proxy else (),
        private_networks=tuple(map(str, rules.policy.private_networks)),
        any_port=rules.policy.any_port,
        extractor=str(rules.extractor) if rules.extractor else None,
    )


def _copy_of_cookies(cookies: Path | None, folder: Path) -> str | None:
    """yt-dlp writes into the file that it is given, and the child may write into its folder alone."""
    if cookies is None:
        return None
    copy = folder / "cookies"
    try:
        shutil.copyfile(cookies, copy)
        copy.chmod(0o600)
    except OSError as exc:
        raise refusal("cookies") from exc
    return str(copy.resolve())


def _forget_cookies(order: YoutubeOrder) -> None:
    if order.cookies is not None:
        Path(order.cookies).unlink(missing_ok=True)


def _proxy_addresses(proxy: str) -> tuple[str, ...]:
    """Where the operator's proxy is: the one place that may be called although it is not public."""
    parts = urlsplit(proxy)
    port = parts.port or _PROXY_PORTS.get(parts.scheme, _SOCKS_PORT)
    try:
        found = addresses_of(parts.hostname or "", port)
    except socket.gaierror as exc:
        raise refusal("unreachable", "the proxy of `links.proxy` is not known") from exc
    return tuple(f"{address} {port}" for address in found)


def _ending(output: IO[bytes], told: Callable[[int, int], None], pace: Pace) -> VideoReady | None:
    """Pass on how far it is, and give the file. None when the child ended without a word."""
    for line in output:
        match from_youtube.validate_json(line):
            case BytesArrived(done=done, total=total):
                pace.arrived(done)
                told(done, total)
            case AllArrived():
                pace.all_arrived()
            case VideoRefused(reason=reason, detail=detail):
                raise refusal(reason, detail)
            case VideoFailed(words=words):
                reason = reason_in(words)
                log.info("youtube.failed", reason=reason, words=words)
                raise refusal(reason)
            case VideoReady() as ready:
                return ready
    return None


def _broken(cause: MediaError) -> LinkError:
    log.info("youtube.broke", stderr=cause.stderr_tail)
    return LinkError(
        f"yt-dlp ended by itself: {cause.message}",
        hint="download the video yourself and upload the file; the log has more",
    )


def _fetched(folder: Path, ready: VideoReady | None) -> FetchedVideo:
    if ready is None:
        raise _broken(MediaError("it said nothing"))
    path = folder / "source"
    try:
        (folder / ready.file).replace(path)
    except OSError as exc:
        raise storage_failure(exc, "cannot keep the video", hint="make room on the disk") from exc
    return FetchedVideo(
        path=path,
        title=ready.title,
        channel=ready.channel,
        licence=ready.licence,
        captions=folder / ready.captions if ready.captions else None,
        captions_language=LanguageTag(ready.captions_language) if ready.captions_language else None,
    )
