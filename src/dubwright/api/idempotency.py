"""`Idempotency-Key`: the same request, sent again, is answered again and not done again."""

import asyncio
import hashlib
import json
import re
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import Annotated, Final

from fastapi import Header, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.types import Message

from dubwright.api.checked_request import CheckedRequest
from dubwright.domain.errors import IdempotencyKeyReused, MalformedRequest, StorageError
from dubwright.jobs.caller import Caller, Claim
from dubwright.jobs.idempotency import (
    SILENT_FOR,
    Begun,
    StoredAnswer,
    claim_key,
    keep_answer,
    release_key,
    renew_claim,
)
from dubwright.jobs.operations import show_operation
from dubwright.jobs.service import Service

_KEY: Final = r"^[!-~]{1,128}$"
_REPLAYED: Final = "Idempotency-Replayed"
_KEPT_HEADERS: Final = ("location", "operation-location", "etag")


def declared_key(
    _idempotency_key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            description="A value of your own, such as a UUID. The same request with the same key "
            "is done once, and answered the same for 24 hours.",
            pattern=_KEY,
        ),
    ] = None,
) -> None:
    """Names the header in the API's description; the route reads it before the body."""


async def answer_once(
    service: Service,
    caller: Caller,
    request: Request,
    answer: Callable[[Request], Awaitable[Response]],
) -> Response:
    """The answer to `request`, or the one that the same request got before.

    Raises `IdempotencyKeyReused`, `StillRunning`, and what `answer` raises.
    """
    body = _WatchedBody(request)
    claim = Claim(caller.account_id, _key_of(request), secrets.token_hex(16), body.asked)
    earlier = await run_in_threadpool(claim_key, service, claim)
    if isinstance(earlier, StoredAnswer):
        return await _again(earlier, claim, body)
    request.state.caller = replace(caller, claim=claim)
    try:
        async with _kept_up(service, claim):
            if earlier is None:
                response = await answer(CheckedRequest(request.scope, body.receive))
            else:
                await _require_same(earlier, claim, body)
                response = await run_in_threadpool(_begun_answer, service, caller, earlier)
            await body.read_rest()
    except Exception:
        await run_in_threadpool(release_key, service, claim)
        raise
    if response.status_code < 300:
        kept = _stored(response, body.fingerprint)
        await run_in_threadpool(keep_answer, service, claim, kept)
    else:
        await run_in_threadpool(release_key, service, claim)
    return response


def _key_of(request: Request) -> str:
    keys = request.headers.getlist("idempotency-key")
    if len(keys) != 1 or not re.fullmatch(_KEY, keys[0]):
        raise MalformedRequest(
            "the `Idempotency-Key` cannot be used",
            hint="Send one key of 1 to 128 visible ASCII characters, such as a UUID.",
        )
    return keys[0]


async def _again(earlier: StoredAnswer, claim: Claim, body: "_WatchedBody") -> Response:
    await body.read_rest()
    if body.fingerprint != earlier.request_sha256:
        raise _reused(claim)
    headers = {**earlier.headers, _REPLAYED: "true"}
    if earlier.body is None:
        return Response(None, earlier.status, headers)
    return Response(json.dumps(earlier.body), earlier.status, headers, "application/json")


async def _require_same(begun: Begun, claim: Claim, body: "_WatchedBody") -> None:
    await body.read_rest()
    if begun.request_sha256 not in (body.fingerprint, body.address_sha256):
        raise _reused(claim)


def _reused(claim: Claim) -> IdempotencyKeyReused:
    return IdempotencyKeyReused(
        f"the key {claim.key!r} was used for another request",
        hint="Make a new `Idempotency-Key` for each thing you want done.",
    )


def _begun_answer(service: Service, caller: Caller, begun: Begun) -> Response:
    """The answer that the first of the same requests would have got, had its process lived."""
    operation = show_operation(service, caller, begun.operation_id)
    headers = {"Operation-Location": f"/v1/operations/{operation.id}", _REPLAYED: "true"}
    if operation.project is not None:
        headers["Location"] = f"/v1/projects/{operation.project}"
    return Response(operation.model_dump_json(), 202, headers, "application/json")


def _stored(response: Response, fingerprint: str) -> StoredAnswer:
    kept = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
    body = json.loads(bytes(response.body)) if response.body else None
    return StoredAnswer(fingerprint, response.status_code, kept, body)


@asynccontextmanager
async def _kept_up(service: Service, claim: Claim) -> AsyncIterator[None]:
    """Renew the claim as long as the request is at work, which an upload may be for hours."""

    async def renew() -> None:
        while True:
            await asyncio.sleep(SILENT_FOR.total_seconds() / 4)
            with suppress(StorageError):
                await run_in_threadpool(renew_claim, service, claim)

    renewing = asyncio.create_task(renew())
    try:
        yield
    finally:
        renewing.cancel()


class _WatchedBody:
    """A body that passes by; its fingerprint needs no copy of it.

    Clients draw a new multipart boundary each time they send a form, so it does not count.
    """

    def __init__(self, request: Request) -> None:
        self._receive = request.receive
        address = f"{request.method} {request.url.path}?{request.url.query}"
        self.address_sha256 = hashlib.sha256(address.encode()).hexdigest()
        self._sha256 = hashlib.sha256(f"{address}\n".encode())
        match = re.search(r'boundary="?([^";]+)', request.headers.get("content-type", ""))
        self._boundary = match[1].encode() if match else b""
        self._tail = b""
        self._is_complete = False

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the method, the address and the body; whole once the body is read."""
        whole = self._sha256.copy()
        whole.update(self._tail)
        return whole.hexdigest()

    def asked(self) -> str:
        """The fingerprint; of the address alone where nobody reads the body, so it asks nothing."""
        return self.fingerprint if self._is_complete else self.address_sha256

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._take(message.get("body", b""))
            self._is_complete = not message.get("more_body", False)
        return message

    async def read_rest(self) -> None:
        while not self._is_complete:
            message = await self.receive()
            if message["type"] == "http.disconnect":
                raise MalformedRequest("the body ended early", hint="Send the whole request again.")

    def _take(self, piece: bytes) -> None:
        if not self._boundary:
            self._sha256.update(piece)
            return
        text = (self._tail + piece).replace(self._boundary, b"")
        keep = len(self._boundary) - 1
        settled = max(0, len(text) - keep)
        self._sha256.update(text[:settled])
        self._tail = text[settled:]
