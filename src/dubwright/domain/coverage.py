"""Speech without words: what a recogniser left out of a long recording without saying so."""

from collections.abc import Sequence

from dubwright.domain.speech import SpeechMap, Word
from dubwright.domain.timeline import TimeSpan, clipped

SHORTEST_HOLE_MS = 2_500
"""Less speech than this without a word may be a laugh, a cough or a breath."""


def holes_in(
    speech: SpeechMap,
    words: Sequence[Word],
    within: TimeSpan,
    *,
    shortest_ms: int = SHORTEST_HOLE_MS,
) -> tuple[SpeechMap, ...]:
    """The speech between neighbouring words, wherever it lasts for `shortest_ms` or longer.

    Each hole is the speech of one gap, in order; pauses in a gap do not count.
    """
    holes = []
    for start_ms, end_ms in _gaps(words, within):
        spans = clipped(speech.spans, start_ms, end_ms)
        if sum(span.duration_ms for span in spans) >= shortest_ms:
            holes.append(SpeechMap(spans=spans))
    return tuple(holes)


def _gaps(words: Sequence[Word], within: TimeSpan) -> list[tuple[int, int]]:
    """Where no word is, from the start of `within` to its end. Words may overlap."""
    gaps, at_ms = [], within.start_ms
    for word in sorted(words, key=lambda word: word.span.start_ms):
        if word.span.start_ms > at_ms:
            gaps.append((at_ms, min(word.span.start_ms, within.end_ms)))
        at_ms = max(at_ms, word.span.end_ms)
    gaps.append((at_ms, within.end_ms))
    return [(start_ms, end_ms) for start_ms, end_ms in gaps if end_ms > start_ms]
