"""`/objects`: what signed addresses lead to, whole or in part."""

import asyncio
import os
import re
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse

from dubwright.api.access import TheService
from dubwright.api.problems import problems, request_id_of, web_answer
from dubwright.domain.errors import NotFoundError
from dubwright.ports.object_store import ObjectStore
from dubwright.storage.signing import Signed, UrlSigner

_BLOCK_BYTES: Final = 2**18
_ONE_RANGE: Final = re.compile(r"bytes=(?:(\d{1,18})-(\d{0,18})|-(\d{1,18}))", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ObjectRoutes:
    """The routes. The signature in the address is the key: no other one is asked for."""

    signer: UrlSigner

    async def serve(self, request: Request, key: str, service: TheService) -> Response:
        """Serve an object to whoever has its signed address, with ranges and revalidation."""
        signed = self.signer.verify(key, request.url.query)
        response = await asyncio.to_thread(_file_answer, service.store, signed)
        if _is_known(request, response):
            return _not_modified(response)
        return _in_part(request, response)


def objects_router(signer: UrlSigner) -> APIRouter:
    """The routes below `/v1`, for a store on this machine."""
    router = APIRouter(tags=["objects"])
    routes = ObjectRoutes(signer)
    router.add_api_route(
        "/objects/{key:path}",
        routes.serve,
        methods=["GET", "HEAD"],
        response_class=FileResponse,
        responses={
            206: {"description": "Partial Content"},
            304: {"description": "Not Modified"},
            **problems(404, 416, 500, 503),
        },
        include_in_schema=False,
        name="serve_object",
    )
    return router


def _file_answer(store: ObjectStore, signed: Signed) -> FileResponse:
    path = store.local_path(signed.key)
    if path is None:
        raise _nothing()
    try:
        found = os.stat(path)  # noqa: PTH116  # the response wants its result
    except FileNotFoundError:
        raise _nothing() from None
    response = FileResponse(
        path,
        media_type=signed.content_type,
        filename=signed.file_name,
        stat_result=found,
        headers={
            "Cache-Control": "private, max-age=3600",
            "X-Content-Type-Options": "nosniff",
        },
    )
    response.chunk_size = _BLOCK_BYTES
    return response


def _is_known(request: Request, response: FileResponse) -> bool:
    """Whether the caller has this very version (RFC 9110, 13.1.2)."""
    known = request.headers.get("if-none-match")
    if known is None:
        return False
    tags = [tag.strip().removeprefix("W/") for tag in known.split(",")]
    return "*" in tags or response.headers["etag"] in tags


def _not_modified(response: FileResponse) -> Response:
    kept = ("etag", "last-modified", "cache-control")
    return Response(status_code=304, headers={name: response.headers[name] for name in kept})


def _in_part(request: Request, response: FileResponse) -> Response:
    """The answer, after its one range was looked at; any other kind of `Range` is ignored."""
    asked = request.headers.get("range")
    if asked is None:
        return response
    size = int(response.headers["content-length"])
    match = _ONE_RANGE.fullmatch(asked.strip())
    if match is None or _is_backwards(match):
        _forget_range(request)
        return response
    if _is_outside(match, size) and _is_same_version(request, response):
        return web_answer(
            "range_not_satisfiable",
            request_id_of(request),
            detail=f"The file has {size} bytes.",
            headers={"Content-Range": f"bytes */{size}"},
        )
    return response


def _is_backwards(match: re.Match[str]) -> bool:
    return bool(match[1] and match[2]) and int(match[1]) > int(match[2])


def _is_outside(match: re.Match[str], size: int) -> bool:
    return int(match[1]) >= size if match[1] else int(match[3]) == 0 or size == 0


def _is_same_version(request: Request, response: FileResponse) -> bool:
    """Whether the range is wanted: `If-Range` asks for the whole file if it changed."""
    version = request.headers.get("if-range")
    return version in (None, response.headers["etag"], response.headers["last-modified"])


def _forget_range(request: Request) -> None:
    # The response looks for it once more, and would refuse what RFC 9110 has it ignore.
    request.scope["headers"] = [pair for pair in request.scope["headers"] if pair[0] != b"range"]


def _nothing() -> NotFoundError:
    return NotFoundError("there is nothing at this address any more", hint="ask for a new address")
