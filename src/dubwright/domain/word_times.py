"""Word times made true: what the recogniser guessed, held to when somebody really speaks."""

from bisect import bisect_right
from collections.abc import Sequence

from dubwright.domain.speech import SpeechMap, Word
from dubwright.domain.timeline import TimeSpan

_LEAST_WORD_MS = 20
_SNAP_MS = 200
"""A word this near to the edge of speech begins or ends there."""
_REACH_MS = 500
"""A word outside all speech is moved this far at most."""


def refined_words(words: Sequence[Word], speech: SpeechMap) -> tuple[Word, ...]:
    """The same words in the same order, in time with the speech they lie in.

    Recognisers let the first word of a chunk start too early and the last one end too late. No
    word ends up empty or inside the word before it.
    """
    starts = [span.start_ms for span in speech.spans]
    refined: list[Word] = []
    over_ms = 0
    for index, word in enumerate(words):
        next_ms = words[index + 1].span.start_ms if index + 1 < len(words) else None
        start_ms, end_ms = _held_to(_home(word.span, speech, starts), word.span, next_ms)
        start_ms = max(start_ms, over_ms)
        span = TimeSpan(start_ms=start_ms, end_ms=max(end_ms, start_ms + 1))
        refined.append(word.model_copy(update={"span": span}))
        over_ms = span.end_ms
    return _snapped(refined, speech, starts)


def _home(span: TimeSpan, speech: SpeechMap, starts: Sequence[int]) -> TimeSpan | None:
    """The speech in which a word lies: most overlap, else nearest within reach."""
    last = bisect_right(starts, span.end_ms + _REACH_MS)
    first = max(0, bisect_right(starts, span.start_ms - _REACH_MS) - 1)
    near = speech.spans[first:last]
    if not near:
        return None
    best = max(near, key=lambda s: (s.overlap_ms(span), -_distance_ms(s, span)))
    return best if _distance_ms(best, span) <= _REACH_MS else None


def _distance_ms(one: TimeSpan, other: TimeSpan) -> int:
    return max(0, one.start_ms - other.end_ms, other.start_ms - one.end_ms)


def _held_to(home: TimeSpan | None, span: TimeSpan, next_ms: int | None) -> tuple[int, int]:
    """A word's times inside its speech; a word just before speech moves to its start."""
    if home is None:
        return span.start_ms, span.end_ms
    start_ms, end_ms = max(span.start_ms, home.start_ms), min(span.end_ms, home.end_ms)
    if end_ms - start_ms >= min(_LEAST_WORD_MS, span.duration_ms):
        return start_ms, end_ms
    room_ms = home.end_ms if next_ms is None else min(home.end_ms, next_ms)
    if span.end_ms <= home.start_ms + _LEAST_WORD_MS <= room_ms:
        return home.start_ms, min(room_ms, home.start_ms + span.duration_ms)
    return span.start_ms, span.end_ms


def _snapped(words: Sequence[Word], speech: SpeechMap, starts: Sequence[int]) -> tuple[Word, ...]:
    """Words next to an edge of speech begin or end at that edge, if no other word is between."""
    snapped = []
    for index, word in enumerate(words):
        start_ms, end_ms = word.span.start_ms, word.span.end_ms
        at = bisect_right(starts, start_ms) - 1
        home = speech.spans[at] if at >= 0 else None
        if home is not None and home.end_ms > start_ms:
            before_ms = words[index - 1].span.end_ms if index > 0 else 0
            if start_ms - home.start_ms <= _SNAP_MS and before_ms <= home.start_ms:
                start_ms = home.start_ms
            after_ms = words[index + 1].span.start_ms if index + 1 < len(words) else home.end_ms
            if 0 <= home.end_ms - end_ms <= _SNAP_MS and after_ms >= home.end_ms:
                end_ms = home.end_ms
        span = TimeSpan(start_ms=start_ms, end_ms=end_ms)
        snapped.append(word.model_copy(update={"span": span}))
    return tuple(snapped)
