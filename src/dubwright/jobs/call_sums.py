"""Engine calls added up: how many, how much, and what they cost."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from dubwright.db.tables import ProviderCall
from dubwright.domain.pricing import to_usd
from dubwright.domain.timeline import Document
from dubwright.jobs.caller import Caller
from dubwright.jobs.lookup import own_operation
from dubwright.jobs.service import Service

S = TypeVar("S", bound="CallSums")


class CallSums(Document):
    """Calls that belong together. `units` are those of calls that did not fail.

    `billed_units` are those that the vendor counted, also of failed calls; `cost` is in US
    dollars, null where the price of a billed call is not known.
    """

    calls: int
    units: int
    billed_units: int
    errors: int
    cost: float | None


class OperationUsageLine(CallSums):
    """One kind of call of one engine. `product` is its row of the price list, empty if free."""

    kind: str
    provider: str
    call: str
    product: str
    unit: str


class OperationUsage(Document):
    """What the calls of an operation used and cost, those of all its attempts.

    `cost` is in US dollars at list prices, null as soon as one of them is not known;
    `prices_as_of` is the day of the oldest price that was reckoned with.
    """

    operation: str
    lines: tuple[OperationUsageLine, ...]
    cost: float | None
    prices_as_of: date | None


def show_operation_usage(service: Service, caller: Caller, operation_id: str) -> OperationUsage:
    """The calls of one operation by kind and engine."""
    named = {
        name: getattr(ProviderCall, name)
        for name in ("kind", "provider", "call", "product", "unit")
    }
    with service.database.reading() as session:
        operation = own_operation(session, caller, operation_id)
        of_operation = ProviderCall.operation_id == operation.id
        lines = tuple(summed_calls(session, OperationUsageLine, named, of_operation))
        oldest = sa.select(sa.func.min(ProviderCall.prices_as_of)).where(of_operation)
        return OperationUsage(
            operation=operation.id,
            lines=lines,
            cost=total_cost(lines),
            prices_as_of=session.scalar(oldest),
        )


def summed_calls(
    session: Session,
    kind: type[S],
    named: Mapping[str, sa.SQLColumnExpression[object]],
    *wanted: sa.ColumnElement[bool],
) -> Iterator[S]:
    """The calls that are `wanted`, added up where all that is `named` is the same."""
    ended_well = ProviderCall.outcome == "ok"
    is_unpriced = sa.and_(ProviderCall.billed, ProviderCall.cost_micro_usd.is_(None))
    counted = {
        "calls": sa.func.count(),
        "units": _sum(sa.case((ended_well, ProviderCall.units), else_=0)),
        "billed_units": _sum(ProviderCall.billed_units),
        "errors": _sum(sa.case((ended_well, 0), else_=1)),
        "micro_usd": _sum(sa.func.coalesce(ProviderCall.cost_micro_usd, 0)),
        "unpriced": _sum(sa.case((is_unpriced, 1), else_=0)),
    }
    labelled: dict[str, sa.SQLColumnExpression[object]] = {**named, **counted}
    columns: list[sa.Label[object]] = [column.label(name) for name, column in labelled.items()]
    by = list(named.values())
    rows = session.execute(sa.select(*columns).where(*wanted).group_by(*by).order_by(*by))
    for row in rows.mappings():
        found = {str(name): value for name, value in row.items()}
        cost, unpriced = found.pop("micro_usd"), found.pop("unpriced")
        yield kind.model_validate({**found, "cost": None if unpriced else to_usd(cost)})


def total_cost(lines: Iterable[CallSums]) -> float | None:
    """The sum in US dollars, exact to the millionth; None as soon as one is not known."""
    total = 0.0
    for line in lines:
        if line.cost is None:
            return None
        total += line.cost
    return round(total, 6)


def _sum(column: sa.SQLColumnExpression[int]) -> sa.ColumnElement[int]:
    # PostgreSQL adds up to a numeric, which is no integer to Python.
    return sa.cast(sa.func.sum(column), sa.BigInteger)
