"""A text-to-speech provider for Dubwright that hums each line. Start your own from it."""
# ruff: noqa: INP001 - a distribution of one module, with no package round it

from typing import ClassVar

import numpy as np
from pydantic import Field

from dubwright.domain.audio import SpeechClip
from dubwright.domain.errors import ProviderRejected
from dubwright.domain.language import LanguageTag, base_language
from dubwright.domain.speech import Voice
from dubwright.ports import ProviderOptions, SpeechRequest

SAMPLE_RATE = 16_000


class HelloOptions(ProviderOptions):
    """What an operator may set."""

    pitch_hz: float = Field(default=180.0, ge=60, le=500, description="How high it hums.")


class HelloTextToSpeech:
    """Hums as long as it would take to read the line aloud."""

    name: ClassVar[str] = "hello"
    Options: ClassVar[type[ProviderOptions]] = HelloOptions
    native_speed: ClassVar[bool] = False

    def __init__(self, options: HelloOptions) -> None:
        self._options = options

    @property
    def fingerprint(self) -> str:
        """Changes with the options, because they change the sound."""
        return f"hello/1/{self._options.model_dump_json()}"

    def check(self) -> None:
        """Raise `ProviderNotReady` here if a key or a model is missing. Nothing is, for a hum."""

    def voices(self, language: LanguageTag) -> tuple[Voice, ...]:
        """One voice, in English."""
        if base_language(language) != "en":
            return ()
        return (Voice(id="hum", name="Hum", language=language, gender="neutral"),)

    def predict_duration(self, request: SpeechRequest) -> int | None:
        """70 ms for each character."""
        return 70 * len(request.text.strip())

    def synthesize(self, request: SpeechRequest) -> SpeechClip:
        """The hum. It does not obey `speed`, and says so with `native_speed`."""
        if not request.text.strip():
            raise ProviderRejected("there is nothing to say", provider=self.name)
        length = (self.predict_duration(request) or 0) * SAMPLE_RATE // 1000
        wave = np.sin(2 * np.pi * self._options.pitch_hz * np.arange(length) / SAMPLE_RATE)
        return SpeechClip((0.3 * wave).astype(np.float32), SAMPLE_RATE)
