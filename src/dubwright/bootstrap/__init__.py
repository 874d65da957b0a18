"""The composition root: turns settings into working parts. Nothing else knows concrete classes."""

from dubwright.bootstrap.basics import (
    build_ffmpeg,
    keep_engines_silent,
    load_service_settings,
    load_settings,
    model_store,
    price_list,
    probe_limits,
    provider_choice,
    share_memory_between_threads,
    worker_count,
)
from dubwright.bootstrap.engines import build_tools, check_choices
from dubwright.bootstrap.links import build_link_fetcher
from dubwright.bootstrap.service import build_quoter, build_service, engine_url
from dubwright.bootstrap.stores import build_store

__all__ = [
    "build_ffmpeg",
    "build_link_fetcher",
    "build_quoter",
    "build_service",
    "build_store",
    "build_tools",
    "check_choices",
    "engine_url",
    "keep_engines_silent",
    "load_service_settings",
    "load_settings",
    "model_store",
    "price_list",
    "probe_limits",
    "provider_choice",
    "share_memory_between_threads",
    "worker_count",
]
