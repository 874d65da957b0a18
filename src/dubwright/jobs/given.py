"""What a person gives beside the video: subtitles and an edited script, checked before any work."""

import codecs
from collections.abc import Iterable
from pathlib import Path

from dubwright.domain.cues import Cue, parse_cues
from dubwright.domain.errors import InputError, NotFoundError
from dubwright.domain.speech import Script
from dubwright.domain.timeline import clock
from dubwright.pipeline.order import Order

_LARGEST_BYTES = 16 * 1024 * 1024
_LONGEST_TEXT = 2_000
_MOST_CHARACTERS_PER_S = 60
_GIVE_A_VIDEO = "give the path of a video file"
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def require_video(path: Path) -> None:
    """Raise `NotFoundError` where nothing is, `InputError` where something else than a file is."""
    if path.is_file():
        return
    if path.is_dir():
        raise InputError(f"{str(path)!r} is a folder, not a video file", hint=_GIVE_A_VIDEO)
    if path.exists():
        raise InputError(f"{str(path)!r} is a pipe or a device, not a file", hint=_GIVE_A_VIDEO)
    raise NotFoundError(f"there is no file {str(path)!r}", hint=_GIVE_A_VIDEO)


def read_cues(path: Path | None) -> tuple[Cue, ...]:
    """The cues of an SRT or WebVTT file in UTF-8, or UTF-16 with its mark; none for None."""
    if path is None:
        return ()
    if not path.is_file():
        raise NotFoundError(
            f"there is no file {str(path)!r}", hint="give the path of an SRT or WebVTT file"
        )
    if path.stat().st_size > _LARGEST_BYTES:
        raise InputError(f"{path.name!r} is too large to be subtitles", hint="give an SRT or VTT")
    cues = parse_cues(_decoded(path))
    if not cues:
        raise InputError(f"{path.name!r} has no cues", hint="give an SRT or WebVTT file")
    return cues


def refuse_what_lies_outside(order: Order, edited: Script | None, end_ms: int) -> None:
    """Raise `InputError` for a line or cue after the video's end, or too long to be one."""
    for title, cues in (("transcript", order.transcript), ("translation", order.translation)):
        for number, cue in enumerate(cues, start=1):
            _check(f"cue {number} of the {title}", cue.span.start_ms, cue.text, end_ms)
        _check_amount(title, (cue.text for cue in cues), end_ms)
    for line in edited.utterances if edited else ():
        text = max(line.target_text, line.source_text, key=len)
        _check(f"line {line.id} of the script", line.span.start_ms, text, end_ms)
    if edited is not None:
        _check_amount("script", (line.target_text for line in edited.utterances), end_ms)


def _check(title: str, start_ms: int, text: str, end_ms: int) -> None:
    if start_ms >= end_ms:
        raise InputError(
            f"{title} starts at {clock(start_ms)}, after the end of the video at {clock(end_ms)}",
            hint="check that it belongs to this video",
        )
    if len(text) > _LONGEST_TEXT:
        raise InputError(
            f"{title} has {len(text)} characters",
            hint=f"split it: a line has {_LONGEST_TEXT} at most",
        )


def _check_amount(title: str, texts: Iterable[str], end_ms: int) -> None:
    characters = sum(len(text) for text in texts)
    if characters > _LONGEST_TEXT + _MOST_CHARACTERS_PER_S * end_ms / 1000:
        raise InputError(
            f"the {title} has {characters} characters for a video of {clock(end_ms)}",
            hint="nobody can say that much in this time; check that it belongs to this video",
        )


def _decoded(path: Path) -> str:
    content = path.read_bytes()
    encoding = "utf-16" if content.startswith(_UTF16_MARKS) else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as exc:
        raise InputError(f"{path.name!r} is not UTF-8 text", hint="save it as UTF-8") from exc
