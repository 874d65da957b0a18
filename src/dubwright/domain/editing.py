"""What a person may do to the lines of a transcript."""

from collections.abc import Sequence

from pydantic import ValidationError

from dubwright.domain.errors import InputError, NotFoundError
from dubwright.domain.language import LanguageTag, base_language
from dubwright.domain.speech import Lines, SpeakerId, Utterance
from dubwright.domain.timeline import TimeSpan

_WITHOUT_BLANKS = frozenset({"bo", "dz", "ja", "km", "lo", "my", "th", "yue", "zh"})
"""Languages whose writing puts no blank between words."""


def with_changes(
    lines: Lines,
    line_id: int,
    *,
    text: str | None = None,
    speaker: SpeakerId | None = None,
    start_ms: int | None = None,
    end_ms: int | None = None,
) -> Lines:
    """The lines with one of them changed. Raises `NotFoundError`, or `InputError` for its times."""
    line = lines.utterances[_place(lines, line_id)]
    span = span_of(
        line.span.start_ms if start_ms is None else start_ms,
        line.span.end_ms if end_ms is None else end_ms,
    )
    changed = line.model_copy(
        update={
            "source_text": line.source_text if text is None else text,
            "heard_by": line.heard_by if text in (None, line.source_text) else "",
            "speaker": line.speaker if speaker is None else speaker,
            "span": span,
        }
    )
    return _with(lines, [changed if one is line else one for one in lines.utterances])


def split_at(
    lines: Lines, line_id: int, after_characters: int, *, at_ms: int, new_id: int
) -> Lines:
    """Two lines for one. Raises `InputError` when a part would have no words or no time."""
    place = _place(lines, line_id)
    line = lines.utterances[place]
    head, tail = cut(line.source_text, after_characters)
    if not head or not tail:
        raise InputError(
            f"segment {line_id} has no words on one side of that place",
            hint=f"split it after 1 to {len(line.source_text) - 1} characters",
        )
    if not line.span.start_ms < at_ms < line.span.end_ms:
        raise InputError(
            f"{at_ms} ms is not inside segment {line_id}",
            hint=f"it lasts from {line.span.start_ms} to {line.span.end_ms} ms",
        )
    first = line.model_copy(
        update={"source_text": head, "span": span_of(line.span.start_ms, at_ms)}
    )
    second = line.model_copy(
        update={"id": new_id, "source_text": tail, "span": span_of(at_ms, line.span.end_ms)}
    )
    before, after = lines.utterances[:place], lines.utterances[place + 1 :]
    return _with(lines, [*before, first, second, *after])


def merge_with_next(lines: Lines, line_id: int, *, text: str | None = None) -> Lines:
    """One line for a line and its speaker's next, `text` instead of both texts if it is given.

    Raises `InputError` when another speaks next.
    """
    line, following = line_and_next(lines, line_id)
    whole = line.model_copy(
        update={
            "source_text": text or joined(line.source_text, following.source_text, lines.language),
            "heard_by": line.heard_by or following.heard_by,
            "span": span_of(line.span.start_ms, max(line.span.end_ms, following.span.end_ms)),
        }
    )
    others = [one for one in lines.utterances if one.id not in (line.id, following.id)]
    return _with(lines, [*others, whole])


def with_line(lines: Lines, line: Utterance) -> Lines:
    """The lines and one more, in its place in time."""
    return _with(lines, [*lines.utterances, line])


def without_line(lines: Lines, line_id: int) -> Lines:
    """The lines but one. Raises `NotFoundError`."""
    gone = lines.utterances[_place(lines, line_id)]
    return _with(lines, [line for line in lines.utterances if line is not gone])


def given_to(lines: Lines, speaker: SpeakerId, into: SpeakerId) -> Lines:
    """The lines with those of one speaker given to another."""
    return _with(
        lines,
        [
            line.model_copy(update={"speaker": into}) if line.speaker == speaker else line
            for line in lines.utterances
        ],
    )


def line_and_next(lines: Lines, line_id: int) -> tuple[Utterance, Utterance]:
    """A line and the one after it. Raises `InputError` unless one speaker says both."""
    place = _place(lines, line_id)
    line = lines.utterances[place]
    if place + 1 == len(lines.utterances):
        raise InputError(
            f"segment {line_id} is the last one", hint="merge the segment before it instead"
        )
    following = lines.utterances[place + 1]
    if following.speaker != line.speaker:
        raise InputError(
            f"segment {following.id} is spoken by {following.speaker!r}, not by {line.speaker!r}",
            hint="give both to one speaker first",
        )
    return line, following


def cut(text: str, after_characters: int) -> tuple[str, str]:
    """The two parts of a text, without blanks round them."""
    return text[:after_characters].strip(), text[after_characters:].strip()


def joined(first: str, second: str, language: LanguageTag) -> str:
    """Two texts as one, so that what was cut between two words is whole again."""
    blank = "" if base_language(language) in _WITHOUT_BLANKS else " "
    return f"{first}{blank}{second}".strip()


def span_of(start_ms: int, end_ms: int) -> TimeSpan:
    """When a line is said. Raises `InputError` where that is no time at all."""
    try:
        return TimeSpan(start_ms=start_ms, end_ms=end_ms)
    except ValidationError as exc:
        raise InputError(
            f"a segment cannot last from {start_ms} to {end_ms} ms",
            hint="it has to end after it starts",
        ) from exc


def _place(lines: Lines, line_id: int) -> int:
    for place, line in enumerate(lines.utterances):
        if line.id == line_id:
            return place
    raise NotFoundError(
        f"there is no segment {line_id}", hint="load the transcript again; it may have changed"
    )


def _with(lines: Lines, utterances: Sequence[Utterance]) -> Lines:
    ordered = sorted(utterances, key=lambda line: (line.span.start_ms, line.id))
    return Lines(language=lines.language, utterances=tuple(ordered))
