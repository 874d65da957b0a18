"""Live progress as server-sent events: of one operation, and of everything of the account."""

from collections.abc import AsyncIterator
from typing import Annotated, Any, Final

from fastapi import Depends, Header, Query, Request
from starlette.concurrency import run_in_threadpool

from dubwright.api.access import ReadCaller, TheService
from dubwright.api.metrics import instruments_of
from dubwright.api.places import OperationId
from dubwright.api.request_log import not_audited
from dubwright.api.routing import ServiceRoute, StreamRoute, service_router
from dubwright.api.seats import seats_of
from dubwright.api.sse import EventStream, live_events, told
from dubwright.domain.job import OperationEvent
from dubwright.jobs import watching
from dubwright.jobs.service import Service
from dubwright.jobs.tickets import TICKET_PATTERN, Ticket, issue_ticket
from dubwright.jobs.watching import Watch

router = service_router("events", route=StreamRoute)
ticket_router = service_router("events", route=ServiceRoute)

_NEWEST: Final = 2**62
_STREAM: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "model": OperationEvent,
        "description": "Server-sent events. `id` is the event's, `event` its kind, and `data` an "
        "`OperationEvent` as JSON. The stream of an operation ends with the event `end`.",
    }
}


def last_heard(
    last_event_id: Annotated[
        int | None,
        Header(
            alias="Last-Event-ID",
            ge=0,
            le=_NEWEST,
            description="The last event you heard of; what came after it is told first.",
        ),
    ] = None,
    after: Annotated[
        int | None, Query(ge=0, le=_NEWEST, description="The same, where headers cannot be set.")
    ] = None,
) -> int | None:
    """After which event to begin; None: as it is now."""
    return last_event_id if last_event_id is not None else after


LastHeard = Annotated[int | None, Depends(last_heard)]


def declared_ticket(
    _ticket: Annotated[
        str | None,
        Query(
            alias="ticket",
            description="A ticket of `POST /v1/events:ticket`, instead of a key.",
            pattern=TICKET_PATTERN,
        ),
    ] = None,
) -> None:
    """Names the parameter in the API's description; the route reads it before all others."""


_ADMITTED: Final = [Depends(declared_ticket)]


@ticket_router.post("/events:ticket", dependencies=[Depends(not_audited)])
def create_ticket(service: TheService, caller: ReadCaller) -> Ticket:
    """Get a ticket for a browser's `EventSource`, which cannot send a key.

    It is put into the address of a stream of events, as `?ticket=`, within a minute; an open
    stream goes on. For a new connection ask for a new one.
    """
    return issue_ticket(service, caller)


@router.get(
    "/operations/{operation}/events",
    status_code=200,
    response_class=EventStream,
    responses=_STREAM,
    dependencies=_ADMITTED,
)
async def watch_operation(
    service: TheService,
    caller: ReadCaller,
    operation: OperationId,
    request: Request,
    after: LastHeard,
) -> EventStream:
    """Watch one operation. Without `Last-Event-ID` it begins with how it stands now."""
    place = await run_in_threadpool(
        watching.begin_operation_watch, service, caller, operation, after
    )
    return _stream(request, service, Watch(caller.account_id, operation), place)


@router.get(
    "/events",
    status_code=200,
    response_class=EventStream,
    responses=_STREAM,
    dependencies=_ADMITTED,
)
async def watch_account(
    service: TheService, caller: ReadCaller, request: Request, after: LastHeard
) -> EventStream:
    """Watch all operations of the account: one stream is enough for a whole page."""
    place = await run_in_threadpool(watching.begin_watch, service, caller, after)
    return _stream(request, service, Watch(caller.account_id), place)


def _stream(request: Request, service: Service, watch: Watch, place: int) -> EventStream:
    seat = seats_of(request).seat(watch.account)
    return EventStream(_counted(request, service, watch, place), seat)


async def _counted(
    request: Request, service: Service, watch: Watch, place: int
) -> AsyncIterator[bytes]:
    with instruments_of(request).listening():
        async for text in told(service, live_events(request), watch, place):
            yield text
