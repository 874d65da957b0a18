"""What calls cost: a price list, and its arithmetic in whole millionths of a dollar.

Every call is rounded up by itself, so that sums are exact and never too low.
"""

import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Final, Literal, Self

from pydantic import Field, ValidationError, model_validator

from dubwright.domain.errors import InputError
from dubwright.domain.timeline import Document

OUTPUT_ALLOWANCE: Final = 4
"""Characters of a translation that are set aside for each one sent, where both are billed.

Of 2,750 sentences that people translated from English into seven languages, the longest has 4.9
times the characters; whole texts have up to 1.2 times as many, and 2.3 from Japanese into English.
"""

_MICRO: Final = 1_000_000
_MINUTE_S: Final = 60

PricedUnit = Literal["ms", "characters"]
Dollars = Annotated[Decimal, Field(ge=0, le=1_000_000, decimal_places=6)]
Title = Annotated[str, Field(min_length=1, max_length=100)]


class Price(Document):
    """One row: what a vendor takes for a product, in US dollars.

    Sound is billed in whole seconds, rounded up for each call. `bills_output`: what comes back is
    billed like what was sent. `free` notes what is free each month; it is not reckoned with.
    """

    provider: Title
    product: Title
    per_minute: Dollars | None = None
    per_million_characters: Dollars | None = None
    bills_output: bool = False
    free: str = ""
    as_of: date
    source: Annotated[str, Field(min_length=1)]

    @model_validator(mode="after")
    def _has_one_price(self) -> Self:
        if (self.per_minute is None) == (self.per_million_characters is None):
            raise ValueError("a row has either `per_minute` or `per_million_characters`")
        return self

    @property
    def unit(self) -> PricedUnit:
        """What is counted: milliseconds of sound, or characters."""
        return "characters" if self.per_minute is None else "ms"

    def cost_micro_usd(self, units: int) -> int:
        """What one call with so many billed units costs, rounded up."""
        if self.per_minute is not None:
            seconds = -(-units // 1000)
            return _divided_up(seconds * _in_micro(self.per_minute), _MINUTE_S)
        per_million = self.per_million_characters or Decimal()
        return _divided_up(units * _in_micro(per_million), _MICRO)

    def most_micro_usd(self, units: int) -> int:
        """What a call that sends so many units may cost: what comes back is allowed for."""
        return self.cost_micro_usd(units * (1 + OUTPUT_ALLOWANCE) if self.bills_output else units)


class PriceList(Document):
    """All prices that are known, one for each product of a provider."""

    prices: tuple[Price, ...] = ()

    @model_validator(mode="after")
    def _names_each_product_once(self) -> Self:
        named = [(price.provider, price.product) for price in self.prices]
        twins = [one for number, one in enumerate(named) if one in named[:number]]
        if twins:
            provider, product = twins[0]
            raise ValueError(f"{product!r} of {provider!r} has two rows")
        return self

    def price(self, provider: str, product: str, unit: str) -> Price | None:
        """The price of a product that is counted in `unit`; None where it is not known."""
        for price in self.prices:
            if (price.provider, price.product) == (provider, product):
                return price if price.unit == unit else None
        return None


class PriceFile(Document):
    """A price file as it is written; `as_of` and `source` hold for all rows that say no other.

    `replaces`: the rows of the list that came before that have the same provider and product, or
    all of them.
    """

    as_of: date
    source: Annotated[str, Field(min_length=1)]
    currency: Literal["USD"] = "USD"
    replaces: Literal["rows", "all"] = "rows"
    price: tuple[Price, ...] = ()

    def over(self, before: PriceList) -> PriceList:
        """The list that is in force once this file is read."""
        if self.replaces == "all":
            return PriceList(prices=self.price)
        ours = {(price.provider, price.product) for price in self.price}
        kept = (price for price in before.prices if (price.provider, price.product) not in ours)
        return PriceList(prices=(*kept, *self.price))


def parse_prices(text: str, *, name: str) -> PriceFile:
    """Read a price file, TOML. Raises `InputError` that names the file and its row."""
    try:
        written = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as exc:
        raise InputError(f"the price file {name!r} is not TOML: {exc}", hint="mend it") from exc
    try:
        file = PriceFile.model_validate(_with_shared(written))
        PriceList(prices=file.price)
    except ValidationError as exc:
        raise InputError(
            f"the price file {name!r} cannot be used: {_fault(exc, written)}",
            hint="docs/money.md tells what a price file has",
        ) from exc
    return file


def total_micro_usd(costs: Iterable[int | None]) -> int | None:
    """The sum; None as soon as one of them is not known."""
    total = 0
    for cost in costs:
        if cost is None:
            return None
        total += cost
    return total


def to_micro_usd(dollars: float) -> int:
    """Dollars that a person gave, rounded down: what they allow is never more than they said."""
    return int(Decimal(str(dollars)) * _MICRO)


def to_usd(micro_usd: int) -> float:
    """An amount as it is shown to programs."""
    return micro_usd / _MICRO


def told_usd(micro_usd: int) -> str:
    """An amount as it stands in a sentence: `$1.20`, or `$0.000016` where cents do not tell."""
    dollars = f"{Decimal(micro_usd) / _MICRO:.6f}".rstrip("0")
    whole, _, part = dollars.partition(".")
    return f"${whole}.{part:0<2}"


def _with_shared(written: Mapping[str, object]) -> dict[str, object]:
    """The file's own date and source in every row that has none."""
    shared = {key: written[key] for key in ("as_of", "source") if key in written}
    rows = written.get("price", ())
    if not isinstance(rows, list):
        return dict(written)
    filled = [{**shared, **row} if isinstance(row, dict) else row for row in rows]
    return {**written, "price": filled}


def _fault(failure: ValidationError, written: Mapping[str, object]) -> str:
    first = failure.errors(include_url=False, include_input=False)[0]
    place = [str(part) for part in first["loc"]]
    message = first["msg"].removeprefix("Value error, ")
    rows = written.get("price")
    if len(place) < 2 or place[0] != "price" or not isinstance(rows, list):
        return f"{'.'.join(place)}: {message}" if place else message
    row = rows[int(place[1])]
    titles = [row.get(key, "?") for key in ("provider", "product")] if isinstance(row, dict) else []
    field = f"`{'.'.join(place[2:])}`: " if place[2:] else ""
    return f"row {int(place[1]) + 1} ({' '.join(map(str, titles))}): {field}{message}"


def _in_micro(dollars: Decimal) -> int:
    return int(dollars * _MICRO)


def _divided_up(amount: int, by: int) -> int:
    return -(-amount // by)
