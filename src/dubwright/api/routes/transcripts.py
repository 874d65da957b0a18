"""`/projects/{project}/transcript`: what is said in the source, shown and taken from subtitles."""

from typing import Annotated, Final, Literal

from fastapi import HTTPException, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from dubwright.api.access import ReadCaller, TheService, WriteCaller
from dubwright.api.answering import EDITED, TAGGED, Declared, tag
from dubwright.api.conditional import ExpectedRevision
from dubwright.api.places import ProjectId
from dubwright.api.problems import problems
from dubwright.api.routing import service_router
from dubwright.domain.errors import InputError, MalformedRequest
from dubwright.jobs import transcripts
from dubwright.jobs.asked import AskedLanguage
from dubwright.jobs.resources import TranscriptResource

router = service_router("transcripts")

Form = Literal["json", "srt", "vtt"]

_TYPES: Final = {"srt": "application/x-subrip", "vtt": "text/vtt"}
_FORMS: Final = {
    "application/json": "json",
    "application/x-subrip": "srt",
    "text/srt": "srt",
    "text/vtt": "vtt",
}
_SUBTITLES: Final = {media: {"schema": {"type": "string"}} for media in _TYPES.values()}
_SHOWN: Final[Declared] = {
    200: {**TAGGED[200], "content": _SUBTITLES},
    **problems(406),
}
_MOST_BYTES: Final = 1_000_000


@router.get("/projects/{project}/transcript", response_model=TranscriptResource, responses=_SHOWN)
def show_transcript(
    service: TheService,
    caller: ReadCaller,
    project: ProjectId,
    request: Request,
    response: Response,
    form: Annotated[
        Form | None, Query(alias="format", description="Instead of the `Accept` header.")
    ] = None,
) -> TranscriptResource | Response:
    """Show the transcript: as JSON, or as subtitles in SRT or WebVTT."""
    asked = form or _accepted_form(request)
    shown = transcripts.show_transcript(service, caller, project)
    if asked == "json":
        answer = response
    else:
        cues = transcripts.transcript_cues(service, caller, project)
        answer = Response(transcripts.as_subtitles(cues, asked), media_type=_TYPES[asked])
    answer.headers["Vary"] = "Accept"
    tag(answer, shown.revision)
    return shown if asked == "json" else answer


@router.put(
    "/projects/{project}/transcript",
    responses={**EDITED, **problems(415)},
    openapi_extra={"requestBody": {"required": True, "content": _SUBTITLES}},
)
async def import_transcript(
    service: TheService,
    caller: WriteCaller,
    project: ProjectId,
    request: Request,
    response: Response,
    revision: ExpectedRevision,
    language: Annotated[AskedLanguage, Query(description="The language of the subtitles.")],
) -> TranscriptResource:
    """Bring your own transcript as subtitles, in SRT or WebVTT: one line for each cue."""
    subtitles = await _subtitles_in(request)
    shown = await run_in_threadpool(
        transcripts.import_transcript,
        service,
        caller,
        project,
        subtitles,
        language=language,
        revision=revision,
    )
    tag(response, shown.revision)
    return shown


def _accepted_form(request: Request) -> Form:
    """The form that the `Accept` header wants most; JSON if it takes anything."""
    wanted = [part.partition(";") for part in request.headers.get("accept", "*/*").split(",")]
    ranked = sorted(wanted, key=lambda part: -_quality(part[2]))
    for media, _, _ in ranked:
        match _FORMS.get(media.strip().lower()), media.strip().lower():
            case ("json" | "srt" | "vtt") as form, _:
                return form
            case None, "*/*" | "application/*" | "":
                return "json"
            case None, "text/*":
                return "vtt"
    raise HTTPException(406)


def _quality(parameters: str) -> float:
    _, _, value = parameters.replace(" ", "").partition("q=")
    try:
        return float(value) if value else 1.0
    except ValueError:
        return 0.0


async def _subtitles_in(request: Request) -> str:
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if _FORMS.get(media) not in ("srt", "vtt"):
        raise HTTPException(415)
    body = await request.body()
    if len(body) > _MOST_BYTES:
        raise InputError("this is too long to be subtitles", hint="check that it is an SRT or VTT")
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise MalformedRequest("the subtitles are not UTF-8", hint="save them as UTF-8") from exc
    if "\0" in text:
        raise MalformedRequest("the subtitles have a NUL character", hint="save them as text")
    return text
