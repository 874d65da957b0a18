"""Whether a video of YouTube is taken, judged by what yt-dlp found out before any download."""

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TypeGuard

from dubwright.domain.errors import InputError
from dubwright.domain.language import LanguageTag, parse_language, same_language
from dubwright.domain.timeline import clock
from dubwright.sources.youtube_talk import VideoRefused, YoutubeOrder

Found = Mapping[str, object]
"""What yt-dlp found out of a video. Its keys are yt-dlp's; any may be missing or None."""

_NOT_OVER: Final = frozenset({"is_live", "is_upcoming", "post_live"})
_LISTS: Final = frozenset({"playlist", "multi_video"})
_OF_MEMBERS: Final = frozenset({"premium_only", "subscriber_only"})
_ADULT: Final = 18
_BITS: Final = 8


def unfit(found: Found, order: YoutubeOrder) -> VideoRefused | None:
    """Why the video is not taken; None if it is."""
    for check in (_of_its_kind, _of_its_access, _of_its_size):
        refused = check(found, order)
        if refused is not None:
            return refused
    return None


def estimated_bytes(found: Found) -> int:
    """How large the chosen formats are in all, 0 where nobody says so."""
    duration_s = _number(found, "duration")
    return round(sum(_format_bytes(one, duration_s) for one in _chosen_formats(found)))


def chosen_captions(found: Found, language: LanguageTag | None) -> str | None:
    """The name of the uploader's captions in the language, or in the video's; None without any.

    Of several that fit by their first part, the exact one, then the shortest. What YouTube heard
    by itself stands elsewhere and is never taken.
    """
    offered = found.get("subtitles")
    names = [name for name in offered if _is_vtt(offered, name)] if _is_table(offered) else []
    wanted = language or _spoken(found)
    if wanted is None:
        return names[0] if len(names) == 1 else None
    tags = {name: tag for name in names if (tag := _tag(name)) is not None}
    fitting = [name for name, tag in tags.items() if same_language(tag, wanted)]
    return min(fitting, key=lambda name: (tags[name] != wanted, len(name)), default=None)


def language_of_captions(name: str) -> LanguageTag | None:
    """The language that captions of this name are in, as far as it can be told."""
    return _tag(name)


def _of_its_kind(found: Found, order: YoutubeOrder) -> VideoRefused | None:
    if found.get("_type") in _LISTS:
        return VideoRefused(reason="many")
    if found.get("is_live") or found.get("live_status") in _NOT_OVER:
        return VideoRefused(reason="live")
    return None


def _of_its_access(found: Found, order: YoutubeOrder) -> VideoRefused | None:
    formats = _chosen_formats(found)
    if found.get("has_drm") is True or any(one.get("has_drm") is True for one in formats):
        return VideoRefused(reason="protected")
    if found.get("availability") in _OF_MEMBERS:
        return VideoRefused(reason="members")
    if _number(found, "age_limit") >= _ADULT:
        return VideoRefused(reason="age")
    return None


def _of_its_size(found: Found, order: YoutubeOrder) -> VideoRefused | None:
    duration_ms = round(1000 * _number(found, "duration"))
    if duration_ms <= 0:
        return VideoRefused(reason="no_length")
    if duration_ms > order.max_duration_ms:
        limits = f"{clock(duration_ms)}, and {clock(order.max_duration_ms)} are taken"
        return VideoRefused(reason="too_long", detail=limits)
    size_bytes = estimated_bytes(found)
    if size_bytes > order.max_bytes:
        limits = f"about {size_bytes}, and {order.max_bytes} are"
        return VideoRefused(reason="too_large", detail=limits)
    return None


def _chosen_formats(found: Found) -> Sequence[Found]:
    chosen = found.get("requested_formats")
    return [one for one in chosen if _is_table(one)] if isinstance(chosen, list) else [found]


def _format_bytes(one: Found, duration_s: float) -> float:
    told = _number(one, "filesize") or _number(one, "filesize_approx")
    return told or _number(one, "tbr") * 1000 / _BITS * duration_s


def _number(found: Found, key: str) -> float:
    value = found.get(key)
    return float(value) if isinstance(value, int | float) else 0.0


def _spoken(found: Found) -> LanguageTag | None:
    named = found.get("language")
    return _tag(named) if isinstance(named, str) else None


def _tag(name: str) -> LanguageTag | None:
    """The language of a name such as `en-GB`, or `en-x7b` of captions that have a title."""
    for text in (name, name.partition("-")[0]):
        with contextlib.suppress(InputError):
            return parse_language(text)
    return None


def _is_vtt(offered: Found, name: str) -> bool:
    forms = offered[name]
    return isinstance(forms, Iterable) and any(
        _is_table(form) and form.get("ext") == "vtt" for form in forms
    )


def _is_table(value: object) -> TypeGuard[Found]:
    return isinstance(value, Mapping)
