"""Pages of lists: `?limit=` and an opaque `?cursor=`, answered as `{items, next_cursor}`."""

import base64
import binascii
import zlib
from typing import Annotated, TypeVar

from fastapi import Depends, Query

from dubwright.domain.errors import MalformedRequest
from dubwright.jobs.paging import Cursor
from dubwright.jobs.resources import Page

T = TypeVar("T")

MOST = 200


def asked_page(
    limit: Annotated[int, Query(ge=1, le=MOST, description="How many at most.")] = 50,
    cursor: Annotated[
        str | None, Query(max_length=200, description="`next_cursor` of the page before.")
    ] = None,
) -> Cursor:
    """Which page is asked for. Raises `MalformedRequest` for a cursor that is not ours."""
    return Cursor(limit=limit, after=None if cursor is None else opened(cursor))


AskedPage = Annotated[Cursor, Depends(asked_page)]


def served(page: Page[T]) -> Page[T]:
    """The page with its cursor sealed."""
    if page.next_cursor is None:
        return page
    return page.model_copy(update={"next_cursor": sealed(page.next_cursor)})


def sealed(after: str) -> str:
    """A place in a list, as text that nobody takes for something to compose."""
    body = after.encode()
    return base64.urlsafe_b64encode(_check(body) + body).decode().rstrip("=")


def opened(cursor: str) -> str:
    """The place behind a cursor. Raises `MalformedRequest` when it was altered."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        raw = base64.b64decode(padded, altchars=b"-_", validate=True)
        after = raw[4:].decode()
    except (binascii.Error, UnicodeError) as exc:
        raise _not_ours() from exc
    if raw[:4] != _check(raw[4:]) or sealed(after) != cursor:
        raise _not_ours()
    return after


def _check(body: bytes) -> bytes:
    # Against mistakes, not against malice: whoever forges one sees their own list from elsewhere.
    return zlib.crc32(body).to_bytes(4, "big")


def _not_ours() -> MalformedRequest:
    return MalformedRequest(
        "the cursor was not made by this service", hint="Use `next_cursor` as it is."
    )
