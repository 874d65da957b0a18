"""`/stages`: one stage alone, on input that comes with the call and belongs to no project."""

from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter, Request, Response

from dubwright.api.access import TheService, WriteCaller
from dubwright.api.answering import ACCEPTED, accepted
from dubwright.api.arriving import Fields, one_of, refuse_other_fields, started_with_file
from dubwright.api.multipart import FORM_TYPE
from dubwright.api.problems import problems
from dubwright.api.routing import UploadRoute, service_router
from dubwright.jobs import stages_alone
from dubwright.jobs.resources import OperationResource
from dubwright.jobs.stages_alone import (
    AskedMerge,
    AskedSpeech,
    AskedTranscription,
    AskedTranslation,
)

router = service_router("stages")
file_router: APIRouter = service_router("stages", route=UploadRoute)

_FORM: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["file"],
    "properties": {
        "file": {"type": "string", "format": "binary", "description": "Sound or video."},
        "language": {"type": "string", "description": "Left out: it is told by ear."},
    },
}
_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            FORM_TYPE: {"schema": _FORM},
            "application/json": {"schema": {"$ref": "#/components/schemas/AskedTranscription"}},
        },
    }
}


@file_router.post(
    "/stages/transcribe",
    status_code=202,
    responses={**ACCEPTED, **problems(404, 423, 507)},
    openapi_extra=_BODY,
)
async def transcribe_audio(
    service: TheService, caller: WriteCaller, request: Request, response: Response
) -> OperationResource:
    """Write down a sound or video file: a form with the file, or JSON with the id of an upload.

    The transcript becomes an artifact of the operation, as JSON, SRT and WebVTT.
    """
    operation = await started_with_file(
        request,
        service,
        caller,
        AskedTranscription,
        asked_in=_asked_in,
        start=stages_alone.transcribe_alone,
    )
    return accepted(response, operation)


@router.post("/stages/translate", status_code=202, responses=ACCEPTED)
def translate_text(
    service: TheService, caller: WriteCaller, asked: AskedTranslation, response: Response
) -> OperationResource:
    """Translate texts. The translations are the operation's `result.value`."""
    return accepted(response, stages_alone.translate_alone(service, caller, asked))


@router.post("/stages/synthesize", status_code=202, responses=ACCEPTED)
def synthesize_text(
    service: TheService, caller: WriteCaller, asked: AskedSpeech, response: Response
) -> OperationResource:
    """Speak a text. The sound becomes the artifact `speech.wav` of the operation."""
    return accepted(response, stages_alone.synthesize_alone(service, caller, asked))


@router.post("/stages/merge", status_code=202, responses={**ACCEPTED, **problems(404)})
def merge_tracks(
    service: TheService, caller: WriteCaller, asked: AskedMerge, response: Response
) -> OperationResource:
    """Join a video and a sound, which becomes its first track. The picture stays as it is."""
    return accepted(response, stages_alone.merge_alone(service, caller, asked))


def _asked_in(fields: Fields, upload_id: str) -> Mapping[str, object]:
    refuse_other_fields(fields, frozenset(("language",)))
    return {"upload": upload_id, "language": one_of(fields, "language")}
