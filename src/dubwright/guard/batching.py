"""The guarded recogniser and diarizer, whose first provider may take long recordings in batches."""

from collections.abc import Callable
from typing import ClassVar

from dubwright.domain.audio import SpeechClip
from dubwright.domain.language import LanguageTag
from dubwright.domain.speech import LanguageGuess, Speakers, SpeechMap, Transcript
from dubwright.guard.chain import Chain, Guard
from dubwright.guard.faults import broken_promise
from dubwright.guard.records import Asked
from dubwright.ports import (
    BatchDiarizer,
    BatchSpeechToText,
    Charged,
    Diarizer,
    ProviderOptions,
    Recording,
    SpeechToText,
    calls_at_once,
)


class GuardedSpeechToText:
    """A recogniser behind a guard."""

    Options: ClassVar[type[ProviderOptions]] = ProviderOptions

    def __init__(self, provider: SpeechToText, *fallbacks: SpeechToText, guard: Guard) -> None:
        self._chain = Chain("speech_to_text", (provider, *fallbacks), guard)
        self.name = provider.name
        self.check = self._chain.check

    @property
    def fingerprint(self) -> str:
        return self._chain.fingerprint

    @property
    def calls_at_once(self) -> int:
        return calls_at_once(self._chain.first)

    @property
    def is_paid(self) -> bool:
        """Whether its calls cost money."""
        first = self._chain.first
        return isinstance(first, Charged) and bool(first.product())

    def languages(self) -> frozenset[LanguageTag]:
        return self._chain.consult("languages", lambda p: p.languages())

    def detect_language(self, clip: SpeechClip) -> LanguageGuess:
        return self._chain.ask(
            "detect_language", lambda p: p.detect_language(clip), Asked.of_sound(clip)
        ).value

    def transcribe(self, clip: SpeechClip, *, language: LanguageTag) -> Transcript:
        answer = self._chain.ask(
            "transcribe", lambda p: p.transcribe(clip, language=language), Asked.of_sound(clip)
        )
        return answer.value.model_copy(update={"fallback": answer.fallback})

    @property
    def longest_batch_ms(self) -> int:
        first = self._chain.first
        return first.longest_batch_ms if isinstance(first, BatchSpeechToText) else 0

    def submit_batch(self, recording: Recording, *, language: LanguageTag) -> str:
        asked = Asked(units=recording.duration_ms, unit="ms")
        return (
            self._batches()
            .ask("submit_batch", lambda p: p.submit_batch(recording, language=language), asked)
            .value
        )

    def collect_batch(self, batch: str, *, is_cancelled: Callable[[], bool]) -> Transcript:
        return self._batches().consult(
            "collect_batch", lambda p: p.collect_batch(batch, is_cancelled=is_cancelled)
        )

    def _batches(self) -> Chain[BatchSpeechToText]:
        """The first provider alone: nobody else knows its batches."""
        first = self._chain.first
        if not isinstance(first, BatchSpeechToText):
            raise broken_promise(first, "takes no batches")
        return Chain(self._chain.kind, (first,), self._chain.guard)


class GuardedDiarizer:
    """A diarizer behind a guard."""

    Options: ClassVar[type[ProviderOptions]] = ProviderOptions

    def __init__(self, provider: Diarizer, *fallbacks: Diarizer, guard: Guard) -> None:
        self._chain = Chain("diarizer", (provider, *fallbacks), guard)
        self.name = provider.name
        self.check = self._chain.check

    @property
    def fingerprint(self) -> str:
        return self._chain.fingerprint

    def diarize(
        self, recording: Recording, speech: SpeechMap, *, speakers: int | None = None
    ) -> Speakers:
        asked = Asked(units=recording.duration_ms, unit="ms")
        return self._chain.ask(
            "diarize", lambda p: p.diarize(recording, speech, speakers=speakers), asked
        ).value

    @property
    def fallback(self) -> Diarizer | None:
        """The fallbacks alone, behind the same guard."""
        others = self._chain.providers[1:]
        return GuardedDiarizer(*others, guard=self._chain.guard) if others else None

    @property
    def takes_batches(self) -> bool:
        first = self._chain.first
        return isinstance(first, BatchDiarizer) and first.takes_batches

    def submit_batch(self, recording: Recording) -> str:
        asked = Asked(units=recording.duration_ms, unit="ms")
        chain = self._batches(self._chain.impatient())
        return chain.ask("submit_batch", lambda p: p.submit_batch(recording), asked).value

    def collect_batch(
        self,
        batch: str,
        recording: Recording,
        speech: SpeechMap,
        *,
        speakers: int | None,
        is_cancelled: Callable[[], bool],
    ) -> Speakers:
        return self._batches(self._chain.guard).consult(
            "collect_batch",
            lambda p: p.collect_batch(
                batch, recording, speech, speakers=speakers, is_cancelled=is_cancelled
            ),
        )

    def _batches(self, guard: Guard) -> Chain[BatchDiarizer]:
        """The first provider alone: nobody else knows its batches."""
        first = self._chain.first
        if not isinstance(first, BatchDiarizer):
            raise broken_promise(first, "takes no batches")
        return Chain(self._chain.kind, (first,), guard)
