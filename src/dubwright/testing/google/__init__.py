"""Google Cloud on one machine: doubles over the wire, for tests and demonstrations.

They answer over gRPC and HTTP, through Dubwright's own engines, to the unmodified Google clients:

    with GoogleDoubles(create_engines(), security=make_security(folder)) as doubles:
        doubles.conduct.faults.plan("Speech/Recognize", quota_exceeded(retry_after_s=0.2))

See docs/google-doubles.md.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from dubwright.domain.errors import ProviderNotReady
from dubwright.testing.google.conduct import TYPICAL_LATENCIES, Conduct
from dubwright.testing.google.engines import REAL, STAND_INS, Engines, create_engines
from dubwright.testing.google.objects import MemoryObjects, Objects
from dubwright.testing.google.quotas import Quota, Quotas

if TYPE_CHECKING:
    from dubwright.testing.google.cloud import GoogleCloud
    from dubwright.testing.google.server import GoogleDoubles, Security, make_security

__all__ = [
    "REAL",
    "STAND_INS",
    "TYPICAL_LATENCIES",
    "Conduct",
    "Engines",
    "GoogleCloud",
    "GoogleDoubles",
    "MemoryObjects",
    "Objects",
    "Quota",
    "Quotas",
    "Security",
    "create_engines",
    "make_security",
]

_NEED_GOOGLE = {
    "GoogleCloud": "cloud",
    "GoogleDoubles": "server",
    "Security": "server",
    "make_security": "server",
}
"""Which module has what needs Google's packages."""


def __getattr__(name: str) -> object:
    if name not in _NEED_GOOGLE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        module = import_module(f"{__name__}.{_NEED_GOOGLE[name]}")
    except ModuleNotFoundError as exc:
        raise ProviderNotReady(
            f"the Google doubles need the package {exc.name!r}",
            provider="google",
            hint="install it with `pip install 'dubwright[google]'`",
        ) from exc
    return getattr(module, name)
