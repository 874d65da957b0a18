"""The log of one operation: its events and its engine calls."""

from pydantic import JsonValue
from sqlalchemy import select

from dubwright.db.tables import OperationEventRow, ProviderCall
from dubwright.jobs.caller import Caller
from dubwright.jobs.lookup import own_operation
from dubwright.jobs.resources import LogLine
from dubwright.jobs.service import Service


def operation_log(
    service: Service, caller: Caller, operation_id: str, *, limit: int = 500
) -> tuple[LogLine, ...]:
    """What happened to an operation and which engines it called, in order of time."""
    with service.database.reading() as session:
        operation = own_operation(session, caller, operation_id)
        events = session.scalars(
            select(OperationEventRow)
            .where(OperationEventRow.operation_id == operation.id)
            .order_by(OperationEventRow.id.desc())
            .limit(limit)
        ).all()
        calls = session.scalars(
            select(ProviderCall)
            .where(ProviderCall.operation_id == operation.id)
            .order_by(ProviderCall.id.desc())
            .limit(limit)
        ).all()
    lines = [*map(_event_line, events), *map(_call_line, calls)]
    return tuple(sorted(lines, key=lambda line: line.at)[-limit:])


def _event_line(event: OperationEventRow) -> LogLine:
    progress = event.progress
    fields: dict[str, JsonValue] = {"state": event.state, "percent": progress.percent}
    if progress.stage is not None:
        fields |= {"stage": progress.stage, "done": progress.done, "total": progress.total}
    if event.message:
        fields["message"] = event.message
    return LogLine(at=event.at, event=f"operation.{event.kind}", fields=fields)


def _call_line(call: ProviderCall) -> LogLine:
    fields: dict[str, JsonValue] = {
        "kind": call.kind,
        "provider": call.provider,
        "call": call.call,
        "units": call.units,
        "unit": call.unit,
        "elapsed_ms": call.elapsed_ms,
        "outcome": call.outcome,
    }
    return LogLine(at=call.at, event="provider.called", fields=fields)
