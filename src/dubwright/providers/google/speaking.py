"""Google Text-to-Speech behind the port: text, a voice and a speed in, one take out."""

from typing import TYPE_CHECKING, ClassVar

from pydantic import Field, field_validator

from dubwright.domain.audio import Samples, SpeechClip
from dubwright.domain.errors import ProviderError, ProviderRejected
from dubwright.domain.language import LanguageTag
from dubwright.domain.speech import Voice
from dubwright.ports.charging import charge
from dubwright.ports.provider import ProviderOptions
from dubwright.ports.text_to_speech import SpeechRequest
from dubwright.providers.google.access import project_of, require_package, voice_client
from dubwright.providers.google.discovery import Discovery
from dubwright.providers.google.errors import NAME, google_errors, is_sentence_too_long
from dubwright.providers.google.options import LOCATION, GoogleOptions, voice_host
from dubwright.providers.google.pieces import pieces
from dubwright.providers.google.takes import (
    SAMPLE_RATE,
    audible,
    in_a_row,
    nothing_to_speak,
    samples_of,
)
from dubwright.providers.google.voices import (
    Family,
    chosen_for,
    code_of,
    described,
    family_of,
    known_voices,
    product_of,
)

if TYPE_CHECKING:
    from google.cloud.texttospeech_v1 import TextToSpeechClient

_PACKAGE = "google.cloud.texttospeech_v1"
_VERSION = "1"
_CALLS_PER_MINUTE: dict[Family, int] = {
    "chirp3-hd": 200, "studio": 500, "neural2": 1000, "wavenet": 1000, "standard": 1000,
}  # fmt: skip
_SLOWEST, _FASTEST = 0.25, 2.0
_SHORT_PIECE_BYTES = 400
"""A sentence that Google finds too long is cut into pieces of this size."""


class GoogleSpeakingOptions(GoogleOptions):
    """Which voices speak, and where."""

    location: str = Field(
        default="global",
        pattern=LOCATION,
        description="Where speech is made: `global`, `eu`, `us`.",
    )
    families: tuple[Family, ...] = Field(
        default=("chirp3-hd", "neural2", "wavenet", "standard"),
        min_length=1,
        description="Families of voices that may speak, best first. Prices differ by family.",
    )

    @field_validator("families")
    @classmethod
    def _each_once(cls, families: tuple[Family, ...]) -> tuple[Family, ...]:
        if len(set(families)) < len(families):
            raise ValueError("a family stands twice")
        return families


class GoogleTextToSpeech:
    """Speaks with Google's voices at 24 kHz.

    Google does not promise the same samples for the same request. Takes are kept under the
    fingerprint and the request, so within a project a line sounds the same until it is changed.
    """

    name: ClassVar[str] = NAME
    Options: ClassVar[type[ProviderOptions]] = GoogleSpeakingOptions

    def __init__(self, options: GoogleSpeakingOptions) -> None:
        self._options = options
        known = known_voices() if "chirp3-hd" in options.families else None
        self._offered = Discovery("voices", self._discovered, known=known)

    @property
    def native_speed(self) -> bool:
        """Google speaks faster or slower by itself."""
        return True

    @property
    def fingerprint(self) -> str:
        """Names the version of these rules; the voice stands in each request."""
        return f"{self.name}-{_VERSION}"

    def check(self) -> None:
        """Raise `ProviderNotReady` unless the package, the credentials and a project are there."""
        require_package(_PACKAGE)
        project_of(self._options.project)

    @property
    def calls_at_once(self) -> int:
        """Enough to use the larger quota, at a second for each call."""
        return 16

    @property
    def calls_per_minute(self) -> float:
        """What Google allows at first: the least of the families that may speak."""
        return min(_CALLS_PER_MINUTE[family] for family in self._options.families)

    def product(self, voice: str = "") -> str:
        """By the family of the voice, or of the best voices that may speak."""
        return product_of(family_of(voice) or self._options.families[0])

    def voices(self, language: LanguageTag) -> tuple[Voice, ...]:
        """The voices for a language, those of its region first."""
        return chosen_for(language, self._offered.value(), self._options.families)

    def predict_duration(self, request: SpeechRequest) -> int | None:
        """Google does not tell beforehand."""
        return None

    def synthesize(self, request: SpeechRequest) -> SpeechClip:
        """Speak. Long texts are cut at their punctuation and spoken piece by piece."""
        self._accept(request)
        takes = [take for piece in pieces(request.text) for take in self._takes(piece, request)]
        return SpeechClip(in_a_row(takes), SAMPLE_RATE)

    def _accept(self, request: SpeechRequest) -> None:
        if not any(letter.isalnum() for letter in request.text):
            raise nothing_to_speak()
        if family_of(request.voice.id) not in self._options.families:
            raise ProviderRejected(
                f"{request.voice.id!r} is no voice of Google's that may speak here",
                provider=self.name,
                hint=f"the option `families` allows {', '.join(self._options.families)}",
            )

    def _takes(self, piece: str, request: SpeechRequest) -> list[Samples]:
        """The take of a piece, or of its parts where it has a sentence without an end."""
        try:
            return [self._take(piece, request)]
        except ProviderError as exc:
            if not is_sentence_too_long(exc):
                raise
        return [self._take(part, request) for part in pieces(piece, _SHORT_PIECE_BYTES)]

    def _take(self, text: str, request: SpeechRequest) -> Samples:
        require_package(_PACKAGE)
        from google.cloud.texttospeech_v1 import types as tts

        asked = tts.SynthesizeSpeechRequest(
            input=tts.SynthesisInput(text=text),
            voice=tts.VoiceSelectionParams(
                name=request.voice.id, language_code=code_of(request.voice.id)
            ),
            audio_config=tts.AudioConfig(
                audio_encoding=tts.AudioEncoding.LINEAR16,
                sample_rate_hertz=SAMPLE_RATE,
                speaking_rate=min(max(request.speed, _SLOWEST), _FASTEST),
            ),
        )
        with google_errors("speech"):
            answer = self._client().synthesize_speech(
                asked, timeout=self._options.timeout_s, retry=None
            )
        charge(self.product(request.voice.id), len(text), "characters")
        return audible(samples_of(answer.audio_content))

    def _discovered(self) -> tuple[Voice, ...]:
        require_package(_PACKAGE)
        from google.cloud.texttospeech_v1 import types as tts

        with google_errors("the list of voices"):
            found = self._client().list_voices(
                tts.ListVoicesRequest(), timeout=self._options.timeout_s, retry=None
            )
        return described(found.voices)

    def _client(self) -> "TextToSpeechClient":
        return voice_client(voice_host(self._options.endpoint, self._options.location))
