"""Finds providers by entry point. Built-in and third-party providers take the same road."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import EntryPoint, entry_points
from typing import Literal, TypeVar, get_args

from pydantic import BaseModel, JsonValue, ValidationError

from dubwright.domain.errors import DubError, InputError, ProviderError, ProviderNotReady
from dubwright.domain.timeline import Document
from dubwright.ports import Provider, ProviderOptions

Kind = Literal[
    "voice_activity",
    "speech_to_text",
    "translator",
    "text_to_speech",
    "diarizer",
    "source_separator",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
"""Every kind of provider. Kind `x` is found in the entry point group `dubwright.x`."""

P = TypeVar("P", bound=Provider)

_OURS = "dubwright"


class ProviderDescription(Document):
    """What is known of one installed provider without asking it to do anything.

    `options_schema` is the JSON schema of its options, None if it could not be loaded.
    `problem` and `remedy` are empty when it is ready.
    """

    kind: Kind
    name: str
    distribution: str
    version: str
    options_schema: dict[str, JsonValue] | None = None
    ready: bool
    problem: str = ""
    remedy: str = ""


def available(kind: Kind) -> dict[str, EntryPoint]:
    """The providers on offer for a kind, by name. Imports none of them.

    A third-party package cannot take the name of a built-in provider; of two others that want
    the same name, the one that Python's import path meets first has it.
    """
    offers: dict[str, EntryPoint] = {}
    for offer in entry_points(group=f"{_OURS}.{kind}"):
        if offer.name not in offers or _distribution(offer) == _OURS:
            offers[offer.name] = offer
    return dict(sorted(offers.items()))


def create(kind: Kind, port: type[P], name: str, options: Mapping[str, object]) -> P:
    """Make a provider of `kind` from raw options. Loads no model.

    Raises `InputError` for a name that is not installed or options that it does not take, and
    `ProviderNotReady` when it cannot be loaded.
    """
    offer = _find(kind, name)
    made = _load(offer, port)
    chosen = _parse_options(offer, made.Options, options)
    with _plugin_boundary(offer):
        return made(chosen)


def describe(
    kind: Kind, name: str, options: Mapping[str, object] | None = None
) -> ProviderDescription:
    """One provider and whether it is ready with `options`. A broken plug-in is described too."""
    offer = _find(kind, name)
    schema: dict[str, JsonValue] | None = None
    problem: DubError | None = None
    try:
        made = _load(offer, Provider)  # type: ignore[type-abstract]  # only its Options are read
        schema = made.Options.model_json_schema()
        provider = made(_parse_options(offer, made.Options, options or {}))
        with _plugin_boundary(offer):
            provider.check()
    except (InputError, ProviderError) as exc:
        problem = exc
    return ProviderDescription(
        kind=kind,
        name=name,
        distribution=_distribution(offer),
        version=offer.dist.version if offer.dist else "",
        options_schema=schema,
        ready=problem is None,
        problem=problem.message if problem else "",
        remedy=(problem.hint or "") if problem else "",
    )


def _find(kind: Kind, name: str) -> EntryPoint:
    offers = available(kind)
    if name not in offers:
        raise InputError(
            f"there is no {kind} provider {name!r}",
            hint=f"installed: {', '.join(f'`{offer}`' for offer in offers) or 'none'}",
        )
    return offers[name]


def _load(offer: EntryPoint, port: type[P]) -> type[P]:
    with _plugin_boundary(offer):
        made: type[P] = offer.load()
        if not issubclass(made.Options, ProviderOptions):
            raise TypeError(f"{offer.value}.Options is not a ProviderOptions")
    return made


def _parse_options(
    offer: EntryPoint, model: type[ProviderOptions], options: Mapping[str, object]
) -> BaseModel:
    try:
        return model.model_validate(dict(options))
    except ValidationError as exc:
        first = exc.errors(include_url=False, include_input=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or "options"
        raise InputError(
            f"provider {offer.name!r} does not take option {field!r} like this: {first['msg']}",
            hint=f"options of `{offer.name}`: {', '.join(f'`{f}`' for f in model.model_fields)}"
            if model.model_fields
            else f"`{offer.name}` has no options",
        ) from exc


@contextmanager
def _plugin_boundary(offer: EntryPoint) -> Iterator[None]:
    """Whatever a plug-in does wrong while it is loaded becomes `ProviderNotReady`."""
    try:
        yield
    except DubError:
        raise
    except ImportError as exc:
        raise ProviderNotReady(
            f"provider {offer.name!r} needs {exc.name or 'a module'!r}, which is not installed",
            provider=offer.name,
            hint=_install_hint(offer),
        ) from exc
    # A stranger's code may fail in any way, and must not take the other providers with it.
    except Exception as exc:
        raise ProviderNotReady(
            f"provider {offer.name!r} broke while it was loaded: {type(exc).__name__}: {exc}",
            provider=offer.name,
            hint=f"report it to the authors of `{_distribution(offer)}`, or uninstall it",
        ) from exc


def _install_hint(offer: EntryPoint) -> str:
    distribution = _distribution(offer)
    if distribution == _OURS:
        extra = "google" if offer.name == "google" else "local"
        return f"run `pip install '{_OURS}[{extra}]'`"
    return f"run `pip install --force-reinstall {distribution}`"


def _distribution(offer: EntryPoint) -> str:
    return offer.dist.name if offer.dist else ""
