"""A diarizer for one speaker: everything that is said, S1 said."""

from typing import ClassVar

from pydantic import Field

from dubwright.domain.speech import Gender, Speaker, SpeakerId, Speakers, SpeakerTurn, SpeechMap
from dubwright.ports import ProviderOptions, Recording


class SoloOptions(ProviderOptions):
    """Who speaks."""

    gender: Gender = Field(default="unknown", description="Of the one speaker.")


class SoloDiarizer:
    """Gives every stretch of speech to one speaker, however many there are said to be."""

    name: ClassVar[str] = "solo"
    Options: ClassVar[type[ProviderOptions]] = SoloOptions

    def __init__(self, options: SoloOptions) -> None:
        self._options = options

    @property
    def fingerprint(self) -> str:
        return f"solo/1/{self._options.model_dump_json()}"

    def check(self) -> None:
        """Always ready."""

    def diarize(
        self, recording: Recording, speech: SpeechMap, *, speakers: int | None = None
    ) -> Speakers:
        if not speech.spans:
            return Speakers(turns=(), people=())
        solo = Speaker(
            id=SpeakerId("S1"),
            speech_ms=sum(span.duration_ms for span in speech.spans),
            gender=self._options.gender,
        )
        turns = tuple(SpeakerTurn(speaker=solo.id, span=span) for span in speech.spans)
        return Speakers(turns=turns, people=(solo,))
