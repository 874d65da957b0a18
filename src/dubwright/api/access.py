"""Who asks, and what that allows: a key, or on this machine alone nobody's name."""

import re
from collections.abc import Awaitable, Callable
from typing import Annotated, Final

from fastapi import Depends, Request, Security
from fastapi.security import HTTPBearer
from starlette.concurrency import run_in_threadpool

from dubwright.api.metrics import instruments_of
from dubwright.api.options import ApiOptions
from dubwright.api.problems import request_id_of
from dubwright.domain.errors import Forbidden, Unauthenticated
from dubwright.jobs.authentication import authenticate, local_caller, redeem_ticket
from dubwright.jobs.caller import Caller, Scope
from dubwright.jobs.service import Service
from dubwright.observability.logs import add_log_ids

SCHEME_NAME: Final = "key"
SAFE_METHODS: Final = frozenset(("GET", "HEAD", "OPTIONS"))

_LOCAL_HOST = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?", re.IGNORECASE)
_BEARER = re.compile(r"Bearer +([!-~]+)", re.IGNORECASE)
# A proxy on this machine makes everybody look local.
_FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
_NEEDS_KEY = "Send `Authorization: Bearer dw_…`. An admin makes keys with `POST /v1/keys`, the operator with `dubwright keys create`."
_LOCAL_HINT = "Open the service as http://127.0.0.1 or http://localhost, or make a key with `dubwright keys create`."


def the_service(request: Request) -> Service:
    """The means of every use case."""
    service: Service = request.app.state.service
    return service


def the_options(request: Request) -> ApiOptions:
    """How this API is reached."""
    options: ApiOptions = request.app.state.options
    return options


async def identify(request: Request) -> Caller:
    """Who asks, found out once for each request.

    Raises `Unauthenticated`, `Forbidden` or `Throttled`.
    """
    known = getattr(request.state, "caller", None)
    return known if isinstance(known, Caller) else await _identified(request, _caller_of)


async def identify_listener(request: Request) -> Caller:
    """Who wants to listen: as `identify`, or by the `ticket` in the address.

    Raises `Unauthenticated`, `Forbidden` or `Throttled`.
    """
    if "ticket" in request.query_params and "authorization" not in request.headers:
        return await _identified(request, _listener_of)
    return await identify(request)


def needs_key(request: Request) -> bool:
    """Whether this request would need a key to be answered for an account."""
    try:
        _unnamed_caller(request)
    except (Unauthenticated, Forbidden):
        return True
    return False


def is_local_host(host: str) -> bool:
    """Whether a `Host` header names this machine itself, with any port."""
    return _LOCAL_HOST.fullmatch(host) is not None


async def _identified(request: Request, find: Callable[[Request], Caller]) -> Caller:
    try:
        caller = await run_in_threadpool(find, request)
    except Unauthenticated:
        instruments_of(request).rejected_keys.inc()
        raise
    request.state.caller = caller
    add_log_ids(account=caller.account_id)
    return caller


def _caller_of(request: Request) -> Caller:
    shown = request.headers.getlist("authorization")
    if shown:
        return authenticate(the_service(request), _token(shown), request_id_of(request))
    return _unnamed_caller(request)


def _listener_of(request: Request) -> Caller:
    shown = request.query_params.getlist("ticket")
    ticket = shown[0] if len(shown) == 1 else ""
    return redeem_ticket(the_service(request), ticket, request_id_of(request))


def _token(shown: list[str]) -> str:
    match = _BEARER.fullmatch(shown[0]) if len(shown) == 1 else None
    return match[1] if match else ""


def _unnamed_caller(request: Request) -> Caller:
    options = the_options(request)
    if options.auth != "auto" or not options.is_loopback or _is_forwarded(request):
        raise Unauthenticated("a key is needed", hint=_NEEDS_KEY)
    caller = local_caller(the_service(request), request_id_of(request))
    if caller is None:
        raise Unauthenticated("a key is needed, since keys were made", hint=_NEEDS_KEY)
    _check_local(request, options)
    return caller


def _is_forwarded(request: Request) -> bool:
    return bool(the_options(request).trusted_proxies) or any(
        name in request.headers for name in _FORWARDED
    )


def _check_local(request: Request, options: ApiOptions) -> None:
    """A page of another site can reach this machine's ports too: by name or by a form."""
    hosts = request.headers.getlist("host")
    if len(hosts) != 1 or not is_local_host(hosts[0]):
        raise Forbidden("without a key only this machine's own name is served", hint=_LOCAL_HINT)
    if request.method not in SAFE_METHODS and not _is_own_page(request, hosts[0], options):
        raise Forbidden("without a key pages of other sites may change nothing", hint=_LOCAL_HINT)


def _is_own_page(request: Request, host: str, options: ApiOptions) -> bool:
    origins = request.headers.getlist("origin")
    if origins and all(origin in options.cors_origins for origin in origins):
        return True
    own = f"{request.scope['scheme']}://{host}".lower()
    from_here = request.headers.get("sec-fetch-site", "none") in ("same-origin", "none")
    return from_here and all(origin.lower() == own for origin in origins)


_SCHEME = HTTPBearer(
    scheme_name=SCHEME_NAME,
    bearerFormat="dw_<id>_<secret>",
    description="A key of an account. On this machine none is needed until the first one is made.",
    auto_error=False,
)


def _allowed(scope: Scope) -> Callable[[Request, object], Awaitable[Caller]]:
    async def allowed_caller(request: Request, _: Annotated[object, Security(_SCHEME)]) -> Caller:
        caller = await identify(request)
        if scope not in caller.scopes:
            raise Forbidden(
                f"the key lacks the scope {scope!r}",
                hint="Use a key that has it; an admin of the account can make one.",
            )
        return caller

    return allowed_caller


TheService = Annotated[Service, Depends(the_service)]
ReadCaller = Annotated[Caller, Depends(_allowed("read"))]
WriteCaller = Annotated[Caller, Depends(_allowed("write"))]
AdminCaller = Annotated[Caller, Depends(_allowed("admin"))]
