"""The headers of tus 1.0, the protocol of resumable uploads (https://tus.io/protocols/)."""

import base64
import binascii
import re
from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime

from fastapi import Request, Response

from dubwright.api.access import the_service
from dubwright.api.problems import problem_answer, request_id_of
from dubwright.api.routing import Answer, ServiceRoute
from dubwright.api.security import allow_upload
from dubwright.domain.errors import DubError, MalformedRequest, UploadVersion
from dubwright.jobs.receiving import Checksum, ChecksumAlgorithm
from dubwright.jobs.uploads import NewUpload

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,termination,expiration,checksum"
PIECE_TYPE = "application/offset+octet-stream"

_ALGORITHMS: Mapping[str, tuple[ChecksumAlgorithm, int]] = {
    "sha1": ("sha1", 20),
    "sha256": ("sha256", 32),
}
_NUMBER = re.compile(r"[0-9]{1,18}")
_VERSIONED = frozenset(("POST", "PATCH", "HEAD"))


class TusRoute(ServiceRoute):
    """A route whose every answer speaks tus, and whose body may be as large as an upload."""

    async def answer(self, request: Request, answer: Answer) -> Response:
        """As before, for the one version that is spoken here."""
        options = the_service(request).options
        allow_upload(request, options.max_upload_bytes)
        try:
            _require_version(request)
            response = await answer(request)
        except DubError as failure:
            response = problem_answer(failure, request_id_of(request))
        response.headers.update({"Tus-Resumable": VERSION, "Tus-Version": VERSION})
        return response


def number_of(text: str, header: str) -> int:
    """A header that counts bytes. Raises `MalformedRequest`."""
    if not _NUMBER.fullmatch(text):
        raise MalformedRequest(
            f"`{header}` is no number of bytes", hint=f"send `{header}` with a whole number"
        )
    return int(text)


def new_upload(length: str, metadata: str) -> NewUpload:
    """What `Upload-Length` and `Upload-Metadata` announce. Raises `MalformedRequest`."""
    if not length:
        raise MalformedRequest(
            "`Upload-Length` is missing", hint="send the size of the file; it cannot be deferred"
        )
    told = _parsed_metadata(metadata)
    return NewUpload(
        size_bytes=number_of(length, "Upload-Length"),
        file_name=told.get("filename") or told.get("name") or "video",
        content_type=told.get("filetype") or told.get("type") or "",
    )


def checksum_of(header: str) -> Checksum | None:
    """The checksum of a piece, None if it has none. Raises `MalformedRequest`."""
    if not header:
        return None
    name, _, encoded = header.strip().partition(" ")
    algorithm, length = _ALGORITHMS.get(name, ("sha1", 0))
    try:
        digest = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        digest = b""
    if not digest or len(digest) != length:
        raise MalformedRequest(
            "`Upload-Checksum` cannot be read",
            hint="send `sha1` or `sha256`, a blank, and the checksum in Base64",
        )
    return Checksum(algorithm, digest)


def metadata_header(file_name: str) -> str:
    """`Upload-Metadata` for a file name."""
    return f"filename {base64.b64encode(file_name.encode()).decode()}"


def expires_header(at: datetime) -> str:
    """`Upload-Expires`."""
    return format_datetime(at, usegmt=True)


def _parsed_metadata(header: str) -> dict[str, str]:
    pairs = (pair.strip().partition(" ") for pair in header.split(",") if pair.strip())
    try:
        return {
            name: base64.b64decode(encoded.strip(), validate=True).decode()
            for name, _, encoded in pairs
        }
    except ValueError as exc:
        raise MalformedRequest(
            "`Upload-Metadata` cannot be read",
            hint="send pairs of a name and a UTF-8 text in Base64, with commas between",
        ) from exc


def _require_version(request: Request) -> None:
    if request.method == "OPTIONS":  # asks which versions there are
        return
    spoken = request.headers.get("tus-resumable")
    if spoken == VERSION or (spoken is None and request.method not in _VERSIONED):
        return
    raise UploadVersion(
        "the request does not speak tus 1.0.0", hint=f"send the header `Tus-Resumable: {VERSION}`"
    )
