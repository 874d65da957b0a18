"""HTTP for the storage double: reads a request, writes an answer, and breaks where it is told."""

from collections.abc import Callable
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from typing import Protocol
from urllib.parse import urlsplit

from dubwright.testing.google.storage_failures import (
    CutWhileAnswered,
    CutWhileAsked,
    Damaged,
    Late,
    Refused,
    StorageFailure,
)
from dubwright.testing.google.storage_messages import Answer, Asked

_BLOCK = 1 << 20


class Answering(Protocol):
    """What stands behind the connection."""

    url: str

    def meet(self, asked: Asked) -> StorageFailure | None:
        """Note that a request came, and say what goes wrong with it. Its body is still to come."""
        ...

    def answer(self, asked: Asked) -> Answer:
        """Answer a request."""
        ...

    def refuse(self, asked: Asked, failure: Refused) -> Answer:
        """Answer that it is refused."""
        ...

    def wait(self, delay_s: float) -> None:
        """Wait, unless the double is being closed."""
        ...


class StorageHandler(BaseHTTPRequestHandler):
    """One connection to `double`."""

    double: Answering
    protocol_version = "HTTP/1.1"
    # Google's servers close a connection on which nothing is said, too.
    timeout = 60
    # Head and body go out together; apart, each answer would wait for an acknowledgement.
    wbufsize = -1
    disable_nagle_algorithm = True

    def answer_request(self) -> None:
        """Answer one request, or break the connection."""
        address = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(self.double.url, self.command, address.path, address.query, headers)
        failure = self.double.meet(asked)
        most = failure.after_bytes if isinstance(failure, CutWhileAsked) else None
        body, is_whole = _read(self.rfile.read, int(headers.get("content-length", 0)), most)
        answer = self._answered(replace(asked, body=body, is_whole=is_whole), failure)
        if is_whole and not isinstance(failure, CutWhileAsked):
            self._write(answer, failure)
        else:
            self.close_connection = True

    do_GET = do_HEAD = do_PUT = do_POST = do_PATCH = do_DELETE = do_OPTIONS = answer_request  # noqa: N815  # the base's names

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base's name
        """Keep quiet."""

    def _answered(self, asked: Asked, failure: StorageFailure | None) -> Answer:
        if isinstance(failure, Late):
            self.double.wait(failure.delay_s)
        if isinstance(failure, Refused):
            return self.double.refuse(asked, failure)
        return self.double.answer(asked)

    def _write(self, answer: Answer, failure: StorageFailure | None) -> None:
        self.send_response(answer.status)
        for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        has_body = self.command != "HEAD" and answer.status not in (204, 304)
        body = _spoilt(answer.body, failure) if has_body else b""
        if isinstance(failure, CutWhileAnswered):
            self.close_connection = True
        try:
            self.wfile.write(body)
            self.wfile.flush()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True


def storage_handler(double: Answering) -> type[StorageHandler]:
    """What an HTTP server needs to answer as `double`."""

    class Bound(StorageHandler):
        pass

    Bound.double = double
    return Bound


def _spoilt(body: bytes, failure: StorageFailure | None) -> bytes:
    match failure:
        case CutWhileAnswered(after_bytes):
            return body[:after_bytes]
        case Damaged():
            return bytes(byte ^ 1 for byte in body[:1]) + body[1:]
        case _:
            return body


def _read(read: Callable[[int], bytes], length: int, most: int | None) -> tuple[bytes, bool]:
    """The body, and whether all of it came."""
    wanted = length if most is None else min(length, most)
    blocks: list[bytes] = []
    left = wanted
    while left:
        try:
            block = read(min(left, _BLOCK))
        except (ConnectionResetError, TimeoutError):
            block = b""
        if not block:
            return b"".join(blocks), False
        blocks.append(block)
        left -= len(block)
    return b"".join(blocks), wanted == length
