"""What there is at this moment, in numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from dubwright.db.clock import database_now_s
from dubwright.db.tables import ErrorRow, Operation, ProviderCall, Worker
from dubwright.jobs.service import Service

ALIVE_FOR_S: Final = 60.0
"""A worker that was not heard of for longer is taken for dead."""


@dataclass(frozen=True, slots=True)
class Census:
    """Rows, counted by what tells them apart."""

    operations: Mapping[tuple[str, ...], float]
    oldest_queued_s: Mapping[tuple[str, ...], float]
    workers: int
    provider_calls: Mapping[tuple[str, ...], float]
    errors: Mapping[tuple[str, ...], float]


def take_census(service: Service) -> Census:
    """Count operations by queue and state, workers, and engine calls by kind and outcome."""
    with service.database.reading() as session:
        return Census(
            operations=_counted(session, Operation.queue, Operation.state),
            oldest_queued_s=_oldest_queued_s(service, session),
            workers=count_workers(session),
            provider_calls=_counted(
                session, ProviderCall.kind, ProviderCall.provider, ProviderCall.outcome
            ),
            errors=_errors(session),
        )


def workers_alive(service: Service) -> int:
    """How many workers were heard of lately."""
    with service.database.reading() as session:
        return count_workers(session)


def count_workers(session: Session) -> int:
    """How many workers hold a place, and were heard of lately."""
    alive = Worker.state == "alive", Worker.beat_s > database_now_s(session) - ALIVE_FOR_S
    return session.scalars(sa.select(sa.func.count()).select_from(Worker).where(*alive)).one()


def _counted(
    session: Session, *columns: sa.orm.InstrumentedAttribute[str]
) -> dict[tuple[str, ...], float]:
    counted = sa.select(sa.func.count(), *columns).group_by(*columns)
    return {tuple(labels): float(count) for count, *labels in session.execute(counted)}


def _oldest_queued_s(service: Service, session: Session) -> dict[tuple[str, ...], float]:
    oldest = sa.select(Operation.queue, sa.func.min(Operation.created_at)).where(
        Operation.state == "queued"
    )
    now = service.now()
    return {
        (queue,): max(0.0, (now - created_at).total_seconds())
        for queue, created_at in session.execute(oldest.group_by(Operation.queue))
    }


def _errors(session: Session) -> dict[tuple[str, ...], float]:
    counted = sa.select(ErrorRow.code, sa.func.sum(ErrorRow.count)).group_by(ErrorRow.code)
    return {(code,): float(count) for code, count in session.execute(counted)}
