"""`POST /dubs`: a video comes in, and its dubs are on their way."""

import json
from collections.abc import Mapping
from typing import Any, Final

from fastapi import Request, Response

from dubwright.api.access import TheService, WriteCaller
from dubwright.api.answering import ACCEPTED, accepted
from dubwright.api.arriving import Fields, one_of, refuse_other_fields, started_with_file
from dubwright.api.multipart import FORM_TYPE
from dubwright.api.problems import problems
from dubwright.api.routing import UploadRoute, service_router
from dubwright.domain.errors import InputError, MalformedRequest
from dubwright.jobs.dubs import NewDub, start_dub
from dubwright.jobs.resources import OperationResource

router = service_router("dubs", route=UploadRoute)

_FIELDS: Final = frozenset(("targets", "source_language", "name", "settings", "budget"))
_TEXT: Final = {"type": "string"}
_FORM: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["file", "targets"],
    "properties": {
        "file": {"type": "string", "format": "binary", "description": "The video."},
        "targets": {
            "type": "array",
            "items": _TEXT,
            "minItems": 1,
            "description": "Languages to dub into; several fields, or one with commas.",
            "examples": [["de", "pt-BR"]],
        },
        "source_language": {**_TEXT, "description": "Left out: it is told by ear."},
        "name": {**_TEXT, "description": "Left out: the name of the file."},
        "settings": {**_TEXT, "description": "The project's settings, as JSON."},
        "budget": {
            "type": "number",
            "minimum": 0,
            "description": "US dollars that paid engines may cost in all. Left out: no limit.",
        },
    },
}
_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            FORM_TYPE: {"schema": _FORM, "encoding": {"targets": {"explode": True}}},
            "application/json": {"schema": {"$ref": "#/components/schemas/NewDub"}},
        },
    }
}


@router.post(
    "/dubs", status_code=202, responses={**ACCEPTED, **problems(404, 423, 507)}, openapi_extra=_BODY
)
async def create_dub(
    service: TheService, caller: WriteCaller, request: Request, response: Response
) -> OperationResource:
    """Dub a video in one call: as a form with the file, or as JSON with an upload's id or a link.

    Makes a project (`Location`) and runs it (`Operation-Location`). Large files, and files on
    connections that break, are better off as a resumable upload.
    """
    operation = await started_with_file(
        request, service, caller, NewDub, asked_in=_asked_in, start=start_dub
    )
    response.headers["Location"] = f"/v1/projects/{operation.project}"
    return accepted(response, operation)


def _asked_in(fields: Fields, upload_id: str) -> Mapping[str, object]:
    refuse_other_fields(fields, _FIELDS)
    named = [
        language.strip() for value in fields.get("targets", []) for language in value.split(",")
    ]
    asked: dict[str, object] = {
        "upload": upload_id,
        "targets": [language for language in named if language],
        "source_language": one_of(fields, "source_language"),
        "name": one_of(fields, "name"),
    }
    for name in ("settings", "budget"):
        if fields.get(name) == [""]:
            # Most often a variable that was not set: a limit must not get lost that way.
            raise InputError(f"the field `{name}` is empty", hint="leave it out, or give a value")
        text = one_of(fields, name)
        if text is not None:
            asked[name] = _json(name, text)
    return asked


def _json(name: str, text: str) -> object:
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError) as exc:
        raise MalformedRequest(
            f"the field `{name}` is not JSON", hint="check it with a JSON reader"
        ) from exc
    return value
