"""Hearing: a chunk of sound in, timed text out."""

from collections.abc import Callable
from typing import Protocol, runtime_checkable

from dubwright.domain.audio import SpeechClip
from dubwright.domain.language import LanguageTag
from dubwright.domain.speech import LanguageGuess, Transcript
from dubwright.ports.provider import Provider
from dubwright.ports.recording import Recording


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


@runtime_checkable
class BatchSpeechToText(SpeechToText, Protocol):
    """A recogniser that also takes long recordings, as batches that outlive who submitted them.

    Submitting may be billed, so a batch's id is kept before anybody waits for it.
    """

    @property
    def longest_batch_ms(self) -> int:
        """How much sound one batch takes; 0 where batches are not set up."""
        ...

    def submit_batch(self, recording: Recording, *, language: LanguageTag) -> str:
        """Hand over 16 kHz sound and return the id of the batch, without waiting for it."""
        ...

    def collect_batch(self, batch: str, *, is_cancelled: Callable[[], bool]) -> Transcript:
        """Wait for a batch, also for one of an earlier process. Times count from its start.

        Raises `Cancelled`, and `ProviderRejected` for a batch that the vendor does not know any
        more: it has to be submitted again.
        """
        ...
