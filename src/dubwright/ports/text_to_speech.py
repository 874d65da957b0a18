"""Speaking: text and a voice in, one take out."""

from dataclasses import dataclass
from typing import Protocol

from dubwright.domain.audio import SpeechClip
from dubwright.domain.language import LanguageTag
from dubwright.domain.speech import Voice
from dubwright.ports.provider import Provider


@dataclass(frozen=True, slots=True)
class SpeechRequest:
    """What to say, with which voice. `speed` counts only where `native_speed` is true."""

    text: str
    voice: Voice
    speed: float = 1.0


class TextToSpeech(Provider, Protocol):
    """A speech engine. The same request always gives the same samples."""

    @property
    def native_speed(self) -> bool:
        """Whether `SpeechRequest.speed` changes the take; if not, the mixer stretches it."""
        ...

    def voices(self, language: LanguageTag) -> tuple[Voice, ...]:
        """The voices for a language, best first; empty when it cannot speak it."""
        ...

    def predict_duration(self, request: SpeechRequest) -> int | None:
        """How long `synthesize` would take to speak this, in ms, without speaking it.

        Exact within 30 ms. None where the engine cannot tell: the line is then spoken once to
        find out, and that take is used where the plan keeps natural speed.
        """
        ...

    def synthesize(self, request: SpeechRequest) -> SpeechClip:
        """Speak. Blank or unspeakable text raises `ProviderRejected`.

        Silence at both ends is at most 50 ms; silence inside is the speaker's and stays.
        """
        ...
