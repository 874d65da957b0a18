"""`/uploads`: files on their way in, resumable: by tus 1.0, or straight to the bucket."""

from collections.abc import Callable
from typing import Annotated, Final, TypeVar

from anyio import CancelScope, to_thread
from fastapi import APIRouter, Header, HTTPException, Query, Request, Response
from pydantic import JsonValue

from dubwright.api.access import ReadCaller, TheService, WriteCaller
from dubwright.api.pouring import pour
from dubwright.api.problems import MEDIA_TYPE, problems
from dubwright.api.routing import RepeatableRoute, service_router
from dubwright.api.tus import (
    EXTENSIONS,
    PIECE_TYPE,
    VERSION,
    TusRoute,
    checksum_of,
    expires_header,
    metadata_header,
    new_upload,
    number_of,
)
from dubwright.jobs.caller import Caller
from dubwright.jobs.direct_uploads import (
    AnnouncedUpload,
    SentUpload,
    by_tus,
    complete_direct_upload,
    open_direct_upload,
)
from dubwright.jobs.receiving import Piece, open_receiver, settle_upload
from dubwright.jobs.running_sums import RunningSums
from dubwright.jobs.service import Service
from dubwright.jobs.uploads import UploadResource, create_upload, delete_upload, show_upload

T = TypeVar("T")
# Described for readers and generators; our own messages tell what is wrong.
_BYTES: Final[dict[str, JsonValue]] = {"pattern": "^[0-9]{1,18}$"}
TusVersion = Annotated[
    str | None, Header(alias="Tus-Resumable", json_schema_extra={"enum": [VERSION]})
]
Length = Annotated[
    str,
    Header(
        alias="Upload-Length",
        description="Size of the file in bytes.",
        json_schema_extra=_BYTES,
        examples=["52428800"],
    ),
]
Metadata = Annotated[
    str,
    Header(
        alias="Upload-Metadata",
        description="`filename` and `filetype`, each followed by a blank and its value in Base64.",
    ),
]
Offset = Annotated[
    str,
    Header(
        alias="Upload-Offset",
        description="Where the piece begins: how far the upload came.",
        json_schema_extra=_BYTES,
        examples=["0"],
    ),
]
Sum = Annotated[
    str,
    Header(alias="Upload-Checksum", description="`sha1` or `sha256`, a blank, the sum in Base64."),
]

Direct = Annotated[
    bool,
    Query(
        description="The file is to go straight to the bucket, if files are kept in one: `protocol` of the answer tells."
    ),
]

_DAMAGED: Final[dict[str, object]] = {
    "description": "Checksum Mismatch",
    "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
_PIECE: Final = {PIECE_TYPE: {"schema": {"type": "string", "format": "binary"}}}


class UploadRoutes:
    """The routes, with the running checksums of the uploads that this process receives."""

    def __init__(self, sums: RunningSums) -> None:
        self._sums = sums

    async def create(
        self,
        request: Request,
        service: TheService,
        caller: WriteCaller,
        length: Length = "",
        metadata: Metadata = "",
        checksum: Sum = "",
        version: TusVersion = None,
        direct: Direct = False,
    ) -> Response:
        """Announce a file. Its first bytes may come along as `application/offset+octet-stream`."""
        asked, expected = new_upload(length, metadata), checksum_of(checksum)
        has_body = _has_body(request)
        if has_body:
            _require_piece(request)
        if direct and not has_body:
            origin = request.headers.get("origin")
            announced = await _in_thread(
                lambda: open_direct_upload(service, caller, asked, origin=origin)
            )
            return _created(request, announced)
        upload = await _in_thread(lambda: create_upload(service, caller, asked))
        if has_body:
            piece = Piece(0, _announced(request), expected)
            upload = await self._first_piece(request, service, caller, upload.id, piece)
        return _created(request, by_tus(upload))

    async def send(
        self,
        request: Request,
        upload_id: str,
        service: TheService,
        caller: WriteCaller,
        offset: Offset = "",
        checksum: Sum = "",
        version: TusVersion = None,
    ) -> Response:
        """Send the bytes from `Upload-Offset` on. What arrived stays when the connection is cut."""
        _require_piece(request)
        begins = number_of(offset, "Upload-Offset")
        piece = Piece(begins, _announced(request), checksum_of(checksum))
        upload = await self._receive(request, service, caller, upload_id, piece)
        return Response(status_code=204, headers=_state(upload))

    async def _receive(
        self, request: Request, service: Service, caller: Caller, upload_id: str, piece: Piece
    ) -> UploadResource:
        receiver = await _in_thread(
            lambda: open_receiver(service, caller, upload_id, piece=piece, sums=self._sums)
        )
        return await pour(request.stream(), receiver)

    async def _first_piece(
        self, request: Request, service: Service, caller: Caller, upload_id: str, piece: Piece
    ) -> UploadResource:
        """Nobody who was not answered knows the upload: it goes when its first bytes fail."""
        try:
            return await self._receive(request, service, caller, upload_id, piece)
        except BaseException:
            with CancelScope(shield=True):
                await _in_thread(lambda: delete_upload(service, caller, upload_id))
            raise


def tell_abilities(service: TheService) -> Response:
    """What this service can do of tus."""
    abilities = {
        "Tus-Extension": EXTENSIONS,
        "Tus-Max-Size": str(service.options.max_upload_bytes),
        "Tus-Checksum-Algorithm": "sha1,sha256",
    }
    return Response(status_code=204, headers=abilities)


def tell_offset(
    upload_id: str, service: TheService, caller: ReadCaller, version: TusVersion = None
) -> Response:
    """How far an upload is."""
    upload = settle_upload(service, caller, upload_id)
    headers = {
        "Upload-Length": str(upload.size_bytes),
        "Upload-Metadata": metadata_header(upload.file_name),
        "Cache-Control": "no-store",
    }
    return Response(status_code=200, headers=headers | _state(upload))


def show_one(upload_id: str, service: TheService, caller: ReadCaller) -> UploadResource:
    """How far an upload is, as JSON."""
    return show_upload(service, caller, upload_id)


def complete(
    upload_id: str, service: TheService, caller: WriteCaller, sent: SentUpload | None = None
) -> UploadResource:
    """Take a file that was sent to its `session_url`, after checking its size, sum and kind."""
    return complete_direct_upload(service, caller, upload_id, sent or SentUpload())


def end(upload_id: str, service: TheService, caller: WriteCaller) -> Response:
    """End an upload and delete what arrived of it."""
    delete_upload(service, caller, upload_id)
    return Response(status_code=204)


def uploads_router(sums: RunningSums | None = None) -> APIRouter:
    """The routes below `/v1`. `sums` lasts as long as the process; by default it is new."""
    router = service_router("uploads", route=TusRoute)
    routes = UploadRoutes(sums or RunningSums())
    router.add_api_route(
        "/uploads",
        routes.create,
        methods=["POST"],
        status_code=201,
        response_model=AnnouncedUpload,
        responses={**problems(412, 415, 423, 507), 460: _DAMAGED},
        openapi_extra={"requestBody": {"required": False, "content": _PIECE}},
        name="create_upload",
    )
    router.add_api_route(
        "/uploads/{upload_id}",
        routes.send,
        methods=["PATCH"],
        status_code=204,
        response_class=Response,
        responses={**problems(409, 412, 415, 423, 507), 460: _DAMAGED},
        openapi_extra={"requestBody": {"required": True, "content": _PIECE}},
        name="send_piece",
    )
    _add_plain_routes(router)
    return router


def _add_plain_routes(router: APIRouter) -> None:
    one, none = "/uploads/{upload_id}", Response
    declared = problems(412, 423, 507)
    router.options("/uploads", status_code=204, response_class=none)(tell_abilities)
    router.head(one, response_class=none, responses=declared)(tell_offset)
    router.get(one, name="show_upload", responses=problems(412))(show_one)
    ends = problems(409, 412)
    router.add_api_route(
        one + ":complete",
        complete,
        methods=["POST"],
        responses={**problems(409), 460: _DAMAGED},
        route_class_override=RepeatableRoute,  # no request of tus
        name="complete_upload",
    )
    router.delete(one, name="end_upload", status_code=204, response_class=none, responses=ends)(end)


def _created(request: Request, upload: AnnouncedUpload) -> Response:
    place = {"Location": f"{request.url.path.rstrip('/')}/{upload.id}"}
    return Response(upload.model_dump_json(), 201, place | _state(upload), "application/json")


def _require_piece(request: Request) -> None:
    if request.headers.get("content-type", "").partition(";")[0].strip() != PIECE_TYPE:
        raise HTTPException(415, headers={"Accept-Patch": PIECE_TYPE})


def _has_body(request: Request) -> bool:
    return _announced(request) != 0


def _announced(request: Request) -> int | None:
    """The length of the body; None if it comes in chunks and tells none."""
    length = request.headers.get("content-length")
    if length is not None:
        return number_of(length, "Content-Length")
    return None if "transfer-encoding" in request.headers else 0


def _state(upload: UploadResource) -> dict[str, str]:
    state = {"Upload-Offset": str(upload.size_bytes if upload.complete else upload.received_bytes)}
    if not upload.complete:
        state["Upload-Expires"] = expires_header(upload.expires_at)
    return state


async def _in_thread(call: Callable[[], T]) -> T:
    return await to_thread.run_sync(call)
