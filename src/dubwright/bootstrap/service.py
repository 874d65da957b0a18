"""The service: its database, store, job engine and limits."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from dubwright import registry
from dubwright.bootstrap.basics import (
    build_ffmpeg,
    model_store,
    price_list,
    probe_limits,
    provider_choice,
)
from dubwright.bootstrap.engines import OFF, check_choices
from dubwright.bootstrap.links import link_offer
from dubwright.bootstrap.stores import build_store
from dubwright.registry import Kind
from dubwright.settings import Settings

if TYPE_CHECKING:
    from dubwright.jobs.offering import ChosenEngine
    from dubwright.jobs.quoting import Quoter
    from dubwright.jobs.service import Service, ServiceOptions
    from dubwright.sources.guarded_http import CallRules


def build_service(settings: Settings) -> "Service":
    """The means of the service's use cases. The database is brought up to date first."""
    # A dub on the command line needs no database, so none is imported for it.
    from dubwright.db.engine import Database
    from dubwright.db.migrate import upgrade
    from dubwright.jobs.machine import Machine
    from dubwright.jobs.offering import RegistryOffers
    from dubwright.jobs.service import Service
    from dubwright.queues.dbos_engine import DbosClientEngine
    from dubwright.storage.secret import load_or_create_secret

    check_choices(settings)
    folder = settings.data_folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    database = Database(_app_url(settings, folder))
    upgrade(database)
    return Service(
        database=database,
        store=build_store(settings),
        engine=DbosClientEngine(engine_url(settings)),
        options=_service_options(settings, folder),
        secret=load_or_create_secret(folder / "secret"),
        offers=RegistryOffers(_chosen_engines(settings)),
        machine=Machine(build_ffmpeg(settings), model_store(settings)),
    )


def build_quoter(settings: Settings, *, chosen: Mapping[str, str] | None = None) -> "Quoter":
    """Quotes for the engines of one dub; `chosen` names other ones than the settings, by kind."""
    from dubwright.jobs.offering import RegistryOffers, charged_engine
    from dubwright.jobs.quoting import Engine, Quoter

    offers = RegistryOffers(_chosen_engines(settings))
    named = {
        kind: (chosen or {}).get(kind, provider_choice(settings, kind).provider)
        for kind in registry.KINDS
    }
    engines = {
        kind: Engine(name, offers.charged(kind, name))
        for kind, name in named.items()
        if name != OFF
    }
    chosen_checker = _chosen_checker(settings)
    checker = None
    if chosen_checker is not None:
        charged = charged_engine("speech_to_text", chosen_checker)
        checker = Engine(chosen_checker.name, charged)
    return Quoter(engines, price_list(settings), checker)


def _chosen_checker(settings: Settings) -> "ChosenEngine | None":
    from dubwright.jobs.offering import ChosenEngine

    set_one = settings.hear_back
    return None if set_one is None else ChosenEngine(set_one.provider, set_one.options)


def _chosen_engines(settings: Settings) -> "dict[Kind, ChosenEngine]":
    from dubwright.jobs.offering import ChosenEngine

    choices = {kind: provider_choice(settings, kind) for kind in registry.KINDS}
    return {
        kind: ChosenEngine(choice.provider, choice.options)
        for kind, choice in choices.items()
        if choice.provider != OFF
    }


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
        links=link_offer(settings),
        prices=price_list(settings),
        checker=_chosen_checker(settings),
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
