"""Whether the service lives, and whether it can take requests."""

from typing import Literal

from fastapi import APIRouter, Request, Response

from dubwright.domain.timeline import Document
from dubwright.jobs.readiness import Readiness, ReadinessWatch

router = APIRouter(tags=["health"])


class Health(Document):
    """The process lives."""

    status: Literal["ok"] = "ok"


@router.get("/healthz")
async def show_health() -> Health:
    """Answer, which shows that the process lives."""
    return Health()


@router.get("/readyz", responses={503: {"model": Readiness, "description": "Not ready"}})
def show_readiness(request: Request, response: Response) -> Readiness:
    """Say for each part whether it works, and what to do where it does not.

    503 only where a part fails that is `needed` to answer requests: work can wait for a worker.
    """
    watch: ReadinessWatch = request.app.state.readiness
    readiness = watch.look()
    response.status_code = 200 if readiness.ready else 503
    return readiness
