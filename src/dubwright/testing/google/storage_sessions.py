"""Resumable uploads, as https://cloud.google.com/storage/docs/resumable-uploads describes them."""

import re
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote

from pydantic import JsonValue

from dubwright.testing.google.storage_contents import Contents, StoredObject
from dubwright.testing.google.storage_messages import Answer, Asked, Refusal, json_answer

CHUNK_MULTIPLE: Final = 256 * 1024
_LASTS: Final = timedelta(days=7)
_CONTENT_RANGE: Final = re.compile(r"bytes (?:(\d+)-(\d+)|\*)/(\d+|\*)")


@dataclass(slots=True)
class Session:
    """One upload under way. `origin` is the site whose pages may send to it."""

    bucket: str
    name: str
    metadata: dict[str, JsonValue]
    conditions: Mapping[str, str]
    opened: datetime
    size_bytes: int | None = None
    origin: str | None = None
    arrived: bytearray = field(default_factory=bytearray)
    finished: StoredObject | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


class Sessions:
    """The uploads that were begun and neither finished nor cancelled."""

    def __init__(self, contents: Contents, now: Callable[[], datetime]) -> None:
        self._contents = contents
        self._now = now
        self._sessions: dict[str, Session] = {}

    def open(
        self, asked: Asked, bucket: str, name: str, metadata: dict[str, JsonValue]
    ) -> dict[str, str]:
        """Begin an upload; the headers with its address."""
        conditions = {k: v for k, v in asked.parameters.items() if k.startswith("if")}
        if "x-goog-if-generation-match" in asked.headers:
            conditions["ifGenerationMatch"] = asked.headers["x-goog-if-generation-match"]
        self._contents.require(bucket, name, conditions)
        told = asked.headers.get("x-upload-content-length")
        upload_id = secrets.token_urlsafe(32)
        self._sessions[upload_id] = Session(
            bucket, name, metadata, conditions, self._now(),
            size_bytes=int(told) if told else None,
            origin=asked.headers.get("origin"),
        )  # fmt: skip
        place = f"/upload/storage/v1/b/{bucket}/o?uploadType=resumable&name={quote(name, safe='')}"
        return {
            "Location": f"{asked.base_url}{place}&upload_id={upload_id}",
            "X-GUploader-UploadID": upload_id,
        }

    def origin_of(self, upload_id: str) -> str | None:
        """The site whose pages may send to an upload."""
        session = self._sessions.get(upload_id)
        return session.origin if session else None

    def take(self, asked: Asked, upload_id: str) -> Answer:
        """Bytes, a question how far the upload is, or its end."""
        session = self._sessions.get(upload_id)
        if session is None or self._now() - session.opened > _LASTS:
            raise Refusal(410, "gone", "This upload session is not there any more.")
        if asked.method == "DELETE":
            del self._sessions[upload_id]
            return Answer(499)
        with session.lock:
            if session.finished is None and not self._takes_all(asked, session):
                return _how_far(session)
            finished = session.finished or self._finish(session)
        return json_answer(finished.resource(asked.base_url))

    def _finish(self, session: Session) -> StoredObject:
        session.finished = self._contents.put(
            session.bucket,
            session.name,
            bytes(session.arrived),
            metadata=session.metadata,
            conditions=session.conditions,
        )
        session.arrived.clear()
        return session.finished

    def _takes_all(self, asked: Asked, session: Session) -> bool:
        """Keep what the request brings; whether that completes the upload."""
        start, total = _span(asked, session)
        if start is not None:
            _keep(asked, session, start, is_last=total == start + len(asked.body))
        if not asked.is_whole:
            return False
        for name, value in _told_sums(asked).items():
            session.metadata[name] = value
        return total is not None and len(session.arrived) >= total


def _span(asked: Asked, session: Session) -> tuple[int | None, int | None]:
    """Where the body begins, None for a question alone; and how long the whole is, if known."""
    header = asked.headers.get("content-range")
    if header is None:
        return 0, len(asked.body) if session.size_bytes is None else session.size_bytes
    match = _CONTENT_RANGE.fullmatch(header)
    if match is None:
        raise Refusal(400, "invalid", f"Invalid Content-Range: {header}")
    total = None if match[3] == "*" else int(match[3])
    if total is not None and session.size_bytes not in (None, total):
        raise Refusal(400, "invalid", "The upload was announced with another size.")
    if match[1] is None:
        return None, total
    if asked.is_whole and int(match[2]) - int(match[1]) + 1 != len(asked.body):
        raise Refusal(400, "invalid", "Content-Range and the length of the body differ.")
    return int(match[1]), total


def _keep(asked: Asked, session: Session, start: int, *, is_last: bool) -> None:
    if start > len(session.arrived):
        raise Refusal(503, "backendError", "There is a gap before these bytes.")
    body = asked.body
    if not asked.is_whole:
        body = body[: len(body) // CHUNK_MULTIPLE * CHUNK_MULTIPLE]
    elif not is_last and len(body) % CHUNK_MULTIPLE:
        raise Refusal(400, "invalid", f"A piece is a multiple of {CHUNK_MULTIPLE} bytes.")
    if session.size_bytes is not None and start + len(body) > session.size_bytes:
        raise Refusal(400, "invalid", "There are more bytes than were announced.")
    session.arrived[start:] = body


def _told_sums(asked: Asked) -> dict[str, str]:
    pairs = (
        pair.strip().partition("=") for pair in asked.headers.get("x-goog-hash", "").split(",")
    )
    names = {"crc32c": "crc32c", "md5": "md5Hash"}
    return {names[name]: value for name, _, value in pairs if name in names}


def _how_far(session: Session) -> Answer:
    there = len(session.arrived)
    return Answer(308, {"Range": f"bytes=0-{there - 1}"} if there else {})
