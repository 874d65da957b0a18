"""`/usage`: what the account used, and what an operation did."""

from datetime import date
from typing import Annotated

from fastapi import Query

from dubwright.api.access import ReadCaller, TheService
from dubwright.api.places import OperationId
from dubwright.api.routing import service_router
from dubwright.jobs import call_sums, usage
from dubwright.jobs.call_sums import OperationUsage
from dubwright.jobs.usage import UsageResource

router = service_router("usage")

FirstDay = Annotated[
    date | None, Query(alias="from", description="First day, UTC. Usual: 30 days up to the last.")
]
LastDay = Annotated[date | None, Query(alias="to", description="Last day, UTC. Usual: today.")]


@router.get("/usage")
def show_usage(
    service: TheService,
    caller: ReadCaller,
    first_day: FirstDay = None,
    last_day: LastDay = None,
) -> UsageResource:
    """Show engine calls by day and engine, what they cost, and the space that files take."""
    return usage.show_usage(service, caller, first_day, last_day)


@router.get("/operations/{operation}/usage")
def show_operation_usage(
    service: TheService, caller: ReadCaller, operation: OperationId
) -> OperationUsage:
    """Show what the calls of an operation used and cost, by kind of call and engine."""
    return call_sums.show_operation_usage(service, caller, operation)
