"""The price list in force: the one that Dubwright comes with, and what an operator puts over it."""

from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from dubwright.domain.errors import InputError
from dubwright.domain.pricing import PriceList, parse_prices

_LARGEST_BYTES = 1_000_000


def load_prices(own: Path | None = None) -> PriceList:
    """The shipped prices, with those of the file `own` over them.

    Raises `InputError` for a file that cannot be read or used; it names the row.
    """
    shipped = _shipped()
    if own is None:
        return shipped
    return parse_prices(_read(own), name=str(own)).over(shipped)


@lru_cache(maxsize=1)
def _shipped() -> PriceList:
    text = files("dubwright.guard").joinpath("prices.toml").read_text(encoding="utf-8")
    return parse_prices(text, name="prices.toml").over(PriceList())


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise InputError(f"{str(path)!r} is too large to be a price file", hint="see `prices`")
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise InputError(
            f"the price file {str(path)!r} cannot be read: {exc}",
            hint="check the setting `prices`",
        ) from exc
