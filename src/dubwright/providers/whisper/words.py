"""Word times that can be built on: inside the clip, in order, none empty, none absurdly long."""

import re
from collections.abc import Sequence

from dubwright.domain.speech import Segment, Word
from dubwright.domain.timeline import TimeSpan
from dubwright.providers.whisper.heard import HeardSegment, HeardWord

SHORTEST_WORD_MS = 20
LONGEST_WORD_MS = 2_000
_RUSH_WORDS = 4
_SPEAKABLE = re.compile(r"\w")


def timed_segments(segments: Sequence[HeardSegment], *, clip_ms: int) -> tuple[Segment, ...]:
    """Documents with repaired times; segments in which no word is left are gone."""
    kept = [_real_words(segment.words) for segment in segments]
    spans = iter(repaired_spans([word for words in kept for word in words], clip_ms=clip_ms))
    timed = [[(word, span) for word in words if (span := next(spans, None))] for words in kept]
    return tuple(_segment(pairs) for pairs in timed if pairs)


def whole_words(words: Sequence[HeardWord]) -> tuple[HeardWord, ...]:
    """Words as people write them: a part without a blank before it belongs to the word before.

    The engine cuts `well-known` into ` well` and `-known`.
    """
    whole: list[HeardWord] = []
    for word in words:
        if whole and not word.text.startswith(" "):
            whole[-1] = _joined(whole[-1], word)
        else:
            whole.append(word)
    return tuple(whole)


def _joined(one: HeardWord, other: HeardWord) -> HeardWord:
    return HeardWord(
        text=one.text + other.text,
        start_s=one.start_s,
        end_s=max(one.end_s, other.end_s),
        probability=min(one.probability, other.probability),
    )


def repaired_spans(words: Sequence[HeardWord], *, clip_ms: int) -> list[TimeSpan]:
    """One span a word, in order, not overlapping, within `clip_ms`.

    More words than milliseconds do not fit; the last ones then get no span.
    """
    words = words[:clip_ms]
    if not words:
        return []
    shortest = min(SHORTEST_WORD_MS, clip_ms // len(words))
    starts = _pushed_later([_ms(word.start_s) for word in words], shortest)
    starts = _pulled_earlier(starts, shortest, clip_ms)
    limits = [*starts[1:], clip_ms]
    return [
        TimeSpan(start_ms=start, end_ms=min(limit, max(start + shortest, _end(word, start))))
        for word, start, limit in zip(words, starts, limits, strict=True)
    ]


def _end(word: HeardWord, start_ms: int) -> int:
    return min(_ms(word.end_s), start_ms + LONGEST_WORD_MS)


def _pushed_later(starts: list[int], shortest: int) -> list[int]:
    earliest, pushed = 0, []
    for start in starts:
        pushed.append(max(start, earliest))
        earliest = pushed[-1] + shortest
    return pushed


def _pulled_earlier(starts: list[int], shortest: int, clip_ms: int) -> list[int]:
    latest, pulled = clip_ms, []
    for start in reversed(starts):
        pulled.append(min(start, latest - shortest))
        latest = pulled[-1]
    return pulled[::-1]


def _real_words(words: Sequence[HeardWord]) -> list[HeardWord]:
    """Without marks that nobody says, and without words heard in no time at all.

    One word without length is the aligner's slip; a run of them is text the sound does not hold.
    """
    spoken = [word for word in words if _SPEAKABLE.search(word.text)]
    instant = [word.end_s - word.start_s < 0.01 for word in spoken]
    return [word for k, word in enumerate(spoken) if not _stands_in_a_run(instant, k)]


def _stands_in_a_run(flags: Sequence[bool], position: int) -> bool:
    """Whether the flag at `position` belongs to a run of at least `_RUSH_WORDS` true ones."""
    if not flags[position]:
        return False
    first = last = position
    while first > 0 and flags[first - 1]:
        first -= 1
    while last + 1 < len(flags) and flags[last + 1]:
        last += 1
    return last - first + 1 >= _RUSH_WORDS


def _document(word: HeardWord, span: TimeSpan) -> Word:
    confidence = min(1.0, max(0.0, word.probability))
    return Word(text=word.text.strip(), span=span, confidence=round(confidence, 4))


def _segment(pairs: Sequence[tuple[HeardWord, TimeSpan]]) -> Segment:
    span = TimeSpan(start_ms=pairs[0][1].start_ms, end_ms=pairs[-1][1].end_ms)
    text = "".join(word.text for word, _ in pairs).strip()
    return Segment(text=text, span=span, words=tuple(_document(*pair) for pair in pairs))


def _ms(seconds: float) -> int:
    return max(0, round(seconds * 1000))
