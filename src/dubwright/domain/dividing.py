"""Transcripts taken apart and put together along the words."""

import itertools
from bisect import bisect_right
from collections.abc import Sequence

from dubwright.domain.speech import Segment, Transcript, Word
from dubwright.domain.timeline import TimeSpan


def divided(heard: Transcript, chunks: Sequence[TimeSpan]) -> tuple[Transcript, ...]:
    """A transcript for each chunk; every word is in one of them, the last that began before it."""
    starts_ms = [chunk.start_ms for chunk in chunks]
    parts: list[list[Segment]] = [[] for _ in chunks]

    def place(word: Word) -> int:
        return max(0, bisect_right(starts_ms, _middle(word)) - 1)

    for segment in heard.segments:
        for number, words in itertools.groupby(segment.words, key=place):
            parts[number].append(_part(segment, tuple(words)))
    return tuple(heard.model_copy(update={"segments": tuple(part)}) for part in parts)


def said_between(heard: Transcript, start_ms: int, end_ms: int) -> Transcript:
    """The words whose middle is in a stretch of time."""
    segments = []
    for segment in heard.segments:
        words = tuple(word for word in segment.words if start_ms <= _middle(word) < end_ms)
        if words:
            segments.append(_part(segment, words))
    return heard.model_copy(update={"segments": tuple(segments)})


def joined(parts: Sequence[Transcript]) -> Transcript:
    """Transcripts of the same sound as one, in order. A fallback that heard some of it is named."""
    segments = [segment for one in parts for segment in one.segments]
    fallbacks = [one.fallback for one in parts if one.fallback and one.segments]
    return parts[0].model_copy(
        update={
            "segments": tuple(sorted(segments, key=lambda segment: segment.span.start_ms)),
            "fallback": fallbacks[0] if fallbacks else "",
        }
    )


def _part(segment: Segment, words: tuple[Word, ...]) -> Segment:
    """The segment with some of its words."""
    if len(words) == len(segment.words):
        return segment
    between = " " if " " in segment.text else ""
    span = TimeSpan(start_ms=words[0].span.start_ms, end_ms=max(w.span.end_ms for w in words))
    return Segment(text=between.join(word.text for word in words), span=span, words=words)


def _middle(word: Word) -> int:
    return (word.span.start_ms + word.span.end_ms) // 2
