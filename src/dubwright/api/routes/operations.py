"""`/operations`: watch, stop and repeat what works in the background."""

from typing import Annotated

from fastapi import Query, Response

from dubwright.api.access import ReadCaller, TheService, WriteCaller
from dubwright.api.answering import ACCEPTED, accepted, whole
from dubwright.api.paging import AskedPage, served
from dubwright.api.places import OperationId
from dubwright.api.problems import problems
from dubwright.api.routing import service_router
from dubwright.domain.job import OperationState
from dubwright.jobs import operations
from dubwright.jobs.operation_log import operation_log
from dubwright.jobs.resources import LogLine, OperationResource, Page

router = service_router("operations")


@router.get("/operations", responses=problems(400))
def list_operations(
    service: TheService,
    caller: ReadCaller,
    page: AskedPage,
    project: Annotated[
        str | None,
        Query(pattern=r"^prj_[a-z2-7]{20}$", description="Only those of this project."),
    ] = None,
    state: Annotated[OperationState | None, Query(description="Only those in this state.")] = None,
) -> Page[OperationResource]:
    """List the account's operations, newest first."""
    found = operations.list_operations(service, caller, page, project=project, state=state)
    return served(found)


@router.get("/operations/{operation}")
def show_operation(
    service: TheService, caller: ReadCaller, operation: OperationId
) -> OperationResource:
    """Show an operation as it stands."""
    return operations.show_operation(service, caller, operation)


@router.post("/operations/{operation}:cancel", status_code=202, responses=ACCEPTED)
def cancel_operation(
    service: TheService, caller: WriteCaller, operation: OperationId, response: Response
) -> OperationResource:
    """Stop an operation: at once if it waits, within seconds if it runs."""
    return accepted(response, operations.cancel_operation(service, caller, operation))


@router.post("/operations/{operation}:retry", status_code=202, responses=ACCEPTED)
def retry_operation(
    service: TheService, caller: WriteCaller, operation: OperationId, response: Response
) -> OperationResource:
    """Try again what failed or was cancelled. What was finished is not made again."""
    return accepted(response, operations.retry_operation(service, caller, operation))


@router.get("/operations/{operation}/logs")
def list_logs(
    service: TheService,
    caller: ReadCaller,
    operation: OperationId,
    limit: Annotated[int, Query(ge=1, le=2_000, description="The newest so many.")] = 500,
) -> Page[LogLine]:
    """List what happened to an operation and which engines it called, in order of time."""
    return whole(operation_log(service, caller, operation, limit=limit))
