"""What an account used: engine calls by day and engine, what they cost, and the space of files."""

from datetime import UTC, date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from dubwright.db.tables import Account, Artifact, ProviderCall, Upload
from dubwright.db.upserts import dialect_of
from dubwright.domain.errors import InputError
from dubwright.domain.timeline import Document
from dubwright.jobs.call_sums import CallSums, summed_calls, total_cost
from dubwright.jobs.caller import Caller
from dubwright.jobs.service import Service

_USUAL_DAYS = 30
_MOST_DAYS = 366
_EARLIEST, _LATEST = date(2000, 1, 1), date(2999, 12, 31)


class UsageLine(CallSums):
    """The calls of one engine on one day (UTC). `product` is empty for calls that are free."""

    day: date
    kind: str
    provider: str
    product: str
    unit: str


class StorageUsage(Document):
    """Bytes that count towards the quota; `quota_bytes` null: there is none."""

    uploads_bytes: int
    artifacts_bytes: int
    quota_bytes: int | None


class UsageResource(Document):
    """Usage from the first to the last day, both included.

    `cost` is in US dollars, at the list prices of the days of the calls; null as soon as the
    price of one of them is not known.
    """

    first_day: date
    last_day: date
    lines: tuple[UsageLine, ...]
    cost: float | None
    storage: StorageUsage


def show_usage(
    service: Service, caller: Caller, first_day: date | None, last_day: date | None
) -> UsageResource:
    """The account's usage; of the last 30 days if no days are named. Raises `InputError`."""
    last = last_day or service.now().date()
    first = first_day or last - min(timedelta(days=_USUAL_DAYS - 1), last - date.min)
    if not _EARLIEST <= first <= last <= _LATEST or last - first >= timedelta(days=_MOST_DAYS):
        raise InputError(
            f"{first} to {last} is no span of 1 to {_MOST_DAYS} days",
            hint="give `from` and `to` as days, such as 2026-11-01",
        )
    with service.database.reading() as session:
        lines = _lines(session, caller, first, last)
        return UsageResource(
            first_day=first,
            last_day=last,
            lines=lines,
            cost=total_cost(lines),
            storage=_storage(session, caller),
        )


def _lines(session: Session, caller: Caller, first: date, last: date) -> tuple[UsageLine, ...]:
    named = {
        "day": _day_of(session),
        "kind": ProviderCall.kind,
        "provider": ProviderCall.provider,
        "product": ProviderCall.product,
        "unit": ProviderCall.unit,
    }
    end = _midnight(last) + timedelta(days=1)
    wanted = (
        ProviderCall.account_id == caller.account_id,
        ProviderCall.at >= _midnight(first),
        ProviderCall.at < end,
    )
    return tuple(summed_calls(session, UsageLine, named, *wanted))


def _day_of(session: Session) -> sa.ColumnElement[date]:
    """The day of a call in UTC, as both databases tell it."""
    at: sa.ColumnElement[datetime] = ProviderCall.at.expression
    if dialect_of(session) == "postgresql":
        at = sa.func.timezone(sa.literal_column("'UTC'"), at)
    return sa.func.date(at)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _storage(session: Session, caller: Caller) -> StorageUsage:
    return StorageUsage(
        uploads_bytes=_bytes_of(session, Upload, caller),
        artifacts_bytes=_bytes_of(session, Artifact, caller),
        quota_bytes=session.scalar(
            sa.select(Account.quota_bytes).where(Account.id == caller.account_id)
        ),
    )


def _bytes_of(session: Session, table: type[Upload] | type[Artifact], caller: Caller) -> int:
    total = sa.select(sa.func.coalesce(sa.func.sum(table.size_bytes), 0))
    return int(session.scalar(total.where(table.account_id == caller.account_id)) or 0)
