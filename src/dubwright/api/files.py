"""Answers that are files: whole or in part, and not at all where the caller has them."""

import asyncio
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import FileResponse

from dubwright.api.answering import Declared
from dubwright.api.problems import problems, request_id_of, web_answer
from dubwright.domain.errors import NotFoundError
from dubwright.jobs.artifacts import StoredFile

_BLOCK_BYTES: Final = 2**18
_ONE_RANGE: Final = re.compile(r"bytes=(?:(\d{1,18})-(\d{0,18})|-(\d{1,18}))", re.IGNORECASE)
_ALWAYS: Final[Mapping[str, str]] = {
    "Accept-Ranges": "bytes",
    "Cache-Control": "private, no-cache",
    "X-Content-Type-Options": "nosniff",
    # A file that is opened as a page may do nothing.
    "Content-Security-Policy": "default-src 'none'; sandbox",
}
_FILE: Final[dict[str, Any]] = {"*/*": {"schema": {"type": "string", "format": "binary"}}}
DOWNLOADED: Final[Declared] = {
    200: {"description": "The whole file", "content": _FILE},
    206: {"description": "The part that `Range` asks for", "content": _FILE},
    304: {"description": "The caller has it (`If-None-Match`)"},
    **problems(416),
}


async def file_answer(request: Request, stored: StoredFile, path: Path) -> Response:
    """A file of this machine's store. Its `ETag` is its SHA-256."""
    try:
        found = await asyncio.to_thread(os.stat, path)
    except FileNotFoundError:
        raise NotFoundError("the file is not kept any more", hint="make it again") from None
    headers = {
        **_ALWAYS,
        "ETag": f'"{stored.sha256}"',
        "Content-Disposition": disposition(stored.file_name),
    }
    short = _short_answer(request, headers, found.st_size)
    if short is not None:
        return short
    answer = FileResponse(path, media_type=stored.content_type, stat_result=found, headers=headers)
    answer.chunk_size = _BLOCK_BYTES
    return answer


def bytes_answer(request: Request, content: bytes, *, version: str, content_type: str) -> Response:
    """A small file that was made for this answer. `version` is other for other content."""
    headers = {**_ALWAYS, "ETag": f'"{version}"'}
    short = _short_answer(request, headers, len(content))
    if short is not None:
        return short
    span = _asked_span(request, headers, len(content))
    if span is None:
        return Response(content, 200, headers, content_type)
    start, end = span
    headers["Content-Range"] = f"bytes {start}-{end - 1}/{len(content)}"
    return Response(content[start:end], 206, headers, content_type)


def disposition(file_name: str) -> str:
    """`Content-Disposition` for any name (RFC 6266, RFC 8187), with an ASCII one for old clients."""
    plain = re.sub(r"[^A-Za-z0-9 ._()-]", "_", file_name)
    encoded = quote(file_name, safe="!#$&+-.^_`|~", errors="replace")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}"


def _short_answer(request: Request, headers: Mapping[str, str], size: int) -> Response | None:
    """The answer without a file: the caller has it, or asks for a part that is not there."""
    if _is_known(request, headers["ETag"]):
        kept = ("ETag", "Cache-Control", "X-Content-Type-Options")
        return Response(status_code=304, headers={name: headers[name] for name in kept})
    match = _asked_range(request, headers["ETag"])
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


def _asked_range(request: Request, etag: str) -> re.Match[str] | None:
    """The one range that is asked for; None for the whole file.

    Ranges of other forms are ignored, and all are when `If-Range` names another version.
    """
    if request.headers.get("if-range", etag) != etag:
        return None
    match = _ONE_RANGE.fullmatch(request.headers.get("range", "").strip())
    if match is None or (match[1] and match[2] and int(match[1]) > int(match[2])):
        return None
    return match


def _is_outside(match: re.Match[str], size: int) -> bool:
    return int(match[1]) >= size if match[1] else int(match[3]) == 0 or size == 0


def _asked_span(request: Request, headers: Mapping[str, str], size: int) -> tuple[int, int] | None:
    match = _asked_range(request, headers["ETag"])
    if match is None:
        return None
    if not match[1]:
        return max(0, size - int(match[3])), size
    last = int(match[2]) if match[2] else size - 1
    return int(match[1]), min(last, size - 1) + 1


def _forget_range(request: Request) -> None:
    kept = [pair for pair in request.scope["headers"] if pair[0] not in (b"range", b"if-range")]
    request.scope["headers"] = kept
