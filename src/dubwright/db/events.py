"""What happened to operations, in one order for all: a higher id was committed later.

On PostgreSQL writers would commit in any order, so each takes one lock for the whole service just
before it commits. SQLite has a single writer anyway.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session, SessionTransaction

from dubwright.db.tables import Operation, OperationEventRow
from dubwright.domain.job import EventKind, OperationEvent, OperationProgress, OperationState

CHANNEL: Final = "dubwright_events"
_COMMIT_ORDER_LOCK: Final = 0x6475_6277_0001
_PENDING: Final = "dubwright.pending_events"


@dataclass(frozen=True, slots=True)
class _Pending:
    operation_id: str
    account_id: str
    kind: EventKind
    state: OperationState
    progress: OperationProgress
    message: str
    at: datetime
    savepoint: SessionTransaction | None


def record_event(
    session: Session, operation: Operation, kind: EventKind, message: str = ""
) -> None:
    """Tell listeners the operation's state and progress of this moment, once `session` commits.

    The row is written at the very end of the transaction, so the lock is held for no longer than
    the commit takes, and can be called at any point of it. `message` is no user's text.
    """
    session.flush()
    event = _Pending(
        operation_id=operation.id,
        account_id=operation.account_id,
        kind=kind,
        state=operation.state,
        progress=operation.progress,
        message=message,
        at=datetime.now(UTC),
        savepoint=session.get_nested_transaction(),
    )
    _pending(session).append(event)


def events_after(
    session: Session,
    after_id: int,
    *,
    account: str | None = None,
    operation: str | None = None,
    limit: int = 500,
) -> list[OperationEvent]:
    """The next events in order, of everybody, of an account or of an operation."""
    query = sa.select(OperationEventRow).where(OperationEventRow.id > after_id)
    if account is not None:
        query = query.where(OperationEventRow.account_id == account)
    if operation is not None:
        query = query.where(OperationEventRow.operation_id == operation)
    rows = session.scalars(query.order_by(OperationEventRow.id).limit(limit))
    return [event_of(row) for row in rows]


def newest_event_id(session: Session) -> int:
    """The id of the last event, 0 when there is none."""
    return session.scalar(sa.select(sa.func.max(OperationEventRow.id))) or 0


def event_of(row: OperationEventRow) -> OperationEvent:
    """As listeners are told."""
    return OperationEvent(
        id=row.id,
        operation=row.operation_id,
        kind=row.kind,
        state=row.state,
        progress=row.progress,
        message=row.message,
        at_ms=round(row.at.timestamp() * 1000),
    )


def _pending(session: Session) -> list[_Pending]:
    if _PENDING not in session.info:
        session.info[_PENDING] = []
        sa.event.listen(session, "before_commit", _write_pending)
        sa.event.listen(session, "after_soft_rollback", _forget_pending)
    pending: list[_Pending] = session.info[_PENDING]
    return pending


def _write_pending(session: Session) -> None:
    pending = _pending(session)
    if not pending:
        return
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    session.flush()
    if on_postgresql:
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(_COMMIT_ORDER_LOCK)))
    for event in pending:
        session.execute(sa.insert(OperationEventRow).values(**_values(event)))
    if on_postgresql:
        session.execute(sa.select(sa.func.pg_notify(CHANNEL, "")))
    pending.clear()


def _values(event: _Pending) -> dict[str, object]:
    return {
        "operation_id": event.operation_id,
        "account_id": event.account_id,
        "kind": event.kind,
        "state": event.state,
        "progress": event.progress,
        "message": event.message,
        "at": event.at,
    }


def _forget_pending(session: Session, undone: SessionTransaction) -> None:
    pending = _pending(session)
    if undone.nested:
        pending[:] = [event for event in pending if event.savepoint is not undone]
    elif undone.parent is None:
        pending.clear()
