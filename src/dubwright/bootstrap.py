"""The composition root: turns settings into working parts. Nothing else knows concrete classes."""

import ctypes
import dataclasses
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

from dubwright import guard, registry
from dubwright.catalogue import ModelStore, default_store
from dubwright.domain.errors import InputError
from dubwright.guard import CallRecord
from dubwright.media.ffmpeg import Ffmpeg
from dubwright.media.probe import ProbeLimits
from dubwright.observability.logs import configure_logs
from dubwright.pipeline.tools import Tools
from dubwright.ports import (
    Diarizer,
    Provider,
    SourceSeparator,
    SpeechToText,
    TextToSpeech,
    Translator,
    VoiceActivity,
)
from dubwright.registry import Kind
from dubwright.settings import ProviderChoice, Settings
from dubwright.settings import load_settings as read_settings

if TYPE_CHECKING:
    from dubwright.jobs.offering import ChosenEngine
    from dubwright.jobs.service import Service, ServiceOptions
    from dubwright.sources.guarded_http import CallRules
    from dubwright.storage.local import LocalObjectStore

P = TypeVar("P", bound=Provider)

_OFF = "none"
_M_ARENA_MAX = -8


def load_settings() -> Settings:
    """Read the settings and start logging as they say."""
    settings = read_settings()
    configure_logs(level=settings.log_level, log_format=settings.log_format)
    _tell_the_catalogue(settings)
    return settings


def load_service_settings() -> Settings:
    """The same for programs of the service: unless a level is set, they log what they do."""
    settings = load_settings()
    if "log_level" not in settings.model_fields_set:
        configure_logs(level="info", log_format=settings.log_format)
    return settings


def worker_count(settings: Settings) -> int:
    """Engine calls at a time: as set, else one for each core this process may use."""
    return settings.workers or len(os.sched_getaffinity(0))


def probe_limits(settings: Settings) -> ProbeLimits:
    """What is refused before any work is done."""
    return ProbeLimits(
        max_duration_ms=settings.limits.max_duration_s * 1000,
        max_bytes=settings.limits.max_size_bytes,
    )


def model_store(settings: Settings) -> ModelStore:
    """Where the models are."""
    return default_store(settings.models_folder)


def build_ffmpeg(settings: Settings) -> Ffmpeg:
    """The ffmpeg program, set or found."""
    return Ffmpeg(settings.ffmpeg)


def provider_choice(settings: Settings, kind: Kind) -> ProviderChoice:
    """Which engine is set for a kind."""
    choice: ProviderChoice = getattr(settings, kind)
    return choice


def build_tools(
    settings: Settings,
    *,
    chosen: Mapping[str, str] | None = None,
    is_cancelled: Callable[[], bool] = lambda: False,
    observe: Callable[[CallRecord], None] | None = None,
) -> Tools:
    """The engines of one dub, behind their guards. `chosen` names other ones, by kind.

    `source_separator=none` means: no separation, duck the original. Nothing is loaded yet.
    `observe` hears of every engine call.
    Raises `InputError` for a name that is not installed, `ProviderNotReady` for an engine that
    cannot work now.
    """
    makers = _Makers(settings, dict(chosen or {}), is_cancelled, observe)
    makers.refuse_unknown_kinds()
    return Tools(
        ffmpeg=build_ffmpeg(settings),
        voice_activity=makers.voice_activity(),
        speech_to_text=makers.speech_to_text(),
        translator=makers.translator(),
        text_to_speech=makers.text_to_speech(),
        diarizer=makers.diarizer(),
        separator=makers.separator(),
    )


def build_service(settings: Settings) -> "Service":
    """The means of the service's use cases. The database is brought up to date first."""
    # A dub on the command line needs no database, so none is imported for it.
    from dubwright.db.engine import Database
    from dubwright.db.migrate import upgrade
    from dubwright.jobs.offering import RegistryOffers
    from dubwright.jobs.service import Service
    from dubwright.queues.dbos_engine import DbosClientEngine

    folder = settings.data_folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    database = Database(_app_url(settings, folder))
    upgrade(database)
    return Service(
        database=database,
        store=build_store(settings),
        engine=DbosClientEngine(engine_url(settings)),
        options=_service_options(settings, folder),
        offers=RegistryOffers(_chosen_engines(settings)),
    )


def _chosen_engines(settings: Settings) -> "dict[Kind, ChosenEngine]":
    from dubwright.jobs.offering import ChosenEngine

    choices = {kind: provider_choice(settings, kind) for kind in registry.KINDS}
    return {
        kind: ChosenEngine(choice.provider, choice.options)
        for kind, choice in choices.items()
        if choice.provider != _OFF
    }


def build_store(settings: Settings) -> "LocalObjectStore":
    """Where files are kept for good."""
    from dubwright.storage.local import LocalObjectStore
    from dubwright.storage.secret import load_or_create_secret
    from dubwright.storage.signing import UrlSigner

    folder = settings.data_folder.resolve()
    signer = UrlSigner(load_or_create_secret(folder / "secret"))
    return LocalObjectStore(folder / "objects", signer)


def engine_url(settings: Settings) -> str:
    """The job engine's database: the same PostgreSQL, or a SQLite file of its own."""
    folder = settings.data_folder.resolve()
    return _database_url(settings) or f"sqlite:///{folder / 'engine.sqlite'}"


def _app_url(settings: Settings, folder: Path) -> str:
    return _database_url(settings) or f"sqlite:///{folder / 'dubwright.sqlite'}"


def _database_url(settings: Settings) -> str | None:
    return settings.database_url.get_secret_value() if settings.database_url else None


def _service_options(settings: Settings, folder: Path) -> "ServiceOptions":
    from dubwright.jobs.service import ServiceOptions

    return ServiceOptions(
        data_folder=folder,
        max_upload_bytes=settings.limits.max_size_bytes,
        uploads_kept=timedelta(hours=settings.retention.uploads_hours),
        max_waiting=settings.server.max_waiting,
        max_waiting_per_account=settings.server.max_waiting_per_account,
        probe_limits=probe_limits(settings),
        outgoing=_outgoing(settings),
    )


def _outgoing(settings: Settings) -> "CallRules":
    from dubwright.sources.addresses import AddressPolicy
    from dubwright.sources.guarded_http import CallRules

    server = settings.server
    secure: frozenset[Literal["http", "https"]] = frozenset({"https"})
    policy = AddressPolicy(
        schemes=secure | {"http"} if server.webhook_http else secure,
        private_networks=server.webhook_networks,
        any_port=server.webhook_http,
    )
    return CallRules(policy)


def share_memory_between_threads() -> None:
    """Have glibc keep two memory pools for all threads: many pools grow with every hour of work.

    For programs to call once, before they start threads. Other systems need nothing.
    """
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt"):
        library.mallopt(_M_ARENA_MAX, 2)


def _tell_the_catalogue(settings: Settings) -> None:
    """Put the models' places where the catalogue, in this process and its children, looks."""
    if settings.models_folder is not None:
        os.environ["DUBWRIGHT_MODELS_FOLDER"] = str(settings.models_folder)
    if settings.models_mirror is not None:
        os.environ["DUBWRIGHT_MODELS_MIRROR"] = settings.models_mirror


@dataclass(frozen=True, slots=True)
class _Makers:
    settings: Settings
    chosen: Mapping[str, str]
    is_cancelled: Callable[[], bool]
    observe: Callable[[CallRecord], None] | None

    def refuse_unknown_kinds(self) -> None:
        for kind in self.chosen:
            if kind not in registry.KINDS:
                raise InputError(
                    f"there is no kind of engine {kind!r}",
                    hint=f"kinds: {', '.join(f'`{k}`' for k in registry.KINDS)}",
                )

    def voice_activity(self) -> VoiceActivity:
        first, *rest = self._providers("voice_activity", VoiceActivity)  # type: ignore[type-abstract]  # a Protocol stands for its classes
        return guard.GuardedVoiceActivity(first, *rest, guard=self._guard("voice_activity"))

    def speech_to_text(self) -> SpeechToText:
        first, *rest = self._providers("speech_to_text", SpeechToText)  # type: ignore[type-abstract]  # as above
        return guard.GuardedSpeechToText(first, *rest, guard=self._guard("speech_to_text"))

    def translator(self) -> Translator:
        first, *rest = self._providers("translator", Translator)  # type: ignore[type-abstract]  # as above
        return guard.GuardedTranslator(first, *rest, guard=self._guard("translator"))

    def text_to_speech(self) -> TextToSpeech:
        first, *rest = self._providers("text_to_speech", TextToSpeech)  # type: ignore[type-abstract]  # as above
        return guard.GuardedTextToSpeech(first, *rest, guard=self._guard("text_to_speech"))

    def diarizer(self) -> Diarizer:
        first, *rest = self._providers("diarizer", Diarizer)  # type: ignore[type-abstract]  # as above
        return guard.GuardedDiarizer(first, *rest, guard=self._guard("diarizer"))

    def separator(self) -> SourceSeparator | None:
        if self._choice("source_separator").provider == _OFF:
            return None
        first, *rest = self._providers("source_separator", SourceSeparator)  # type: ignore[type-abstract]  # as above
        return guard.GuardedSourceSeparator(first, *rest, guard=self._guard("source_separator"))

    def _choice(self, kind: Kind) -> ProviderChoice:
        named = self.chosen.get(kind)
        choice = provider_choice(self.settings, kind)
        if named is None or named == choice.provider:
            return choice
        return ProviderChoice(provider=named)

    def _providers(self, kind: Kind, port: type[P]) -> list[P]:
        choice = self._choice(kind)
        return [
            registry.create(kind, port, one.provider, one.options)
            for one in (choice, *choice.fallbacks)
        ]

    def _guard(self, kind: Kind) -> guard.Guard:
        retry, choice = self.settings.retry, self._choice(kind)
        limits = {
            one.provider: guard.RateLimit(one.calls_per_minute)
            for one in (choice, *choice.fallbacks)
            if one.calls_per_minute is not None
        }
        watched = guard.Guard() if self.observe is None else guard.Guard(observe=self.observe)
        return dataclasses.replace(
            watched,
            retry=guard.RetryPolicy(
                attempts=retry.attempts,
                first_wait_s=retry.first_wait_s,
                longest_wait_s=retry.longest_wait_s,
                deadline_s=retry.deadline_s,
            ),
            rate_limits=limits,
            is_cancelled=self.is_cancelled,
        )
