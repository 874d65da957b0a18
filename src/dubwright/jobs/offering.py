"""What this installation can do: the languages, voices and engines on offer."""

import threading
import time
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from pydantic import JsonValue

from dubwright import registry
from dubwright.domain.errors import ProviderNotReady
from dubwright.domain.language import LanguageTag
from dubwright.domain.speech import Voice
from dubwright.domain.timeline import Document
from dubwright.ports import Provider, SpeechToText, TextToSpeech, Translator
from dubwright.registry import Kind

T = TypeVar("T")
P = TypeVar("P", bound=Provider)

_KEPT_S = 60.0


class LanguagePair(Document):
    """From which language into which, without region."""

    source: LanguageTag
    target: LanguageTag


class LanguagesResource(Document):
    """What the chosen engines understand, translate and speak, by base language."""

    heard: tuple[LanguageTag, ...]
    translated: tuple[LanguagePair, ...]
    spoken: tuple[LanguageTag, ...]


class VoiceResource(Voice):
    """A voice, and the engine that has it."""

    provider: str


class ProviderResource(Document):
    """An installed engine. `chosen`: used unless a project names another one.

    `problem` says why it is not ready, and `hint` what whoever runs the service can do.
    """

    kind: Kind
    name: str
    package: str
    version: str
    chosen: bool
    ready: bool
    problem: str | None = None
    hint: str | None = None
    options_schema: dict[str, JsonValue] | None = None


class Offers(Protocol):
    """Answers without loading an engine; what changes is seen within a minute."""

    def languages(self) -> LanguagesResource:
        """Raises `ProviderNotReady` where an engine is missing."""
        ...

    def voices(self, language: LanguageTag) -> tuple[VoiceResource, ...]:
        """The voices for a language, best first; none where it is not spoken."""
        ...

    def providers(self) -> tuple[ProviderResource, ...]:
        """All that are installed, by kind."""
        ...


@dataclass(frozen=True, slots=True)
class ChosenEngine:
    """An engine as it is set: its name and its options."""

    name: str
    options: Mapping[str, object] = field(default_factory=dict)


class RegistryOffers:
    """`Offers` of the installed engines. `chosen` are those set, one for each kind."""

    def __init__(
        self,
        chosen: Mapping[Kind, ChosenEngine],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._chosen = dict(chosen)
        self._clock = clock
        self._kept: dict[Hashable, tuple[float, object]] = {}
        self._lock = threading.Lock()

    def languages(self) -> LanguagesResource:
        """What the chosen engines understand, translate and speak."""
        return self._once("languages", self._languages)

    def voices(self, language: LanguageTag) -> tuple[VoiceResource, ...]:
        """The voices of the chosen engine."""
        engine = self._engine("text_to_speech", TextToSpeech)  # type: ignore[type-abstract]  # a Protocol stands for its classes
        return tuple(
            VoiceResource(**voice.model_dump(), provider=engine.name)
            for voice in engine.voices(language)
        )

    def providers(self) -> tuple[ProviderResource, ...]:
        """Every installed engine, and whether it could work now."""
        return self._once("providers", self._providers)

    def _languages(self) -> LanguagesResource:
        hears = self._engine("speech_to_text", SpeechToText)  # type: ignore[type-abstract]  # as above
        translates = self._engine("translator", Translator)  # type: ignore[type-abstract]  # as above
        heard, pairs = hears.languages(), translates.pairs()
        candidates = heard | {target for _, target in pairs}
        return LanguagesResource(
            heard=tuple(sorted(heard)),
            translated=tuple(
                LanguagePair(source=source, target=target) for source, target in sorted(pairs)
            ),
            spoken=tuple(sorted(language for language in candidates if self.voices(language))),
        )

    def _providers(self) -> tuple[ProviderResource, ...]:
        return tuple(
            self._described(kind, name)
            for kind in registry.KINDS
            for name in registry.available(kind)
        )

    def _described(self, kind: Kind, name: str) -> ProviderResource:
        set_one = self._chosen.get(kind)
        chosen = set_one is not None and set_one.name == name
        found = registry.describe(kind, name, set_one.options if set_one and chosen else {})
        return ProviderResource(
            kind=kind,
            name=name,
            package=found.distribution,
            version=found.version,
            chosen=chosen,
            ready=found.ready,
            problem=found.problem or None,
            hint=found.remedy or None,
            options_schema=found.options_schema,
        )

    def _engine(self, kind: Kind, port: type[P]) -> P:
        """The chosen engine, made once: making one loads nothing."""
        engine = self._chosen.get(kind)
        if engine is None:
            raise ProviderNotReady(
                f"no {kind} engine is set", provider=kind, hint=f"set `{kind}` in the settings"
            )
        return self._once(kind, lambda: registry.create(kind, port, engine.name, engine.options))

    def _once(self, question: Hashable, ask: Callable[[], T]) -> T:
        """The answer of up to a minute ago, or a new one."""
        with self._lock:
            kept = self._kept.get(question)
        if kept is not None and self._clock() < kept[0]:
            answer: T = kept[1]  # type: ignore[assignment]  # each question has one kind of answer
            return answer
        answer = ask()
        with self._lock:
            self._kept[question] = (self._clock() + _KEPT_S, answer)
        return answer
