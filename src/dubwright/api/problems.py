"""Every failure as `application/problem+json` (RFC 9457): a sentence, a code, the next step."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final, cast

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from dubwright.domain.errors import (
    DubError,
    MalformedRequest,
    ProviderThrottled,
    StorageError,
    Throttled,
    Unauthenticated,
)
from dubwright.observability.faults import fault_trace

MEDIA_TYPE: Final = "application/problem+json"
# An answer is short, whatever was sent.
_LONGEST_DETAIL: Final = 1_000
_MOST_FIELDS: Final = 100
_LONGEST_PART: Final = 200

log = structlog.get_logger()


class FieldProblem(BaseModel):
    """What is wrong with one field. `pointer` is a JSON pointer that begins with where it stood."""

    model_config = ConfigDict(frozen=True)

    pointer: str = Field(examples=["/body/targets/0"])
    message: str


class Problem(BaseModel):
    """A failure. `code` is stable, `hint` names the next step, `request_id` stands in the log."""

    model_config = ConfigDict(frozen=True)

    type: str = Field(examples=["/docs/errors#not_found"])
    title: str
    status: int
    detail: str
    code: str
    hint: str
    request_id: str
    retryable: bool
    errors: tuple[FieldProblem, ...] | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """How a code is answered: the status, a title that never changes, and the usual next step."""

    status: int
    title: str
    hint: str


_LATER = "Send the same request again later."
_SUPPORT = "Search the log for the request id; whoever runs this service can."

KINDS: Final[Mapping[str, Kind]] = {
    "internal": Kind(500, "Something went wrong inside", _SUPPORT),
    "invalid_input": Kind(422, "This cannot work", "Change what `detail` and `errors` name."),
    "nothing_to_dub": Kind(422, "Nobody speaks in it", "The original is already the answer."),
    "malformed_request": Kind(400, "The request cannot be read", "Compare it with `/docs`."),
    "too_large": Kind(413, "More bytes than are taken", "Send less, or use an upload."),
    "checksum_mismatch": Kind(460, "The bytes arrived damaged", "Send this piece again."),
    "precondition_required": Kind(428, "A revision is needed", "Send the `ETag` as `If-Match`."),
    "link_refused": Kind(422, "The link is not followed", "Give another link, or upload the file."),
    "rights_not_confirmed": Kind(
        422, "Nobody confirmed the rights", "Send `rights_confirmed: true` if you have them."
    ),
    "video_unavailable": Kind(
        422, "The site does not give the video", "Download it yourself and upload the file."
    ),
    "video_unsuitable": Kind(422, "This video is not dubbed", "Upload another file."),
    "not_found": Kind(404, "There is no such thing", "List what there is, and check the id."),
    "conflict": Kind(409, "It is in use, or it changed", "Look again, then decide."),
    "upload_busy": Kind(423, "Somebody is writing it", "Wait a moment, then `HEAD` it again."),
    "upload_version": Kind(412, "Another version of tus", "Send `Tus-Resumable: 1.0.0`."),
    "still_running": Kind(409, "The same request is at work", "Send it again in a moment."),
    "precondition_failed": Kind(412, "It changed meanwhile", "Fetch it again and redo the edit."),
    "idempotency_key_reused": Kind(
        409, "The key belongs to another request", "Make a new `Idempotency-Key`."
    ),
    "unauthenticated": Kind(401, "A valid key is needed", "Send `Authorization: Bearer dw_…`."),
    "forbidden": Kind(403, "This is not allowed", "Use a key with the scope that is named."),
    "throttled": Kind(429, "Too many calls", "Wait as long as `Retry-After` says."),
    "links_disabled": Kind(403, "Links are not fetched here", "Upload the file."),
    "quota_exceeded": Kind(403, "The account is full", "Delete what is no longer needed."),
    "link_failed": Kind(502, "The link led to no video", "Upload the file."),
    "site_blocked": Kind(502, "The site refuses this server", "Upload the file."),
    "site_throttled": Kind(503, "The site asks to slow down", _LATER),
    "site_unreachable": Kind(503, "The site was not reached", _LATER),
    "provider_failed": Kind(502, "An engine failed", _LATER),
    "provider_unavailable": Kind(503, "An engine does not answer", _LATER),
    "provider_throttled": Kind(503, "An engine asks to slow down", _LATER),
    "provider_rejected": Kind(422, "An engine refused this", "Change what it was given."),
    "provider_not_ready": Kind(424, "An engine is not set up", "Ask whoever runs this service."),
    "media_failed": Kind(500, "The media tools failed", "Try another file; see the log."),
    "storage_failed": Kind(503, "The storage does not answer", _LATER),
    "storage_full": Kind(507, "The storage is full", "Delete what is no longer needed."),
    "quality_failed": Kind(500, "The result breaks a hard rule", _SUPPORT),
    "worker_crashed": Kind(500, "Whoever did the work died of it", _SUPPORT),
    "budget_exceeded": Kind(409, "It would cost more than allowed", "Raise the budget."),
    "cancelled": Kind(409, "It was cancelled", "Start it again."),
}
"""For every code of a `DubError`."""

HTTP_KINDS: Final[Mapping[str, Kind]] = {
    "method_not_allowed": Kind(405, "Not with this method", "`Allow` names the methods."),
    "not_acceptable": Kind(406, "Not in this form", "Change the `Accept` header."),
    "request_timeout": Kind(408, "The body came too slowly", "Send it again, without pauses."),
    "unsupported_media_type": Kind(415, "Not in this format", "Change the `Content-Type`."),
    "range_not_satisfiable": Kind(416, "No such range", "Ask for a range inside the file."),
}
"""For what only the web knows."""


def problems(*statuses: int) -> dict[int | str, dict[str, object]]:
    """The declaration of error answers for a route: `responses=problems(404, 409)`."""
    schema = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": _phrase(status), "content": schema} for status in statuses}


def install_problem_answers(app: FastAPI) -> None:
    """Let `app` answer every failure that a route or the framework raises as a problem."""
    app.add_exception_handler(DubError, _answer_dub_error)
    app.add_exception_handler(HTTPException, _answer_http_error)
    app.add_exception_handler(RequestValidationError, _answer_invalid)


def problem_answer(error: DubError, request_id: str) -> Response:
    """The answer to a failure; the storage's own words stay in the log."""
    kind = KINDS[error.code]
    problem = _problem(error.code, kind, request_id, detail=_brief(error.message), hint=error.hint)
    problem = problem.model_copy(update={"retryable": error.retryable})
    if isinstance(error, StorageError):
        problem = problem.model_copy(update={"detail": f"{kind.title}.", "hint": kind.hint})
    if kind.status >= 500:
        log.warning("request.refused", code=error.code, trace=fault_trace(error))
    return _answer(problem, _headers(error))


def internal_answer(request_id: str) -> Response:
    """The answer to a fault that nobody foresaw. It says nothing; the log has the cause."""
    detail = "Something went wrong that nobody foresaw."
    return _answer(_problem("internal", KINDS["internal"], request_id, detail=detail), {})


def web_answer(
    code: str, request_id: str, *, detail: str, headers: Mapping[str, str] | None = None
) -> Response:
    """The answer to a failure that only the web knows; `code` is in `HTTP_KINDS`."""
    return _answer(_problem(code, HTTP_KINDS[code], request_id, detail=detail), headers or {})


def request_id_of(request: Request) -> str:
    """The id under which the log has this request."""
    return str(getattr(request.state, "request_id", ""))


def _problem(
    code: str, kind: Kind, request_id: str, *, detail: str, hint: str | None = None
) -> Problem:
    return Problem(
        type=f"/docs/errors#{code}",
        title=kind.title,
        status=kind.status,
        detail=detail,
        code=code,
        hint=hint or kind.hint,
        request_id=request_id,
        retryable=False,
    )


def _brief(message: str) -> str:
    """A message may quote what was sent, which may be long."""
    return message if len(message) <= _LONGEST_DETAIL else f"{message[:_LONGEST_DETAIL]}…"


def _answer(problem: Problem, headers: Mapping[str, str]) -> Response:
    content = problem.model_dump_json(exclude_none=True)
    return Response(content, problem.status, dict(headers), MEDIA_TYPE)


def _headers(error: DubError) -> dict[str, str]:
    match error:
        case Throttled() | ProviderThrottled():
            return {"Retry-After": str(max(1, math.ceil(error.retry_after_s)))}
        case Unauthenticated():
            return {"WWW-Authenticate": "Bearer"}
        case _ if error.retryable:
            return {"Retry-After": "1"}
        case _:
            return {}


async def _answer_dub_error(request: Request, error: Exception) -> Response:
    return problem_answer(cast("DubError", error), request_id_of(request))


async def _answer_http_error(request: Request, raised: Exception) -> Response:
    error = cast("HTTPException", raised)
    # The framework wraps what went wrong while a body was read.
    if isinstance(error.__cause__, DubError):
        return problem_answer(error.__cause__, request_id_of(request))
    code = _code_of(error.status_code)
    kind = HTTP_KINDS.get(code) or KINDS[code]
    problem = _problem(code, kind, request_id_of(request), detail=_DETAILS.get(code, kind.title))
    if problem.status != error.status_code:
        problem = problem.model_copy(update={"status": error.status_code})
    return _answer(problem, error.headers or {})


async def _answer_invalid(request: Request, error: Exception) -> Response:
    faults = cast("RequestValidationError", error).errors()
    if any(fault["type"] == "json_invalid" for fault in faults):
        unreadable = MalformedRequest("the body is not JSON", hint="check it with a JSON reader")
        return problem_answer(unreadable, request_id_of(request))
    fields = tuple(
        FieldProblem(pointer=_pointer(fault["loc"]), message=_message(fault))
        for fault in faults[:_MOST_FIELDS]
    )
    detail = f"{fields[0].pointer}: {fields[0].message}"
    kind = KINDS["invalid_input"]
    problem = _problem("invalid_input", kind, request_id_of(request), detail=detail)
    return _answer(problem.model_copy(update={"errors": fields}), {})


def _pointer(location: tuple[int | str, ...]) -> str:
    named = (str(part)[:_LONGEST_PART] for part in location)
    parts = (part.replace("~", "~0").replace("/", "~1") for part in named)
    return "".join(f"/{part}" for part in parts)


def _message(fault: Mapping[str, object]) -> str:
    # The only message of pydantic that repeats what was sent.
    if fault["type"] == "union_tag_invalid":
        context = fault.get("ctx")
        expected = context.get("expected_tags") if isinstance(context, Mapping) else None
        return f"Input should be tagged as one of {expected}"
    return str(fault["msg"])


_DETAILS: Final[Mapping[str, str]] = {
    "not_found": "Nothing is served at this address.",
    "method_not_allowed": "This address does not take that method.",
    "malformed_request": "The request or its body cannot be read.",
}


_USUAL: Final[Mapping[int, str]] = {
    403: "forbidden",
    404: "not_found",
    409: "conflict",
    412: "precondition_failed",
    422: "invalid_input",
}
"""Where several codes share a status."""


def _code_of(status: int) -> str:
    """The code that belongs to a status the framework raised."""
    if status >= 500:
        return "internal"
    by_status = {kind.status: code for code, kind in (*KINDS.items(), *HTTP_KINDS.items())}
    return _USUAL.get(status) or by_status.get(status, "malformed_request")


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        # A status of tus, which no other standard names.
        return next(kind.title for kind in KINDS.values() if kind.status == status)
