"""What several routes answer alike: accepted operations, tags of revisions, whole lists."""

from collections.abc import Sequence
from typing import Any, Final, TypeVar

from fastapi import Response

from dubwright.api.conditional import etag_of
from dubwright.api.problems import problems
from dubwright.jobs.resources import OperationResource, Page

T = TypeVar("T")
Declared = dict[int | str, dict[str, Any]]

ACCEPTED: Final[Declared] = {
    202: {
        "description": "Accepted: an operation works on it",
        "headers": {
            "Operation-Location": {
                "description": "Where to watch the operation.",
                "schema": {"type": "string"},
            }
        },
    }
}
TAGGED: Final[Declared] = {
    200: {
        "description": "OK",
        "headers": {
            "ETag": {
                "description": "The revision; send it as `If-Match` with an edit.",
                "schema": {"type": "string"},
            }
        },
    }
}
EDITED: Final[Declared] = {**TAGGED, **problems(400, 409, 412, 428, 507)}


def accepted(response: Response, operation: OperationResource) -> OperationResource:
    """The operation, with the address where it is watched."""
    response.headers["Operation-Location"] = f"/v1/operations/{operation.id}"
    return operation


def tag(response: Response, revision: int) -> None:
    """Say the revision. For what also changes without an edit, so it is never answered with 304."""
    response.headers["ETag"] = etag_of(revision)


def whole(things: Sequence[T]) -> Page[T]:
    """All there are, on one page."""
    return Page(items=tuple(things))
