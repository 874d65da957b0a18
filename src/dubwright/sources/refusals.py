"""Why a video is not fetched: the reasons, and what people are told of each."""

import re
from dataclasses import dataclass
from typing import Final, Literal

from dubwright.domain.errors import (
    DubError,
    LinkError,
    LinkRefused,
    ProviderNotReady,
    SiteBlocked,
    SiteThrottled,
    SiteUnreachable,
    TooLarge,
    VideoUnavailable,
    VideoUnsuitable,
)

Reason = Literal[
    "many",
    "live",
    "no_length",
    "too_long",
    "too_large",
    "protected",
    "no_format",
    "age",
    "members",
    "private",
    "region",
    "removed",
    "robot",
    "forbidden",
    "throttled",
    "not_public",
    "no_runtime",
    "no_program",
    "cookies",
    "unreachable",
    "changed",
]

_UPLOAD: Final = "download the video yourself and upload the file"


@dataclass(frozen=True, slots=True)
class _Told:
    kind: type[DubError]
    message: str
    hint: str


_TOLD: Final[dict[Reason, _Told]] = {
    "many": _Told(LinkRefused, "the link leads to several videos", "give the link of one video"),
    "live": _Told(
        VideoUnsuitable,
        "this is a live stream, or one that has only just ended",
        f"wait until its recording is there, or {_UPLOAD}",
    ),
    "no_length": _Told(VideoUnsuitable, "the site does not say how long the video is", _UPLOAD),
    "too_long": _Told(
        VideoUnsuitable, "the video is longer than what is taken", f"cut it: {_UPLOAD}"
    ),
    "too_large": _Told(
        TooLarge,
        "the video has more bytes than are taken",
        "upload a file with a smaller picture, or have the limit raised",
    ),
    "protected": _Told(
        VideoUnsuitable,
        "the video is protected against copying",
        "ask its owner for the file and upload that",
    ),
    "no_format": _Told(
        VideoUnsuitable, "the site has the video in no form that can be fetched", _UPLOAD
    ),
    "age": _Told(VideoUnavailable, "the site shows the video to signed-in adults only", _UPLOAD),
    "members": _Told(VideoUnavailable, "the video is for members of the channel only", _UPLOAD),
    "private": _Told(
        VideoUnavailable, "the video is private", "ask its owner for the file and upload that"
    ),
    "region": _Told(
        VideoUnavailable, "the site does not show the video in this server's country", _UPLOAD
    ),
    "removed": _Told(VideoUnavailable, "the video is not there, or not any more", "check the link"),
    "robot": _Told(
        SiteBlocked,
        "the site takes this server for a robot and wants a sign-in",
        f"{_UPLOAD}; whoever runs this finds more in docs/links.md",
    ),
    "forbidden": _Told(
        SiteBlocked,
        "the site refuses to give the file to this server",
        f"{_UPLOAD}; a newer yt-dlp may help",
    ),
    "throttled": _Told(
        SiteThrottled,
        "the site asks this server to slow down",
        f"try again in an hour, or {_UPLOAD}",
    ),
    "not_public": _Told(
        LinkRefused, "the link leads to an address that is not public", "give a public link"
    ),
    "no_runtime": _Told(
        ProviderNotReady,
        "YouTube videos need a JavaScript runtime, and none was found",
        f"install `dubwright[links]`, which brings deno; or {_UPLOAD}",
    ),
    "no_program": _Told(
        ProviderNotReady,
        "YouTube videos need yt-dlp, which is not installed",
        f"install `dubwright[links]`; or {_UPLOAD}",
    ),
    "cookies": _Told(
        ProviderNotReady,
        "the file of `links.cookies_file` cannot be used",
        "give a cookie file in Netscape format, or leave the setting out",
    ),
    "unreachable": _Told(
        SiteUnreachable, "the site was not reached, or the connection broke", "try again later"
    ),
    "changed": _Told(
        LinkError,
        "the site's pages were not understood; they change often",
        f"install a newer yt-dlp, or {_UPLOAD}",
    ),
}

# yt-dlp names its failures in words alone. The first pattern that is found decides.
_PATTERNS: Final[tuple[tuple[str, Reason], ...]] = (
    (r"is not public", "not_public"),
    (r"confirm you.{1,3}re not a bot|Sign in to confirm you(?!r age)|LOGIN_REQUIRED", "robot"),
    (r"HTTP Error 429|Too Many Requests|rate.?limited|try again later", "throttled"),
    (r"confirm your age|age.restricted|inappropriate for some users", "age"),
    (r"members.only|Join this channel|requires payment|paid content|Premium members", "members"),
    (r"Private video|video is private", "private"),
    (r"in your country|geo.?restrict|from your location|uploader has not made this", "region"),
    (r"live event|Premieres in|live stream|is offline", "live"),
    (r"DRM.protected|DRM protection", "protected"),
    (
        r"No supported JavaScript runtime|JavaScript runtime.{0,40}(required|not found)",
        "no_runtime",
    ),
    (r"cookie", "cookies"),
    (r"Requested format is not available|No video formats|Only images are available", "no_format"),
    (r"HTTP Error 403|Forbidden", "forbidden"),
    (r"unavailable|removed|terminated|no longer available|not available|does not exist", "removed"),
    (r"HTTP Error (404|410)", "removed"),
    (
        r"timed out|Connection (reset|refused)|Unable to connect|Network is unreachable",
        "unreachable",
    ),
    (r"Temporary failure|Name or service|Failed to resolve|EOF occurred", "unreachable"),
    (r"HTTP Error 5\d\d|IncompleteRead|bytes read|Remote end closed", "unreachable"),
    (r"Unable to download", "unreachable"),
)


def reason_in(text: str) -> Reason:
    """The reason that a program's message tells; `changed` for what nobody has seen before."""
    for pattern, reason in _PATTERNS:
        if re.search(pattern, text, re.IGNORECASE):
            return reason
    return "changed"


def refusal(reason: Reason, detail: str = "") -> DubError:
    """The failure to raise. `detail` stands behind the sentence: figures, never a site's words."""
    told = _TOLD[reason]
    message = f"{told.message}: {detail}" if detail else told.message
    if issubclass(told.kind, ProviderNotReady):
        return told.kind(message, provider="yt-dlp", hint=told.hint)
    return told.kind(message, hint=told.hint)
