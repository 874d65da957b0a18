"""Routers of the service: the caller is known before a body is read, and errors are declared."""

from collections.abc import Awaitable, Callable
from enum import Enum
from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.routing import APIRoute

from dubwright.api.access import identify, identify_listener, the_service
from dubwright.api.checked_request import CheckedRequest
from dubwright.api.idempotency import answer_once, declared_key
from dubwright.api.problems import problems
from dubwright.api.security import allow_upload

Answer = Callable[[Request], Awaitable[Response]]

_WITH_BODY = frozenset(("POST", "PUT", "PATCH"))


class ServiceRoute(APIRoute):
    """A route for callers. It declares what any route may answer; `problems(...)` adds the rest."""

    # The framework's own arguments, passed on as they came.
    def __init__(self, path: str, endpoint: Callable[..., Any], **arguments: Any) -> None:
        usual = problems(*_usual_problems(path, arguments.get("methods") or ("GET",)))
        arguments["responses"] = {**usual, **(arguments.get("responses") or {})}
        super().__init__(path, endpoint, **arguments)

    def get_route_handler(self) -> Any:
        """The framework's handler, entered with the caller known."""
        answer = super().get_route_handler()

        async def answer_caller(request: Request) -> Response:
            checked = CheckedRequest(request.scope, request.receive)
            checked.check_address()
            await self.identify(checked)
            return await self.answer(checked, answer)

        return answer_caller

    async def identify(self, request: Request) -> None:
        """Find out who asks, before anything of the body is read."""
        await identify(request)

    async def answer(self, request: Request, answer: Answer) -> Response:
        """Read the body and answer."""
        return await answer(request)


class RepeatableRoute(ServiceRoute):
    """Its POST takes an `Idempotency-Key`: the same request again is not done again."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **arguments: Any) -> None:
        if "POST" in (arguments.get("methods") or ()):
            arguments["dependencies"] = [
                *(arguments.get("dependencies") or ()),
                Depends(declared_key),
            ]
        super().__init__(path, endpoint, **arguments)

    async def answer(self, request: Request, answer: Answer) -> Response:
        """As before, or what the first of the same requests was answered."""
        if request.method != "POST" or "idempotency-key" not in request.headers:
            return await answer(request)
        return await answer_once(the_service(request), await identify(request), request, answer)


class UploadRoute(RepeatableRoute):
    """Its body may be as large as an upload, and as slow."""

    async def answer(self, request: Request, answer: Answer) -> Response:
        """As before, with the larger limit."""
        allow_upload(request, the_service(request).options.max_upload_bytes)
        return await super().answer(request, answer)


class StreamRoute(ServiceRoute):
    """It goes on for long, and browsers open it without headers of their own: a ticket will do."""

    async def identify(self, request: Request) -> None:
        """By a key or a ticket."""
        await identify_listener(request)


def service_router(tag: str, *, route: type[ServiceRoute] = RepeatableRoute) -> APIRouter:
    """A router whose routes are served under `/v1`."""
    tags: list[str | Enum] = [tag]
    return APIRouter(tags=tags, route_class=route)


def _usual_problems(path: str, methods: Any) -> list[int]:
    usual = [400, 401, 403, 422, 429, 500, 503]
    if "{" in path:
        usual.append(404)
    if _WITH_BODY & set(methods):
        usual.extend((408, 413))
    if "POST" in methods:
        usual.append(409)
    return sorted(usual)
