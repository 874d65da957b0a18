"""What every answer says to browsers, which hosts are served, and how much of a body is read."""

import asyncio
import re
from collections.abc import Mapping
from typing import Final

from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dubwright.api.options import ApiOptions
from dubwright.api.problems import problem_answer
from dubwright.domain.errors import Forbidden, TooLarge

_HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_HSTS: Final = "max-age=31536000"
_MULTIPART_OVERHEAD_BYTES: Final = 2**20


class SecurityHeaders:
    """Adds the headers that an answer does not set itself; only known hosts are answered."""

    def __init__(self, app: ASGIApp, options: ApiOptions) -> None:
        self._app = app
        self._options = options

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add_to(MutableHeaders(scope=message), scope)
            await send(message)

        if self._is_served(Headers(scope=scope).getlist("host")):
            await self._app(scope, receive, send_with_headers)
            return
        refused = Forbidden(
            "this host is not served here", hint="Whoever runs this adds it to `allowed_hosts`."
        )
        await problem_answer(refused, scope["state"]["request_id"])(
            scope, receive, send_with_headers
        )

    def _add_to(self, headers: MutableHeaders, scope: Scope) -> None:
        for name, value in _HEADERS.items():
            headers.setdefault(name, value)
        if "etag" in headers and headers["cache-control"] == "no-store":
            headers["Cache-Control"] = "private, no-cache"
        if scope["scheme"] == "https" and self._options.trusted_proxies:
            headers.setdefault("Strict-Transport-Security", _HSTS)

    def _is_served(self, hosts: list[str]) -> bool:
        if not self._options.allowed_hosts:
            return True
        return len(hosts) == 1 and any(
            _is_host(hosts[0], allowed) for allowed in self._options.allowed_hosts
        )


def _is_host(host: str, allowed: str) -> bool:
    name = re.sub(r":\d*$", "", host).lower()
    if allowed.startswith("*."):
        return name.endswith(allowed[1:].lower())
    return allowed in ("*", host) or name == allowed.lower()


class BodyGuard:
    """Ends bodies that are too large or too slow, before anybody holds them in memory."""

    def __init__(self, app: ASGIApp, options: ApiOptions) -> None:
        self._app = app
        self._options = options

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = _Body(receive, Headers(scope=scope), self._options)
        scope["state"]["body"] = body
        await self._app(scope, body.receive, send)


def allow_upload(request: Request, max_bytes: int) -> None:
    """Let this request's body be as large as an upload, and last as long as pieces arrive."""
    body: _Body = request.state.body
    body.max_bytes = max_bytes + _MULTIPART_OVERHEAD_BYTES
    body.whole_s = None


class _Body:
    """A body as it arrives, counted and timed."""

    def __init__(self, receive: Receive, headers: Headers, options: ApiOptions) -> None:
        self._receive = receive
        self._declared = headers.get("content-length", "0")
        self._pause_s = options.body_pause_s
        self._received = 0
        self._begun: float | None = None
        self._is_complete = False
        self.max_bytes = options.max_body_bytes
        self.whole_s: float | None = options.body_pause_s

    async def receive(self) -> Message:
        if self._is_complete:
            # Only the end of the connection is still to come, and that may take its time.
            return await self._receive()
        self._check_size(int(self._declared) if self._declared.isdecimal() else 0)
        message = await self._next()
        if message["type"] == "http.request":
            self._received += len(message.get("body", b""))
            self._is_complete = not message.get("more_body", False)
            self._check_size(self._received)
        return message

    async def _next(self) -> Message:
        now = asyncio.get_running_loop().time()
        self._begun = self._begun if self._begun is not None else now
        left_s = self._pause_s
        if self.whole_s is not None:
            left_s = self._begun + self.whole_s - now
        try:
            async with asyncio.timeout(max(0.0, left_s)):
                return await self._receive()
        except TimeoutError as exc:
            # The framework lets its own errors pass where a body is read, and wraps others.
            raise HTTPException(408) from exc

    def _check_size(self, size_bytes: int) -> None:
        if size_bytes > self.max_bytes:
            raise TooLarge(
                f"the body is larger than {self.max_bytes} bytes",
                hint="Send less. Files go through `/v1/uploads`.",
            )
