"""A voice that beeps: as long as the text is, and nothing to download."""

import time
from typing import Annotated, ClassVar

import numpy as np
from pydantic import AfterValidator, Field, PositiveInt

from dubwright.domain.audio import SpeechClip
from dubwright.domain.errors import ProviderRejected
from dubwright.domain.language import LanguageTag, base_language, parse_language
from dubwright.domain.speech import Voice
from dubwright.ports import ProviderOptions, SpeechRequest, charge

_PITCH_HZ = {"high": 440.0, "low": 220.0}
_FADE_MS = 5

Tag = Annotated[str, AfterValidator(parse_language)]


class ToneOptions(ProviderOptions):
    """How it beeps."""

    languages: tuple[Tag, ...] = Field(default=("en", "pt", "es"), description="Spoken languages.")
    ms_per_character: PositiveInt = Field(default=60, description="How slowly it speaks.")
    sample_rate: int = Field(default=24_000, ge=8_000, description="In Hz.")
    native_speed: bool = Field(default=True, description="Whether it can speak faster itself.")
    predicts_durations: bool = Field(default=True, description="Whether it tells them beforehand.")
    delay_s: float = Field(
        default=0.0, ge=0, description="How long a take takes, as from an engine far away."
    )
    product: str = Field(
        default="", description="Charged as this row of the price list; empty: it is free."
    )


class ToneTextToSpeech:
    """One beep for each word. A high voice and a low one."""

    name: ClassVar[str] = "tone"
    Options: ClassVar[type[ProviderOptions]] = ToneOptions

    def __init__(self, options: ToneOptions) -> None:
        self._options = options

    @property
    def fingerprint(self) -> str:
        return f"tone/1/{self._options.model_dump_json(exclude={'delay_s', 'product'})}"

    def check(self) -> None:
        """Always ready."""

    def product(self, voice: str = "") -> str:
        """As the options say."""
        return self._options.product

    @property
    def native_speed(self) -> bool:
        return self._options.native_speed

    def voices(self, language: LanguageTag) -> tuple[Voice, ...]:
        spoken = {base_language(parse_language(tag)) for tag in self._options.languages}
        if base_language(language) not in spoken:
            return ()
        return (
            Voice(id="high", name="High beep", language=language, gender="female"),
            Voice(id="low", name="Low beep", language=language, gender="male"),
        )

    def predict_duration(self, request: SpeechRequest) -> int | None:
        if not self._options.predicts_durations:
            return None
        return round(1000 * self._length(request) / self._options.sample_rate)

    def synthesize(self, request: SpeechRequest) -> SpeechClip:
        time.sleep(self._options.delay_s)
        length, rate = self._length(request), self._options.sample_rate
        if request.voice.id not in _PITCH_HZ:
            raise ProviderRejected(
                f"{self.name!r} has no voice {request.voice.id!r}",
                provider=self.name,
                hint=f"voices: {', '.join(_PITCH_HZ)}",
            )
        text = request.text.strip()
        beeps = np.array([not character.isspace() for character in text], dtype=np.float64)
        loudness = beeps[np.arange(length) * len(text) // length]
        if self._options.product:
            charge(self._options.product, len(text), "characters")
        fade = np.ones(rate * _FADE_MS // 1000)
        loudness = np.convolve(loudness, fade / len(fade))[len(fade) // 2 :][:length]
        wave = np.sin(2 * np.pi * _PITCH_HZ[request.voice.id] * np.arange(length) / rate)
        return SpeechClip((0.3 * loudness * wave).astype(np.float32), rate)

    def _length(self, request: SpeechRequest) -> int:
        """Samples of the take."""
        text = request.text.strip()
        if not text:
            raise ProviderRejected(
                "there is nothing to say", provider=self.name, hint="give the line a text"
            )
        speed = request.speed if self._options.native_speed else 1.0
        ms = len(text) * self._options.ms_per_character / speed
        return round(ms * self._options.sample_rate / 1000)
