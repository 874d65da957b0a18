"""The engines that settings choose, each behind its guard."""

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import TypeVar

import structlog

from dubwright import guard, registry
from dubwright.bootstrap.basics import build_ffmpeg, provider_choice, worker_count
from dubwright.domain.errors import InputError, ProviderNotReady
from dubwright.guard import CallRecord, Intended
from dubwright.jobs.quoting import UNPAID_CHECKER
from dubwright.pipeline.tools import Tools
from dubwright.ports import (
    Diarizer,
    Provider,
    SourceSeparator,
    SpeechToText,
    TextToSpeech,
    Translator,
    VoiceActivity,
    calls_at_once,
    usual_rate,
)
from dubwright.registry import Kind
from dubwright.settings import ProviderChoice, Settings

P = TypeVar("P", bound=Provider)

log = structlog.get_logger()

OFF = "none"
_UNPAID_CHECKER = ProviderChoice(provider=UNPAID_CHECKER)


def build_tools(
    settings: Settings,
    *,
    chosen: Mapping[str, str] | None = None,
    is_cancelled: Callable[[], bool] = lambda: False,
    observe: Callable[[CallRecord], None] | None = None,
    before_call: Callable[[Intended], None] | None = None,
    turns: Callable[[str, float], guard.Turns] | None = None,
) -> Tools:
    """The engines of one dub, behind their guards. `chosen` names other ones, by kind.

    `source_separator=none` means: no separation, duck the original. Nothing is loaded yet.
    `observe` hears of every engine call, `before_call` of those that count before they are made,
    and may raise to stop them; `turns(name, calls_per_minute)` spaces those of an engine
    that has a limit, without it nobody else takes turns. Raises `InputError` for a name that is not installed, `ProviderNotReady` for an engine that
    cannot work now.
    """
    makers = _Makers(settings, dict(chosen or {}), is_cancelled, observe, before_call, turns)
    makers.refuse_unknown_kinds()
    check_choices(settings)
    recogniser = makers.speech_to_text()
    return Tools(
        ffmpeg=build_ffmpeg(settings),
        voice_activity=makers.voice_activity(),
        speech_to_text=recogniser,
        checker=makers.checker(recogniser),
        translator=makers.translator(),
        text_to_speech=makers.text_to_speech(),
        diarizer=makers.diarizer(),
        separator=makers.separator(),
    )


def check_choices(settings: Settings) -> None:
    """Raise `InputError`, with the setting's name, for an engine that is not installed or options
    that it does not take: of every kind, of fallbacks, and of `hear_back`."""
    for setting, kind, choice in _choices(settings):
        try:
            registry.create(kind, Provider, choice.provider, choice.options)  # type: ignore[type-abstract]  # only made, not asked
        except InputError as exc:
            raise InputError(f"setting {setting!r}: {exc.message}", hint=exc.hint) from exc
        except ProviderNotReady as exc:
            # It may be missing here and work elsewhere; whoever asks for it is told.
            log.info("provider.not_ready", provider=choice.provider, problem=exc.message)


def _choices(settings: Settings) -> Iterator[tuple[str, Kind, ProviderChoice]]:
    for kind in registry.KINDS:
        choice = provider_choice(settings, kind)
        if choice.provider != OFF:
            yield kind, kind, choice
        for number, fallback in enumerate(choice.fallbacks):
            yield f"{kind}.fallbacks.{number}", kind, fallback
    if settings.hear_back is not None:
        yield "hear_back", "speech_to_text", settings.hear_back


@dataclass(frozen=True, slots=True)
class _Makers:
    settings: Settings
    chosen: Mapping[str, str]
    is_cancelled: Callable[[], bool]
    observe: Callable[[CallRecord], None] | None
    before_call: Callable[[Intended], None] | None
    turns: Callable[[str, float], guard.Turns] | None

    def refuse_unknown_kinds(self) -> None:
        for kind in self.chosen:
            if kind not in registry.KINDS:
                raise InputError(
                    f"there is no kind of engine {kind!r}",
                    hint=f"kinds: {', '.join(f'`{k}`' for k in registry.KINDS)}",
                )

    def voice_activity(self) -> VoiceActivity:
        first, *rest = self._providers("voice_activity", VoiceActivity)  # type: ignore[type-abstract]  # a Protocol stands for its classes
        return guard.GuardedVoiceActivity(
            first, *rest, guard=self._guard("voice_activity", [first, *rest])
        )

    def speech_to_text(self) -> guard.GuardedSpeechToText:
        first, *rest = self._providers("speech_to_text", SpeechToText)  # type: ignore[type-abstract]  # as above
        return guard.GuardedSpeechToText(
            first, *rest, guard=self._guard("speech_to_text", [first, *rest])
        )

    def checker(self, hears: guard.GuardedSpeechToText) -> SpeechToText | None:
        """Who hears the dub back: as set, else the recogniser, unless its calls are paid."""
        choice = self.settings.hear_back
        if choice is None:
            choice = _UNPAID_CHECKER if hears.is_paid else self._choice("speech_to_text")
        if choice == self._choice("speech_to_text"):
            return hears
        is_left_to_us = self.settings.hear_back is None
        if is_left_to_us and choice.provider not in registry.available("speech_to_text"):
            return None
        made = self._made("speech_to_text", SpeechToText, choice)  # type: ignore[type-abstract]  # as above
        return guard.GuardedSpeechToText(
            made, guard=self._guard_of("speech_to_text", [(choice, made)])
        )

    def translator(self) -> Translator:
        first, *rest = self._providers("translator", Translator)  # type: ignore[type-abstract]  # as above
        return guard.GuardedTranslator(
            first, *rest, guard=self._guard("translator", [first, *rest])
        )

    def text_to_speech(self) -> TextToSpeech:
        first, *rest = self._providers("text_to_speech", TextToSpeech)  # type: ignore[type-abstract]  # as above
        return guard.GuardedTextToSpeech(
            first, *rest, guard=self._guard("text_to_speech", [first, *rest])
        )

    def diarizer(self) -> Diarizer:
        first, *rest = self._providers("diarizer", Diarizer)  # type: ignore[type-abstract]  # as above
        return guard.GuardedDiarizer(first, *rest, guard=self._guard("diarizer", [first, *rest]))

    def separator(self) -> SourceSeparator | None:
        if self._choice("source_separator").provider == OFF:
            return None
        first, *rest = self._providers("source_separator", SourceSeparator)  # type: ignore[type-abstract]  # as above
        return guard.GuardedSourceSeparator(
            first, *rest, guard=self._guard("source_separator", [first, *rest])
        )

    def _choice(self, kind: Kind) -> ProviderChoice:
        named = self.chosen.get(kind)
        choice = provider_choice(self.settings, kind)
        if named is None or named == choice.provider:
            return choice
        return ProviderChoice(provider=named)

    def _providers(self, kind: Kind, port: type[P]) -> list[P]:
        choice = self._choice(kind)
        return [self._made(kind, port, one) for one in (choice, *choice.fallbacks)]

    def _made(self, kind: Kind, port: type[P], choice: ProviderChoice) -> P:
        return registry.create(kind, port, choice.provider, choice.options)

    def _guard(self, kind: Kind, providers: Sequence[Provider]) -> guard.Guard:
        choice = self._choice(kind)
        return self._guard_of(kind, list(zip((choice, *choice.fallbacks), providers, strict=True)))

    def _guard_of(
        self, kind: Kind, chosen: Sequence[tuple[ProviderChoice, Provider]]
    ) -> guard.Guard:
        retry, unwatched = self.settings.retry, guard.Guard()
        return dataclasses.replace(
            unwatched,
            observe=self.observe or unwatched.observe,
            before_call=self.before_call or unwatched.before_call,
            retry=guard.RetryPolicy(
                attempts=retry.attempts,
                first_wait_s=retry.first_wait_s,
                longest_wait_s=retry.longest_wait_s,
                deadline_s=retry.deadline_s,
                sleep=guard.until_cancelled(self.is_cancelled),
            ),
            rate_limits={
                one.provider: self._turns(f"calls/{kind}/{one.provider}", per_minute)
                for one, provider in chosen
                if (per_minute := one.calls_per_minute or usual_rate(provider)) is not None
            },
            slots=self._slots(chosen),
            breaker=guard.Breaker(guard.RestRules(rest_s=retry.rest_s)),
            fallback_after_s=retry.fallback_after_s,
            is_cancelled=self.is_cancelled,
        )

    def _turns(self, name: str, calls_per_minute: float) -> guard.Turns:
        if self.turns is not None:
            return self.turns(name, calls_per_minute)
        sleep = guard.until_cancelled(self.is_cancelled)
        return guard.RateLimit(calls_per_minute, sleep=sleep)

    def _slots(self, chosen: Sequence[tuple[ProviderChoice, Provider]]) -> dict[str, guard.Slots]:
        """Limits on calls at once. Where some engine waits for other machines there are more
        threads than cores, and those that compute here must not take them all."""
        at_once = {one.provider: one.calls_at_once or calls_at_once(p) for one, p in chosen}
        if not any(at_once.values()):
            return {}
        cores = worker_count(self.settings)
        return {name: BoundedSemaphore(count or cores) for name, count in at_once.items()}
