"""What this installation can do: the languages, voices and engines on offer."""

import threading
import time
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from pydantic import JsonValue

from dubwright import registry
from dubwright.domain.errors import InputError, ProviderNotReady
from dubwright.domain.language import LanguageTag
from dubwright.domain.speech import Voice
from dubwright.domain.timeline import Document
from dubwright.ports import Charged, Provider, SpeechToText, TextToSpeech, Translator
from dubwright.registry import Kind

T = TypeVar("T")
P = TypeVar("P", bound=Provider)

_KEPT_S = 60.0
_NO_ENGINE = "none"
_MAY_BE_MISSING: tuple[Kind, ...] = ("source_separator",)


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

    def names(self, kind: Kind) -> tuple[str, ...]:
        """The engines of a kind that can be asked for; `none` where a dub can do without."""
        ...

    def charged(self, kind: Kind, name: str) -> Charged | None:
        """The engine if its calls cost money. Raises `ProviderNotReady` if it cannot be made."""
        ...


def require_engines(offers: Offers, asked: Mapping[str, str]) -> None:
    """Raise `InputError` for a kind of engine that there is not, or a name that is not installed."""
    kinds: dict[str, Kind] = {kind: kind for kind in registry.KINDS}
    for named, name in asked.items():
        kind = kinds.get(named)
        if kind is None:
            raise InputError(
                f"there is no kind of engine {named!r}", hint=f"kinds: {_listed(registry.KINDS)}"
            )
        installed = offers.names(kind)
        if name not in installed:
            raise InputError(
                f"there is no {kind} engine {name!r} here",
                hint=f"installed: {_listed(installed)}; `GET /v1/providers` tells more",
            )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


@dataclass(frozen=True, slots=True)
class ChosenEngine:
    """An engine as it is set: its name and its options."""

    name: str
    options: Mapping[str, object] = field(default_factory=dict)


def charged_engine(kind: Kind, chosen: ChosenEngine) -> Charged | None:
    """The engine if its calls cost money. Raises `ProviderNotReady` if it cannot be made."""
    engine = registry.create(kind, Provider, chosen.name, chosen.options)  # type: ignore[type-abstract]  # a Protocol stands for its classes
    return engine if isinstance(engine, Charged) else None


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

    def names(self, kind: Kind) -> tuple[str, ...]:
        """The installed engines of a kind. None of them is imported for it."""
        return self._once(("names", kind), lambda: _names(kind))

    def charged(self, kind: Kind, name: str) -> Charged | None:
        """The engine, with its options if it is the chosen one, made once: that loads nothing."""
        set_one = self._chosen.get(kind)
        engine = set_one if set_one and set_one.name == name else ChosenEngine(name)
        return self._once(("engine", kind, name), lambda: charged_engine(kind, engine))

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


def _names(kind: Kind) -> tuple[str, ...]:
    return (*registry.available(kind), *((_NO_ENGINE,) if kind in _MAY_BE_MISSING else ()))
