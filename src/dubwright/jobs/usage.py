"""What an account used: engine calls by day and engine, and the space that its files take."""

from datetime import UTC, date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from dubwright.db.tables import Account, Artifact, ProviderCall, Upload
from dubwright.db.upserts import dialect_of
from dubwright.domain.errors import InputError
from dubwright.domain.timeline import Document
from dubwright.jobs.caller import Caller
from dubwright.jobs.service import Service

_USUAL_DAYS = 30
_MOST_DAYS = 366
_EARLIEST, _LATEST = date(2000, 1, 1), date(2999, 12, 31)


class UsageLine(Document):
    """The calls of one engine on one day (UTC). `units` are those of calls that did not fail."""

    day: date
    kind: str
    provider: str
    unit: str
    calls: int
    units: int
    billed_units: int
    errors: int


class StorageUsage(Document):
    """Bytes that count towards the quota; `quota_bytes` null: there is none."""

    uploads_bytes: int
    artifacts_bytes: int
    quota_bytes: int | None


class UsageResource(Document):
    """Usage from the first to the last day, both included."""

    first_day: date
    last_day: date
    lines: tuple[UsageLine, ...]
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
        return UsageResource(
            first_day=first,
            last_day=last,
            lines=_lines(session, caller, first, last),
            storage=_storage(session, caller),
        )


def _lines(session: Session, caller: Caller, first: date, last: date) -> tuple[UsageLine, ...]:
    day = _day_of(session)
    ended_well = ProviderCall.outcome == "ok"
    named = (day, ProviderCall.kind, ProviderCall.provider, ProviderCall.unit)
    counted = (
        sa.func.count(),
        _sum_where(ended_well),
        _sum_where(sa.and_(ended_well, ProviderCall.billed)),
        sa.func.sum(sa.case((ended_well, 0), else_=1)),
    )
    end = _midnight(last) + timedelta(days=1)
    wanted = (
        ProviderCall.account_id == caller.account_id,
        ProviderCall.at >= _midnight(first),
        ProviderCall.at < end,
    )
    rows = session.execute(
        sa.select(*named, *counted).where(*wanted).group_by(*named).order_by(*named)
    )
    names = ("day", "kind", "provider", "unit", "calls", "units", "billed_units", "errors")
    return tuple(UsageLine.model_validate(dict(zip(names, row, strict=True))) for row in rows)


def _day_of(session: Session) -> sa.ColumnElement[date]:
    """The day of a call in UTC, as both databases tell it."""
    at: sa.ColumnElement[datetime] = ProviderCall.at.expression
    if dialect_of(session) == "postgresql":
        at = sa.func.timezone(sa.literal_column("'UTC'"), at)
    return sa.func.date(at)


def _sum_where(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.sum(sa.case((condition, ProviderCall.units), else_=0))


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
