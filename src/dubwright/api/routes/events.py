"""Live progress as server-sent events: of one operation, and of everything of the account."""

from collections.abc import AsyncIterator
from typing import Annotated, Any, Final

from fastapi import Depends, Header, Query, Request
from starlette.concurrency import run_in_threadpool

from dubwright.api.access import ReadCaller, TheService
from dubwright.api.metrics import instruments_of
from dubwright.api.places import OperationId
from dubwright.api.routing import service_router
from dubwright.api.sse import EventStream, live_events, told
from dubwright.domain.job import OperationEvent
from dubwright.jobs import watching
from dubwright.jobs.service import Service
from dubwright.jobs.watching import Watch

router = service_router("events")

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


@router.get(
    "/operations/{operation}/events", status_code=200, response_class=EventStream, responses=_STREAM
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
    return EventStream(_counted(request, service, Watch(caller.account_id, operation), place))


@router.get("/events", status_code=200, response_class=EventStream, responses=_STREAM)
async def watch_account(
    service: TheService, caller: ReadCaller, request: Request, after: LastHeard
) -> EventStream:
    """Watch all operations of the account: one stream is enough for a whole page."""
    place = await run_in_threadpool(watching.begin_watch, service, caller, after)
    return EventStream(_counted(request, service, Watch(caller.account_id), place))


async def _counted(
    request: Request, service: Service, watch: Watch, place: int
) -> AsyncIterator[bytes]:
    with instruments_of(request).listening():
        async for text in told(service, live_events(request), watch, place):
            yield text
