"""Bringing a file to a server, piece by piece (tus 1.0): a cut costs one piece."""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Final

from dubwright.cli.remote import TRIES, RemoteServer, step, wait_s
from dubwright.domain.errors import Cancelled, NotFoundError, ProviderUnavailable
from dubwright.pipeline.progress import Progress

PIECE_BYTES: Final = 8 * 2**20
STAGE: Final = "upload"

_TUS: Final = {"Tus-Resumable": "1.0.0"}
# Somebody still writes the piece that was cut, the piece arrived damaged, or it begins elsewhere.
_ASK_WHERE: Final = frozenset({408, 409, 423, 429, 460, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Sending:
    """How to send: telling whom, stopping when, in pieces of what size."""

    progress: Progress
    is_cancelled: Callable[[], bool]
    piece_bytes: int = PIECE_BYTES


def announce(server: RemoteServer, video: Path) -> str:
    """Where the server wants the file: a path."""
    name = base64.b64encode(video.name.encode("utf-8", "replace")).decode()
    headers = {
        **_TUS,
        "Upload-Length": str(video.stat().st_size),
        "Upload-Metadata": f"filename {name}",
    }
    answer = server.checked(server.send("POST", "/v1/uploads", headers=headers))
    return answer.headers["Location"]


def send_file(server: RemoteServer, video: Path, place: str, sending: Sending) -> None:
    """Send what the server does not have yet. Raises `Cancelled` between two pieces.

    Raises `NotFoundError` when the server knows nothing of the place any more.
    """
    size_bytes = video.stat().st_size
    offset, in_vain = _offset(server, place), 0
    with video.open("rb") as file:
        while offset < size_bytes:
            _tell(sending, offset, size_bytes)
            if sending.is_cancelled():
                raise Cancelled("stopped while sending the video; what arrived stays")
            file.seek(offset)
            reached = _sent(server, place, file.read(sending.piece_bytes), offset)
            if reached is None:
                in_vain += 1
                _refuse_to_try_for_ever(server, in_vain)
                reached = _offset(server, place)
            in_vain = 0 if reached > offset else in_vain
            offset = reached
    _tell(sending, size_bytes, size_bytes)


def upload_id(place: str) -> str:
    """The upload's id, from where it is sent to."""
    return place.rstrip("/").rpartition("/")[2]


def _sent(server: RemoteServer, place: str, piece: bytes, offset: int) -> int | None:
    """How far the file is after a piece; None when that has to be asked."""
    digest = base64.b64encode(hashlib.sha256(piece).digest()).decode()
    headers = {
        **_TUS,
        "Upload-Offset": str(offset),
        "Upload-Checksum": f"sha256 {digest}",
        "Content-Type": "application/offset+octet-stream",
    }
    try:
        answer = server.send("PATCH", place, headers=headers, content=piece)
    except ProviderUnavailable:
        return None
    if answer.status_code in _ASK_WHERE:
        return None
    return int(server.checked(answer).headers["Upload-Offset"])


def _offset(server: RemoteServer, place: str) -> int:
    for number in range(1, TRIES + 1):
        try:
            answer = server.send("HEAD", place, headers=_TUS)
        except ProviderUnavailable:
            if number == TRIES:
                raise
        else:
            if answer.status_code in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
                raise NotFoundError("the server has forgotten the upload")
            if answer.status_code not in _ASK_WHERE or number == TRIES:
                return int(server.checked(answer).headers["Upload-Offset"])
        server.pause(wait_s(number))
    raise AssertionError("the last try returns or raises")


def _refuse_to_try_for_ever(server: RemoteServer, in_vain: int) -> None:
    if in_vain >= TRIES:
        raise ProviderUnavailable(
            f"{in_vain} times in a row a piece of the video did not arrive",
            provider="server",
            hint="run the same command again to go on from here",
        )
    server.pause(wait_s(in_vain))


def _tell(sending: Sending, offset: int, size_bytes: int) -> None:
    sending.progress(step(STAGE, offset, size_bytes))
