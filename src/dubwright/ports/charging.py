"""What calls cost: the product that a call falls under, and what the vendor bills for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

ChargedUnit = Literal["ms", "characters"]

_KEPT: ContextVar["list[Charge] | None"] = ContextVar("charges", default=None)


@dataclass(frozen=True, slots=True)
class Charge:
    """So many units of a product, as the vendor counts them; `product` is a row of the price list."""

    product: str
    units: int
    unit: ChargedUnit


@runtime_checkable
class Charged(Protocol):
    """A provider whose calls cost money. Providers without this cost nothing."""

    def product(self, voice: str = "") -> str:
        """The row of the price list for calls with this voice, or for all calls. Cheap."""
        ...


def charge(product: str, units: int, unit: ChargedUnit) -> None:
    """Say, within a call and from its thread, what the vendor bills for it, also when it fails."""
    kept = _KEPT.get()
    if kept is not None:
        kept.append(Charge(product, units, unit))


@contextmanager
def charges() -> Iterator[list[Charge]]:
    """Collect what is charged within, in this thread."""
    kept: list[Charge] = []
    token = _KEPT.set(kept)
    try:
        yield kept
    finally:
        _KEPT.reset(token)
