"""Attribution: which speaker said each word."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from dubwright.domain.sentences import ends_sentence
from dubwright.domain.speech import SpeakerId, SpeakerTurn, Word
from dubwright.domain.timeline import TimeSpan

_ONLY_SPEAKER = SpeakerId("S1")
_REAL_PAUSE_MS = 300


@dataclass(frozen=True, slots=True)
class SpokenWord:
    """A word and who said it."""

    text: str
    span: TimeSpan
    speaker: SpeakerId

    def pause_before(self, following: "SpokenWord") -> int:
        """The silence between this word and the next one, in ms."""
        return max(0, following.span.start_ms - self.span.end_ms)


def attributed(words: Sequence[Word], turns: Sequence[SpeakerTurn]) -> tuple[SpokenWord, ...]:
    """Every word with the speaker whose turn overlaps it most, or is nearest.

    A single word of another speaker within a sentence is taken for an error of the turns, as is a
    change of speaker one word beside the end of a sentence. Without turns all are one speaker's.
    """
    speakers = _by_turns(words, turns)
    speakers = _without_strays(words, speakers)
    speakers = _changed_at_sentence_ends(words, speakers)
    return tuple(
        SpokenWord(word.text, word.span, speaker)
        for word, speaker in zip(words, speakers, strict=True)
    )


def _by_turns(words: Sequence[Word], turns: Sequence[SpeakerTurn]) -> list[SpeakerId]:
    if not turns:
        return [_ONLY_SPEAKER] * len(words)
    ordered = sorted(turns, key=lambda turn: (turn.span.start_ms, turn.span.end_ms))
    starts = [turn.span.start_ms for turn in ordered]
    over = list(accumulate((turn.span.end_ms for turn in ordered), max))
    speakers = []
    for word in words:
        first = bisect_right(over, word.span.start_ms)
        last = bisect_left(starts, word.span.end_ms)
        near = ordered[first:last] or ordered[max(0, first - 1) : last + 1]
        speakers.append(max(near, key=lambda turn: _closeness(turn.span, word.span)).speaker)
    return speakers


def _closeness(turn: TimeSpan, word: TimeSpan) -> tuple[int, int]:
    distance = max(0, turn.start_ms - word.end_ms, word.start_ms - turn.end_ms)
    return turn.overlap_ms(word), -distance


def _without_strays(words: Sequence[Word], speakers: Sequence[SpeakerId]) -> list[SpeakerId]:
    found = list(speakers)
    for i in range(1, len(words) - 1):
        is_stray = found[i - 1] == found[i + 1] != found[i]
        if is_stray and not _ends(words, i - 1) and not _ends(words, i):
            found[i] = found[i - 1]
    return found


def _changed_at_sentence_ends(
    words: Sequence[Word], speakers: Sequence[SpeakerId]
) -> list[SpeakerId]:
    """Move a change of speaker inside a sentence to that sentence's end, if one word away."""
    found = list(speakers)
    for i in range(1, len(words) - 2):
        before, after = found[i], found[i + 1]
        if before == after or _ends(words, i) or _is_real_pause(words, i):
            continue
        if _ends(words, i + 1) and found[i + 2] == after:
            found[i + 1] = before
        elif _ends(words, i - 1) and found[i - 1] == before:
            found[i] = after
    return found


def _ends(words: Sequence[Word], i: int) -> bool:
    following = words[i + 1].text if i + 1 < len(words) else None
    return ends_sentence(words[i].text, following)


def _is_real_pause(words: Sequence[Word], i: int) -> bool:
    return words[i + 1].span.start_ms - words[i].span.end_ms >= _REAL_PAUSE_MS
