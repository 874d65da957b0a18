"""One log line for each request, its id on every line and answer, and who changed what."""

import re
import secrets
import time
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dubwright.api.access import SAFE_METHODS
from dubwright.api.metrics import Instruments
from dubwright.api.problems import internal_answer
from dubwright.db.tables import Audit
from dubwright.domain.errors import DubError
from dubwright.jobs.caller import Caller
from dubwright.jobs.service import Service
from dubwright.observability.faults import fault_trace
from dubwright.observability.logs import log_context

_SANE_ID: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")
_CLIENT_GONE: Final = 499
_PATH_SHOWN: Final = 300
_QUIET_ROUTES: Final = frozenset(("show_health", "show_readiness", "read_metrics"))

log = structlog.get_logger()


class RequestLog:
    """Gives each request an id, counts it, logs it, and keeps a row of each change."""

    def __init__(self, app: ASGIApp, service: Service, instruments: Instruments) -> None:
        self._app = app
        self._service = service
        self._instruments = instruments

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Watched(send, _request_id(scope))
        scope.setdefault("state", {})["request_id"] = answer.request_id
        with (
            log_context(request=answer.request_id, account="-"),
            self._instruments.in_flight.track_inprogress(),
        ):
            try:
                await self._app(scope, receive, answer.send)
            finally:
                self._tell(scope, answer)
            await self._keep(scope, answer)

    def _tell(self, scope: Scope, answer: "_Watched") -> None:
        elapsed_s = time.monotonic() - answer.begun_s
        route = _route_of(scope)
        self._instruments.observe(route, _method(scope), answer.status, elapsed_s)
        tell = log.debug if route in _QUIET_ROUTES else log.info
        tell(
            "request.answered",
            method=scope["method"],
            path=_path(scope),
            route=route,
            status=answer.status,
            elapsed_ms=round(elapsed_s * 1000),
            size_bytes=answer.size_bytes,
        )

    async def _keep(self, scope: Scope, answer: "_Watched") -> None:
        caller = scope["state"].get("caller")
        if scope["method"] in SAFE_METHODS or not isinstance(caller, Caller):
            return
        if not scope["state"].get("audited", True):
            return
        row = Audit(
            account_id=caller.account_id,
            key_id=caller.key_id,
            action=_route_of(scope),
            subject=_path(scope),
            status=answer.status,
            request_id=answer.request_id,
            at=self._service.now(),
        )
        try:
            await run_in_threadpool(_write, self._service, row)
        except (DubError, SQLAlchemyError) as exc:
            log.warning("audit.lost", kind=type(exc).__name__, trace=fault_trace(exc))


def not_audited(request: Request) -> None:
    """A dependency of routes whose calls are parts of one change, such as pieces of an upload."""
    request.state.audited = False


class FaultBoundary:
    """Nothing that goes wrong leaves the API without an answer, and no cause leaves it at all."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = scope["state"]["request_id"]
        answer = _Watched(send, request_id)
        try:
            await self._app(scope, receive, answer.send)
        except ClientDisconnect:
            log.debug("client.gone")
        except Exception as exc:  # noqa: BLE001 - the API boundary
            # Not `exception`: its traceback would quote what was sent.
            log.error(  # noqa: TRY400
                "request.failed", kind=type(exc).__name__, trace=fault_trace(exc)
            )
            if not answer.has_begun:
                await internal_answer(request_id)(scope, receive, send)


class _Watched:
    """An answer as it leaves."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self.request_id = request_id
        self.begun_s = time.monotonic()
        self.has_begun = False
        self.status = _CLIENT_GONE
        self.size_bytes = 0

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.has_begun = True
            self.status = message["status"]
            MutableHeaders(scope=message)["X-Request-Id"] = self.request_id
        elif message["type"] == "http.response.body":
            self.size_bytes += len(message.get("body", b""))
        await self._send(message)


def _request_id(scope: Scope) -> str:
    given = Headers(scope=scope).get("x-request-id", "")
    return given if _SANE_ID.fullmatch(given) else f"req_{secrets.token_hex(10)}"


def _route_of(scope: Scope) -> str:
    return str(getattr(scope.get("route"), "name", None) or "none")


def _path(scope: Scope) -> str:
    """As it was asked for; what would tell a terminal to do something is written out."""
    shown = str(scope["path"])[:_PATH_SHOWN]
    if shown.isprintable():
        return shown
    written = "".join(one if one.isprintable() else ascii(one)[1:-1] for one in shown)
    return written[:_PATH_SHOWN]


def _method(scope: Scope) -> str:
    method = str(scope["method"])
    return method if method in _METHODS else "other"


_METHODS: Final = frozenset(("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"))


def _write(service: Service, row: Audit) -> None:
    with service.database.writing() as session:
        session.add(row)
