"""A recogniser behind its port: a clip in, words with their times out."""

from typing import ClassVar, Final

from dubwright.domain.audio import SpeechClip
from dubwright.domain.errors import ProviderRejected
from dubwright.domain.language import LanguageTag, base_language, parse_language
from dubwright.domain.speech import LanguageGuess, Transcript
from dubwright.ports import ProviderOptions, charge
from dubwright_openai_compatible.endpoint import CALLS_AT_ONCE, Endpoint
from dubwright_openai_compatible.errors import NAME, parsed, unusable
from dubwright_openai_compatible.heard import Heard, certainty, segments_of
from dubwright_openai_compatible.languages import told_language
from dubwright_openai_compatible.options import RecogniserOptions
from dubwright_openai_compatible.sound import as_wav

PATH: Final = "/audio/transcriptions"
_VERSION: Final = "1"
_SHORTEST_CLIP_MS: Final = 100
"""OpenAI refuses shorter ones."""


class OpenAiSpeechToText:
    """Recognises speech with a model that tells the times of words."""

    name: ClassVar[str] = NAME
    Options: ClassVar[type[ProviderOptions]] = RecogniserOptions

    def __init__(self, options: RecogniserOptions) -> None:
        self._options = options
        self._endpoint = Endpoint.of(options)

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
        """By the model."""
        chosen = self._options.product
        return f"transcriptions.{self._options.model}" if chosen is None else chosen

    def languages(self) -> frozenset[LanguageTag]:
        """Those of the options."""
        return frozenset(map(LanguageTag, self._options.languages))

    def detect_language(self, clip: SpeechClip) -> LanguageGuess:
        """The language that the server names. How sure it is of the words stands for how sure it
        is of the language, which it does not tell."""
        heard = self._heard(clip, language=None)
        if not heard.text.strip():
            return LanguageGuess(language=parse_language("und"), confidence=0.0)
        language = told_language(heard.language)
        if language is None:
            raise unusable(PATH, "it names no known language")
        return LanguageGuess(language=language, confidence=certainty(heard))

    def transcribe(self, clip: SpeechClip, *, language: LanguageTag) -> Transcript:
        """The speech of one clip."""
        if base_language(language) not in self.languages():
            raise ProviderRejected(
                f"{self.name!r} does not understand {language!r}",
                provider=self.name,
                hint="the option `languages` has what is on offer",
            )
        if clip.duration_ms < _SHORTEST_CLIP_MS:
            return Transcript(language=language, segments=())
        heard = self._heard(clip, language=base_language(language))
        return Transcript(
            language=language, segments=segments_of(heard, duration_ms=clip.duration_ms)
        )

    def _heard(self, clip: SpeechClip, *, language: LanguageTag | None) -> Heard:
        fields: dict[str, str | list[str]] = {
            "model": self._options.model,
            "response_format": "verbose_json",
            "timestamp_granularities[]": ["word", "segment"],
            "temperature": "0",
        }
        if language is not None:
            fields["language"] = language
        heard = parsed(Heard, self._endpoint.post_sound(PATH, fields, as_wav(clip)), PATH)
        if self.product():
            billed_ms = heard.usage.billed_ms if heard.usage else None
            charge(self.product(), billed_ms or clip.duration_ms, "ms")
        return heard
