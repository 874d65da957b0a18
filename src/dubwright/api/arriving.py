"""Requests whose file comes with them, as a form, or came before, as an upload named in JSON."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from anyio import CancelScope
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool

from dubwright.api.multipart import ArrivingForm, has_form, small_body
from dubwright.api.pouring import pour
from dubwright.domain.errors import MalformedRequest
from dubwright.domain.timeline import Document
from dubwright.jobs.caller import Caller
from dubwright.jobs.dubs import complete_upload
from dubwright.jobs.receiving import Piece, open_receiver
from dubwright.jobs.running_sums import RunningSums
from dubwright.jobs.service import Service
from dubwright.jobs.uploads import NewUpload, UploadResource, create_upload, delete_upload

D = TypeVar("D", bound=Document)
R = TypeVar("R")
Fields = dict[str, list[str]]


async def started_with_file(
    request: Request,
    service: Service,
    caller: Caller,
    kind: type[D],
    *,
    asked_in: Callable[[Fields, str], Mapping[str, object]],
    start: Callable[[Service, Caller, D], R],
) -> R:
    """Parse what is asked for, and start it.

    `asked_in` makes the fields of `kind` from a form's fields and the id of its file. A file
    is deleted again when nothing could be started with it.
    """
    if not has_form(request):
        body = await small_body(request)
        asked = _checked(lambda: kind.model_validate_json(body))
        return await run_in_threadpool(start, service, caller, asked)
    form = ArrivingForm(request)
    await form.find_file()
    upload = await _announced(request, service, caller, form)
    try:
        await _received(service, caller, form, upload.id)
        told = asked_in(form.fields, upload.id)
        asked = _checked(lambda: kind.model_validate(told))
        return await run_in_threadpool(start, service, caller, asked)
    except BaseException:
        with CancelScope(shield=True):
            await run_in_threadpool(delete_upload, service, caller, upload.id)
        raise


def one_of(fields: Fields, name: str) -> str | None:
    """A field that may be there once. Raises `MalformedRequest`."""
    values = fields.get(name, [])
    if len(values) > 1:
        raise MalformedRequest(f"the field {name!r} comes twice", hint="send it once")
    return values[0] if values and values[0] != "" else None


def refuse_other_fields(fields: Fields, known: frozenset[str]) -> None:
    """Raise `MalformedRequest` for a field that means nothing here."""
    unknown = sorted(fields.keys() - known)
    if unknown:
        raise MalformedRequest(
            f"there is no field {unknown[0][:100]!r}", hint=f"fields: {', '.join(sorted(known))}"
        )


async def _announced(
    request: Request, service: Service, caller: Caller, form: ArrivingForm
) -> UploadResource:
    """An upload as large as the form: how large its file is shows at the end."""
    length = request.headers.get("content-length", "")
    if not length.isdecimal():
        raise MalformedRequest(
            "the form does not say how long it is",
            hint="send `Content-Length`, or use `/v1/uploads`",
        )
    most = min(int(length), service.options.max_upload_bytes)
    announced = NewUpload(size_bytes=most, file_name=form.file_name, content_type=form.content_type)
    return await run_in_threadpool(create_upload, service, caller, announced)


async def _received(service: Service, caller: Caller, form: ArrivingForm, upload_id: str) -> None:
    """Take the whole form; the file is in the store after this."""
    sums = RunningSums()
    receiver = await run_in_threadpool(
        open_receiver, service, caller, upload_id, piece=Piece(0), sums=sums
    )
    await pour(form.file_bytes(), receiver)
    await form.read_rest()
    await run_in_threadpool(complete_upload, service, caller, upload_id, sums)


def _checked(parse: Callable[[], D]) -> D:
    """What `parse` makes; a fault is answered like that of any other body."""
    try:
        return parse()
    except ValidationError as exc:
        faults = [{**fault, "loc": ("body", *fault["loc"])} for fault in exc.errors()]
        raise RequestValidationError(faults) from exc
