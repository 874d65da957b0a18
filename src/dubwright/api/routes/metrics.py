"""Numbers for Prometheus."""

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.concurrency import run_in_threadpool

from dubwright.api.access import SCHEME_NAME, identify, the_options, the_service
from dubwright.api.metrics import instruments_of
from dubwright.api.problems import problems
from dubwright.domain.errors import Forbidden
from dubwright.jobs.census import take_census

router = APIRouter()


@router.get(
    "/metrics",
    tags=["health"],
    response_class=Response,
    responses={200: {"content": {"text/plain": {}}}, **problems(401, 403, 429, 500, 503)},
    openapi_extra={"security": [{SCHEME_NAME: []}]},
)
async def read_metrics(request: Request) -> Response:
    """Numbers as Prometheus text. An admin key is needed, unless `open_metrics` is set."""
    if not the_options(request).open_metrics:
        caller = await identify(request)
        if "admin" not in caller.scopes:
            raise Forbidden("the key lacks the scope 'admin'", hint="Use an admin key.")
    census = await run_in_threadpool(take_census, the_service(request))
    return Response(instruments_of(request).render(census), media_type=CONTENT_TYPE_LATEST)
