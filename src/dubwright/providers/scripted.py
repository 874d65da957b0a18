"""A recogniser that hears what it was told to hear, wherever there is sound."""

import zlib
from itertools import cycle, islice
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field, PositiveFloat

from dubwright.domain.audio import SpeechClip
from dubwright.domain.errors import ProviderRejected
from dubwright.domain.language import LanguageTag, base_language, parse_language
from dubwright.domain.speech import LanguageGuess, Segment, Transcript, Word
from dubwright.domain.timeline import TimeSpan
from dubwright.ports import ProviderOptions, charge
from dubwright.testing.loudness import loud_frames, loud_spans

Tag = Annotated[str, AfterValidator(parse_language)]


class ScriptedOptions(ProviderOptions):
    """What it hears."""

    lines: tuple[str, ...] = Field(
        default=("Good morning.", "This is a test of the whole line.", "Thank you for listening."),
        min_length=1,
        description="What is said, over and over. Each clip begins at a line of its own.",
    )
    languages: tuple[Tag, ...] = Field(
        default=("en", "pt"), min_length=1, description="Understood; it guesses the first."
    )
    confidence: float = Field(default=1.0, ge=0, le=1, description="Of its language guess.")
    words_per_second: PositiveFloat = Field(default=2.5, description="How fast people speak.")
    threshold_dbfs: float = Field(default=-45.0, le=0, description="Louder than this is speech.")
    product: str = Field(
        default="", description="Charged as this row of the price list; empty: it is free."
    )


class ScriptedSpeechToText:
    """Spreads its words evenly over the sound of a clip, one segment for each stretch of sound.

    Which line a clip begins with depends on its samples alone, so the same clip always says the
    same, whatever was heard before and on whichever thread.
    """

    name: ClassVar[str] = "scripted"
    Options: ClassVar[type[ProviderOptions]] = ScriptedOptions

    def __init__(self, options: ScriptedOptions) -> None:
        self._options = options

    @property
    def fingerprint(self) -> str:
        return f"scripted/1/{self._options.model_dump_json(exclude={'product'})}"

    def check(self) -> None:
        """Always ready."""

    def product(self, voice: str = "") -> str:
        """As the options say."""
        return self._options.product

    def languages(self) -> frozenset[LanguageTag]:
        return frozenset(parse_language(tag) for tag in self._options.languages)

    def detect_language(self, clip: SpeechClip) -> LanguageGuess:
        self._charge(clip)
        first = parse_language(self._options.languages[0])
        return LanguageGuess(language=first, confidence=self._options.confidence)

    def transcribe(self, clip: SpeechClip, *, language: LanguageTag) -> Transcript:
        if base_language(language) not in {base_language(tag) for tag in self.languages()}:
            raise ProviderRejected(
                f"{self.name!r} does not understand {language!r}",
                provider=self.name,
                hint=f"languages: {', '.join(sorted(self.languages()))}",
            )
        self._charge(clip)
        loud = loud_frames(
            clip.samples, clip.sample_rate, threshold_dbfs=self._options.threshold_dbfs
        )
        script = self._script_from(zlib.crc32(clip.samples.tobytes()))
        segments = []
        for span in loud_spans(loud, shortest_pause_ms=300, shortest_sound_ms=100):
            count = max(1, int(span.duration_ms / 1000 * self._options.words_per_second))
            words = _spread(list(islice(script, count)), over=_until(span, clip.duration_ms))
            text = " ".join(word.text for word in words)
            segments.append(Segment(text=text, span=_around(words), words=words))
        return Transcript(language=language, segments=tuple(segments))

    def _charge(self, clip: SpeechClip) -> None:
        if self._options.product:
            charge(self._options.product, clip.duration_ms, "ms")

    def _script_from(self, number: int) -> "cycle[str]":
        lines = self._options.lines
        start = number % len(lines)
        return cycle(" ".join(lines[start:] + lines[:start]).split())


def _spread(texts: list[str], *, over: TimeSpan) -> tuple[Word, ...]:
    edges = [over.start_ms + over.duration_ms * i // len(texts) for i in range(len(texts) + 1)]
    return tuple(
        Word(text=text, span=TimeSpan(start_ms=start_ms, end_ms=end_ms), confidence=1.0)
        for text, start_ms, end_ms in zip(texts, edges, edges[1:], strict=False)
    )


def _around(words: tuple[Word, ...]) -> TimeSpan:
    return TimeSpan(start_ms=words[0].span.start_ms, end_ms=words[-1].span.end_ms)


def _until(span: TimeSpan, duration_ms: int) -> TimeSpan:
    return TimeSpan(start_ms=span.start_ms, end_ms=min(span.end_ms, duration_ms))
