"""Subtitles: cues read from SRT and WebVTT, and written as both."""

import re
from collections.abc import Iterator, Sequence

from dubwright.domain.errors import InputError
from dubwright.domain.timeline import Document, TimeSpan


class Cue(Document):
    """One subtitle: when it is shown, and its text, with line breaks as shown."""

    span: TimeSpan
    text: str


_ARROW = "-->"
_TIME = re.compile(r"(?:(\d{1,4}):)?([0-5]?\d):([0-5]?\d)[.,](\d{1,3})")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<\d[\d:.]*>|\{\\[^{}]*\}")
_ENTITIES = {
    "&lt;": "<", "&gt;": ">", "&nbsp;": " ", "&lrm;": "", "&rlm;": "", "&amp;": "&",
}  # fmt: skip
_COMMENT_BLOCKS = ("NOTE", "STYLE", "REGION", "WEBVTT")
_LEAST_SHOWN_MS = 1


def parse_cues(text: str) -> tuple[Cue, ...]:
    """The cues of an SRT or WebVTT file, by start; which of the two it is shows by itself.

    Byte order mark, any line ends, missing numbers, cue settings and hours left out are all taken.
    Formatting tags are removed; cues that show nothing are left out. Cues that overlap stay as
    they are; one that ends when it starts, or before, is shown for a millisecond at its start.
    Raises `InputError` with the number of the line that is not understood.
    """
    is_vtt = text.lstrip("\ufeff").startswith("WEBVTT")
    cues = [
        Cue(span=span, text=plain)
        for number, block in _blocks(text)
        if (shown := _shown(block, number, is_vtt=is_vtt)) is not None
        for span, plain in [shown]
        if plain
    ]
    if not cues and _ARROW not in text and text.strip("\ufeff \t\r\n") not in ("", "WEBVTT"):
        raise InputError(
            "line 1: no cue found", hint="give a subtitle file in SRT or WebVTT format"
        )
    return tuple(sorted(cues, key=lambda cue: (cue.span.start_ms, cue.span.end_ms)))


def to_srt(cues: Sequence[Cue]) -> str:
    """The cues as an SRT file, numbered from 1."""
    return "".join(
        f"{number}\n{_clock(cue.span.start_ms, ',')} --> {_clock(cue.span.end_ms, ',')}\n"
        f"{_without_blank_lines(cue.text)}\n\n"
        for number, cue in enumerate(cues, start=1)
    )


def to_vtt(cues: Sequence[Cue]) -> str:
    """The cues as a WebVTT file."""
    return "WEBVTT\n\n" + "".join(
        f"{_clock(cue.span.start_ms, '.')} --> {_clock(cue.span.end_ms, '.')}\n"
        f"{_escaped(_without_blank_lines(cue.text))}\n\n"
        for cue in cues
    )


def _blocks(text: str) -> Iterator[tuple[int, list[str]]]:
    """Runs of lines that are not blank, each with the number of its first line."""
    block: list[str] = []
    lines = re.split(r"\r\n|\r|\n", text.lstrip("\ufeff"))
    for number, line in enumerate([*lines, ""], start=1):
        if line.strip():
            block.append(line.strip())
        elif block:
            yield number - len(block), block
            block = []


def _shown(block: Sequence[str], number: int, *, is_vtt: bool) -> tuple[TimeSpan, str] | None:
    """The times and the text of a block; None if it is no cue."""
    if is_vtt and block[0].split()[0] in _COMMENT_BLOCKS and _ARROW not in block[0]:
        return None
    at = next((i for i, line in enumerate(block[:2]) if _ARROW in line), None)
    if at is None:
        raise InputError(
            f"line {number}: expected the times of a cue, found {block[0]!r}",
            hint="a cue's times look like `00:00:01,000 --> 00:00:03,500`",
        )
    return _span(block[at], number + at), _plain("\n".join(block[at + 1 :]))


def _span(line: str, number: int) -> TimeSpan:
    start, _, rest = line.partition(_ARROW)
    times = [_TIME.fullmatch(start.strip()), _TIME.fullmatch((rest.split() or [""])[0])]
    starts_and_ends = [_milliseconds(time) for time in times if time is not None]
    if len(starts_and_ends) != len(times):
        raise InputError(
            f"line {number}: {line!r} is not the times of a cue",
            hint="a cue's times look like `00:00:01,000 --> 00:00:03,500`",
        )
    start_ms, end_ms = starts_and_ends
    return TimeSpan(start_ms=start_ms, end_ms=max(end_ms, start_ms + _LEAST_SHOWN_MS))


def _milliseconds(time: re.Match[str]) -> int:
    hours, minutes, seconds, rest = time.groups()
    whole = (int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)
    return whole * 1000 + int(rest.ljust(3, "0"))


def _plain(text: str) -> str:
    """The text without tags and character references, its lines trimmed."""
    plain = _TAG.sub("", text)
    for entity, char in _ENTITIES.items():
        plain = plain.replace(entity, char)
    return "\n".join(line.strip() for line in plain.split("\n") if line.strip())


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _without_blank_lines(text: str) -> str:
    """A blank line inside a text would end its cue."""
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


def _clock(ms: int, mark: str) -> str:
    seconds, rest = divmod(ms, 1000)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours:02}:{minute:02}:{second:02}{mark}{rest:03}"
