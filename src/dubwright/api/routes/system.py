"""`/system`: how the installation stands, and the little of it that everybody may know."""

from fastapi import APIRouter, Request

from dubwright.api.access import ReadCaller, TheService, needs_key
from dubwright.api.problems import problems
from dubwright.api.routing import service_router
from dubwright.jobs import system
from dubwright.jobs.system import SystemAccess, SystemResource

router = service_router("health")
open_router = APIRouter(tags=["health"])


@router.get("/system")
def show_system(service: TheService, caller: ReadCaller) -> SystemResource:
    """Show what the service takes, what waits, which models are missing, and what failed lately.

    It names no folder and no other machine.
    """
    return system.show_system(service, caller)


@open_router.get("/system/access", responses=problems(500, 503))
def show_access(request: Request) -> SystemAccess:
    """Say whether a key is needed from where you are. Everybody may ask."""
    return system.show_access(needs_key=needs_key(request))
