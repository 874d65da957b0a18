"""Hearing: a chunk of sound in, timed text out."""

from typing import Protocol

from dubwright.domain.audio import SpeechClip
from dubwright.domain.language import LanguageTag
from dubwright.domain.speech import LanguageGuess, Transcript
from dubwright.ports.provider import Provider


class SpeechToText(Provider, Protocol):
    """A recogniser. Clips are 16 kHz mono and at most 30 s long."""

    def languages(self) -> frozenset[LanguageTag]:
        """What it understands."""
        ...

    def detect_language(self, clip: SpeechClip) -> LanguageGuess:
        """Which language is spoken, with a confidence from 0 to 1."""
        ...

    def transcribe(self, clip: SpeechClip, *, language: LanguageTag) -> Transcript:
        """The speech of one clip with word times counted from the clip's start.

        A clip in which nothing was said gives a transcript without segments.
        """
        ...
