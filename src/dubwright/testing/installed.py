"""Every installed provider, ready for a contract test or skipped with its reason."""

import os
from collections.abc import Mapping
from typing import TypeVar

import pytest
from _pytest.mark import ParameterSet

from dubwright import registry
from dubwright.domain.errors import ProviderNotReady
from dubwright.ports import Charged, Provider
from dubwright.testing.stand_ins import STAND_INS

P = TypeVar("P", bound=Provider)

REQUIRED_VARIABLE = "DUBWRIGHT_REQUIRE_PROVIDERS"
"""An environment variable: names, with commas between, of providers that may not be skipped."""


def installed(kind: registry.Kind) -> list[ParameterSet]:
    """Parameters for a fixture, one for each provider; those with models are marked `engines`."""
    return [
        pytest.param(name, marks=() if name in STAND_INS.values() else pytest.mark.engines)
        for name in registry.available(kind)
    ]


def ready(
    kind: registry.Kind, port: type[P], name: str, options: Mapping[str, object] | None = None
) -> P:
    """The provider, or skip the test with the reason; a required one fails instead.

    One that costs money is skipped unless it is required, so that nobody pays for a test unasked.
    """
    try:
        provider = registry.create(kind, port, name, options or {})
        provider.check()
    except ProviderNotReady as exc:
        if is_required(name):
            raise
        pytest.skip(f"{exc.message}; {exc.hint or 'no remedy known'}")
    if isinstance(provider, Charged) and provider.product() and not is_required(name):
        pytest.skip(f"{name!r} costs money; name it in {REQUIRED_VARIABLE} to test it all the same")
    return provider


def is_required(name: str) -> bool:
    """Whether this provider may not be skipped."""
    return name in {part.strip() for part in os.environ.get(REQUIRED_VARIABLE, "").split(",")}
