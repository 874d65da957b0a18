"""What the recogniser answered, as words with times."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from dubwright.domain.language import LanguageTag, base_language
from dubwright.domain.speech import Segment, Transcript, Word
from dubwright.domain.timeline import TimeSpan
from dubwright.providers.google.languages import our_tag

if TYPE_CHECKING:
    from google.cloud.speech_v2 import types as stt

    Results = Sequence[stt.SpeechRecognitionResult]


@dataclass(frozen=True, slots=True)
class LabelledWord:
    """A word and the label of who said it, empty where nobody was told apart."""

    word: Word
    speaker: str


def has_times(results: "Results") -> bool:
    """Whether the words have times, as far as there are words.

    A single time of 0 says nothing, because the first word may start there; that no word of a
    result ends after 0 does.
    """
    return all(
        any(_ms(word.end_offset) > 0 for word in alternative.words)
        for alternative in _alternatives(results)
        if alternative.transcript.strip()
    )


def transcript_of(results: "Results", language: LanguageTag, *, duration_ms: int) -> Transcript:
    """One segment for each result, in order of time, within the sound."""
    segments = [
        _segment(alternative.transcript, [labelled.word for labelled in words])
        for alternative in _alternatives(results)
        if (words := list(_words(alternative, duration_ms)))
    ]
    return Transcript(
        language=language, segments=tuple(sorted(segments, key=lambda one: one.span.start_ms))
    )


def labelled_words(results: "Results", *, duration_ms: int) -> list[LabelledWord]:
    """All words in order of time, with who said them."""
    words = [word for one in _alternatives(results) for word in _words(one, duration_ms)]
    return sorted(words, key=lambda labelled: labelled.word.span.start_ms)


def heard_languages(results: "Results") -> Counter[LanguageTag]:
    """How many letters were heard in each language."""
    letters: Counter[LanguageTag] = Counter()
    for result in results:
        tag = our_tag(result.language_code) if result.language_code else None
        if tag is not None and result.alternatives:
            letters[base_language(tag)] += len(result.alternatives[0].transcript)
    return +letters


def _alternatives(results: "Results") -> "Iterator[stt.SpeechRecognitionAlternative]":
    return (result.alternatives[0] for result in results if result.alternatives)


def _words(
    alternative: "stt.SpeechRecognitionAlternative", duration_ms: int
) -> Iterator[LabelledWord]:
    at_ms = 0
    for said in alternative.words:
        text = said.word.strip()
        # Offsets are rounded by Google, so they may meet, cross or pass the end by a little.
        start_ms = min(max(at_ms, _ms(said.start_offset)), duration_ms - 1)
        end_ms = min(max(start_ms + 1, _ms(said.end_offset)), duration_ms)
        if text and end_ms > start_ms >= 0:
            at_ms = start_ms
            span = TimeSpan(start_ms=start_ms, end_ms=end_ms)
            yield LabelledWord(Word(text=text, span=span), said.speaker_label)


def _segment(text: str, words: Sequence[Word]) -> Segment:
    span = TimeSpan(start_ms=words[0].span.start_ms, end_ms=max(word.span.end_ms for word in words))
    return Segment(text=" ".join(text.split()), span=span, words=tuple(words))


def _ms(offset: timedelta) -> int:
    return round(offset.total_seconds() * 1000)
