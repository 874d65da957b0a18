"""Answers that are files: whole or in part, and not at all where the caller has them."""

import asyncio
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from fastapi import Request, Response
from fastapi.responses import FileResponse

from dubwright.api.answering import Declared
from dubwright.api.problems import problems, request_id_of, web_answer
from dubwright.domain.errors import NotFoundError
from dubwright.jobs.artifacts import StoredFile
from dubwright.storage.disposition import disposition
from dubwright.storage.signing import Signed

_BLOCK_BYTES: Final = 2**18
_ONE_RANGE: Final = re.compile(r"bytes=(?:(\d{1,18})-(\d{0,18})|-(\d{1,18}))", re.IGNORECASE)
_ALWAYS: Final[Mapping[str, str]] = {
    "Accept-Ranges": "bytes",
    "Cache-Control": "private, no-cache",
    "X-Content-Type-Options": "nosniff",
    # A file that is opened as a page may do nothing.
    "Content-Security-Policy": "default-src 'none'; sandbox",
}
_OF_A_VERSION: Final = ("ETag", "Last-Modified", "Cache-Control", "X-Content-Type-Options")
_FILE: Final[dict[str, Any]] = {"*/*": {"schema": {"type": "string", "format": "binary"}}}
DOWNLOADED: Final[Declared] = {
    200: {"description": "The whole file", "content": _FILE},
    206: {"description": "The part that `Range` asks for", "content": _FILE},
    304: {"description": "The caller has it (`If-None-Match`)"},
    **problems(416),
}


async def file_answer(request: Request, stored: StoredFile, path: Path) -> Response:
    """A file of this machine's store. Its `ETag` is its SHA-256."""
    headers = {**_ALWAYS, "ETag": f'"{stored.sha256}"'}
    headers["Content-Disposition"] = disposition(stored.file_name)
    return await _on_this_machine(request, path, stored.content_type, headers)


def far_answer(request: Request, stored: StoredFile, size_bytes: int) -> Response | None:
    """The answer for a file that lies elsewhere, as long as no content belongs to it.

    None: the content is asked for, and has to be fetched there.
    """
    headers = {**_ALWAYS, "ETag": f'"{stored.sha256}"', "Content-Length": str(size_bytes)}
    headers["Content-Disposition"] = disposition(stored.file_name)
    whole = Response(b"", 200, headers, stored.content_type)
    return _short_answer(request, whole, size_bytes) or (
        whole if request.method == "HEAD" else None
    )


async def signed_answer(request: Request, signed: Signed, path: Path) -> Response:
    """What a signed address leads to: kept for an hour. Its `ETag` follows its size and time."""
    headers = {**_ALWAYS, "Cache-Control": "private, max-age=3600"}
    headers["Content-Disposition"] = disposition(signed.file_name)
    return await _on_this_machine(request, path, signed.content_type, headers)


def bytes_answer(request: Request, content: bytes, *, version: str, content_type: str) -> Response:
    """A small file that was made for this answer. `version` is other for other content."""
    whole = Response(content, 200, {**_ALWAYS, "ETag": f'"{version}"'}, content_type)
    short = _short_answer(request, whole, len(content))
    if short is not None:
        return short
    span = _asked_span(request, whole, len(content))
    if span is None:
        return whole
    start, end = span
    headers = {name: whole.headers[name] for name in (*_ALWAYS, "ETag")}
    headers["Content-Range"] = f"bytes {start}-{end - 1}/{len(content)}"
    return Response(content[start:end], 206, headers, content_type)


async def _on_this_machine(
    request: Request, path: Path, content_type: str, headers: Mapping[str, str]
) -> Response:
    try:
        found = await asyncio.to_thread(os.stat, path)
    except FileNotFoundError:
        raise NotFoundError("the file is not kept any more", hint="make it again") from None
    whole = FileResponse(path, media_type=content_type, stat_result=found, headers=headers)
    whole.chunk_size = _BLOCK_BYTES
    return _short_answer(request, whole, found.st_size) or whole


def _short_answer(request: Request, whole: Response, size: int) -> Response | None:
    """The answer without a file: the caller has it, or asks for a part that is not there."""
    if _is_known(request, whole.headers["ETag"]):
        kept = [name for name in _OF_A_VERSION if name in whole.headers]
        return Response(status_code=304, headers={name: whole.headers[name] for name in kept})
    match = _asked_range(request, whole)
    if match is None:
        # The file's answer looks for it once more, and refuses what RFC 9110 has it ignore.
        _forget_range(request)
        return None
    if not _is_outside(match, size):
        return None
    return web_answer(
        "range_not_satisfiable",
        request_id_of(request),
        detail=f"The file has {size} bytes.",
        headers={"Content-Range": f"bytes */{size}"},
    )


def _is_known(request: Request, etag: str) -> bool:
    """Whether the caller has this very version (RFC 9110, 13.1.2)."""
    known = [tag.strip() for tag in request.headers.get("if-none-match", "").split(",")]
    return "*" in known or etag in [tag.removeprefix("W/") for tag in known]


def _asked_range(request: Request, whole: Response) -> re.Match[str] | None:
    """The one range that is asked for; None for the whole file.

    Ranges of other forms are ignored, and all are when `If-Range` names another version.
    """
    versions = (None, whole.headers["ETag"], whole.headers.get("Last-Modified"))
    if request.headers.get("if-range") not in versions:
        return None
    match = _ONE_RANGE.fullmatch(request.headers.get("range", "").strip())
    if match is None or (match[1] and match[2] and int(match[1]) > int(match[2])):
        return None
    return match


def _is_outside(match: re.Match[str], size: int) -> bool:
    return int(match[1]) >= size if match[1] else int(match[3]) == 0 or size == 0


def _asked_span(request: Request, whole: Response, size: int) -> tuple[int, int] | None:
    match = _asked_range(request, whole)
    if match is None:
        return None
    if not match[1]:
        return max(0, size - int(match[3])), size
    last = int(match[2]) if match[2] else size - 1
    return int(match[1]), min(last, size - 1) + 1


def _forget_range(request: Request) -> None:
    kept = [pair for pair in request.scope["headers"] if pair[0] not in (b"range", b"if-range")]
    request.scope["headers"] = kept
