"""Telling who speaks when."""

from collections.abc import Callable
from typing import Protocol, runtime_checkable

from dubwright.domain.speech import Speakers, SpeechMap
from dubwright.ports.provider import Provider
from dubwright.ports.recording import Recording


class Diarizer(Provider, Protocol):
    """Tells speakers apart by their voices."""

    def diarize(
        self, recording: Recording, speech: SpeechMap, *, speakers: int | None = None
    ) -> Speakers:
        """Turns in order of time that cover `speech`, and the people with pitch and gender.

        `speakers` is how many there are, if the caller knows.
        """
        ...


@runtime_checkable
class BatchDiarizer(Diarizer, Protocol):
    """A diarizer that also takes recordings as batches that outlive who submitted them.

    Submitting may be billed, so a batch's id is kept before anybody waits for it.
    """

    @property
    def takes_batches(self) -> bool:
        """Whether batches are set up."""
        ...

    def submit_batch(self, recording: Recording) -> str:
        """Hand over 16 kHz sound and return the id of the batch, without waiting for it."""
        ...

    def collect_batch(
        self,
        batch: str,
        recording: Recording,
        speech: SpeechMap,
        *,
        speakers: int | None,
        is_cancelled: Callable[[], bool],
    ) -> Speakers:
        """Wait for a batch of this recording, also for one of an earlier process.

        The answer is that of `diarize`. Raises `Cancelled`, and `ProviderRejected` for a batch
        that the vendor does not know any more: it has to be submitted again.
        """
        ...


@runtime_checkable
class BackedDiarizer(Diarizer, Protocol):
    """A diarizer with others behind it, which are asked when it does not answer."""

    @property
    def fallback(self) -> Diarizer | None:
        """The others alone; None where there are none."""
        ...
