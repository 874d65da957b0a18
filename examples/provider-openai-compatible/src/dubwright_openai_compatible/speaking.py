"""A speech model behind the voice's port: text, a voice and a speed in, one take out."""

from typing import ClassVar, Final

from pydantic import JsonValue

from dubwright.domain.audio import SpeechClip
from dubwright.domain.errors import ProviderRejected
from dubwright.domain.language import LanguageTag, base_language
from dubwright.domain.speech import Voice
from dubwright.ports import ProviderOptions, SpeechRequest, charge
from dubwright_openai_compatible.endpoint import CALLS_AT_ONCE, Endpoint
from dubwright_openai_compatible.errors import NAME
from dubwright_openai_compatible.options import SpeakingOptions
from dubwright_openai_compatible.sound import audible, bare_samples, wav_samples

PATH: Final = "/audio/speech"
_VERSION: Final = "1"
_SLOWEST, _FASTEST = 0.25, 4.0


class OpenAiTextToSpeech:
    """Speaks with the voices that the options name.

    No server promises the same samples for the same request. Takes are kept under the fingerprint
    and the request, so within a project a line sounds the same until it is changed.
    """

    name: ClassVar[str] = NAME
    Options: ClassVar[type[ProviderOptions]] = SpeakingOptions

    def __init__(self, options: SpeakingOptions) -> None:
        self._options = options
        self._endpoint = Endpoint.of(options)

    @property
    def native_speed(self) -> bool:
        """As the options say of the model."""
        return self._options.native_speed

    @property
    def fingerprint(self) -> str:
        """Names the version of these rules, and the options that an answer depends on."""
        return f"{self.name}/{_VERSION}/{self._options.decisive()}"

    def check(self) -> None:
        """Raise `ProviderNotReady` unless there is a safe address and a key."""
        self._endpoint.check()

    @property
    def calls_at_once(self) -> int:
        """Calls that may wait for the server at a time."""
        return CALLS_AT_ONCE

    @property
    def calls_per_minute(self) -> float | None:
        """What the server is known to allow."""
        return self._endpoint.calls_per_minute

    def product(self, voice: str = "") -> str:
        """By the model; all voices cost the same."""
        chosen = self._options.product
        return f"speech.{self._options.model}" if chosen is None else chosen

    def voices(self, language: LanguageTag) -> tuple[Voice, ...]:
        """The voices of the options that speak the language."""
        base = base_language(language)
        if base not in self._options.languages:
            return ()
        return tuple(
            Voice(id=voice.id, name=voice.id, language=language, gender=voice.gender)
            for voice in self._options.voices
            if not voice.languages or base in voice.languages
        )

    def predict_duration(self, request: SpeechRequest) -> int | None:
        """Nobody tells beforehand."""
        return None

    def synthesize(self, request: SpeechRequest) -> SpeechClip:
        """Speak."""
        self._accept(request)
        content = self._endpoint.post_json(PATH, self._body(request))
        if self.product():
            charge(self.product(), len(request.text), "characters")
        if self._options.response_format == "pcm":
            return audible(SpeechClip(bare_samples(content), self._options.pcm_rate))
        return audible(wav_samples(content))

    def _accept(self, request: SpeechRequest) -> None:
        if not any(letter.isalnum() for letter in request.text):
            raise ProviderRejected(
                "there is nothing to speak in this text",
                provider=self.name,
                hint="write words, or keep the original of this line",
            )
        known = [voice.id for voice in self._options.voices]
        if request.voice.id not in known:
            raise ProviderRejected(
                f"{self.name!r} has no voice {request.voice.id!r}",
                provider=self.name,
                hint=f"voices: {', '.join(known)}; the option `voices` has more",
            )

    def _body(self, request: SpeechRequest) -> dict[str, JsonValue]:
        body: dict[str, JsonValue] = {
            "model": self._options.model,
            "voice": request.voice.id,
            "input": request.text,
            "response_format": self._options.response_format,
        }
        if self._options.native_speed:
            body["speed"] = min(max(request.speed, _SLOWEST), _FASTEST)
        return body
