"""The purse: what calls may still cost. Each paid call sets its price aside before it is made."""

import threading
from dataclasses import dataclass
from datetime import date

from dubwright.domain.errors import BudgetExceeded
from dubwright.domain.pricing import Price, PriceList, told_usd, total_micro_usd
from dubwright.domain.timeline import Document
from dubwright.guard.records import CallRecord, Intended
from dubwright.ports import Charge


class Allowance(Document):
    """What may be spent. `left_micro_usd` may be less than what the budget has left, where others
    spend of it too. `remedy` tells a person how to allow more."""

    budget_micro_usd: int
    spent_micro_usd: int
    left_micro_usd: int
    remedy: str


@dataclass(frozen=True, slots=True)
class Bill:
    """What a call cost; `cost_micro_usd` is None where nothing was `billed`, or at a price that is
    not known. `product` is empty for calls that are free."""

    product: str = ""
    billed: bool = False
    billed_units: int = 0
    cost_micro_usd: int | None = None
    prices_as_of: date | None = None


class Purse:
    """What the calls of one operation cost, and may cost; safe from any thread.

    A call is reserved and settled by the thread that makes it. What a vendor did not bill is free
    for others again. Without an `allowance` everything may be spent, and is still reckoned.
    """

    def __init__(self, prices: PriceList, allowance: Allowance | None = None) -> None:
        self._prices = prices
        self._allowance = allowance
        self._lock = threading.Lock()
        self._spent_micro_usd = 0
        self._unpriced_calls = 0
        self._reserved: dict[int, int] = {}

    @property
    def spent_micro_usd(self) -> int:
        """What was billed so far, as far as its price is known."""
        with self._lock:
            return self._spent_micro_usd

    @property
    def unpriced_calls(self) -> int:
        """Calls that were billed at a price that is not known."""
        with self._lock:
            return self._unpriced_calls

    def reserve(self, intended: Intended) -> None:
        """Set aside what a call may cost. Raises `BudgetExceeded` where that is too much."""
        if self._allowance is None or not intended.product:
            return
        asked = intended.asked
        price = self._prices.price(intended.provider, intended.product, asked.unit)
        if price is None:
            raise _unknown(intended)
        most_micro_usd = price.most_micro_usd(asked.units)
        with self._lock:
            others = sum(self._reserved.values()) - self._reserved.pop(threading.get_ident(), 0)
            left = self._allowance.left_micro_usd - self._spent_micro_usd - others
            if most_micro_usd > left:
                spent = self._allowance.spent_micro_usd + self._spent_micro_usd
                raise _too_much(intended, self._allowance, most_micro_usd, spent + others)
            self._reserved[threading.get_ident()] = most_micro_usd

    def settle(self, record: CallRecord) -> Bill:
        """Take what was billed for a call, and give back what was set aside for it."""
        bill = self._bill(record)
        with self._lock:
            self._reserved.pop(threading.get_ident(), None)
            self._spent_micro_usd += bill.cost_micro_usd or 0
            self._unpriced_calls += bill.billed and bill.cost_micro_usd is None
        return bill

    def note(self, record: CallRecord) -> None:
        """The same for an observer who does not ask for the bill."""
        self.settle(record)

    def _bill(self, record: CallRecord) -> Bill:
        if not record.charges:
            return Bill(product=record.product)
        priced = [(one, self._price(record.provider, one)) for one in record.charges]
        return Bill(
            product=record.charges[0].product,
            billed=True,
            billed_units=sum(one.units for one in record.charges),
            cost_micro_usd=total_micro_usd(
                price.cost_micro_usd(one.units) if price else None for one, price in priced
            ),
            prices_as_of=min((price.as_of for _, price in priced if price), default=None),
        )

    def _price(self, provider: str, charge: Charge) -> Price | None:
        return self._prices.price(provider, charge.product, charge.unit)


def _unknown(intended: Intended) -> BudgetExceeded:
    return BudgetExceeded(
        f"there is a budget, and what {intended.product!r} of {intended.provider!r} costs is not "
        "known",
        hint="whoever runs this adds a row to the price file (docs/money.md); or take the budget away",
    )


def _too_much(intended: Intended, allowance: Allowance, cost: int, spent: int) -> BudgetExceeded:
    return BudgetExceeded(
        f"the next call ({intended.call} by {intended.provider!r}, {intended.asked.units} "
        f"{intended.asked.unit}) may cost {told_usd(cost)}, and {told_usd(spent)} of the budget of "
        f"{told_usd(allowance.budget_micro_usd)} is spent or set aside",
        hint=allowance.remedy,
    )
