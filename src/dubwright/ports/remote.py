"""Engines on other machines: their calls wait, so many may be made at once, and often not too fast."""

from typing import Protocol, runtime_checkable

_SHARE_USED = 0.95


@runtime_checkable
class Remote(Protocol):
    """A provider that computes elsewhere. Providers without this compute here, on our cores."""

    @property
    def calls_at_once(self) -> int:
        """How many calls may wait for an answer at a time; 0 where it computes here after all."""
        ...


@runtime_checkable
class Paced(Protocol):
    """A provider whose vendor limits the rate of calls."""

    @property
    def calls_per_minute(self) -> float | None:
        """What the vendor allows unless somebody arranged for more; None: no limit is known."""
        ...


def calls_at_once(provider: object) -> int:
    """How many calls of a provider may wait at a time; 0 for one that computes here."""
    return provider.calls_at_once if isinstance(provider, Remote) else 0


def usual_rate(provider: object) -> float | None:
    """Calls per minute that stay below what a provider's vendor allows; None: no limit is known.

    Calls do not arrive as evenly as they are made, and a vendor's minute may begin anywhere.
    """
    allowed = provider.calls_per_minute if isinstance(provider, Paced) else None
    return None if allowed is None else allowed * _SHARE_USED
