"""Which links are followed: one video of YouTube, or a file on the web; told without a network."""

import ipaddress
import re
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from dubwright.domain.errors import InputError, LinkRefused
from dubwright.sources.addresses import AddressPolicy, web_address

LinkKind = Literal["youtube", "web"]

LINK_POLICY: Final = AddressPolicy(usual_ports=(443,), high_ports=range(0))
"""Public addresses over https, on its own port."""

_LONGEST_URL: Final = 2_048
_LONGEST_NAME: Final = 100
_PRINTABLE: Final = re.compile(r"[!-~]+")
_WATCHED_AT: Final = frozenset(
    f"{name}{site}"
    for site, names in {
        "youtube.com": ("", "www.", "m.", "music."),
        "youtube-nocookie.com": ("", "www."),
    }.items()
    for name in names
)
_SHORT: Final = frozenset({"youtu.be", "www.youtu.be"})
_OF_YOUTUBE: Final = (".youtube.com", ".youtube-nocookie.com", ".youtu.be")
_PORTS: Final = {"http": 80, "https": 443}
_VIDEO_ID: Final = re.compile(r"[0-9A-Za-z_-]{11}")
_PLAYERS: Final = frozenset({"shorts", "embed", "v", "live"})
# Eleven characters long, as an id is, and yet the names of pages.
_NO_VIDEO_IDS: Final = frozenset({"videoseries", "live_stream"})
_LISTS: Final = frozenset({"playlist", "channel", "c", "user", "feed", "hashtag", "results"})
_LABEL: Final = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")
_NEVER_PUBLIC: Final = frozenset({"localhost", "local", "internal", "intranet", "lan", "onion"})
_ONE_VIDEO: Final = "give the link of one video, such as `https://www.youtube.com/watch?v=…`"
_FORM: Final = "give an `https://` link to a video file, or to a video on YouTube"


@dataclass(frozen=True, slots=True)
class Link:
    """A link that may be followed, in its one spelling. `name` is a file name for what it gives."""

    kind: LinkKind
    url: str
    host: str
    name: str


@dataclass(frozen=True, slots=True)
class LinkOffer:
    """When links are taken, `locally` means while no key is needed; and what they may lead to."""

    when: Literal["always", "locally", "never"] = "locally"
    youtube: bool = True
    policy: AddressPolicy = LINK_POLICY


def refuse_youtube_if_off(link: Link, *, is_on: bool) -> None:
    """Raise `LinkRefused` for a video of YouTube where `links.youtube` is off."""
    if link.kind == "youtube" and not is_on:
        raise LinkRefused(
            "videos are not fetched from YouTube here",
            hint="download the video yourself and give the file; `links.youtube` is off",
        )


def parse_link(raw: str, policy: AddressPolicy = LINK_POLICY) -> Link:
    """The link. Raises `LinkRefused` with the reason; no name is looked up, nothing is called."""
    if not 0 < len(raw) <= _LONGEST_URL:
        raise LinkRefused("the link is empty, or longer than 2,048 characters", hint=_FORM)
    if _PRINTABLE.fullmatch(raw) is None or "\\" in raw:
        raise LinkRefused(
            "the link has characters that no link has",
            hint="write other characters percent-encoded, and foreign names as `xn--…`",
        )
    parts, port = _split(raw)
    host = (parts.hostname or "").rstrip(".")
    if host in _WATCHED_AT | _SHORT or host.endswith(_OF_YOUTUBE):
        _refuse_odd_ways(parts, port)
        return _of_youtube(host, parts)
    return _of_the_web(raw, parts, policy)


def looks_like_link(text: str) -> bool:
    """Whether somebody who may write a path or a link wrote a link."""
    return re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", text) is not None


def _split(raw: str) -> tuple[SplitResult, int | None]:
    try:
        return (parts := urlsplit(raw)), parts.port
    except ValueError as exc:
        raise LinkRefused(f"the link cannot be read: {exc}", hint=_FORM) from exc


def _refuse_odd_ways(parts: SplitResult, port: int | None) -> None:
    if parts.scheme not in _PORTS:
        raise LinkRefused(f"the link begins with {parts.scheme!r}", hint=_FORM)
    if parts.username is not None or parts.password is not None:
        raise LinkRefused("the link has a user in it", hint="leave out what stands before the `@`")
    if port not in (None, _PORTS[parts.scheme]):
        raise LinkRefused(f"port {port} is not one of YouTube's", hint=_ONE_VIDEO)


def _of_youtube(host: str, parts: SplitResult) -> Link:
    path = [part for part in parts.path.split("/") if part]
    asked = parse_qs(parts.query)
    video = _video_id(host, path, asked)
    if video is None or _VIDEO_ID.fullmatch(video) is None or video in _NO_VIDEO_IDS:
        raise _no_video(path, asked)
    url = f"https://www.youtube.com/watch?v={video}"
    return Link("youtube", url, "www.youtube.com", f"youtube-{video}.mp4")


def _video_id(host: str, path: list[str], asked: dict[str, list[str]]) -> str | None:
    match path:
        case [video] if host in _SHORT:
            return video
        case ["watch"] if host in _WATCHED_AT and len(set(asked.get("v", []))) == 1:
            return asked["v"][0]
        case [player, video] if host in _WATCHED_AT and player in _PLAYERS:
            return video
    return None


def _no_video(path: list[str], asked: dict[str, list[str]]) -> LinkRefused:
    first = path[0] if path else ""
    if "list" in asked or first in _LISTS or first.startswith("@") or path[1:2] == ["videoseries"]:
        return LinkRefused("the link leads to a list or a channel, not to a video", hint=_ONE_VIDEO)
    return LinkRefused("there is no YouTube video in the link", hint=_ONE_VIDEO)


def _of_the_web(raw: str, parts: SplitResult, policy: AddressPolicy) -> Link:
    try:
        address = web_address(raw, policy)
    except InputError as exc:
        raise LinkRefused(exc.message.replace("the URL", "the link"), hint=_FORM) from exc
    if not policy.private_networks:
        _refuse_odd_names(address.host)
    url = f"{address.scheme}://{address.authority}{address.target}"
    return Link("web", url, address.host, _file_name(parts.path, address.host))


def _refuse_odd_names(host: str) -> None:
    """Names that never lead to a public place, or that programs read as different addresses."""
    if ":" in host:  # an address of version 6, which was checked
        return
    labels = host.split(".")
    if not all(map(_LABEL.fullmatch, labels)):
        raise LinkRefused(f"{host[:100]!r} is not the name of a host", hint=_FORM)
    if _NUMBER.fullmatch(labels[-1]) and not _is_plain_address(host):
        raise LinkRefused(
            f"{host[:100]!r} is an address in an odd spelling", hint="write the host's name"
        )
    if len(labels) == 1 or labels[-1] in _NEVER_PUBLIC:
        raise LinkRefused(f"{host[:100]!r} is not a public name", hint=_FORM)


def _is_plain_address(host: str) -> bool:
    try:
        ipaddress.IPv4Address(host)
    except ValueError:
        return False
    return True


def _file_name(path: str, host: str) -> str:
    """The last part of the path as a plain file name, or the host's where there is none."""
    last = unquote(path).replace("\\", "/").rstrip("/").rpartition("/")[2]
    plain = "".join(letter for letter in last if letter.isprintable()).strip(" .")
    return plain[-_LONGEST_NAME:].lstrip(" .") or f"{host}.mp4"
