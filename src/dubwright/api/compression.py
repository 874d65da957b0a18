"""Long JSON answers in gzip, for callers who take it."""

import re
import zlib
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_LEAST_BYTES: Final = 1024
_IN_A_THREAD_BYTES: Final = 64 * 2**10
_LEVEL: Final = 5
_WITH_GZIP_HEADER: Final = 16 + zlib.MAX_WBITS
_TAKES_GZIP: Final = re.compile(r"(?:^|,)\s*gzip\s*(?:;\s*q=(?!0(?:\.0*)?\s*(?:,|$))[^,]*)?(?:,|$)")


class JsonCompression:
    """Compresses whole answers to GET of `application/json` from 1 KiB on.

    Only those: a secret is shown once, by a POST, and its length must not tell of it beside text
    that somebody else chose (BREACH). Files, which are served in ranges, and streams stay as
    they are. An `ETag` stays strong: it names a revision to edit from, not bytes.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        accepted = ",".join(Headers(scope=scope).getlist("accept-encoding")).lower()
        answer = _Answer(send, is_gzip_taken=_TAKES_GZIP.search(accepted) is not None)
        await self._app(scope, receive, answer.send)


class _Answer:
    """One answer on its way out. Its head waits for the first of its body."""

    def __init__(self, send: Send, *, is_gzip_taken: bool) -> None:
        self._send = send
        self._is_gzip_taken = is_gzip_taken
        self._head: Message | None = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_plain_json(message):
            self._head = message
            return
        head, self._head = self._head, None
        if head is not None:
            message = await self._fitted(head, message)
            await self._send(head)
        await self._send(message)

    async def _fitted(self, head: Message, message: Message) -> Message:
        """The body as it is sent; its head is told what became of it."""
        body = message.get("body", b"")
        if message.get("more_body", False) or len(body) < _LEAST_BYTES:
            return message
        headers = MutableHeaders(scope=head)
        headers.add_vary_header("Accept-Encoding")
        if not self._is_gzip_taken:
            return message
        is_long = len(body) >= _IN_A_THREAD_BYTES
        packed = await run_in_threadpool(_packed, body) if is_long else _packed(body)
        headers["Content-Encoding"] = "gzip"
        headers["Content-Length"] = str(len(packed))
        return {**message, "body": packed}


def _is_plain_json(start: Message) -> bool:
    headers = Headers(raw=start["headers"])
    kind = headers.get("content-type", "").partition(";")[0].strip()
    is_file = "accept-ranges" in headers or "content-range" in headers
    return kind == "application/json" and "content-encoding" not in headers and not is_file


def _packed(body: bytes) -> bytes:
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _WITH_GZIP_HEADER)
    return packer.compress(body) + packer.flush()
