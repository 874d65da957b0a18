"""Forgetting: rows that are older than they are useful."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from dubwright.db.engine import Database
from dubwright.db.tables import Audit, IdempotentCall, OperationEventRow, ProviderCall, Table

_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many rows of each kind are gone."""

    events: int
    audit: int
    calls: int
    idempotent: int


def forget_old(
    database: Database,
    *,
    events_before: datetime,
    audit_before: datetime,
    calls_before: datetime,
    idempotent_before: datetime,
) -> Forgotten:
    """Delete rows from before these times, a thousand per transaction, so that nobody waits long.

    An error leaves what is deleted so far deleted; the next run goes on.
    """
    return Forgotten(
        events=_forget(database, OperationEventRow, OperationEventRow.at, events_before),
        audit=_forget(database, Audit, Audit.at, audit_before),
        calls=_forget(database, ProviderCall, ProviderCall.at, calls_before),
        idempotent=_forget(database, IdempotentCall, IdempotentCall.created_at, idempotent_before),
    )


def _forget(
    database: Database, table: type[Table], at: InstrumentedAttribute[datetime], before: datetime
) -> int:
    forgotten = 0
    while True:
        with database.writing() as session:
            result = session.execute(_batch_of(table, at, before))
        deleted = cast("sa.CursorResult[tuple[()]]", result).rowcount
        forgotten += deleted
        if deleted < _BATCH:
            return forgotten


def _batch_of(
    table: type[Table], at: InstrumentedAttribute[datetime], before: datetime
) -> sa.Delete:
    key = sa.inspect(table).primary_key
    oldest = sa.select(*key).where(at < before).order_by(at).limit(_BATCH)
    chosen = sa.tuple_(*key).in_(oldest) if len(key) > 1 else key[0].in_(oldest)
    return sa.delete(table).where(chosen).execution_options(synchronize_session=False)
