"""Edits that say what they were made from (`If-Match`), and reads that may be spared."""

import re
from typing import Annotated, Final, cast

from fastapi import Depends, Header, Request, Response

from dubwright.domain.errors import MalformedRequest, PreconditionRequired

NOT_MODIFIED: Final[dict[int | str, dict[str, object]]] = {
    304: {"description": "The caller has this revision already."}
}
"""What a route with `TheTag` may answer besides."""

_TAG = re.compile(r'(?:W/)?"([^"]*)"')
_REVISION = re.compile(r"r(\d{1,9})")
_NO_REVISION: Final = -1


def etag_of(revision: int) -> str:
    """Such as `"r12"`."""
    return f'"r{revision}"'


def expected_revision(
    if_match: Annotated[
        str | None,
        Header(description="The `ETag` of what you edit; `*` for whatever it is by now."),
    ] = None,
) -> int | None:
    """The revision an edit was made from; None for any.

    Raises `PreconditionRequired` without the header. A tag that is none of ours fits nothing.
    """
    if if_match is None:
        raise PreconditionRequired(
            "an edit needs `If-Match`", hint="Send the `ETag` that came with what you edit."
        )
    if if_match.strip() == "*":
        return None
    tags = _TAG.findall(if_match)
    if len(tags) != 1 or if_match.strip().startswith("W/"):
        raise MalformedRequest("`If-Match` is not one strong tag", hint="Send the `ETag` as it is.")
    match = _REVISION.fullmatch(tags[0])
    return int(match[1]) if match else _NO_REVISION


ExpectedRevision = Annotated[int | None, Depends(expected_revision)]


class NotModified(Exception):
    """The caller has this revision already."""

    def __init__(self, etag: str) -> None:
        super().__init__(etag)
        self.etag = etag


class Tag:
    """Gives the answer its `ETag`, and ends the route when the caller has that already."""

    def __init__(self, request: Request, response: Response) -> None:
        self._request = request
        self._response = response

    def __call__(self, revision: int) -> None:
        """Raises `NotModified`, which is answered with 304."""
        etag = etag_of(revision)
        known = self._request.headers.get("if-none-match", "")
        spared = self._request.method in ("GET", "HEAD")
        if spared and (known.strip() == "*" or etag.strip('"') in _TAG.findall(known)):
            raise NotModified(etag)
        self._response.headers["ETag"] = etag


TheTag = Annotated[Tag, Depends(Tag)]
"""In a route: `tag: TheTag`, and `tag(project.revision)` before the return."""


async def not_modified_answer(request: Request, error: Exception) -> Response:
    """304, with the tag."""
    etag = cast("NotModified", error).etag
    return Response(status_code=304, headers={"ETag": etag})
