"""What was said: words, segments, turns. What will be said: utterances, script, cast."""

from collections import Counter
from typing import Annotated, Literal, NewType, Self

from pydantic import Field, PositiveInt, model_validator

from dubwright.domain.language import LanguageTag
from dubwright.domain.timeline import Document, TimeSpan

SpeakerId = NewType("SpeakerId", str)
"""`S1`, `S2` in order of first appearance."""

Gender = Literal["female", "male", "neutral", "unknown"]
Speed = Annotated[float, Field(ge=0.5, le=2.0)]


class Word(Document):
    """One recognised word. `text` has no surrounding blanks; punctuation stays attached."""

    text: str
    span: TimeSpan
    confidence: float | None = Field(default=None, ge=0, le=1)


class Segment(Document):
    """One run of recognised speech, as the recogniser cut it."""

    text: str
    span: TimeSpan
    words: tuple[Word, ...] = ()


class Transcript(Document):
    """Everything heard, in the source language, in order of time.

    `fallback` names the engine that heard it where that is not the one that was set.
    """

    language: LanguageTag
    segments: tuple[Segment, ...]
    fallback: str = ""


class LanguageGuess(Document):
    """Which language is spoken, and how sure the recogniser is (0 to 1)."""

    language: LanguageTag
    confidence: float = Field(ge=0, le=1)


class SpeechMap(Document):
    """When somebody speaks: spans in order, none touching another."""

    spans: tuple[TimeSpan, ...]


class SpeakerTurn(Document):
    """One speaker, one stretch of time."""

    speaker: SpeakerId
    span: TimeSpan


class Speaker(Document):
    """A person in the source. `pitch_hz` is the median fundamental, None if never voiced."""

    id: SpeakerId
    speech_ms: int
    pitch_hz: float | None = None
    gender: Gender = "unknown"


class Speakers(Document):
    """Who speaks and when."""

    turns: tuple[SpeakerTurn, ...]
    people: tuple[Speaker, ...]


class Utterance(Document):
    """One speaker's speech without a long pause: the unit of translation, voicing and placement.

    A person may edit `target_text`, `voice`, `speed`, `locked` and `keep_original`.
    `speed` and `voice` override the plan; `keep_original` leaves the line as it was spoken.
    `heard_by` and `translated_by` name fallbacks, where the engine that was set did not answer.
    """

    id: PositiveInt
    speaker: SpeakerId
    span: TimeSpan
    source_text: str
    target_text: str = ""
    variants: tuple[str, ...] = ()
    locked: bool = False
    voice: str | None = None
    speed: Speed | None = None
    keep_original: bool = False
    heard_by: str = ""
    translated_by: str = ""


class Lines(Document):
    """What was said, by whom and when: the utterances before they have target texts."""

    language: LanguageTag
    utterances: tuple[Utterance, ...]


class Script(Document):
    """The utterances with their target text, in order of start: what a person edits."""

    source_language: LanguageTag
    target_language: LanguageTag
    utterances: tuple[Utterance, ...]

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Self:
        for number, times in Counter(u.id for u in self.utterances).items():
            if times > 1:
                raise ValueError(f"{times} utterances have the id {number}")
        return self


class Voice(Document):
    """What a text-to-speech engine offers."""

    id: str
    name: str
    language: LanguageTag
    gender: Gender = "unknown"
    style_tags: tuple[str, ...] = ()


class Cast(Document):
    """Which voice plays which speaker."""

    voices: dict[SpeakerId, Voice]
