"""The web application: every router under `/v1`, and what all requests go through."""

from collections.abc import Sequence
from importlib.metadata import version
from typing import Final

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

from dubwright.api import reference_page
from dubwright.api.compression import JsonCompression
from dubwright.api.conditional import NotModified, not_modified_answer
from dubwright.api.description import describe
from dubwright.api.metrics import Instruments
from dubwright.api.options import ApiOptions
from dubwright.api.problems import install_problem_answers
from dubwright.api.request_log import FaultBoundary, RequestLog
from dubwright.api.routes import (
    account,
    artifacts,
    catalogue,
    dubs,
    events,
    glossaries,
    health,
    keys,
    metrics,
    operations,
    packages,
    projects,
    scripts,
    segments,
    speakers,
    stages,
    system,
    takes,
    targets,
    transcripts,
    usage,
    webhooks,
)
from dubwright.api.routes.uploads import uploads_router
from dubwright.api.seats import Seats
from dubwright.api.security import BodyGuard, SecurityHeaders
from dubwright.api.sse import LiveEvents
from dubwright.api.studio_pages import studio_router
from dubwright.jobs.readiness import ReadinessWatch
from dubwright.jobs.service import Service

_TAGS: Final = [
    {"name": "dubs", "description": "The whole way in one call."},
    {"name": "uploads", "description": "Files on their way in, resumable (tus 1.0)."},
    {"name": "projects", "description": "A source, and the stages that its targets share."},
    {"name": "transcripts", "description": "What is said in the source, and by whom."},
    {"name": "targets", "description": "The languages of a project, and the stages of each."},
    {"name": "scripts", "description": "The lines of a target, which people edit."},
    {"name": "artifacts", "description": "Files to download, and the newest fit and checks."},
    {"name": "stages", "description": "One stage alone, on input that comes with the call."},
    {"name": "operations", "description": "What works in the background: watch, stop, repeat."},
    {"name": "events", "description": "Live progress, as server-sent events."},
    {"name": "catalogue", "description": "What this installation can do."},
    {"name": "usage", "description": "What the account holds and used."},
    {"name": "glossaries", "description": "How terms are to be translated."},
    {"name": "webhooks", "description": "Addresses that are told how operations end."},
    {"name": "keys", "description": "Keys of the account. An admin makes them."},
    {"name": "health", "description": "Whether the service lives, and whether it can work."},
]
_EXPOSED: Final = (
    "ETag", "Idempotency-Replayed", "Location", "Operation-Location", "Retry-After",
    "Tus-Resumable", "Upload-Expires", "Upload-Length", "Upload-Offset", "X-Request-Id",
)  # fmt: skip


def routers() -> tuple[APIRouter, ...]:
    """What is served under `/v1`, in the order of the API's description."""
    return (
        dubs.router,
        uploads_router(),
        projects.router,
        transcripts.router,
        segments.router,
        speakers.router,
        targets.router,
        scripts.router,
        takes.router,
        packages.router,
        artifacts.router,
        stages.file_router,
        stages.router,
        operations.router,
        events.ticket_router,
        events.router,
        catalogue.router,
        account.router,
        usage.router,
        glossaries.router,
        webhooks.router,
        keys.router,
        system.router,
        system.open_router,
    )


def create_app(service: Service, options: ApiOptions, *, more: Sequence[APIRouter] = ()) -> FastAPI:
    """The API of `service`; `more` routers, such as a local store's, stand under `/v1` too.

    It opens and closes nothing: that is the starter's.
    """
    instruments = Instruments()
    app = FastAPI(
        title="Dubwright",
        version=version("dubwright"),
        summary="The same video, speaking another language.",
        servers=[{"url": "/"}],
        openapi_tags=_TAGS,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=_operation_id,
        middleware=_middleware(service, options, instruments),
    )
    app.state.service = service
    app.state.options = options
    app.state.instruments = instruments
    app.state.readiness = ReadinessWatch(service)
    app.state.live = LiveEvents(service.database)
    app.state.seats = Seats(options.max_streams_per_account)
    install_problem_answers(app)
    app.add_exception_handler(NotModified, not_modified_answer)
    for router in (*routers(), *more):
        app.include_router(router, prefix="/v1")
    app.include_router(health.router)
    app.include_router(metrics.router)
    app.include_router(reference_page.router)
    app.include_router(studio_router(options))
    # Assigned as the framework's own guide does it.
    app.openapi = describe(app)  # type: ignore[method-assign]
    return app


def _operation_id(route: APIRoute) -> str:
    return route.name


def _middleware(
    service: Service, options: ApiOptions, instruments: Instruments
) -> list[Middleware]:
    """From the outside in."""
    chain = [
        Middleware(RequestLog, service=service, instruments=instruments),
        Middleware(SecurityHeaders, options=options),
    ]
    if options.cors_origins:
        chain.append(
            Middleware(
                CORSMiddleware,
                allow_origins=options.cors_origins,
                allow_methods=("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"),
                allow_headers=("*",),
                expose_headers=_EXPOSED,
                max_age=600,
            )
        )
    return [
        *chain,
        Middleware(JsonCompression),
        Middleware(FaultBoundary),
        Middleware(BodyGuard, options=options),
    ]
