"""Quotes: what the calls of a stage would cost, told from the price list before any is made."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from dubwright.domain.pricing import Price, PricedUnit, PriceList, to_usd
from dubwright.domain.timeline import Document
from dubwright.ports import Charged
from dubwright.registry import Kind

EstimatedStage = Literal["transcribe", "diarize", "translate", "synthesize", "hear_back"]

PRICES_NOTE: Final = (
    "List prices, before taxes, discounts and what is free each month; the vendor's bill counts."
)

UNPAID_CHECKER: Final = "whisper"
"""Who hears a dub back where the recogniser's calls are paid and no other one is set for it."""

_KINDS: Final[Mapping[EstimatedStage, Kind]] = {
    "transcribe": "speech_to_text",
    "diarize": "diarizer",
    "translate": "translator",
    "synthesize": "text_to_speech",
    "hear_back": "speech_to_text",
}


class StageEstimate(Document):
    """Calls of one engine. `done`: made before, so it costs nothing now.

    `units` are what the vendor would count: a translation that is billed too, a line that is
    spoken twice. `cost` is in US dollars at list prices, 0 for engines that charge nothing, null
    where the price of `product` is not known.
    """

    stage: EstimatedStage
    provider: str | None
    product: str = ""
    calls: int
    units: int
    unit: PricedUnit
    cost: float | None
    price_as_of: date | None = None
    done: bool


@dataclass(frozen=True, slots=True)
class Amount:
    """Calls of a stage: how many, how much they send, and how much comes back."""

    calls: int
    units: int
    answered: int = 0


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine as it would be used; `charged` is None where its calls cost nothing."""

    name: str
    charged: Charged | None = None

    def product(self, voice: str = "") -> str:
        """The row of the price list for calls with this voice; empty if they are free."""
        return self.charged.product(voice) if self.charged else ""


@dataclass(frozen=True, slots=True)
class Quoter:
    """Quotes for the calls of some engines, by kind. `checker`: set to hear dubs back."""

    engines: Mapping[Kind, Engine]
    prices: PriceList
    checker: Engine | None = None

    def engine(self, stage: EstimatedStage) -> Engine | None:
        """The engine that a stage would call; None: there is no such engine here."""
        engine = self.engines.get(_KINDS[stage])
        if stage != "hear_back":
            return engine
        is_paid = engine is not None and engine.product() != ""
        return self.checker or (Engine(UNPAID_CHECKER) if is_paid else engine)

    def charges(self, stage: EstimatedStage) -> bool:
        """Whether calls of a stage cost anything."""
        engine = self.engine(stage)
        return engine is not None and engine.product() != ""

    def quote(self, stage: EstimatedStage, amount: Amount, *, voice: str = "") -> StageEstimate:
        """What the calls would cost."""
        engine = self.engine(stage)
        unit: PricedUnit = "characters" if stage in ("translate", "synthesize") else "ms"
        product = engine.product(voice) if engine else ""
        price = self.prices.price(engine.name, product, unit) if engine else None
        is_answer_billed = price is not None and price.bills_output
        units = amount.units + (amount.answered if is_answer_billed else 0)
        cost: float | None = None
        if amount.calls == 0 or (engine is not None and not product):
            cost = 0.0
        elif price is not None:
            cost = to_usd(_cost_micro_usd(price, units, amount.calls))
        return StageEstimate(
            stage=stage,
            provider=engine.name if engine else None,
            product=product,
            calls=amount.calls,
            units=units,
            unit=unit,
            cost=cost,
            price_as_of=price.as_of if price else None,
            done=amount.calls == 0,
        )


def _cost_micro_usd(price: Price, units: int, calls: int) -> int:
    """Sound is rounded up to whole seconds for each call; what characters cost is divided freely."""
    if price.unit == "characters":
        return price.cost_micro_usd(units)
    return price.cost_micro_usd(-(-units // calls)) * calls


def total_of(estimates: Iterable[StageEstimate]) -> float | None:
    """The sum in US dollars; None as soon as one is not known."""
    total = 0.0
    for one in estimates:
        if one.cost is None:
            return None
        total += one.cost
    return round(total, 6)


def oldest_price(estimates: Iterable[StageEstimate]) -> date | None:
    """The day of the oldest price that was reckoned with; None where nothing is charged."""
    return min((one.price_as_of for one in estimates if one.price_as_of), default=None)
