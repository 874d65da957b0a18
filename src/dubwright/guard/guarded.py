"""Guarded providers that answer at once. Each implements the port of the providers it guards."""

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

import numpy as np

from dubwright.domain.audio import Samples, SpeechClip, Stems
from dubwright.domain.errors import ProviderRejected
from dubwright.domain.language import LanguageTag
from dubwright.domain.speech import SpeechMap, Voice
from dubwright.guard.chain import Chain, Guard
from dubwright.guard.faults import broken_promise
from dubwright.guard.records import Asked
from dubwright.ports import (
    Provider,
    ProviderOptions,
    Recording,
    SourceSeparator,
    SpeechRequest,
    TextToSpeech,
    Translation,
    TranslationRequest,
    Translator,
    VoiceActivity,
    calls_at_once,
)


class GuardedVoiceActivity:
    """Voice activity behind a guard."""

    Options: ClassVar[type[ProviderOptions]] = ProviderOptions

    def __init__(self, provider: VoiceActivity, *fallbacks: VoiceActivity, guard: Guard) -> None:
        self._chain = Chain("voice_activity", (provider, *fallbacks), guard)
        self.name = provider.name
        self.check = self._chain.check

    @property
    def fingerprint(self) -> str:
        return self._chain.fingerprint

    def detect(self, recording: Recording) -> SpeechMap:
        asked = Asked(units=recording.duration_ms, unit="ms")
        return self._chain.ask("detect", lambda p: p.detect(recording), asked).value


class GuardedTranslator:
    """A translator behind a guard: one translation for every request, or an error."""

    Options: ClassVar[type[ProviderOptions]] = ProviderOptions

    def __init__(self, provider: Translator, *fallbacks: Translator, guard: Guard) -> None:
        self._chain = Chain("translator", (provider, *fallbacks), guard)
        self.name = provider.name
        self.check = self._chain.check

    @property
    def fingerprint(self) -> str:
        return self._chain.fingerprint

    @property
    def calls_at_once(self) -> int:
        return calls_at_once(self._chain.first)

    def pairs(self) -> frozenset[tuple[LanguageTag, LanguageTag]]:
        return self._chain.consult("pairs", lambda p: p.pairs())

    def translate(
        self,
        requests: Sequence[TranslationRequest],
        *,
        source: LanguageTag,
        target: LanguageTag,
    ) -> list[Translation]:
        def question(provider: Translator) -> list[Translation]:
            answers = provider.translate(requests, source=source, target=target)
            if len(answers) != len(requests):
                raise broken_promise(
                    provider, f"gave {len(answers)} translations of {len(requests)} texts"
                )
            return answers

        texts = [request.text for request in requests]
        answer = self._chain.ask("translate", question, Asked.of_text(*texts, about=target))
        return [replace(one, fallback=answer.fallback) for one in answer.value]


class GuardedTextToSpeech:
    """A speech engine behind a guard. Voices are those of the first provider.

    Another provider that has to step in speaks with its own voice of the same gender.
    """

    Options: ClassVar[type[ProviderOptions]] = ProviderOptions

    def __init__(self, provider: TextToSpeech, *fallbacks: TextToSpeech, guard: Guard) -> None:
        self._chain = Chain("text_to_speech", (provider, *fallbacks), guard)
        self.name = provider.name
        self.check = self._chain.check

    @property
    def fingerprint(self) -> str:
        return self._chain.fingerprint

    @property
    def calls_at_once(self) -> int:
        return calls_at_once(self._chain.first)

    @property
    def native_speed(self) -> bool:
        return self._chain.first.native_speed

    def voices(self, language: LanguageTag) -> tuple[Voice, ...]:
        return self._chain.consult("voices", lambda p: p.voices(language))

    def predict_duration(self, request: SpeechRequest) -> int | None:
        return self._chain.consult(
            "predict_duration", lambda p: p.predict_duration(self._addressed_to(p, request))
        )

    def synthesize(self, request: SpeechRequest) -> SpeechClip:
        def question(provider: TextToSpeech) -> SpeechClip:
            clip = provider.synthesize(self._addressed_to(provider, request))
            _require_mono(provider, "a take", clip.samples)
            return clip

        asked = Asked.of_text(request.text, about=f"{request.voice.id} {request.speed}")
        answer = self._chain.ask(
            "synthesize", question, asked, voice=lambda p: self._addressed_to(p, request).voice.id
        )
        return replace(answer.value, fallback=answer.fallback)

    def _addressed_to(self, provider: TextToSpeech, request: SpeechRequest) -> SpeechRequest:
        if provider is self._chain.first:
            return request
        offers = provider.voices(request.voice.language)
        if not offers:
            raise ProviderRejected(
                f"{provider.name!r} cannot speak {request.voice.language!r}",
                provider=provider.name,
                hint="choose a fallback that speaks the target language",
            )
        if any(voice.id == request.voice.id for voice in offers):
            return request
        alike = [voice for voice in offers if voice.gender == request.voice.gender] or offers
        voice = alike[_position(request.voice, self._chain.first) % len(alike)]
        return SpeechRequest(request.text, voice, speed=request.speed)


class GuardedSourceSeparator:
    """A separator behind a guard: two stems exactly as long as the clip, or an error."""

    Options: ClassVar[type[ProviderOptions]] = ProviderOptions

    def __init__(
        self, provider: SourceSeparator, *fallbacks: SourceSeparator, guard: Guard
    ) -> None:
        self._chain = Chain("source_separator", (provider, *fallbacks), guard)
        self.name = provider.name
        self.check = self._chain.check

    @property
    def fingerprint(self) -> str:
        return self._chain.fingerprint

    @property
    def removes_speech(self) -> bool:
        # The weakest promise counts: one that leaves the speech in needs the mixer to duck.
        return all(provider.removes_speech for provider in self._chain.providers)

    def separate(self, clip: SpeechClip) -> Stems:
        def question(provider: SourceSeparator) -> Stems:
            stems = provider.separate(clip)
            for title, stem in (("vocals", stems.vocals), ("background", stems.background)):
                _require_mono(provider, title, stem)
                if len(stem) != len(clip.samples):
                    raise broken_promise(
                        provider, f"gave {title} of {len(stem)} for {len(clip.samples)} samples"
                    )
            return stems

        return self._chain.ask("separate", question, Asked.of_sound(clip)).value


def _position(voice: Voice, offered_by: TextToSpeech) -> int:
    """Where a voice stands among those of its gender: two people keep two voices in a fallback."""
    peers = [one.id for one in offered_by.voices(voice.language) if one.gender == voice.gender]
    return peers.index(voice.id) if voice.id in peers else 0


def _require_mono(provider: Provider, title: str, samples: Samples) -> None:
    if samples.dtype != np.float32 or samples.ndim != 1:
        raise broken_promise(
            provider, f"gave {title} of {samples.dtype} {samples.shape}, not mono float32"
        )
    if not np.isfinite(samples).all():
        raise broken_promise(provider, f"gave {title} with samples that are not numbers")
