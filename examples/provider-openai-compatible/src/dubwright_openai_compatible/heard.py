"""What a recogniser answered (`verbose_json`), as segments of words with times."""

import math
from collections.abc import Iterator, Sequence
from typing import Final

from pydantic import Field, FiniteFloat

from dubwright.domain.errors import ProviderError
from dubwright.domain.speech import Segment, Word
from dubwright.domain.timeline import TimeSpan
from dubwright_openai_compatible.errors import NAME, Told

_LONGEST_GAP: Final = 40
"""Characters within which a word is looked for in the text."""


class HeardWord(Told):
    """A word; OpenAI's have no punctuation. Times in seconds."""

    word: str
    start: FiniteFloat | None = None
    end: FiniteFloat | None = None


class HeardSegment(Told):
    """A run of speech; some servers put the words here."""

    text: str
    end: FiniteFloat
    avg_logprob: FiniteFloat | None = None
    words: tuple[HeardWord, ...] | None = None


class BilledSound(Told):
    """What is billed, where it is billed by time."""

    seconds: FiniteFloat | None = Field(default=None, ge=0)

    @property
    def billed_ms(self) -> int | None:
        """None where it is billed by something else."""
        return None if self.seconds is None else round(self.seconds * 1000)


class Heard(Told):
    """The whole answer."""

    text: str
    language: str = ""
    words: tuple[HeardWord, ...] | None = None
    segments: tuple[HeardSegment, ...] | None = None
    usage: BilledSound | None = None


def segments_of(heard: Heard, *, duration_ms: int) -> tuple[Segment, ...]:
    """The segments in order, within the sound. Raises `ProviderError` for words without times."""
    if not heard.text.strip():
        return ()
    told = heard.words or tuple(w for one in heard.segments or () for w in one.words or ())
    if not _have_times(told):
        raise ProviderError(
            "the server told no times of words, and without them nothing can be dubbed",
            provider=NAME,
            hint="set the option `model` to one that tells them, such as `whisper-1`",
        )
    words = list(_placed(told, _with_marks(told, heard.text), duration_ms))
    return tuple(_segments(words, heard.segments or ()))


def certainty(heard: Heard) -> float:
    """How probable the words are, on average, from 0 to 1; 1 where the server does not tell."""
    told = [one.avg_logprob for one in heard.segments or () if one.avg_logprob is not None]
    return math.exp(min(0.0, sum(told) / len(told))) if told else 1.0


def _have_times(words: Sequence[HeardWord]) -> bool:
    """That all of them end at 0 says nothing of when they were spoken."""
    timed = all(word.start is not None and word.end is not None for word in words)
    return timed and any(word.end for word in words)


def _with_marks(words: Sequence[HeardWord], text: str) -> Iterator[str]:
    """The words with the punctuation that stands next to them in the text."""
    at = 0
    for word in (one.word.strip() for one in words):
        start = text.find(word, at, at + len(word) + _LONGEST_GAP) if word else -1
        if start < 0:
            yield word
            continue
        end = start + len(word)
        while start > at and _is_mark(text[start - 1]):
            start -= 1
        while end < len(text) and _is_mark(text[end]):
            end += 1
        at = end
        yield text[start:end]


def _is_mark(letter: str) -> bool:
    return not (letter.isalnum() or letter.isspace())


def _placed(told: Sequence[HeardWord], texts: Iterator[str], duration_ms: int) -> Iterator[Word]:
    """Times are rounded by servers, so they may meet, cross or pass the end by a little."""
    at_ms = 0
    for one, text in zip(told, texts, strict=True):
        start_ms = min(max(at_ms, round((one.start or 0) * 1000)), duration_ms - 1)
        end_ms = min(max(start_ms + 1, round((one.end or 0) * 1000)), duration_ms)
        if text:
            at_ms = start_ms
            yield Word(text=text, span=TimeSpan(start_ms=start_ms, end_ms=end_ms))


def _segments(words: Sequence[Word], told: Sequence[HeardSegment]) -> Iterator[Segment]:
    """The words cut where the server's segments end; the last has what is left."""
    ends_ms = [round(one.end * 1000) for one in told[:-1]]
    runs: list[list[Word]] = [[] for _ in range(len(ends_ms) + 1)]
    for word in words:
        middle_ms = (word.span.start_ms + word.span.end_ms) // 2
        runs[sum(end_ms <= middle_ms for end_ms in ends_ms)].append(word)
    for run in runs:
        if run:
            span = TimeSpan(
                start_ms=run[0].span.start_ms, end_ms=max(word.span.end_ms for word in run)
            )
            yield Segment(text=" ".join(word.text for word in run), span=span, words=tuple(run))
