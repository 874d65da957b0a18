"""`/usage`: what the account used."""

from datetime import date
from typing import Annotated

from fastapi import Query

from dubwright.api.access import ReadCaller, TheService
from dubwright.api.routing import service_router
from dubwright.jobs import usage
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
    """Show engine calls by day and engine, and the space that files take."""
    return usage.show_usage(service, caller, first_day, last_day)
