"""Where a listener of events begins, and what it has missed."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dubwright.db.events import events_after, newest_event_id
from dubwright.db.tables import Operation, OperationEventRow
from dubwright.domain.job import FINAL_STATES, OperationEvent
from dubwright.jobs.caller import Caller
from dubwright.jobs.lookup import own_operation
from dubwright.jobs.service import Service

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Watch:
    """Whose events are wanted, and of which operation; None: of all."""

    account: str
    operation: str | None = None


@dataclass(frozen=True, slots=True)
class Missed:
    """The next events after a place. `is_all`: there are no more by now.

    `has_ended`: these bring an operation to its end, or it ended before them.
    """

    events: tuple[OperationEvent, ...]
    is_all: bool
    has_ended: bool = False


def begin_watch(service: Service, caller: Caller, after: int | None) -> int:
    """The place of a listener of all the account's events: after `after`, or from now on."""
    with service.database.reading() as session:
        newest = newest_event_id(session)
    # A larger number than there is comes from another database.
    return newest if after is None else min(after, newest)


def begin_operation_watch(
    service: Service, caller: Caller, operation_id: str, after: int | None
) -> int:
    """The place of a listener of one operation: after `after`, or just before its newest event.

    Raises `NotFoundError`.
    """
    with service.database.reading() as session:
        operation = own_operation(session, caller, operation_id)
        own = OperationEventRow.operation_id == operation.id
        newest = session.scalar(select(func.max(OperationEventRow.id)).where(own)) or 0
        if after is not None:
            return min(after, newest_event_id(session))
    return max(0, newest - 1)


def missed_events(service: Service, watch: Watch, after: int) -> Missed:
    """What happened after a place, up to now."""
    with service.database.reading() as session:
        events = events_after(
            session, after, account=watch.account, operation=watch.operation, limit=_BATCH
        )
        is_all = len(events) < _BATCH
        ended = is_all and watch.operation is not None
        return Missed(
            events=tuple(events),
            is_all=is_all,
            has_ended=ended and _has_ended(session, watch.operation or "", events),
        )


def _has_ended(session: Session, operation_id: str, events: list[OperationEvent]) -> bool:
    """Told by the last event: an operation may end, and be tried again."""
    if events:
        return events[-1].state in FINAL_STATES
    state = session.scalar(select(Operation.state).where(Operation.id == operation_id))
    return state is None or state in FINAL_STATES
