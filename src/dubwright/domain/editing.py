"""What a person may do to the lines of a transcript."""

from collections.abc import Sequence

from pydantic import ValidationError

from dubwright.domain.errors import InputError, NotFoundError
from dubwright.domain.speech import Lines, SpeakerId, Utterance
from dubwright.domain.timeline import TimeSpan


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
    span = _span(
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


def split_at(lines: Lines, line_id: int, after_characters: int, *, at_ms: int) -> Lines:
    """Two lines for one. Raises `InputError` when a part would have no words or no time."""
    place = _place(lines, line_id)
    line = lines.utterances[place]
    head, tail = line.source_text[:after_characters], line.source_text[after_characters:]
    if not head.strip() or not tail.strip():
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
        update={"source_text": head.strip(), "span": _span(line.span.start_ms, at_ms)}
    )
    second = Utterance(
        id=max(one.id for one in lines.utterances) + 1,
        speaker=line.speaker,
        span=_span(at_ms, line.span.end_ms),
        source_text=tail.strip(),
    )
    before, after = lines.utterances[:place], lines.utterances[place + 1 :]
    return _with(lines, [*before, first, second, *after])


def merge_with_next(lines: Lines, line_id: int) -> Lines:
    """One line for a line and the next. Raises `InputError` when others speak."""
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
    whole = line.model_copy(
        update={
            "source_text": f"{line.source_text} {following.source_text}".strip(),
            "span": _span(line.span.start_ms, max(line.span.end_ms, following.span.end_ms)),
        }
    )
    rest = lines.utterances[place + 2 :]
    return _with(lines, [*lines.utterances[:place], whole, *rest])


def _place(lines: Lines, line_id: int) -> int:
    for place, line in enumerate(lines.utterances):
        if line.id == line_id:
            return place
    raise NotFoundError(
        f"there is no segment {line_id}", hint="load the transcript again; it may have changed"
    )


def _span(start_ms: int, end_ms: int) -> TimeSpan:
    try:
        return TimeSpan(start_ms=start_ms, end_ms=end_ms)
    except ValidationError as exc:
        raise InputError(
            f"a segment cannot last from {start_ms} to {end_ms} ms",
            hint="it has to end after it starts",
        ) from exc


def _with(lines: Lines, utterances: Sequence[Utterance]) -> Lines:
    ordered = sorted(utterances, key=lambda line: (line.span.start_ms, line.id))
    return Lines(language=lines.language, utterances=tuple(ordered))
