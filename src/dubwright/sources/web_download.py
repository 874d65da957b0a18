"""Fetching a video file by its link: public addresses only, on every redirect, and nothing else.

Each address on the way is parsed and checked as if somebody had just given it, looked up once,
and connected to as it was checked. What does not begin as a video is not read any further.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urljoin

import httpcore

from dubwright.domain.errors import (
    DubError,
    InputError,
    LinkRefused,
    SiteBlocked,
    SiteThrottled,
    SiteUnreachable,
    VideoUnavailable,
    storage_failure,
)
from dubwright.media.sniff import sniff_container
from dubwright.sources.addresses import web_address
from dubwright.sources.fetched import FetchedVideo, Wanted, Watch
from dubwright.sources.guarded_http import CallRules, NoAnswer, OutgoingCall, answered
from dubwright.sources.links import LINK_POLICY, Link, parse_link
from dubwright.sources.pace import Pace
from dubwright.sources.refusals import refusal

_MOST_REDIRECTS: Final = 5
_HEAD_BYTES: Final = 4_096
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_GONE: Final = frozenset({404, 410})
_KEPT_BACK: Final = frozenset({401, 402, 403, 407, 451})
_BUSY: Final = frozenset({429, 503})
_OK: Final = 200
_SERVERS_FAULT: Final = 500
_HEADERS: Final = {
    "Accept": "video/*,application/octet-stream;q=0.5,*/*;q=0.1",
    "Accept-Encoding": "identity",
    "User-Agent": "Dubwright",
}


@dataclass(frozen=True, slots=True)
class WebRules:
    """What may be called, and how; tests allow more than public addresses."""

    calls: CallRules = field(default_factory=lambda: CallRules(LINK_POLICY))


def download_file(
    link: Link, folder: Path, wanted: Wanted, rules: WebRules, watch: Watch
) -> FetchedVideo:
    """Fetch the file of a link into the folder, whole or not at all.

    Raises `LinkRefused`, `TooLarge`, `VideoUnavailable`, a `LinkError`, or `Cancelled`.
    """
    pace = Pace(watch.patience, watch.is_cancelled)
    to = folder / "source"
    url = link.url
    try:
        for _ in range(_MOST_REDIRECTS + 1):
            following = _fetched_or_redirected(url, to, wanted, _Means(rules, watch, pace))
            if following is None:
                return FetchedVideo(path=to, title=link.name)
            url = _checked(urljoin(url, following), rules)
    except NoAnswer as exc:
        raise SiteUnreachable(
            f"{link.host!r} cannot be fetched from: {exc}",
            hint="check the link in a browser; it may work later",
        ) from exc
    raise LinkRefused(
        f"the link is redirected more than {_MOST_REDIRECTS} times",
        hint="give the link that the last one leads to",
    )


@dataclass(frozen=True, slots=True)
class _Means:
    rules: WebRules
    watch: Watch
    pace: Pace


def _fetched_or_redirected(url: str, to: Path, wanted: Wanted, means: _Means) -> str | None:
    """Where else the file is; None when it is here now."""
    calls = means.rules.calls
    try:
        address = web_address(url, calls.policy)
        outgoing = OutgoingCall("GET", url, _HEADERS)
        with answered(outgoing, address, calls, means.pace) as response:
            if response.status in _REDIRECTS:
                return _header(response, b"location") or ""
            _refuse_status(response.status, address.host)
            _write(response, to, wanted, means)
            return None
    except InputError as exc:
        # The narrower ones have said what is wrong; this one is about an address.
        if type(exc) is InputError:
            raise refusal("not_public") from exc
        raise


def _checked(url: str, rules: WebRules) -> str:
    """A redirect's address, if a person could have given it."""
    link = parse_link(url, rules.calls.policy)
    if link.kind != "web":
        raise LinkRefused("the link leads on to YouTube", hint="give the YouTube link itself")
    return link.url


def _refuse_status(status: int, host: str) -> None:
    if status == _OK:
        return
    message = f"{host!r} answered {status}"
    if status in _GONE:
        raise VideoUnavailable(f"{message}: there is no such file", hint="check the link")
    if status in _KEPT_BACK:
        raise SiteBlocked(
            f"{message}: it does not give the file to everybody",
            hint="download the video yourself and upload the file",
        )
    if status in _BUSY:
        raise SiteThrottled(f"{message}: it is busy", hint="try again later")
    kind: type[DubError] = SiteUnreachable if status >= _SERVERS_FAULT else LinkRefused
    raise kind(f"{message} instead of giving a file", hint="check the link in a browser")


def _write(response: httpcore.Response, to: Path, wanted: Wanted, means: _Means) -> None:
    announced = _announced_bytes(response)
    if announced > wanted.max_bytes:
        raise refusal("too_large", f"{announced}, and {wanted.max_bytes} are")
    part = to.with_name(f".{to.name}.part")
    try:
        with part.open("wb") as file:
            arrived = 0
            for piece in _with_head(response.iter_stream()):
                file.write(piece)
                if not arrived:
                    file.flush()
                    _refuse_what_is_no_video(part, piece)
                arrived += len(piece)
                if arrived > wanted.max_bytes:
                    raise refusal("too_large", f"more than {wanted.max_bytes}")
                means.pace.arrived(arrived)
                means.watch.told(arrived, announced)
        part.replace(to)
    except OSError as exc:
        raise storage_failure(exc, "cannot keep the video", hint="make room on the disk") from exc
    finally:
        part.unlink(missing_ok=True)


def _announced_bytes(response: httpcore.Response) -> int:
    """How long the answer says it is, 0 if it does not."""
    coding = _header(response, b"content-encoding")
    if coding not in (None, "", "identity"):
        raise LinkRefused("the file comes compressed", hint="give the link of the file as it is")
    length = _header(response, b"content-length") or ""
    return int(length) if length.isdecimal() else 0


def _with_head(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The pieces, the first of them long enough to tell what the file is."""
    head, rest = b"", iter(pieces)
    while len(head) < _HEAD_BYTES and (piece := next(rest, b"")):
        head += piece
    yield head
    yield from rest


def _refuse_what_is_no_video(part: Path, head: bytes) -> None:
    try:
        sniff_container(part)
    except InputError as exc:
        is_page = head.lstrip()[:1] == b"<"
        raise LinkRefused(
            "the link leads to a web page" if is_page else "the link leads to no video file",
            hint="give the link of the file itself: MP4, MOV, MKV or WebM",
        ) from exc


def _header(response: httpcore.Response, name: bytes) -> str | None:
    return next(
        (value.decode("latin-1") for key, value in response.headers if key.lower() == name), None
    )
