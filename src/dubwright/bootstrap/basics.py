"""What settings say of one machine: limits, models, programs, and logging."""

import ctypes
import os

from dubwright.catalogue import ModelStore, default_store
from dubwright.domain.pricing import PriceList
from dubwright.guard.prices import load_prices
from dubwright.media.ffmpeg import Ffmpeg
from dubwright.media.probe import ProbeLimits
from dubwright.observability.logs import configure_logs
from dubwright.registry import Kind
from dubwright.settings import ProviderChoice, Settings
from dubwright.settings import load_settings as read_settings

_M_ARENA_MAX = -8


def load_settings() -> Settings:
    """Read the settings and start logging as they say."""
    settings = read_settings()
    configure_logs(level=settings.log_level, log_format=settings.log_format)
    _tell_the_catalogue(settings)
    keep_engines_silent()
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


def price_list(settings: Settings) -> PriceList:
    """What calls cost. Raises `InputError` where the operator's own price file cannot be used."""
    return load_prices(settings.prices)


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


def share_memory_between_threads() -> None:
    """Have glibc keep two memory pools for all threads: many pools grow with every hour of work.

    For programs to call once, before they start threads. Other systems need nothing.
    """
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt"):
        library.mallopt(_M_ARENA_MAX, 2)


def keep_engines_silent() -> None:
    """Forbid the engines' packages to report to their makers, in this process and its children.

    Call it before an engine is loaded. onnxruntime would keep a device id in the home folder and
    send events: https://github.com/microsoft/onnxruntime/blob/main/docs/Privacy.md
    """
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"


def _tell_the_catalogue(settings: Settings) -> None:
    """Put the models' places where the catalogue, in this process and its children, looks."""
    if settings.models_folder is not None:
        os.environ["DUBWRIGHT_MODELS_FOLDER"] = str(settings.models_folder)
    if settings.models_mirror is not None:
        os.environ["DUBWRIGHT_MODELS_MIRROR"] = settings.models_mirror
