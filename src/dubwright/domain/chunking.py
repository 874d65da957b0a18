"""Chunks for the recogniser: neighbouring speech joined up to the length that it takes."""

from collections.abc import Sequence

from dubwright.domain.speech import SpeechMap
from dubwright.domain.timeline import TimeSpan

_NEAR_THE_LIMIT = 0.6
"""From this part of the limit on, the longest pause is where a chunk ends."""


def recognition_chunks(
    speech: SpeechMap,
    longest_ms: int = 28_000,
    *,
    first_ms: int = 12_000,
    pad_ms: int = 100,
    end_ms: int | None = None,
) -> tuple[TimeSpan, ...]:
    """Spans in order that cover all speech, each at most `longest_ms` plus two pads long.

    A chunk ends at the longest pause near the limit. The first one aims at `first_ms`, so that the
    first lines come early, but never cuts speech for that. Speech that goes on for longer than
    `longest_ms` without a pause is cut into equal parts. Then chunks are widened by `pad_ms` into
    the silence round them, as far as they do not touch and stay between 0 and `end_ms`.
    """
    pieces = [piece for span in speech.spans for piece in span.equal_parts(longest_ms)]
    chunks: list[TimeSpan] = []
    first = 0
    while first < len(pieces):
        limit_ms = longest_ms if chunks else min(first_ms, longest_ms)
        last = _last_piece(pieces, first, limit_ms)
        chunks.append(TimeSpan(start_ms=pieces[first].start_ms, end_ms=pieces[last].end_ms))
        first = last + 1
    return _padded(chunks, pad_ms, end_ms)


def _last_piece(pieces: Sequence[TimeSpan], first: int, limit_ms: int) -> int:
    """The index of the piece that ends the chunk which `first` starts."""
    start_ms = pieces[first].start_ms
    reachable = first
    while reachable + 1 < len(pieces) and pieces[reachable + 1].end_ms - start_ms <= limit_ms:
        reachable += 1
    if reachable + 1 == len(pieces):
        return reachable
    near_ms = start_ms + round(limit_ms * _NEAR_THE_LIMIT)
    near = [i for i in range(first, reachable + 1) if pieces[i].end_ms >= near_ms]
    return max(near or [reachable], key=lambda i: (pieces[i + 1].start_ms - pieces[i].end_ms, i))


def _padded(chunks: Sequence[TimeSpan], pad_ms: int, end_ms: int | None) -> tuple[TimeSpan, ...]:
    padded = []
    for index, chunk in enumerate(chunks):
        before_ms = chunk.start_ms
        if index > 0:
            before_ms = max(0, (chunk.start_ms - chunks[index - 1].end_ms - 1) // 2)
        after_ms = pad_ms if end_ms is None else max(0, end_ms - chunk.end_ms)
        if index + 1 < len(chunks):
            after_ms = max(0, (chunks[index + 1].start_ms - chunk.end_ms - 1) // 2)
        padded.append(
            TimeSpan(
                start_ms=chunk.start_ms - min(pad_ms, before_ms),
                end_ms=chunk.end_ms + min(pad_ms, after_ms),
            )
        )
    return tuple(padded)
